"""What the pages read: only within reach, in order, page by page."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from registry.actors import Actor, Grant, Role, Scope
from registry.problems import NotThere
from registry.records import Claim, Task, TaskKind
from registry.students import Status
from registry.submissions import Act, Decision, Flag, State
from storage import dialogue, evidence, queries
from storage.database import Database
from storage.evidence import NewFile
from storage.files import StoredFile
from storage.queries import QueueFilter, RegisterFilter
from storage.unit import Unit
from tests.support.world import (
    NOW,
    TODAY,
    World,
    add_person,
    make_draft,
    make_student,
    make_submission,
    make_world,
)


@dataclass(frozen=True, slots=True)
class Two:
    """Two schools; in the first one a case waits at the committee's step."""

    here: World
    there: World
    case_id: str


@pytest.fixture
def two(db: Database) -> Two:
    def fill(unit: Unit) -> Two:
        here, there = make_world(unit, 1), make_world(unit, 2)
        for world in (there, here):
            case = make_submission(unit, world, unit.next_receipt(world.school.id))
            unit.add_submission(case)
            unit.keep_round(case, case.content)
        return Two(here, there, case.id)

    return db.write_now(fill)


def waiting(db: Database, actor: Actor, **filters: object) -> list[str]:
    wanted = QueueFilter(**filters)  # type: ignore[arg-type]
    found = db.read_now(lambda unit: queries.queue(unit, actor, wanted, TODAY))
    assert found.total == len(found.items)
    return [item.id for item in found.items]


# ---- the queue


def test_a_case_waits_for_the_role_of_its_step_only(db: Database, two: Two) -> None:
    assert waiting(db, two.here.committee) == [two.case_id]
    assert waiting(db, two.here.registrar) == []
    assert waiting(db, two.here.teacher) == []
    assert waiting(db, two.here.guardian) == []
    assert two.case_id not in waiting(db, two.there.committee)


def test_a_declined_committee_leaves_the_step_to_the_class_teacher(
    db: Database, two: Two
) -> None:  # K1
    def decline(unit: Unit) -> None:
        case = unit.load_submission(two.here.school.id, two.case_id)
        unit.save_submission(replace(case, committee_helps=False))

    db.write_now(decline)
    assert waiting(db, two.here.committee) == []
    assert waiting(db, two.here.teacher) == [two.case_id]


def test_nobody_sees_his_own_childs_case_in_the_queue(db: Database, two: Two) -> None:  # K1
    member = replace(two.here.committee, links=two.here.guardian.links)
    assert waiting(db, member) == []
    with pytest.raises(NotThere):
        db.read_now(lambda unit: queries.case_view(unit, member, two.case_id, TODAY))


@pytest.mark.parametrize(
    ("filters", "is_found"),
    [
        pytest.param({"states": (State.in_review,)}, True, id="state"),
        pytest.param({"states": (State.returned,)}, False, id="another state"),
        pytest.param({"form_id": "new_student"}, True, id="form"),
        pytest.param({"form_id": "info_change"}, False, id="another form"),
        pytest.param({"number": 1}, True, id="receipt"),
        pytest.param({"number": 2}, False, id="another receipt"),
        pytest.param({"is_resubmitted": True}, False, id="resubmitted"),
        pytest.param({"class_id": "missing"}, False, id="another class"),
    ],
)
def test_the_queue_is_filtered(
    db: Database, two: Two, filters: dict[str, object], is_found: bool
) -> None:
    assert waiting(db, two.here.committee, **filters) == ([two.case_id] if is_found else [])


def test_pages_follow_each_other_without_gap_or_repeat(db: Database, world: World) -> None:
    def fill(unit: Unit) -> None:
        for number in range(1, 24):
            case = make_submission(unit, world, number)
            unit.add_submission(replace(case, waiting_since=NOW + timedelta(hours=number // 4)))

    db.write_now(fill)
    seen, after = [], None
    while True:
        page = db.read_now(
            lambda unit, after=after: queries.queue(
                unit, world.committee, QueueFilter(), TODAY, after, limit=5
            )
        )
        assert page.total == 23
        seen += [(item.waiting_since, item.id) for item in page.items]
        after = page.next
        if after is None:
            break
    assert len(seen) == 23
    assert seen == sorted(set(seen))


def test_the_queue_names_the_child_and_who_is_looking(db: Database, two: Two) -> None:
    page = db.read_now(lambda unit: queries.queue(unit, two.here.committee, QueueFilter(), TODAY))
    (item,) = page.items
    assert (item.child_name, item.number, item.leased_by) == ("张小涵", 1, None)
    counts = db.read_now(lambda unit: queries.queue_counts(unit, two.here.committee, TODAY))
    assert counts == {State.in_review: 1}


def test_an_opened_case_shows_everything_in_one_value(db: Database, two: Two) -> None:
    case = db.read_now(
        lambda unit: queries.case_view(unit, two.here.registrar, two.case_id, TODAY)
    )
    assert case.submission.id == two.case_id
    assert case.student == two.here.student
    assert case.rounds == (case.submission.content,)
    assert case.names == {two.here.guardian.id: "张guardian"}


def test_a_foreign_case_is_as_missing_as_a_missing_one(db: Database, two: Two) -> None:
    for case_id in (two.case_id, "missing"):
        with pytest.raises(NotThere):
            db.read_now(
                lambda unit, one=case_id: queries.case_view(unit, two.there.registrar, one, TODAY)
            )


# ---- the class


def overview(db: Database, actor: Actor, world: World) -> tuple[queries.ChildProgress, ...]:
    return db.read_now(
        lambda unit: queries.class_overview(
            unit, actor, world.school_class.id, "new_student", "2026", TODAY
        )
    )


def test_the_teacher_sees_who_is_how_far(db: Database, two: Two) -> None:
    def add(unit: Unit) -> None:
        unit.add_student(make_student(unit, two.here.school_class))
        dialogue.save_draft(unit, two.here.draft, 0, 7, 18, "child/sex", NOW)

    db.write_now(add)
    started, fresh = overview(db, two.here.teacher, two.here)
    assert (started.done, started.total, started.asking) == (7, 18, "child/sex")
    assert (started.state, started.number, started.family) == (State.in_review, 1, 1)
    assert (fresh.draft_id, fresh.state, fresh.family) == (None, None, 0)


def test_a_class_out_of_reach_is_empty(db: Database, two: Two) -> None:
    assert overview(db, two.there.teacher, two.here) == ()
    assert overview(db, two.here.committee, two.here) == ()
    assert overview(db, two.there.registrar, two.here) == ()
    assert len(overview(db, two.here.registrar, two.here)) == 1


def test_a_grant_that_is_over_reaches_nothing(db: Database, two: Two) -> None:
    over = Grant(
        Role.registrar, Scope.school, two.here.school.id, date(2025, 1, 1), date(2026, 1, 1)
    )
    assert overview(db, replace(two.here.registrar, grants=(over,)), two.here) == ()
    assert overview(db, replace(two.here.registrar, is_active=False), two.here) == ()


def test_claims_and_tasks_reach_the_teacher_of_the_class(db: Database, two: Two) -> None:
    here = two.here

    def add(unit: Unit) -> Claim:
        claim = Claim(
            unit.new_id(), here.school.id, here.school_class.id, here.guardian.id, "张小涵",
            "father", NOW,
        )  # fmt: skip
        unit.add_claim(claim)
        unit.add_task(
            Task(
                "help:1",
                here.school.id,
                here.school_class.id,
                Role.class_teacher,
                TaskKind.help,
                here.student.id,
                here.guardian.id,
                "task.help",
                NOW,
                {"path": "a"},
            )
        )
        return claim

    claim = db.write_now(add)
    (row,) = db.read_now(lambda unit: queries.claims_of(unit, here.teacher, TODAY))
    assert (row.claim, row.claimant) == (claim, "张guardian")
    (task,) = db.read_now(lambda unit: queries.tasks_of(unit, here.teacher, TODAY))
    assert (task.key, task.ids) == ("help:1", {"path": "a"})
    for other in (two.there.teacher, here.committee, here.registrar):
        assert db.read_now(lambda unit, one=other: queries.tasks_of(unit, one, TODAY)) == ()
    assert db.read_now(lambda unit: queries.claims_of(unit, two.there.teacher, TODAY)) == ()


# ---- the register


def listed(db: Database, actor: Actor, **filters: object) -> list[str]:
    wanted = RegisterFilter(**filters)  # type: ignore[arg-type]
    found = db.read_now(lambda unit: queries.register_list(unit, actor, wanted, TODAY))
    counted = db.read_now(lambda unit: queries.register_count(unit, actor, wanted, TODAY))
    assert counted == len(found)
    return [student.id for student in found]


def test_the_register_finds_by_whole_number_only(db: Database, two: Two) -> None:
    number = "99999920180312002X"

    def add(unit: Unit) -> str:
        child = make_student(unit, two.here.school_class, id_number=number)
        unit.add_student(replace(child, student_number="202601010101", status=Status.enrolled))
        return child.id

    child_id = db.write_now(add)
    registrar = two.here.registrar
    assert listed(db, registrar) == [two.here.student.id, child_id]
    assert listed(db, registrar, id_number=number.lower()) == [child_id]
    assert listed(db, registrar, id_number=number[:-1]) == []
    assert listed(db, registrar, student_number="202601010101") == [child_id]
    assert listed(db, registrar, status=Status.expected) == [two.here.student.id]
    assert listed(db, two.there.registrar, id_number=number) == []
    assert listed(db, two.here.committee) == []


# ---- the family


def test_a_family_sees_its_children_papers_and_teacher(db: Database, two: Two) -> None:
    here = two.here
    db.write_now(
        lambda unit: dialogue.add_address(unit, here.teacher.id, "telephone", "13900000000")
    )
    view = db.read_now(lambda unit: queries.family_view(unit, here.guardian))
    (child,) = view.children
    assert (child.student, child.school_class, child.grade) == (
        here.student, here.school_class, here.grade,
    )  # fmt: skip
    assert (child.teacher.name, child.teacher.phone) == ("张class_teacher", "13900000000")
    (draft,) = view.drafts
    assert draft.case is not None
    assert (draft.id, draft.case.number, draft.case.state) == (here.draft.id, 1, State.in_review)
    assert view.claims == ()


def test_a_returned_paper_carries_its_flags(db: Database, two: Two) -> None:
    here, flags = two.here, (Flag("child/full_name", "differs"),)

    def give_back(unit: Unit) -> None:
        case = unit.load_submission(here.school.id, two.case_id)
        unit.save_submission(replace(case, state=State.returned))
        unit.add_decision(
            Decision(
                unit.new_id(),
                case.id,
                Act.return_,
                here.committee.id,
                Role.committee,
                1,
                0,
                State.in_review,
                NOW,
                NOW,
                flags,
            )
        )

    db.write_now(give_back)
    view = db.read_now(lambda unit: queries.family_view(unit, here.guardian))
    case = view.drafts[0].case
    assert case is not None
    assert case.returned is not None
    assert case.returned.flags == flags


def test_a_claimant_sees_his_claim_and_no_child(db: Database, two: Two) -> None:
    here = two.here

    def add(unit: Unit) -> Actor:
        claimant = add_person(unit, here.school, Role.guardian, Scope.own, "")
        claim = Claim(
            unit.new_id(), here.school.id, here.school_class.id, claimant.id, "张小涵", "father",
            NOW,
        )  # fmt: skip
        unit.add_claim(claim)
        mine = replace(
            make_draft(unit, here.student, claimant), student_id=None, claim_id=claim.id
        )
        dialogue.add_draft(unit, mine, NOW)
        return claimant

    claimant = db.write_now(add)
    view = db.read_now(lambda unit: queries.family_view(unit, claimant))
    assert (view.children, len(view.claims), len(view.drafts)) == ((), 1, 1)
    assert view.claims[0].school_class == here.school_class


def test_a_file_is_found_with_what_the_policy_asks(db: Database, two: Two) -> None:
    here = two.here
    stored = StoredFile("ab" * 16, 10, b"\1" * 32)
    new = NewFile(here.school.id, here.draft.id, here.guardian.id, stored, "cd" * 16, 640, 480)
    db.write_now(lambda unit: evidence.add_file(unit, new, NOW))
    for file_id in ("ab" * 16, "cd" * 16):
        found = db.read_now(
            lambda unit, one=file_id: evidence.find_file(unit, here.school.id, one)
        )
        assert (found.id, found.student_id, found.class_id, found.grade_id) == (
            "ab" * 16, here.student.id, here.school_class.id, here.grade.id,
        )  # fmt: skip
    assert db.read_now(evidence.known_ids) == {"ab" * 16, "cd" * 16}
    with pytest.raises(NotThere):
        db.read_now(lambda unit: evidence.find_file(unit, two.there.school.id, "ab" * 16))
