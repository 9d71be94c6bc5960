"""Short units on the event loop keep the same promises as the thread's; it is not held up."""

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, current_thread

import pytest
from sqlalchemy import text

from storage.database import Database, sqlite_path
from storage.faults import Closed, Unavailable
from storage.sealing import Keys
from storage.unit import Unit
from tests.support.world import World, make_student

pytestmark = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)

CHILDREN = "SELECT count(*) FROM student"


@pytest.fixture
def outside(migrated_url: str) -> Iterator[sqlite3.Connection]:
    """Sees what is committed and nothing else."""
    raw = sqlite3.connect(f"file:{sqlite_path(migrated_url)}?mode=ro", uri=True)
    yield raw
    raw.close()


def count(raw: sqlite3.Connection) -> int:
    return int(raw.execute(CHILDREN).fetchone()[0])


async def test_units_of_one_round_share_a_commit_and_none_answers_before_it(
    db: Database, world: World, outside: sqlite3.Connection
) -> None:
    seen: list[int] = []

    def add(unit: Unit) -> None:
        add_child(unit, world)
        seen.append(count(outside))

    async def jot() -> int:
        await db.jot(add)
        return count(outside)

    await until_quick(db)
    answered = await asyncio.gather(*(jot() for _ in range(9)))
    assert seen == [1] * 9
    assert answered == [10] * 9


async def test_a_short_unit_runs_on_the_loop_and_not_in_the_thread(db: Database) -> None:
    await until_quick(db)
    assert await db.write(where) == "writer"


async def test_a_short_unit_waits_for_those_handed_in_before_it(
    db: Database, world: World, outside: sqlite3.Connection
) -> None:
    is_running, may_go_on = Event(), Event()

    def hold(unit: Unit) -> None:
        add_child(unit, world)
        is_running.set()
        may_go_on.wait(10)

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(db.write_now, hold)
        is_running.wait(10)
        second = asyncio.create_task(db.jot(lambda unit: unit.scalar(text(CHILDREN), {})))
        for _ in range(3):
            await asyncio.sleep(0)  # the loop goes on meanwhile
        assert not second.done()
        assert count(outside) == 1
        may_go_on.set()
        assert await second == 2
        first.result(10)


async def test_on_a_slow_disk_the_thread_waits_for_the_commit(db: Database) -> None:
    def much(unit: Unit) -> None:
        unit.connection.exec_driver_sql("CREATE TABLE much AS SELECT zeroblob(60000000)")

    await db.jot(much)
    assert await db.jot(where) == "writer"
    await until_quick(db)


async def test_a_round_of_many_is_committed_in_parts(db: Database, world: World) -> None:
    await asyncio.gather(*(db.jot(lambda unit: add_child(unit, world)) for _ in range(150)))
    assert db.read_now(lambda unit: unit.scalar(text(CHILDREN), {})) == 151


async def test_a_lock_held_by_a_stranger_does_not_hold_up_the_loop(
    db: Database, world: World, migrated_url: str, outside: sqlite3.Connection
) -> None:  # F6
    stranger = sqlite3.connect(str(sqlite_path(migrated_url)), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(db.jot(lambda unit: add_child(unit, world)))
    for _ in range(3):
        await asyncio.sleep(0)
    assert not waiting.done()
    stranger.execute("ROLLBACK")
    stranger.close()
    await waiting
    assert count(outside) == 2


def limit(db: Database, pages: int) -> None:
    db.write_now(lambda unit: unit.scalar(text(f"PRAGMA max_page_count={pages}"), {}))


def add_children(unit: Unit, world: World) -> None:
    for _ in range(200):
        unit.add_student(make_student(unit, world.school_class, home_address="路" * 2000))


def write_much(unit: Unit) -> None:
    unit.connection.exec_driver_sql("INSERT INTO much VALUES (zeroblob(9000000))")


async def test_a_full_disk_undoes_the_round_and_says_so_to_each(
    db: Database, world: World, outside: sqlite3.Connection
) -> None:
    """Where SQLite gives up the whole transaction."""
    db.write_now(lambda unit: unit.connection.exec_driver_sql("CREATE TABLE much (content)"))
    await until_quick(db)
    limit(db, 1)
    units = (lambda unit: add_child(unit, world), write_much)
    results = await asyncio.gather(*map(db.jot, units), return_exceptions=True)
    assert [getattr(result, "code", "") for result in results] == ["storage.full"] * 2
    assert all(isinstance(result, Unavailable) for result in results)
    assert count(outside) == 1
    limit(db, 1_000_000)
    await db.jot(write_much)


async def test_a_unit_too_large_for_the_disk_leaves_the_others_of_its_round(
    db: Database, world: World, outside: sqlite3.Connection
) -> None:
    """Where SQLite gives up one statement."""
    await until_quick(db)
    limit(db, 1)
    units = (lambda unit: add_child(unit, world), lambda unit: add_children(unit, world))
    added, refused = await asyncio.gather(*map(db.jot, units), return_exceptions=True)
    assert added is None
    assert isinstance(refused, Unavailable)
    assert refused.code == "storage.full"
    assert count(outside) == 2
    limit(db, 1_000_000)
    await db.jot(lambda unit: add_children(unit, world))
    assert count(outside) == 202


async def test_a_glance_sees_what_is_committed_and_nothing_else(
    db: Database, world: World
) -> None:
    def children(unit: Unit) -> int:
        return int(unit.scalar(text(CHILDREN), {}))

    await until_quick(db)
    assert await db.glance(children) == 1
    waiting = asyncio.create_task(db.jot(lambda unit: add_child(unit, world)))
    await asyncio.sleep(0)
    assert await db.glance(children) == 1
    await waiting
    assert await db.glance(children) == 2


async def test_what_a_glance_writes_has_no_effect(
    db: Database, world: World, outside: sqlite3.Connection
) -> None:
    await db.glance(lambda unit: add_child(unit, world))
    await db.jot(where)
    assert count(outside) == 1


async def test_who_cannot_wait_is_served_in_the_middle_of_a_round(
    db: Database, world: World
) -> None:
    waiting = asyncio.create_task(db.jot(lambda unit: add_child(unit, world)))
    await asyncio.sleep(0)
    assert db.write_now(lambda unit: unit.scalar(text(CHILDREN), {})) == 2
    await waiting


async def test_a_short_unit_never_waits_for_another_one(db: Database) -> None:
    with pytest.raises(RuntimeError):
        await db.jot(lambda unit: db.write_now(lambda inner: None))


async def test_what_was_taken_before_closing_is_written(
    db: Database, world: World, migrated_url: str, keys: Keys, home: Path
) -> None:
    waiting = asyncio.create_task(db.jot(lambda unit: add_child(unit, world)))
    await asyncio.sleep(0)
    db.close()
    await waiting
    with pytest.raises(Closed):
        await db.jot(where)
    again = Database.open(migrated_url, keys, home)
    assert again.read_now(lambda unit: unit.scalar(text(CHILDREN), {})) == 2
    again.close()


def add_child(unit: Unit, world: World) -> None:
    unit.add_student(make_student(unit, world.school_class))


async def until_quick(db: Database) -> None:
    """A commit of the busy machine the tests run on may be slow, but not one after the other."""
    for _ in range(100):
        if await db.jot(where) == current_thread().name:
            return
    raise AssertionError("no short unit runs on the loop")


def where(_: Unit) -> str:
    return current_thread().name
