"""The school's own decisions: name, telephone, the switches of the committee, days, numbering.

Called for `/panel/setup`. What the school has not said stays empty; nothing is invented (U1–U14).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from aiohttp import web

from admin.pages import back_to, show
from registry import setup
from registry.problems import Problem
from registry.schools import School, Settings
from registry.values import KINDS
from storage.unit import Unit
from web.visits import Visit

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_BRANCH = re.compile(r"[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields as typed."""

    name: str
    telephone: str
    colour: str
    collection_until: str
    committee_helps: bool
    committee_sees_evidence: bool
    committee_days: str
    school_days: str
    undo_minutes: str
    number_branch: str
    claim_days: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A field that holds a whole number within bounds; some may be empty."""

    name: str
    least: int
    most: int
    may_be_empty: bool = False


_NUMBERS = (
    Whole("committee_days", 1, 60, may_be_empty=True),
    Whole("school_days", 1, 60, may_be_empty=True),
    Whole("undo_minutes", 0, 120),
    Whole("claim_days", 1, 365),
)


class Unfit(Exception):
    """A field cannot be stored. `at` is its id on the page."""

    def __init__(self, at: str, problem: Problem) -> None:
        """Hold no value."""
        super().__init__(problem.code)
        self.at = at
        self.problem = problem


async def show_settings(visit: Visit) -> web.StreamResponse:
    """As the school stands."""
    return await _page(visit, _form_of(visit.school))


async def save_settings(visit: Visit) -> web.StreamResponse:
    """All or nothing; a field that does not fit is named, and everything typed is kept."""
    form, actor, now = _typed(visit.fields), visit.person(), visit.now
    try:
        settings = _settings(form, visit.school.settings)
        name, telephone = _name_and_telephone(form)
    except Unfit as unfit:
        return await _page(visit, form, unfit)

    def store(unit: Unit) -> None:
        setup.change_settings(unit, actor, settings, now)
        school = unit.load_school(actor.school_id)
        if (school.name, school.telephone) != (name, telephone):
            setup.rename_school(unit, actor, name, telephone, now)

    await visit.house.db.write(store)
    return back_to("/panel/setup", done="saved")


def whole_number(text: str, field: Whole) -> int | None:
    """Raises: Unfit."""
    if not text and field.may_be_empty:
        return None
    if text.isdecimal() and len(text) <= 6 and field.least <= int(text) <= field.most:
        return int(text)
    raise Unfit(field.name, Problem("setup.number", {"least": field.least, "most": field.most}))


def _settings(form: Form, before: Settings) -> Settings:
    numbers = {field.name: whole_number(getattr(form, field.name), field) for field in _NUMBERS}
    if not _COLOUR.fullmatch(form.colour):
        raise Unfit("colour", Problem("setup.colour"))
    if not _BRANCH.fullmatch(form.number_branch):
        raise Unfit("number_branch", Problem("setup.branch_code"))
    return replace(
        before,
        committee_helps=form.committee_helps,
        committee_sees_evidence=form.committee_sees_evidence and form.committee_helps,
        committee_days=numbers["committee_days"],
        school_days=numbers["school_days"],
        undo_minutes=numbers["undo_minutes"] or 0,
        claim_days=numbers["claim_days"] or before.claim_days,
        number_branch=form.number_branch,
        colour=form.colour,
        collection_until=_day(form.collection_until),
    )


def _name_and_telephone(form: Form) -> tuple[str, str]:
    name = KINDS["school_name"].read(form.name)
    if name.problem is not None:
        raise Unfit("name", name.problem)
    telephone = KINDS["phone"].read(form.telephone)
    if telephone.problem is not None:
        raise Unfit("telephone", telephone.problem)
    return name.text, telephone.text


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unfit("collection_until", Problem("value.date_shape")) from None


def _typed(fields: Mapping[str, str]) -> Form:
    def text(name: str) -> str:
        return fields.get(name, "").strip()

    return Form(
        name=text("name"),
        telephone=text("telephone"),
        colour=text("colour"),
        collection_until=text("collection_until"),
        committee_helps=text("committee_helps") == "yes",
        committee_sees_evidence=text("committee_sees_evidence") == "yes",
        committee_days=text("committee_days"),
        school_days=text("school_days"),
        undo_minutes=text("undo_minutes"),
        number_branch=text("number_branch"),
        claim_days=text("claim_days"),
    )


def _form_of(school: School) -> Form:
    settings = school.settings
    until = settings.collection_until
    return Form(
        school.name,
        school.telephone,
        settings.colour,
        until.isoformat() if until else "",
        settings.committee_helps,
        settings.committee_sees_evidence,
        str(settings.committee_days or ""),
        str(settings.school_days or ""),
        str(settings.undo_minutes),
        settings.number_branch,
        str(settings.claim_days),
    )


async def _page(visit: Visit, form: Form, unfit: Unfit | None = None) -> web.StreamResponse:
    values = {
        "form": form,
        "part": "setup_school",
        **problem_values(unfit.problem if unfit else None, unfit.at if unfit else ""),
    }
    status = 422 if unfit else 200
    return await show(visit, "setup_school.html", values, here="setup", status=status)


def problem_values(problem: Problem | None, at: str = "") -> dict[str, object]:
    """What the set-up pages show above the form."""
    return {
        "problem": problem.code if problem else "",
        "params": problem.params if problem else {},
        "problem_at": at,
    }
