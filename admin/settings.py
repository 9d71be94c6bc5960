"""The school's own decisions: name, telephone, and everything of `admin.settings_fields`.

Called for `/panel/setup`. What the school has not said stays empty; nothing is invented (U1–U14).
All or nothing: every field that does not fit is named, and everything typed is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aiohttp import web

from admin.pages import back_to, show
from admin.settings_fields import FIELDS, SECTIONS, Field, Unread, read_number
from locales import WORDING, catalogue, say
from registry import setup
from registry.frozen import frozen
from registry.problems import Problem
from registry.schools import Grade, School, Settings
from registry.settings import settings_problems
from registry.values import KINDS
from storage import school_books
from storage.unit import Unit
from web.labels import grade_label
from web.visits import Visit

PLAN = "plan-"
"""Begins the name of a field that holds the places of one grade; its id follows (R234)."""

MOST_PLACES = 5000

_NAMES = (("name", "school_name"), ("telephone", "phone"))
"""The two fields that are no settings, and the kind of value each is."""

_AT: Mapping[str, str] = {
    # where a contradiction is shown; elsewhere the code ends with the field's name
    "settings.freeze_half": "freeze_until",
    "settings.freeze_order": "freeze_until",
    "settings.limits_exceed": "outside_days",
}


Fault = tuple[str, Problem]
"""The id of a field, and what is wrong with it."""


@frozen
class Line:
    """One field of the page."""

    name: str
    kind: str
    label: str
    hint: str
    value: str
    fault: str
    options: tuple[tuple[str, str], ...] = ()  # value, words


async def show_settings(visit: Visit) -> web.StreamResponse:
    """As the school stands."""
    return await _page(visit, _as_stored(visit.school))


async def save_settings(visit: Visit) -> web.StreamResponse:
    """Stored when nothing is wrong with it."""
    typed = {name: text.strip() for name, text in visit.fields.items()}
    actor, now = visit.person(), visit.now
    settings, found = _read(typed, visit.school.settings)
    if not found:
        found = [(_place(problem), problem) for problem in settings_problems(settings)]
    if found:
        return await _page(visit, typed, found)
    name, telephone = (KINDS[kind].read(typed.get(at, "")).text for at, kind in _NAMES)

    def store(unit: Unit) -> None:
        setup.change_settings(unit, actor, settings, now)
        school = unit.load_school(actor.school_id)
        if (school.name, school.telephone) != (name, telephone):
            setup.rename_school(unit, actor, name, telephone, now)

    await visit.house.db.write(store)
    return back_to("/panel/setup", done="saved")


def problem_values(problem: Problem | None, at: str = "") -> dict[str, object]:
    """What the set-up pages show above the form."""
    return {
        "problem": problem.code if problem else "",
        "params": problem.params if problem else {},
        "problem_at": at,
    }


def _read(typed: Mapping[str, str], before: Settings) -> tuple[Settings, list[Fault]]:
    """What was typed as settings, and every field that could not be read."""
    found = [
        (at, reading.problem)
        for at, kind in _NAMES
        if (reading := KINDS[kind].read(typed.get(at, ""))).problem is not None
    ]
    values: dict[str, object] = {}
    for field in FIELDS.values():
        try:
            values[field.name] = field.read(typed.get(field.name, ""))
        except Unread as unread:
            found.append((field.name, unread.problem))
    plans: dict[str, int] = {}
    for name, text in typed.items():
        grade_id = name.removeprefix(PLAN)
        try:
            places = read_number(text, 1, MOST_PLACES) if name.startswith(PLAN) else None
        except Unread as unread:
            found.append((name, unread.problem))
            continue
        if places is not None:
            plans[grade_id] = places
    values["committee_sees_evidence"] = (
        values["committee_sees_evidence"] and values["committee_helps"]
    )
    settings: Settings = replace(before, **values, grade_plans=plans)  # type: ignore[arg-type]
    return settings, found


def _place(problem: Problem) -> str:
    return _AT.get(problem.code, problem.code.rpartition(".")[2])


def _as_stored(school: School) -> dict[str, str]:
    settings = school.settings
    typed = {field.name: field.shown(settings) for field in FIELDS.values()}
    typed |= {f"{PLAN}{grade}": str(places) for grade, places in settings.grade_plans.items()}
    return {**typed, "name": school.name, "telephone": school.telephone}


async def _page(
    visit: Visit, typed: Mapping[str, str], found: Sequence[Fault] = ()
) -> web.StreamResponse:
    school_id = visit.person().school_id
    grades = await visit.house.db.read(lambda reader: school_books.grades(reader, school_id))
    lowest = sorted(grades, key=lambda grade: grade.number)
    faults = {at: _words(visit, problem) for at, problem in reversed(found)}
    lines = {
        section.code: [_line(visit, field, typed, faults) for field in section.fields]
        for section in SECTIONS
    }
    lines["sizes"] += [_plan_line(visit, grade, typed, faults) for grade in lowest]
    labels = {line.name: line.label for part in lines.values() for line in part}
    labels |= {at: say(f"panel.setup.{at}", visit.language) for at, _ in _NAMES}
    told = [(at, it, "" if "paper" in it.params else labels.get(at, "")) for at, it in found]
    values = {
        "name": typed.get("name", ""),
        "telephone": typed.get("telephone", ""),
        "sections": lines,
        "faults": [(at, label, _words(visit, problem)) for at, problem, label in told],
        "fault_of": faults,
        "part": "setup_school",
        **problem_values(None),
    }
    status = 422 if found else 200
    return await show(visit, "setup_school.html", values, here="setup", status=status)


def _words(visit: Visit, problem: Problem) -> str:
    params = dict(problem.params)
    if "paper" in params:
        params["paper"] = say(f"panel.paper.{params['paper']}", visit.language)
    code = "setup.empty" if problem.code == "value.empty" else problem.code
    return say(code, visit.language, params)


def _line(visit: Visit, field: Field, typed: Mapping[str, str], faults: Mapping[str, str]) -> Line:
    language, hint = visit.language, f"panel.setup.{field.name}_hint"
    return Line(
        field.name,
        field.kind,
        say(f"panel.setup.{field.name}", language),
        say(hint, language) if hint in catalogue(WORDING) else "",
        typed.get(field.name, ""),
        faults.get(field.name, ""),
        tuple((code, _option(code, language)) for code in field.options),
    )


def _option(code: str, language: str) -> str:
    return say(f"panel.role.{code}" if code else "panel.setup.no_leader", language)


def _plan_line(
    visit: Visit, grade: Grade, typed: Mapping[str, str], faults: Mapping[str, str]
) -> Line:
    name = f"{PLAN}{grade.id}"
    label = say("panel.setup.plan", visit.language, {"grade": grade_label(grade, visit.language)})
    return Line(name, "number", label, "", typed.get(name, ""), faults.get(name, ""))
