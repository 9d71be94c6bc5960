"""Children and claims: one owner of a number, one decision on a claim."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from registry.actors import Role, Scope
from registry.records import Claim, ClaimState
from registry.students import Status, StatusChange
from storage import claimed, dialogue
from storage.database import Database
from storage.unit import Unit
from tests.support.world import (
    NOW,
    TODAY,
    World,
    add_person,
    make_draft,
    make_student,
    make_world,
    record,
    refusal,
)

ID_NUMBER = "99999920180312002X"  # unassigned region


def test_a_student_comes_back_and_a_stale_copy_is_refused(db: Database, world: World) -> None:
    enrolled = replace(world.student, status=Status.enrolled, student_number="202601010101")
    db.write_now(lambda unit: unit.save_student(enrolled))
    found = db.read_now(lambda unit: unit.load_student(world.school.id, world.student.id))
    assert found == replace(enrolled, revision=1)
    assert refusal(db, lambda unit: unit.save_student(enrolled)) == "student.changed"


def test_an_id_number_belongs_to_one_child_however_typed(db: Database, world: World) -> None:
    fields = {**world.student.fields, "id_number": ID_NUMBER}
    db.write_now(lambda unit: unit.save_student(replace(world.student, fields=fields)))

    def add_second(unit: Unit) -> None:
        unit.add_student(make_student(unit, world.school_class, id_number=ID_NUMBER.lower()))

    assert refusal(db, add_second) == "student.id_number_taken"
    found = db.read_now(
        lambda unit: unit.student_with_id_number(world.school.id, f" {ID_NUMBER.lower()} ")
    )
    assert found == world.student.id


def test_the_same_id_number_in_another_school_says_nothing(db: Database, world: World) -> None:
    fields = {**world.student.fields, "id_number": ID_NUMBER}
    db.write_now(lambda unit: unit.save_student(replace(world.student, fields=fields)))
    other = db.write_now(lambda unit: make_world(unit, 2))
    assert (
        db.read_now(lambda unit: unit.student_with_id_number(other.school.id, ID_NUMBER)) is None
    )


def test_a_student_number_is_never_given_again(db: Database, world: World) -> None:  # R207
    numbered = replace(world.student, student_number="202601010101")
    db.write_now(lambda unit: unit.save_student(numbered))
    db.write_now(
        lambda unit: unit.save_student(replace(numbered, student_number=None, revision=1))
    )
    taken = db.write_now(lambda unit: unit.taken_numbers(world.school.id, "20260101"))
    assert taken == {"202601010101"}

    def add_second(unit: Unit) -> None:
        second = make_student(unit, world.school_class)
        unit.add_student(replace(second, student_number="202601010101"))

    assert refusal(db, add_second) == "student.number_taken"


def test_taken_numbers_are_those_of_the_prefix(db: Database, world: World) -> None:
    def add(unit: Unit) -> None:
        for number in ("202601010999", "202601020101", "202501010101"):
            child = make_student(unit, world.school_class)
            unit.add_student(replace(child, student_number=number))

    db.write_now(add)
    taken = db.write_now(lambda unit: unit.taken_numbers(world.school.id, "20260101"))
    assert taken == {"202601010999"}


def test_numbers_allotted_at_once_are_all_different(db: Database, world: World) -> None:
    def enrol(_: int) -> None:
        def use(unit: Unit) -> None:
            taken = unit.taken_numbers(world.school.id, "2026")
            number = f"2026{len(taken) + 1:08}"
            child = make_student(unit, world.school_class)
            unit.add_student(replace(child, student_number=number))
            record(unit, world)

        db.write_now(use)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(enrol, range(24)))
    taken = db.write_now(lambda unit: unit.taken_numbers(world.school.id, "2026"))
    assert sorted(taken) == [f"2026{serial:08}" for serial in range(1, 25)]


def test_a_status_change_is_kept(db: Database, world: World) -> None:
    change = StatusChange(
        "0" * 32, world.school.id, world.student.id, Status.expected, Status.enrolled,
        TODAY, "enrol", None, world.registrar.id, NOW,
    )  # fmt: skip
    db.write_now(lambda unit: unit.add_status_change(change))


def add_claim(unit: Unit, world: World, name: str = "张小涵") -> Claim:
    claimant = add_person(unit, world.school, Role.guardian, Scope.own, "")
    claim = Claim(
        unit.new_id(), world.school.id, world.school_class.id, claimant.id, name, "father", NOW
    )
    unit.add_claim(claim)
    claimed_draft = replace(
        make_draft(unit, world.student, claimant), student_id=None, claim_id=claim.id
    )
    dialogue.add_draft(unit, claimed_draft, NOW)
    return claim


def accept(unit: Unit, claim: Claim, student_id: str) -> None:
    unit.move_claim_draft(claim.id, student_id)
    unit.save_claim(replace(claim, state=ClaimState.accepted, student_id=student_id))


def test_a_claim_is_decided_once(db: Database, world: World) -> None:
    claim = db.write_now(lambda unit: add_claim(unit, world))
    refused = replace(claim, state=ClaimState.refused, decided_by=world.teacher.id)
    db.write_now(lambda unit: unit.save_claim(refused))
    assert db.read_now(lambda unit: unit.load_claim(world.school.id, claim.id)) == refused
    assert refusal(db, lambda unit: unit.save_claim(refused)) == "claim.already_decided"


def test_answers_of_a_claim_become_the_childs_draft_where_there_is_none(
    db: Database, world: World
) -> None:
    def set_up(unit: Unit) -> tuple[Claim, str]:
        child = make_student(unit, world.school_class)
        unit.add_student(child)
        return add_claim(unit, world), child.id

    claim, child_id = db.write_now(set_up)
    db.write_now(lambda unit: accept(unit, claim, child_id))
    found = db.read_now(
        lambda unit: dialogue.find_draft(
            unit, world.school.id, "new_student", child_id, None, "2026"
        )
    )
    assert found is not None
    assert (found.claim_id, found.answers["child/full_name"].text) == (None, "张小涵")


def test_answers_of_a_claim_fill_an_empty_draft_of_the_child(db: Database, world: World) -> None:
    claim = db.write_now(lambda unit: add_claim(unit, world))
    empty = replace(world.draft, answers={}, own={})
    db.write_now(lambda unit: dialogue.save_draft(unit, empty, 0, 0, 18, ""))
    db.write_now(lambda unit: accept(unit, claim, world.student.id))
    found = db.read_now(lambda unit: dialogue.load_draft(unit, world.school.id, world.draft.id))
    assert found is not None
    assert found.answers["child/full_name"].by == claim.actor_id


def test_answers_of_a_claim_are_proposals_beside_a_filled_draft(
    db: Database, world: World
) -> None:
    claim = db.write_now(lambda unit: add_claim(unit, world))
    db.write_now(lambda unit: accept(unit, claim, world.student.id))
    kept = db.read_now(lambda unit: dialogue.load_draft(unit, world.school.id, world.draft.id))
    assert kept == world.draft
    proposed = db.read_now(
        lambda unit: claimed.proposals(unit, world.school.id, world.student.id, "new_student")
    )
    assert proposed == {"child/full_name": "张小涵"}


def test_nothing_typed_under_a_refused_claim_remains(db: Database, world: World) -> None:
    claim = db.write_now(lambda unit: add_claim(unit, world))
    db.write_now(lambda unit: unit.erase_claim_draft(claim.id))
    found = db.read_now(
        lambda unit: dialogue.find_draft(
            unit, world.school.id, "new_student", None, claim.id, "2026"
        )
    )
    assert found is None
