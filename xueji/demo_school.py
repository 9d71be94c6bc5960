"""The invented school as it stands at the start, made by the use cases of a real one.

First the registrar sets it up, then families come and answer, then staff decide; each at a moment
of the last nine days. Called by `demo`, once for a home.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Final

from registry import desk, families, setup
from registry.actors import Actor, Relation, Role
from registry.calendars import publish_year
from registry.desk import Verdict
from registry.frozen import frozen
from registry.schools import SchoolClass, Settings
from registry.setup import RosterRow
from registry.submissions import Act, Flag, State, Submission
from storage.database import Database
from storage.queries.panel import cases_of_child
from storage.unit import Unit
from web.house import House
from xueji.calendar import seed_calendar
from xueji.demo_doors import Cast
from xueji.demo_families import LATER, Family, answers_of, ask_for_help, fill, mend, send
from xueji.demo_later import LATER_PAPERS, School, ask_later
from xueji.demo_papers import household_first_page, household_page
from xueji.demo_people import (
    COHORTS,
    COMMITTEE,
    PRINCIPAL,
    REGISTRAR,
    SCHOOL_NAME,
    SCHOOL_TELEPHONE,
    VISITOR,
    Child,
    Progress,
    children,
)
from xueji.work import exhaust

LASTS: Final = timedelta(days=9)
A_DAY: Final = 20
"""Families that come in one day."""

FILLS: Final = 0.02
"""Days a family needs for the form: half an hour."""
RELATIONS: Final[Mapping[str, Relation]] = {"爸爸": Relation.father, "妈妈": Relation.mother}

_P = Progress
UNSENT: Final = frozenset({_P.absent, _P.opened, _P.filling, _P.promised, _P.asks_help})
DECLINES: Final = frozenset({_P.at_teacher, _P.returned, _P.corrected})
BLURRED: Final = frozenset({_P.returned, _P.corrected, _P.sent_back})
"""Who sent a blurred picture and half an address."""
PASSED_FIRST: Final = frozenset({_P.at_registrar, _P.sent_back, _P.rejected, _P.enrolled})
FLAGS: Final = (("home/home_address", "incomplete"), ("papers/household_page", "unreadable"))
"""What is asked of these families, by somebody who may see pictures: each with a reason."""


@frozen
class Staff:
    """The people of the school, as the use cases know them."""

    school_id: str
    registrar: Actor
    principal: Actor
    committee: tuple[Actor, ...]
    teachers: Mapping[str, Actor]  # by class id


@frozen
class Story:
    """The school, its families, and when what happens to each."""

    staff: Staff
    begins: datetime
    classes: Mapping[tuple[int, int], SchoolClass]
    students: Mapping[str, str] = field(repr=False)  # child's name → student id
    people: tuple[Child, ...] = field(repr=False)

    def at(self, index: int, days: float = 0) -> datetime:
        """When the family of that number comes, by day, on one of three; or so long after."""
        day, place = divmod(index, A_DAY)
        return self.begins + timedelta(days=3 + day + days, hours=place * 12 / A_DAY)


def found(db: Database, now: datetime) -> Story:
    """The school before any family came."""
    begins = (now - LASTS).replace(hour=8, minute=0, second=0, microsecond=0)
    entry_year = begins.year if begins.month >= 6 else begins.year - 1
    return db.write_now(lambda unit: _found(unit, begins, now, children(entry_year)))


async def play(house: House, story: Story) -> Cast:
    """Everything that happened since."""
    parents = await asyncio.gather(
        *(_come(house, story, index) for index in range(len(story.people)))
    )
    known = [one for one in parents if one is not None]
    for index, family in known:
        if family.child.progress not in UNSENT | {_P.claiming}:
            await send(_then(house, story.at(index, FILLS)), family)
    for index, family in known:
        await _review(house, story, index, family)
    await _ask_later(house, story, known)
    visitor = next(family for _, family in known if family.child.name == VISITOR)
    teacher = story.staff.teachers[story.classes[1, 1].id]
    staff = story.staff
    return Cast(
        staff.school_id,
        parent=visitor.actor_id,
        class_teacher=teacher.id,
        committee=staff.committee[0].id,
        registrar=staff.registrar.id,
        principal=staff.principal.id,
    )


# ---- the school


def _found(unit: Unit, now: datetime, today: datetime, people: tuple[Child, ...]) -> Story:
    school, found = setup.found_school(unit, SCHOOL_NAME, SCHOOL_TELEPHONE, REGISTRAR, now)
    registrar = unit.load_actor(school.id, found.id)
    settings = Settings(
        committee_helps=True,
        committee_days=3,
        class_days=2,
        school_days=5,
        leader_days=2,
        outside_days=10,
        leader_major="principal",
        undo_minutes=0,
        collection_until=(today + timedelta(days=12)).date(),
    )
    setup.change_settings(unit, registrar, settings, now)
    for year in seed_calendar(unit, registrar, now):
        publish_year(unit, registrar, year, now)
    principal = setup.add_staff(unit, registrar, PRINCIPAL, Role.principal, school.id, now)
    committee = tuple(
        setup.add_staff(unit, registrar, name, Role.committee, school.id, now)
        for name in COMMITTEE
    )
    classes, teachers = _add_classes(unit, registrar, now)
    students = _add_roster(unit, registrar, classes, people, now)
    staff = Staff(school.id, registrar, principal, committee, teachers)
    return Story(staff, now, classes, students, people)


def _add_classes(
    unit: Unit, registrar: Actor, now: datetime
) -> tuple[Mapping[tuple[int, int], SchoolClass], Mapping[str, Actor]]:
    classes: dict[tuple[int, int], SchoolClass] = {}
    teachers: dict[str, Actor] = {}
    entry_year = now.year if now.month >= 6 else now.year - 1
    for cohort in COHORTS:
        grade = setup.add_grade(unit, registrar, cohort.stage, cohort.number, entry_year, now)
        numbers = range(1, len(cohort.teachers) + 1)
        made = setup.add_classes(unit, registrar, grade.id, numbers, now)
        for school_class, name in zip(made, cohort.teachers, strict=True):
            classes[cohort.number, school_class.number] = school_class
            role, place = Role.class_teacher, school_class.id
            teachers[place] = setup.add_staff(unit, registrar, name, role, place, now)
    return classes, teachers


def _add_roster(
    unit: Unit,
    registrar: Actor,
    classes: Mapping[tuple[int, int], SchoolClass],
    people: Iterable[Child],
    now: datetime,
) -> Mapping[str, str]:
    students: dict[str, str] = {}
    for key, school_class in classes.items():
        mine = [child for child in people if (child.grade, child.class_number) == key]
        # Two of three had left a telephone number at enrolment.
        rows = [
            RosterRow(school_class.id, child.name, child.phone if number % 3 else "")
            for number, child in enumerate(mine)
        ]
        added = setup.add_roster(unit, registrar, rows, now)
        students |= {child.name: student.id for child, student in zip(mine, added, strict=True)}
    return students


# ---- families


async def _come(house: House, story: Story, index: int) -> tuple[int, Family] | None:
    """A family opens its slip, or the class link, and answers as far as it goes."""
    child = story.people[index]
    if child.progress is _P.absent:
        return None
    then = _then(house, story.at(index))
    actor_id = await then.db.write(lambda unit: _arrive(unit, story, child, then.clock()))
    first = await _drawn(child, index, household_first_page)
    photo = await _drawn(child, index, _own_page)
    family = Family(actor_id, child, _answers(child), photo, first)
    if child.progress is _P.opened:
        return index, family
    rests = child.progress in (_P.filling, _P.asks_help, _P.claiming)
    if rests:
        await fill(then, family, questions=child.turns_before_rest)
    else:
        await fill(then, family)
    if child.progress is _P.asks_help:
        await ask_for_help(then, family)
    return index, family


def _arrive(unit: Unit, story: Story, child: Child, now: datetime) -> str:
    school_id = story.staff.school_id
    person = families.arrive(unit, school_id, "zh_Hans", now)
    actor = unit.load_actor(school_id, person.id)
    relation = RELATIONS[child.relation]
    if child.progress is _P.claiming:
        class_id = story.classes[child.grade, child.class_number].id
        families.make_claim(unit, actor, class_id, child.name, relation, now)
    else:
        families.take_slip(unit, actor, story.students[child.name], relation, now)
    return person.id


def _answers(child: Child) -> Mapping[str, str]:
    answers = dict(answers_of(child))
    if child.progress in DECLINES:
        answers["committee_help"] = "不同意，请班主任核对"
    if child.progress is _P.promised:
        answers |= {"household_first_page": LATER, "household_page": LATER}
    if child.progress is _P.at_registrar and child.class_number == 2:
        answers["number_by"] = "我找不到，请学校向小学调取"  # of a child in grade 7
    if child.progress in BLURRED:
        answers["home_address"] = child.address[:8]
    return answers


async def _drawn(child: Child, index: int, draw: Callable[[Child, int], bytes]) -> bytes:
    needs_none = child.progress in (_P.opened, _P.claiming, _P.promised)
    return b"" if needs_none else await asyncio.to_thread(draw, child, index)


def _own_page(child: Child, index: int) -> bytes:
    return household_page(child, index, is_blurred=child.progress in BLURRED)


# ---- staff


async def _review(house: House, story: Story, index: int, family: Family) -> None:
    """What staff did with the case, a day or two after it came."""
    child, staff = family.child, story.staff
    if child.progress in PASSED_FIRST:
        await _decide(house, story, index, 1, staff.committee[index % 2], child, Act.approve)
    if child.progress in (_P.returned, _P.corrected):
        class_id = story.classes[child.grade, child.class_number].id
        await _decide(house, story, index, 1, staff.teachers[class_id], child, Act.return_)
    if child.progress is _P.sent_back:
        await _decide(house, story, index, 2, staff.registrar, child, Act.return_)
    if child.progress is _P.rejected:
        await _decide(house, story, index, 2, staff.registrar, child, Act.reject)
    if child.progress is _P.enrolled:
        await _decide(house, story, index, 2, staff.registrar, child, Act.approve)
        await exhaust(_then(house, story.at(index, 2)))
    if child.progress is _P.corrected:
        photo = await asyncio.to_thread(household_page, child, index)
        mended = replace(family, answers=answers_of(child), photo=photo)
        await mend(_then(house, story.at(index, 2)), mended)


async def _decide(
    house: House, story: Story, index: int, days: float, actor: Actor, child: Child, act: Act
) -> None:
    now = story.at(index, days)
    student_id = story.students[child.name]

    def decide(unit: Unit) -> State:
        head = cases_of_child(unit, actor, student_id, now.date())[0]
        case = desk.open_case(unit, actor, head.id, now)
        flags = _flags(case) if act is Act.return_ else ()
        reason = "not_our_school" if act is Act.reject else ""
        return desk.decide(
            unit, actor, Verdict(case.id, case.revision, act, flags, reason), now
        ).state

    await house.db.write(decide)


def _flags(case: Submission) -> tuple[Flag, ...]:
    content = case.content
    paths = {one.path for one in content.values} | {one.path for one in content.evidence}
    return tuple(Flag(path, reason) for path, reason in FLAGS if path in paths)


async def _ask_later(house: House, story: Story, known: Sequence[tuple[int, Family]]) -> None:
    """Papers of children who are enrolled by now."""
    by_name = {family.child.name: (index, family) for index, family in known}
    for later in LATER_PAPERS:
        index, family = by_name[later.child]
        class_id = story.classes[family.child.grade, family.child.class_number].id
        staff = story.staff
        people = {
            "principal": staff.principal,
            "registrar": staff.registrar,
            "teacher": staff.teachers[class_id],
        }
        student_id = story.students[later.child]
        school = School(staff.school_id, people, student_id)
        await ask_later(house, family, later, school, story.at(index, 2.1))


def _then(house: House, moment: datetime) -> House:
    """The same house, when it was that moment."""
    return replace(house, clock=lambda: moment)
