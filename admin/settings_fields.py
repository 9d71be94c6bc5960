"""What the school decides, as a table: sections of the settings page and how each field is read.

A field's name is its setting's; its words are `panel.setup.<name>`, with a hint where
`panel.setup.<name>_hint` exists. An empty field is a school that has not said (U1–U14), or the
rule's own figure where a document gives one. Read by `admin.settings`; holds no page.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from registry.frozen import frozen
from registry.problems import Problem
from registry.routes import LEADERS
from registry.schools import Settings

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_BRANCH = re.compile(r"[0-9]{2}")
_DEFAULT: Final = Settings()


class Unread(Exception):
    """A field that says nothing storable."""

    def __init__(self, problem: Problem) -> None:
        """Hold no value."""
        super().__init__(problem.code)
        self.problem = problem


@frozen
class Field:
    """One field. `kind` is how the page shows it."""

    name: str
    kind: str  # "number", "day", "switch", "choice", "colour"
    read: Callable[[str], object]
    options: tuple[str, ...] = ()

    def shown(self, settings: Settings) -> str:
        """The stored value as it is typed."""
        value = getattr(settings, self.name)
        if isinstance(value, bool):
            return "yes" if value else ""
        return (
            value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
        )


@frozen
class Section:
    """Fields under one heading, `panel.setup.<code>`, and one sentence, `…<code>_hint`."""

    code: str
    fields: tuple[Field, ...]


def read_number(text: str, least: int, most: int, empty: int | None = None) -> int | None:
    """A whole number within bounds. Raises: Unread."""
    if not text:
        return empty
    if text.isdecimal() and len(text) <= 6 and least <= int(text) <= most:
        return int(text)
    raise Unread(Problem("setup.number", {"least": least, "most": most}))


def _number(name: str, least: int, most: int) -> Field:
    """Empty = the setting's own beginning: not said, or the figure of a document."""
    empty = getattr(_DEFAULT, name)
    return Field(name, "number", lambda text: read_number(text, least, most, empty))


def _day(name: str) -> Field:
    return Field(name, "day", _read_day)


def _switch(name: str) -> Field:
    return Field(name, "switch", lambda text: text == "yes")


def _leader(name: str) -> Field:
    options = ("", *LEADERS)
    return Field(name, "choice", lambda text: text if text in options else "", options)


def _read_day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unread(Problem("value.date_shape")) from None


def _like(pattern: re.Pattern[str], problem: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise Unread(Problem(problem))
        return text

    return read


MOST_DAYS = 60

SECTIONS: Final = (
    Section(
        "dates",
        (
            _day("collection_until"),
            _day("term_start"),
            _day("grade1_until"),
            _day("grade7_until"),
        ),
    ),
    Section("committee", (_switch("committee_helps"), _switch("committee_sees_evidence"))),
    Section(
        "days",
        (
            _number("committee_days", 1, MOST_DAYS),
            _number("class_days", 1, MOST_DAYS),
            _number("school_days", 1, MOST_DAYS),
            _number("leader_days", 1, MOST_DAYS),
            _number("outside_days", 1, MOST_DAYS),
        ),
    ),
    Section(
        "leaders", (_leader("leader_daily"), _leader("leader_major"), _switch("joint_review"))
    ),
    Section("transfers", (_day("freeze_from"), _day("freeze_until"))),
    Section("sizes", (_number("class_limit_entry", 1, 99), _number("class_warn", 1, 99))),
    Section(
        "pauses", (_number("suspension_months", 1, 36), _number("return_days_before", 1, 180))
    ),
    Section(
        "work",
        (
            _number("undo_minutes", 0, 120),
            _number("password_days", 1, 730),
            Field("number_branch", "number", _like(_BRANCH, "setup.branch_code")),
            _number("claim_days", 1, 365),
            _number("errand_hours", 1, 168),
            Field("colour", "colour", _like(_COLOUR, "setup.colour")),
        ),
    ),
)

FIELDS: Final[Mapping[str, Field]] = {
    field.name: field for section in SECTIONS for field in section.fields
}
