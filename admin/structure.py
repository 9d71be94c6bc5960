"""Grades and classes of the school. Called for `/panel/setup/classes` and `…/grades`."""

import re
from collections.abc import Sequence

from aiohttp import web

from admin.pages import back_to, show
from admin.places import ClassPlace, Places, read_places
from admin.settings import problem_values
from registry import setup
from registry.frozen import frozen
from registry.problems import Problem, RuleError
from registry.schools import Grade, Stage
from storage import school_books
from storage.unit import Unit
from web.labels import grade_label
from web.visits import Visit

STAGES = {Stage.primary: range(1, 7), Stage.junior: range(7, 10), Stage.senior: range(10, 13)}
MOST_CLASSES = 40
MAX_TYPED = 60

_RANGE = re.compile(r"([0-9]{1,2})\s*[-—–~至到]\s*([0-9]{1,2})")


@frozen
class ClassItem:
    """One class of a grade."""

    number: int
    teacher: str


@frozen
class GradeItem:
    """One grade with its classes."""

    id: str
    label: str
    entry_year: int
    classes: tuple[ClassItem, ...]
    typed: str = ""  # numbers that were not taken


@frozen
class GradeChoice:
    """One grade that can be added."""

    key: str
    label: str
    is_on: bool


async def show_classes(visit: Visit) -> web.StreamResponse:
    """What there is, and the forms to add."""
    return await _page(visit)


async def add_grade(visit: Visit) -> web.StreamResponse:
    """A cohort: the children who entered in one year."""
    actor, now = visit.person(), visit.now
    number, year = visit.fields.get("grade", ""), visit.fields.get("entry_year", "").strip()
    stage = next((one for one, grades in STAGES.items() if number in map(str, grades)), None)
    if stage is None or not re.fullmatch(r"20[0-9]{2}", year):
        return await _page(visit, Problem("setup.entry_year"), "entry_year")

    def add(unit: Unit) -> bool:
        there = school_books.grades(unit, actor.school_id)
        if any((one.stage, one.entry_year) == (stage, int(year)) for one in there):
            return False
        setup.add_grade(unit, actor, stage, int(number), int(year), now)
        return True

    if not await visit.house.db.write(add):
        return await _page(visit, Problem("setup.grade_exists"), "grade")
    return back_to("/panel/setup/classes", done="added")


async def add_classes(visit: Visit) -> web.StreamResponse:
    """Classes by number: 1-4, or 1 2 5. One that is there already is left as it is."""
    actor, now, grade_id = visit.person(), visit.now, visit.fields.get("grade", "")
    numbers = read_numbers(visit.fields.get("numbers", ""))
    if not numbers:
        return await _page(visit, Problem("setup.class_number"), f"numbers-{grade_id}")

    def add(unit: Unit) -> None:
        there = {
            one.number
            for one in school_books.classes(unit, actor.school_id)
            if one.grade_id == grade_id
        }
        setup.add_classes(unit, actor, grade_id, [n for n in numbers if n not in there], now)

    try:
        await visit.house.db.write(add)
    except RuleError as refused:
        if refused.code != "setup.class_number":
            raise
        return await _page(visit, Problem(refused.code), f"numbers-{grade_id}")
    return back_to("/panel/setup/classes", done="added")


def read_numbers(text: str) -> tuple[int, ...]:
    """1-4, 6 → 1, 2, 3, 4, 6; () for what cannot be read."""
    found: list[int] = []
    for part in re.split(r"[\s,，、;；]+", re.sub(r"\s*([-—–~至到])\s*", r"\1", text.strip())):
        ends = _RANGE.fullmatch(part)
        if ends:
            found += range(int(ends.group(1)), int(ends.group(2)) + 1)
        elif part.isdecimal() and len(part) < 3:
            found.append(int(part))
        else:
            return ()
    return tuple(dict.fromkeys(found)) if len(found) <= MOST_CLASSES else ()


async def _page(visit: Visit, problem: Problem | None = None, at: str = "") -> web.StreamResponse:
    actor = visit.person()
    grades, places = await visit.house.db.read(
        lambda unit: (
            school_books.grades(unit, actor.school_id),
            read_places(unit, actor.school_id, visit.language),
        )
    )
    values = {
        "part": "setup_classes",
        "grades": tuple(
            _grade(visit, one, places) for one in sorted(grades, key=lambda one: one.number)
        ),
        "choices": _choices(visit, grades),
        "entry_year": visit.fields.get("entry_year", str(visit.today.year)),
        **problem_values(problem, at),
    }
    status = 422 if problem else 200
    return await show(visit, "setup_classes.html", values, here="setup", status=status)


def _grade(visit: Visit, grade: Grade, places: Places) -> GradeItem:
    mine: Sequence[ClassPlace] = [one for one in places.values() if one.grade.id == grade.id]
    classes = tuple(ClassItem(one.school_class.number, one.teacher) for one in mine)
    label, is_in_hand = grade_label(grade, visit.language), visit.fields.get("grade") == grade.id
    typed = visit.fields.get("numbers", "")[:MAX_TYPED] if is_in_hand else ""
    return GradeItem(grade.id, label, grade.entry_year, classes, typed)


def _choices(visit: Visit, grades: Sequence[Grade]) -> tuple[GradeChoice, ...]:
    wanted = visit.fields.get("grade", "")
    return tuple(
        GradeChoice(
            str(number),
            grade_label(Grade("", "", stage, number, 0), visit.language),
            str(number) == wanted,
        )
        for stage, numbers in STAGES.items()
        for number in numbers
    )
