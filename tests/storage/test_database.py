"""The door to the books: shared commits, savepoints, one process, nothing lost at the end."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text

from registry.problems import Conflict
from storage.database import Database, sqlite_path
from storage.faults import Closed, InUse, SchemaError, StorageError, Unavailable
from storage.lock import HomeLock
from storage.migration import migrate
from storage.sealing import Keys, WrongKey, new_keys
from storage.unit import Unit
from tests.support.world import World, make_student

Way = Callable[[Database, Callable[[Unit], None]], Awaitable[None]]


def children(db: Database, world: World) -> int:
    statement = text("SELECT count(*) FROM student WHERE school_id = :school_id")
    return int(db.read_now(lambda unit: unit.scalar(statement, {"school_id": world.school.id})))


def add_child(unit: Unit, world: World) -> None:
    unit.add_student(make_student(unit, world.school_class))


@pytest.mark.parametrize("way", [Database.write, Database.jot])
async def test_a_failing_unit_in_a_shared_commit_harms_no_other(
    db: Database, world: World, way: Way
) -> None:
    def fail_after_writing(unit: Unit) -> None:
        add_child(unit, world)
        raise Conflict("review.changed")

    async def attempt(number: int) -> str:
        try:
            await way(
                db, fail_after_writing if number % 2 else (lambda unit: add_child(unit, world))
            )
        except Conflict as refused:
            return refused.code
        return "written"

    outcomes = await asyncio.gather(*map(attempt, range(20)))
    assert outcomes == ["written", "review.changed"] * 10
    assert children(db, world) == 1 + 10


@pytest.mark.parametrize("way", [Database.write, Database.jot])
async def test_a_unit_that_breaks_a_constraint_harms_no_other(
    db: Database, world: World, way: Way
) -> None:
    def add_twice(unit: Unit) -> None:
        unit.add_student(world.student)

    results = await asyncio.gather(
        way(db, lambda unit: add_child(unit, world)),
        way(db, add_twice),
        way(db, lambda unit: add_child(unit, world)),
        return_exceptions=True,
    )
    assert [isinstance(result, Exception) for result in results] == [False, True, False]
    assert children(db, world) == 1 + 2


def test_a_write_returns_only_when_others_can_see_it(db: Database, world: World) -> None:
    for count in range(2, 30):
        db.write_now(lambda unit: add_child(unit, world))
        assert children(db, world) == count


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
def test_units_waiting_together_share_one_commit_and_none_answers_before_it(
    db: Database, world: World, migrated_url: str
) -> None:
    is_running, may_go_on = Event(), Event()

    def hold(unit: Unit) -> None:
        add_child(unit, world)
        is_running.set()
        may_go_on.wait(10)

    with ThreadPoolExecutor(10) as threads:
        first = threads.submit(db.write_now, hold)
        is_running.wait(10)
        others = [
            threads.submit(db.write_now, lambda unit: add_child(unit, world)) for _ in range(9)
        ]
        path = sqlite_path(migrated_url)
        outside = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        assert outside.execute("SELECT count(*) FROM student").fetchone() == (1,)
        assert not any(future.done() for future in (first, *others))
        may_go_on.set()
        for future in (first, *others):
            future.result(10)
        assert outside.execute("SELECT count(*) FROM student").fetchone() == (11,)
        outside.close()


def test_a_reader_cannot_write(db: Database, world: World) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        db.read_now(lambda unit: add_child(unit, world))
    assert children(db, world) == 1


def test_what_was_taken_before_closing_is_written(
    db: Database, world: World, migrated_url: str, keys: Keys, home: Path
) -> None:
    with ThreadPoolExecutor(20) as threads:
        started = [
            threads.submit(db.write_now, lambda unit: add_child(unit, world)) for _ in range(20)
        ]
        db.close()
    written = sum(future.exception() is None for future in started)
    refused = [error for future in started if (error := future.exception()) is not None]
    assert all(isinstance(error, Closed) for error in refused)
    again = Database.open(migrated_url, keys, home)
    assert children(again, world) == 1 + written
    again.close()


def test_a_second_process_is_refused(db: Database, home: Path) -> None:
    script = "import sys; from pathlib import Path; from storage.lock import HomeLock\n"
    script += "HomeLock(Path(sys.argv[1]))"
    second = subprocess.run(
        [sys.executable, "-c", script, str(home)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        check=False,
    )
    assert second.returncode != 0
    assert "storage.in_use" in second.stderr


def test_the_same_home_is_not_opened_twice(
    db: Database, migrated_url: str, keys: Keys, home: Path
) -> None:
    with pytest.raises(InUse) as refused:
        Database.open(migrated_url, keys, home)
    assert refused.value.code == "storage.in_use"
    with pytest.raises(InUse):
        migrate(migrated_url, home)


def test_beside_a_running_house_one_may_only_look(
    db: Database, world: World, migrated_url: str, keys: Keys, home: Path
) -> None:
    beside = Database.open(migrated_url, keys, home, read_only=True)
    assert children(beside, world) == 1
    with pytest.raises(Closed):
        beside.write_now(lambda unit: add_child(unit, world))
    beside.close()


def test_a_closed_house_releases_its_home(db: Database, home: Path) -> None:
    db.close()
    HomeLock(home).release()


def test_another_key_file_is_refused_before_anything_is_written(
    db: Database, migrated_url: str, home: Path
) -> None:
    db.close()
    with pytest.raises(WrongKey):
        Database.open(migrated_url, new_keys(), home)
    HomeLock(home).release()


def test_an_empty_database_is_not_opened(database_url: str, keys: Keys, home: Path) -> None:
    with pytest.raises(SchemaError) as refused:
        Database.open(database_url, keys, home)
    assert refused.value.code == "storage.schema_missing"


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
def test_the_writer_syncs_every_commit_and_only_it_checkpoints(db: Database) -> None:
    def settings(unit: Unit) -> tuple[object, ...]:
        names = ("journal_mode", "synchronous", "wal_autocheckpoint")
        return tuple(unit.scalar(text(f"PRAGMA {name}"), {}) for name in names)

    assert db.write_now(settings) == ("wal", 2, 1000)
    assert db.read_now(settings) == ("wal", 2, 0)


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
def test_a_full_disk_loses_nothing_and_heals_by_itself(db: Database, world: World) -> None:
    def limit(pages: int) -> None:
        db.write_now(lambda unit: unit.scalar(text(f"PRAGMA max_page_count={pages}"), {}))

    def add_much(unit: Unit) -> None:
        for _ in range(200):
            unit.add_student(make_student(unit, world.school_class, home_address="路" * 2000))

    limit(1)  # SQLite takes the present size for a smaller number
    with pytest.raises(Unavailable) as refused:
        db.write_now(add_much)
    assert refused.value.code == "storage.full"
    assert children(db, world) == 1
    limit(1_000_000)
    db.write_now(add_much)
    assert children(db, world) == 201


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
def test_a_lock_held_by_a_stranger_delays_a_write_and_loses_nothing(
    db: Database, world: World, migrated_url: str
) -> None:  # F6
    stranger = sqlite3.connect(str(sqlite_path(migrated_url)), isolation_level=None)
    stranger.execute("BEGIN EXCLUSIVE")
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(db.write_now, lambda unit: add_child(unit, world))
        assert children(db, world) == 1  # reading goes on
        assert not waiting.done()
        stranger.execute("ROLLBACK")
        waiting.result(10)
    stranger.close()
    assert children(db, world) == 2


@pytest.mark.parametrize("way", [Database.write, Database.jot])
async def test_a_cancelled_write_does_not_stop_the_writer(
    db: Database, world: World, way: Way
) -> None:
    waiting = [asyncio.ensure_future(way(db, lambda unit: add_child(unit, world)))] * 3
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await db.write(lambda unit: add_child(unit, world))
    assert children(db, world) >= 2


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
def test_a_unit_never_waits_for_another_one(db: Database) -> None:
    with pytest.raises(RuntimeError):
        db.write_now(lambda unit: db.write_now(lambda inner: None))


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
def test_a_writer_that_would_not_sync_is_refused(migrated_url: str, tmp_path: Path) -> None:
    from storage.sqlite_files import assert_durable

    raw = sqlite3.connect(tmp_path / "other.sqlite")
    raw.execute("PRAGMA synchronous=NORMAL")
    with pytest.raises(StorageError) as refused:
        assert_durable(raw)
    assert refused.value.code == "storage.not_durable"
    raw.close()
