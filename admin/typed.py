"""What a reviewer has written on a case and not yet decided: shown again after every refusal.

Read from the fields of a POST; nothing here is believed. Called by the handlers of a case.
"""

from collections.abc import Mapping
from dataclasses import field

from admin.queue import Wanted
from registry.frozen import frozen
from registry.submissions import Flag
from web.visits import Visit

MAX_NOTE = 500
MAX_WORDS = 1000
MAX_NUMBER = 60
MAX_FLAGS = 60


@frozen
class OutsideTyped:
    """The authority's part as it stands in the fields. `picture` is the key of one kept."""

    result: str = ""
    on: str = ""
    number: str = ""
    words: str = ""
    note: str = ""
    picture: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be lost; a day alone is quickly typed."""
        return not (self.result or self.number or self.words or self.note or self.picture)


@frozen
class Typed:
    """Everything on the page of one case."""

    flags: Mapping[str, Flag] = field(default_factory=dict)
    reason: str = ""
    note: str = ""
    outside: OutsideTyped = OutsideTyped()

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be lost."""
        return not (self.flags or self.reason or self.note) and self.outside.is_empty


NOTHING_TYPED = Typed()


@frozen
class Fault:
    """One thing that stops a form, with the id of the field to go to; "" = the whole."""

    place: str
    code: str  # key of the catalogue
    params: Mapping[str, object] = field(default_factory=dict)


def read_typed(visit: Visit) -> Typed:
    """Flags by path: what a field's reason or note says; foreign paths are refused by the desk."""
    flags: dict[str, Flag] = {}
    for name, reason in visit.fields.items():
        kind, _, path = name.partition(":")
        if kind != "flag" or len(flags) >= MAX_FLAGS:
            continue
        note = visit.fields.get(f"note:{path}", "").strip()[:MAX_NOTE]
        if reason or note:
            flags[path] = Flag(path, reason or "other", note)
    return Typed(flags, visit.fields.get("reason", ""), _text(visit, "note"), _outside(visit))


def read_revision(visit: Visit) -> int:
    """The revision the page was printed with; -1 matches none."""
    text = visit.fields.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def read_wanted(visit: Visit) -> Wanted:
    """The filters of the queue he came from."""
    return Wanted.parse(visit.fields.get("query", ""))


def _outside(visit: Visit) -> OutsideTyped:
    return OutsideTyped(
        result=visit.fields.get("result", ""),
        on=_text(visit, "on", 10),
        number=_text(visit, "paper_number", MAX_NUMBER),
        words=_text(visit, "words", MAX_WORDS),
        note=_text(visit, "family_note"),
        picture=visit.fields.get("picture_key", "")[:64],
    )


def _text(visit: Visit, name: str, limit: int = MAX_NOTE) -> str:
    """A browser writes each line's end as two characters."""
    return visit.fields.get(name, "").replace("\r\n", "\n").strip()[:limit]
