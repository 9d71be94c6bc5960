"""Places, drafts, addresses and answered messages: stored once, by whoever came first."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from conversations.draft import Answer, DraftState, Focus, Place
from registry.problems import Conflict, Problem
from storage import dialogue, inbox
from storage.database import Database
from storage.unit import Unit
from tests.support.world import NOW, World, make_draft, refusal


def test_a_draft_comes_back_as_it_was(db: Database, world: World) -> None:
    found = db.read_now(lambda unit: dialogue.load_draft(unit, world.school.id, world.draft.id))
    assert found == world.draft
    assert db.read_now(lambda unit: dialogue.load_draft(unit, "x", world.draft.id)) is None


def test_a_changed_draft_comes_back_one_revision_on(db: Database, world: World) -> None:
    changed = replace(
        world.draft,
        state=DraftState.returned,
        answers={"a": Answer("\ud800 half a character", "x")},
        own={},
        mended=frozenset({"a"}),
        submission_id="1",
    )
    db.write_now(lambda unit: dialogue.save_draft(unit, changed, 0, 3, 18, "child/sex", NOW))
    found = db.read_now(
        lambda unit: dialogue.find_draft(
            unit, world.school.id, "new_student", world.student.id, None, "2026"
        )
    )
    assert found == replace(changed, revision=1)


def test_of_two_guardians_who_open_a_paper_at_once_one_makes_the_draft(
    db: Database, world: World
) -> None:
    def add_second(unit: Unit) -> None:
        dialogue.add_draft(unit, make_draft(unit, world.student, world.guardian), NOW)

    assert refusal(db, add_second) == "draft.exists"


def test_of_many_answers_at_once_to_one_revision_one_is_kept(db: Database, world: World) -> None:
    def answer(number: int) -> bool:
        changed = replace(world.draft, answers={"a": Answer(str(number), "x")})
        try:
            db.write_now(lambda unit: dialogue.save_draft(unit, changed, 0, 1, 18, "b"))
        except Conflict as refused:
            assert refused.code == "draft.changed"  # noqa: PT017 - all but one come here
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(answer, range(20))) == 1


def test_who_was_nowhere_yet_is_at_home(db: Database, world: World) -> None:
    at_home = Place(world.guardian.id)
    assert db.read_now(lambda unit: dialogue.load_place(unit, world.guardian.id)) == at_home


def test_a_place_comes_back_and_a_stale_turn_is_refused(db: Database, world: World) -> None:
    problem = Problem("value.too_long", {"limit": 60, "count": 61})
    place = Place(
        world.guardian.id, 1, "form", world.draft.id, Focus("a", rejected="张", problem=problem)
    )
    db.write_now(lambda unit: dialogue.save_place(unit, place, 0))
    assert db.read_now(lambda unit: dialogue.load_place(unit, world.guardian.id)) == place
    further = replace(place, turn=2, focus=None)
    assert refusal(db, lambda unit: dialogue.save_place(unit, further, 0)) == "place.moved"
    db.write_now(lambda unit: dialogue.save_place(unit, further, 1))
    assert refusal(db, lambda unit: dialogue.save_place(unit, further, 1)) == "place.moved"
    assert db.read_now(lambda unit: dialogue.load_place(unit, world.guardian.id)) == further


def test_a_message_has_its_effect_once(db: Database, world: World) -> None:
    me = world.guardian.id
    assert db.read_now(lambda unit: dialogue.was_answered(unit, me, "m1")) is False
    db.write_now(lambda unit: dialogue.mark_answered(unit, me, "m1", NOW))
    assert db.read_now(lambda unit: dialogue.was_answered(unit, me, "m1")) is True
    assert db.read_now(lambda unit: dialogue.was_answered(unit, world.teacher.id, "m1")) is False
    again = refusal(db, lambda unit: dialogue.mark_answered(unit, me, "m1", NOW))
    assert again == "message.answered"
    later = NOW + timedelta(days=2)
    assert db.write_now(lambda unit: dialogue.forget_answered(unit, later)) == 1


def test_an_address_leads_to_one_person(db: Database, world: World) -> None:
    me = world.guardian
    db.write_now(lambda unit: dialogue.add_address(unit, me.id, "telegram", "4711"))
    db.write_now(lambda unit: dialogue.add_address(unit, me.id, "telegram", "4711"))
    assert db.read_now(lambda unit: dialogue.actor_at(unit, "telegram", "4711")) == me
    assert db.read_now(lambda unit: dialogue.actor_at(unit, "web", "4711")) is None
    taken = refusal(
        db, lambda unit: dialogue.add_address(unit, world.teacher.id, "telegram", "4711")
    )
    assert taken == "address.taken"
    (address,) = db.read_now(lambda unit: dialogue.addresses(unit, me.id))
    assert (address.channel, address.value, address.is_reachable) == ("telegram", "4711", True)
    db.write_now(lambda unit: dialogue.mark_reachable(unit, address.id, False))
    (address,) = db.read_now(lambda unit: dialogue.addresses(unit, me.id))
    assert address.is_reachable is False
    db.write_now(lambda unit: dialogue.forget_address(unit, "telegram", "4711"))
    assert db.read_now(lambda unit: dialogue.actor_at(unit, "telegram", "4711")) is None


def test_no_address_shows_in_a_repr() -> None:
    assert "4711" not in repr(dialogue.Address("1", "telegram", "4711"))


def receive(db: Database, world: World, message_id: str, payload: bytes = b"{}") -> bool:
    return db.write_now(
        lambda unit: inbox.receive(unit, world.school.id, "telegram", message_id, payload, NOW)
    )


def test_a_message_received_twice_waits_once_and_in_order(db: Database, world: World) -> None:
    assert [receive(db, world, str(number), b"%d" % number) for number in (3, 1, 3, 2)] == [
        True, True, False, True,
    ]  # fmt: skip
    waiting = db.read_now(lambda unit: inbox.waiting(unit, "telegram"))
    assert [(one.message_id, one.payload) for one in waiting] == [
        ("3", b"3"), ("1", b"1"), ("2", b"2"),
    ]  # fmt: skip


def test_a_settled_message_keeps_no_payload(db: Database, world: World) -> None:
    receive(db, world, "1")
    (message,) = db.read_now(lambda unit: inbox.waiting(unit, "telegram"))
    db.write_now(lambda unit: inbox.mark_tried(unit, message.id))
    (tried,) = db.read_now(lambda unit: inbox.waiting(unit, "telegram"))
    assert tried.tries == 1
    assert db.write_now(lambda unit: inbox.mark_done(unit, message.id)) is True
    assert db.write_now(lambda unit: inbox.mark_done(unit, message.id)) is False
    assert db.read_now(lambda unit: inbox.waiting(unit, "telegram")) == ()
    assert receive(db, world, "1") is False
    assert db.write_now(lambda unit: inbox.forget_done(unit, NOW + timedelta(days=1))) == 1


def test_a_dead_message_waits_no_more_and_is_counted(db: Database, world: World) -> None:
    receive(db, world, "1")
    (message,) = db.read_now(lambda unit: inbox.waiting(unit, "telegram"))
    db.write_now(lambda unit: inbox.mark_dead(unit, message.id))
    assert db.read_now(lambda unit: inbox.waiting(unit, "telegram")) == ()
    assert db.read_now(lambda unit: inbox.count(unit, inbox.DEAD)) == 1


def test_effect_and_answered_mark_come_and_go_together(db: Database, world: World) -> None:
    def answer_and_fail(unit: Unit) -> None:
        dialogue.mark_answered(unit, world.guardian.id, "m1", NOW)
        dialogue.save_place(unit, Place(world.guardian.id, 1), 0)
        raise Conflict("draft.changed")

    with pytest.raises(Conflict):
        db.write_now(answer_and_fail)
    me = world.guardian.id
    assert db.read_now(lambda unit: dialogue.was_answered(unit, me, "m1")) is False
    assert db.read_now(lambda unit: dialogue.load_place(unit, me)) == Place(me)
