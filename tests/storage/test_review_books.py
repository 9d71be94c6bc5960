"""Submissions, rounds and decisions: whoever comes second is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from registry.actors import Actor, Role
from registry.problems import Conflict
from registry.submissions import Act, Decision, Flag, State
from storage import review_books
from storage.database import Database
from storage.unit import Unit
from tests.support.world import (
    NOW,
    World,
    make_content,
    make_submission,
    make_world,
    record,
    refusal,
)


def send(unit: Unit, world: World) -> str:
    case = make_submission(unit, world, unit.next_receipt(world.school.id))
    unit.add_submission(case)
    unit.keep_round(case, case.content)
    return case.id


def make_decision(unit: Unit, case_id: str, actor: Actor) -> Decision:
    return Decision(
        unit.new_id(), case_id, Act.return_, actor.id, Role.committee, 1, 0, State.in_review,
        NOW, NOW + timedelta(minutes=5), (Flag("child/full_name", "other", "看不清"),), "", "请改",
    )  # fmt: skip


def test_a_submission_comes_back_with_rounds_and_decisions(db: Database, world: World) -> None:
    case_id = db.write_now(lambda unit: send(unit, world))
    case = db.read_now(lambda unit: unit.load_submission(world.school.id, case_id))
    assert case.content == make_content(world.guardian)
    decision = db.write_now(lambda unit: make_decision(unit, case_id, world.committee))
    db.write_now(lambda unit: unit.add_decision(decision))
    assert db.read_now(lambda unit: unit.decisions(case_id)) == (decision,)
    rounds = db.read_now(lambda unit: review_books.rounds(unit, world.school.id, case_id))
    assert rounds == (case.content,)
    db.write_now(lambda unit: unit.mark_undone(decision.id, NOW))
    (undone,) = db.read_now(lambda unit: unit.decisions(case_id))
    assert undone.undone_at == NOW
    assert refusal(db, lambda unit: unit.mark_undone(decision.id, NOW)) == "review.changed"


def test_receipts_count_up_in_each_school(db: Database, world: World) -> None:
    other = db.write_now(lambda unit: make_world(unit, 2))
    first = db.write_now(lambda unit: unit.next_receipt(world.school.id))
    second = db.write_now(lambda unit: unit.next_receipt(world.school.id))
    elsewhere = db.write_now(lambda unit: unit.next_receipt(other.school.id))
    assert (first, second, elsewhere) == (1, 2, 1)


def test_a_lease_moves_no_revision(db: Database, world: World) -> None:
    case_id = db.write_now(lambda unit: send(unit, world))
    case = db.read_now(lambda unit: unit.load_submission(world.school.id, case_id))
    leased = replace(case, leased_by=world.committee.id, leased_until=NOW)
    db.write_now(lambda unit: unit.save_lease(leased))
    assert db.read_now(lambda unit: unit.load_submission(world.school.id, case_id)) == leased
    assert db.write_now(lambda unit: unit.release_leases(world.committee.id)) == 1
    assert db.read_now(lambda unit: unit.load_submission(world.school.id, case_id)) == case


def test_of_fifty_decisions_at_once_exactly_one_wins(db: Database, world: World) -> None:
    case_id = db.write_now(lambda unit: send(unit, world))
    case = db.read_now(lambda unit: unit.load_submission(world.school.id, case_id))

    def decide(_: int) -> bool:
        def use(unit: Unit) -> None:
            unit.save_submission(replace(case, state=State.approved))
            unit.add_decision(make_decision(unit, case_id, world.committee))
            record(unit, world)

        try:
            db.write_now(use)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(50) as threads:
        won = list(threads.map(decide, range(50)))
    assert sum(won) == 1
    assert len(db.read_now(lambda unit: unit.decisions(case_id))) == 1
    settled = db.read_now(lambda unit: unit.load_submission(world.school.id, case_id))
    assert settled == replace(case, state=State.approved, revision=1)


@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        (State.returned, True),
        (State.recalled, True),
        (State.effective, False),
        (State.rejected, False),
    ],
    ids=str,
)
def test_a_draft_has_an_open_submission_until_it_ends(
    db: Database, world: World, state: State, is_open: bool
) -> None:
    case_id = db.write_now(lambda unit: send(unit, world))
    case = db.read_now(lambda unit: unit.load_submission(world.school.id, case_id))
    db.write_now(lambda unit: unit.save_submission(replace(case, state=state)))
    found = db.read_now(
        lambda unit: unit.open_submission_of_draft(world.school.id, world.draft.id)
    )
    assert (found is not None) is is_open
