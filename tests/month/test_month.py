"""A simulated month of three hundred new families: everything is consistent at the end.

Families come by slip or class link, stop and come back, promise, take back, mend and give up;
staff decide every evening, undo, leave things lying; jobs and notices run. Nothing is asked of
the outside world: the clock is the test's.
"""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot import sender
from registry import families
from registry.actors import Relation
from registry.students import Status
from registry.submissions import Act, Decision, State, Submission
from storage import audit
from storage import tables as t
from storage.images import Images
from storage.review_books import decisions, rounds, submission_from
from storage.unit import Unit
from tests.month.people import Plan, Standing, Way, plans
from tests.month.phone import mend, sit, take_back
from tests.month.school import (
    CLASSES,
    Month,
    accept_claims,
    add_children,
    an_evening,
    open_month,
)
from tests.support.site import ZONE, photo
from web.house import House
from xueji import work
from xueji.demo_families import LATER, PHOTO, Family, answers_of

SEED = 20260901
FAMILIES = 300
DAYS = 30
BEGINS = datetime(2026, 8, 20, 7, 0, tzinfo=ZONE)
HALVES = frozenset({Way.bit_by_bit, Way.by_class_link})
"""Ways that stop at a question until the last sitting."""


@pytest.fixture(scope="module")
def images() -> Iterator[Images]:
    made = Images()
    yield made
    made.close()


@pytest.fixture(scope="module")
async def lived(
    tmp_path_factory: pytest.TempPathFactory, images: Images
) -> AsyncIterator[tuple[Month, list[Standing]]]:
    """The month, once."""
    home: Path = tmp_path_factory.mktemp("month")
    month = open_month(home, images, SEED, BEGINS)
    standings = _enrol(month)
    for day in range(DAYS):
        await _day(month, standings, day)
    await _night(month, BEGINS + timedelta(days=DAYS, hours=16))
    yield month, standings
    month.house.db.close()


def _enrol(month: Month) -> list[Standing]:
    families_planned = list(plans(SEED, FAMILIES, CLASSES, 2026))
    by_class: dict[int, list[Plan]] = defaultdict(list)
    for plan in families_planned:
        by_class[plan.child.class_number].append(plan)
    names = {number: [plan.child.name for plan in mine] for number, mine in by_class.items()}
    ids = add_children(month, names, BEGINS)
    ordered = [plan for mine in by_class.values() for plan in mine]
    return [Standing(plan, student) for plan, student in zip(ordered, ids, strict=True)]


async def _day(month: Month, standings: list[Standing], day: int) -> None:
    await asyncio.gather(*(_sit_down(month, one, day) for one in standings))
    evening = BEGINS + timedelta(days=day, hours=15)
    students = {
        (month.classes[one.plan.child.class_number - 1], one.plan.child.name): one.student_id
        for one in standings
    }
    accept_claims(month, students, evening)
    an_evening(month, evening)
    await _night(month, evening + timedelta(minutes=10))


async def _night(month: Month, moment: datetime) -> None:
    house = month.then(moment)
    await work.exhaust(house)
    await sender.exhaust(house)


# ---- families


async def _sit_down(month: Month, standing: Standing, day: int) -> None:
    plan = standing.plan
    if plan.way is Way.never:
        return
    house = month.then(BEGINS + timedelta(days=day, hours=plan.hour - 7))
    if not standing.is_sent and day in plan.sits:
        await _fill(month, house, standing, day)
    elif standing.is_sent:
        await mend(house, _family(standing, promises=False))


async def _fill(month: Month, house: House, standing: Standing, day: int) -> None:
    plan = standing.plan
    if not standing.actor_id:
        standing.actor_id = await house.db.write(
            lambda unit: _arrive(unit, month, standing, house.clock())
        )
    is_last = day == plan.sits[-1]
    if plan.way is Way.gives_up or (plan.way in HALVES and not is_last):
        await sit(house, _family(standing), questions=plan.first_questions, sends=False)
        return
    if plan.way is Way.promises and not is_last:
        await sit(house, _family(standing, promises=True), sends=False)
        return
    family = _family(standing)
    standing.is_sent = await sit(house, family)
    if plan.way is Way.recalls and standing.is_sent:
        await take_back(house, family)
        standing.has_recalled = await sit(house, family)


def _family(standing: Standing, *, promises: bool = False) -> Family:
    plan = standing.plan
    answers = dict(answers_of(plan.child))
    if not plan.lets_committee_help:
        answers["committee_help"] = "不同意，请班主任核对"
    if promises:
        answers = {key: LATER if said == PHOTO else said for key, said in answers.items()}
    return Family(standing.actor_id, plan.child, answers, photo(640, 480))


def _arrive(unit: Unit, month: Month, standing: Standing, now: datetime) -> str:
    child = standing.plan.child
    actor = families.arrive(unit, month.school_id, "zh_Hans", now)
    actor = unit.load_actor(month.school_id, actor.id)
    if standing.plan.way is Way.by_class_link:
        class_id = month.classes[child.class_number - 1]
        families.make_claim(unit, actor, class_id, child.name, Relation.mother, now)
    else:
        families.take_slip(unit, actor, standing.student_id, Relation.mother, now)
    return actor.id


# ---- what must hold


def _cases(unit: Unit) -> list[Submission]:
    rows = unit.every(t.submission.select().order_by(t.submission.c.number), {})
    return [submission_from(unit, row) for row in rows]


def _made(unit: Unit, case: Submission) -> list[Decision]:
    return list(decisions(unit, case.id))


def test_the_month_was_a_real_one(lived: tuple[Month, list[Standing]]) -> None:
    month, standings = lived
    states = month.house.db.read_now(lambda unit: Counter(case.state for case in _cases(unit)))
    acts = month.house.db.read_now(
        lambda unit: Counter(d.act for case in _cases(unit) for d in _made(unit, case))
    )
    assert {one.plan.way for one in standings} == set(Way)
    assert states[State.effective] > FAMILIES // 2
    assert states[State.rejected] > 0
    assert acts[Act.return_] > 20
    print(f"seed {SEED}: {dict(states)}, {dict(acts)}")


def test_the_record_of_acts_is_whole(lived: tuple[Month, list[Standing]]) -> None:
    month, _ = lived
    assert month.house.db.read_now(lambda unit: audit.verify(unit, month.school_id)) is None


def test_children_are_enrolled_by_a_case_and_only_so(
    lived: tuple[Month, list[Standing]],
) -> None:
    """R97, R98, R185, R195: one number a child, none twice, none without an approved case."""
    month, standings = lived

    def look_at(unit: Unit) -> None:
        effective = {
            case.student_id: case for case in _cases(unit) if case.state is State.effective
        }
        numbers = []
        for one in standings:
            student = unit.load_student(month.school_id, one.student_id)
            changes = unit.every(
                t.status_change.select().where(t.status_change.c.student_id == student.id), {}
            )
            case = effective.get(student.id)
            assert (student.status is Status.enrolled) == (case is not None)
            assert len(changes) == (case is not None)
            assert (student.student_number is None) == (case is None)
            if case is not None:
                numbers.append(student.student_number)
                said = case.content.fields()
                assert {code: student.fields[code] for code in said} == dict(said)
                assert changes[0].submission_id == case.id
        assert len(set(numbers)) == len(numbers)
        by_class = defaultdict(list)
        for number in numbers:
            by_class[number[:10]].append(int(number[10:]))
        for taken in by_class.values():
            assert sorted(taken) == list(range(1, len(taken) + 1))

    month.house.db.read_now(look_at)


def test_nothing_confirmed_was_lost(lived: tuple[Month, list[Standing]]) -> None:
    """What a family said stands in what it sent, in its last words."""
    month, standings = lived

    def look_at(unit: Unit) -> int:
        by_student = {case.student_id: case for case in _cases(unit)}
        seen = 0
        for one in standings:
            case = by_student.get(one.student_id)
            assert (case is not None) == one.is_sent
            if case is None:
                continue
            fields = case.content.fields()
            child = one.plan.child
            assert fields["full_name"] == child.name
            assert fields["id_number"] == child.id_number
            assert fields["birth_date"] == child.birth_date.isoformat()
            assert fields["sex"] == child.sex
            assert fields["phone"] == child.phone
            assert fields["home_address"] == child.address
            assert case.content.evidence
            assert case.content.signature is not None
            seen += 1
        return seen

    assert month.house.db.read_now(look_at) > FAMILIES * 0.8


def test_rounds_and_steps_are_in_order(lived: tuple[Month, list[Standing]]) -> None:
    """R17: every round is kept; R15, R18: nobody takes two steps of one case."""
    month, _ = lived

    def look_at(unit: Unit) -> None:
        for case in _cases(unit):
            assert len(rounds(unit, month.school_id, case.id)) == case.round
            valid = [d for d in _made(unit, case) if d.undone_at is None]
            takers = defaultdict(set)
            for decision in valid:
                takers[decision.actor_id].add(decision.step)
            assert all(len(steps) == 1 for steps in takers.values())
            assert all(a.at <= b.at for a, b in pairwise(valid))

    month.house.db.read_now(look_at)


def test_every_standing_decision_was_told_once_and_no_undone_one(
    lived: tuple[Month, list[Standing]],
) -> None:
    month, _ = lived

    def look_at(unit: Unit) -> None:
        owed = Counter(row.cause for row in unit.every(t.notice.select(), {}))
        for case in _cases(unit):
            family = unit.linked_actors(month.school_id, case.student_id)
            for decision in _made(unit, case):
                expected = 0 if decision.undone_at is not None else len(family)
                assert owed[decision.id] == expected, (decision.act, decision.undone_at)

    month.house.db.read_now(look_at)


def test_acts_and_record_agree(lived: tuple[Month, list[Standing]]) -> None:
    """R231: as many events as acts."""
    month, _ = lived

    def look_at(unit: Unit) -> None:
        events = Counter(row.name for row in unit.every(t.event.select(), {}))
        made = [d for case in _cases(unit) for d in _made(unit, case)]
        acts = Counter(d.act for d in made)
        assert events["review.submission.approved"] == acts[Act.approve]
        assert events["review.submission.returned"] == acts[Act.return_]
        assert events["review.submission.rejected"] == acts[Act.reject]
        assert events["review.decision.undone"] == sum(d.undone_at is not None for d in made)
        sent = sum(case.round for case in _cases(unit))
        assert events["submission.form.sent"] == sent
        for row in unit.every(t.event.select(), {}):
            assert all(isinstance(one, str | int) for one in json.loads(row.ids).values())

    month.house.db.read_now(look_at)


def test_nothing_is_left_lying(lived: tuple[Month, list[Standing]]) -> None:
    month, _ = lived
    late = BEGINS + timedelta(days=DAYS, hours=16)

    def look_at(unit: Unit) -> None:
        due = unit.every(t.job.select().where(t.job.c.state != "done", t.job.c.due <= late), {})
        assert [row.kind for row in due] == []
        assert all(row.tries <= 1 for row in unit.every(t.job.select(), {}))
        for case in _cases(unit):
            assert case.state is not State.approved

    month.house.db.read_now(look_at)
