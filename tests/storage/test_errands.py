"""Errands and the staff's note of a tie, on both databases: once, for one, and shut at sending.

Rules: K21, R81; T7, T18.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from registry.actors import Link, Relation
from storage import errands, ties
from storage.database import Database
from storage.links import Entry, EntryKind, NewEntry, find_entry, use_entry
from storage.people_books import load_actor
from storage.unit import Unit
from tests.support.world import NOW, World

DRAFT = "d" * 32
NOTE = "法院判决由母亲抚养，父亲每月探视一次"


def make(
    db: Database, world: World, kind: EntryKind = EntryKind.page, path: str = "papers/page"
) -> str:
    def work(unit: Unit) -> str:
        wanted = NewEntry(
            kind,
            world.school.id,
            actor_id=world.registrar.id,
            expires_at=NOW + timedelta(hours=24),
            draft_id=DRAFT,
            path=path,
        )
        return errands.make_errand(unit, wanted, NOW)

    return db.write_now(work)


def entry_of(db: Database, token: str) -> Entry:
    found = db.read_now(lambda unit: find_entry(unit, token))
    assert found is not None
    return found


def open_ones(db: Database, world: World) -> list[tuple[EntryKind, str]]:
    found = db.read_now(lambda unit: errands.open_errands(unit, world.school.id, DRAFT, NOW))
    return sorted((one.kind, one.path) for one in found)


def test_a_newer_errand_shuts_the_older_one_of_the_same_question(
    db: Database, world: World
) -> None:
    first, other = make(db, world), make(db, world, path="papers/first")
    second = make(db, world)
    assert not entry_of(db, first).is_open(NOW)
    assert entry_of(db, second).is_open(NOW)
    assert entry_of(db, other).is_open(NOW)
    found = db.read_now(lambda unit: errands.open_errands(unit, world.school.id, DRAFT, NOW))
    assert {one.token for one in found} == {second, other}
    assert second not in repr(found)


def test_of_many_at_once_one_finishes_an_errand(db: Database, world: World) -> None:
    entry = entry_of(db, make(db, world))

    def finish(_: int) -> bool:
        return bool(db.write_now(lambda unit: errands.finish_errand(unit, entry, NOW)))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(finish, range(16))) == 1
    assert open_ones(db, world) == []


def test_an_errand_is_bound_to_whoever_came_first(db: Database, world: World) -> None:
    entry = entry_of(db, make(db, world, EntryKind.sign, ""))
    bound = [
        db.write_now(lambda unit, who=who: errands.bind_errand(unit, entry, who, NOW))
        for who in ("a" * 32, "b" * 32, "a" * 32)
    ]
    assert bound == [True, False, True]


@pytest.mark.parametrize("later", [timedelta(hours=24), timedelta(days=9)])
def test_an_errand_out_of_time_does_nothing(db: Database, world: World, later: timedelta) -> None:
    token = make(db, world)
    entry, late = entry_of(db, token), NOW + later
    assert not entry.is_open(late)
    assert not db.write_now(lambda unit: errands.finish_errand(unit, entry, late))
    assert not db.write_now(lambda unit: errands.bind_errand(unit, entry, "a" * 32, late))
    assert db.write_now(lambda unit: use_entry(unit, token, late)) is None


def test_sending_shuts_every_errand_of_a_draft_and_keeps_no_token(
    db: Database, world: World
) -> None:
    make(db, world)
    make(db, world, EntryKind.sign, "")
    assert open_ones(db, world) == [(EntryKind.page, "papers/page"), (EntryKind.sign, "")]
    shut = db.write_now(lambda unit: unit.shut_errands(world.school.id, DRAFT, NOW))
    assert (shut, open_ones(db, world)) == (2, [])
    assert db.write_now(lambda unit: unit.shut_errands("f" * 32, DRAFT, NOW)) == 0


def test_the_note_of_a_tie_is_for_its_page_alone(db: Database, world: World) -> None:
    """Sealed, opened by no actor, kept when rights change, gone with the tie. K21."""
    person, child = world.registrar.id, world.student.id

    def tie(unit: Unit) -> tuple[bool, bool]:
        unit.add_link(person, Link(child, Relation.father))
        noted = unit.note_link(person, child, NOTE), unit.note_link(person, child, NOTE)
        unit.add_link(person, Link(child, Relation.father, may_fill=False))
        return noted

    assert db.write_now(tie) == (True, False)
    found = db.read_now(lambda unit: ties.ties_of(unit, world.school.id, child, NOW))
    noted = next(one for one in found if one.actor_id == person)
    assert (noted.note, noted.link.may_fill) == (NOTE, False)
    assert NOTE not in repr(noted)
    actor = db.read_now(lambda unit: load_actor(unit, world.school.id, person))
    assert NOTE not in repr(actor)
    db.write_now(lambda unit: unit.end_link(person, child))
    left = db.read_now(lambda unit: ties.ties_of(unit, world.school.id, child, NOW))
    assert person not in {one.actor_id for one in left}
