"""What is remembered of people, classes and children is what the file says, at every moment."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import bindparam, select

from registry.actors import Actor, Role, Scope
from registry.schools import School
from storage import sessions
from storage import tables as t
from storage.database import Database
from storage.memory import MOST, WATCHED
from storage.quick import quick
from storage.sealing import Keys
from storage.sessions import SessionKind
from storage.unit import Unit
from tests.support.world import add_person

_NAME = quick(select(t.school.c.name).where(t.school.c.id == bindparam("school_id")))
_ANSWERED = select(t.answered.c.at).where(t.answered.c.actor_id == bindparam("actor_id"))


def name_of(unit: Unit, school_id: str) -> str:
    return unit.recall(_NAME, {"school_id": school_id}, lambda rows: str(rows[0].name))


def teacher(unit: Unit, school_id: str) -> Actor:
    school = unit.load_school(school_id)
    return add_person(unit, school, Role.registrar, Scope.school, school_id)


def rename(unit: Unit, school_id: str, name: str) -> None:
    unit.connection.exec_driver_sql("UPDATE school SET name = ? WHERE id = ?", (name, school_id))


@pytest.fixture
def file(migrated_file: Path, tmp_path: Path, keys: Keys) -> Iterator[tuple[Database, str]]:
    """An open file and the school in it."""
    path = shutil.copy(migrated_file, tmp_path / "xueji.sqlite")
    db = Database.open(f"sqlite:///{path}", keys, tmp_path / "home")
    school = School("school", "向阳小学", "010-00000000")
    db.write_now(lambda unit: unit.save_school(school))
    yield db, school.id
    db.close()


def asked(unit: Unit, school_id: str) -> int:
    """How often the file itself was asked, of two askings."""
    times = 0

    def make(rows: object) -> str:
        nonlocal times
        times += 1
        return "x"

    for _ in range(2):
        unit.recall(_NAME, {"school_id": school_id}, make)
    return times


def test_the_file_is_asked_once(file: tuple[Database, str]) -> None:
    db, school = file
    assert db.write_now(lambda unit: asked(unit, school)) == 1
    assert db.read_now(lambda unit: asked(unit, school)) == 0


def test_a_unit_reads_what_it_changed_itself(file: tuple[Database, str]) -> None:
    db, school = file

    def work(unit: Unit) -> tuple[str, str]:
        before = name_of(unit, school)
        rename(unit, school, "东风小学")
        return before, name_of(unit, school)

    assert db.write_now(work) == ("向阳小学", "东风小学")
    assert db.read_now(lambda unit: name_of(unit, school)) == "东风小学"


def test_what_was_undone_is_not_remembered(file: tuple[Database, str]) -> None:
    db, school = file

    def work(unit: Unit) -> None:
        rename(unit, school, "东风小学")
        name_of(unit, school)
        raise LookupError

    with pytest.raises(LookupError):
        db.write_now(work)
    assert db.read_now(lambda unit: name_of(unit, school)) == "向阳小学"
    assert db.write_now(lambda unit: name_of(unit, school)) == "向阳小学"


def test_who_reads_while_another_writes_keeps_nothing_old(file: tuple[Database, str]) -> None:
    db, school = file
    changed, read = Event(), Event()

    def work(unit: Unit) -> None:
        rename(unit, school, "东风小学")
        changed.set()
        assert read.wait(10)

    writer = Thread(target=lambda: db.write_now(work))
    writer.start()
    assert changed.wait(10)
    assert db.read_now(lambda unit: name_of(unit, school)) == "向阳小学"
    read.set()
    writer.join()
    assert db.read_now(lambda unit: name_of(unit, school)) == "东风小学"


def test_an_older_reading_is_not_taken_for_the_present(file: tuple[Database, str]) -> None:
    """Begun before the change, remembered after it."""
    db, school = file

    def look(unit: Unit) -> str:
        unit.scalar(_NAME, {"school_id": school})  # from here on it sees this state
        db.write_now(lambda other: rename(other, school, "东风小学"))
        return name_of(unit, school)

    assert db.read_now(look) == "向阳小学"
    assert db.read_now(lambda unit: name_of(unit, school)) == "东风小学"


def test_every_watched_table_tells_of_every_change(file: tuple[Database, str]) -> None:
    db, _ = file
    query = "SELECT name FROM sqlite_temp_master WHERE type = 'trigger'"
    names = db.write_now(lambda unit: set(unit.connection.exec_driver_sql(query).scalars()))
    acts = ("INSERT", "UPDATE", "DELETE")
    assert names == {f"{table}_{act}" for table in WATCHED for act in acts}


def test_a_session_is_found_and_ends_at_once(file: tuple[Database, str]) -> None:
    db, school = file
    now = datetime.now(UTC)
    actor = db.write_now(lambda unit: teacher(unit, school))
    found = partial(db.read_now, lambda unit: sessions.find(unit, token, now))
    token = db.write_now(lambda unit: sessions.start(unit, actor.id, SessionKind.family, now))
    assert found() == found() is not None
    db.write_now(lambda unit: sessions.end(unit, token))
    assert found() is None


def test_a_remembered_session_still_grows_old(file: tuple[Database, str]) -> None:
    db, school = file
    now = datetime.now(UTC)
    actor = db.write_now(lambda unit: teacher(unit, school))
    token = db.write_now(lambda unit: sessions.start(unit, actor.id, SessionKind.staff, now))
    assert db.read_now(lambda unit: sessions.find(unit, token, now)) is not None
    late = now + timedelta(minutes=31)
    assert db.read_now(lambda unit: sessions.find(unit, token, late)) is None


def test_an_unwatched_table_cannot_be_remembered(file: tuple[Database, str]) -> None:
    db, _ = file
    with pytest.raises(ValueError, match="answered"):
        db.read_now(lambda unit: unit.recall(_ANSWERED, {"actor_id": "one"}, len))


def test_it_never_grows_beyond_its_measure(file: tuple[Database, str]) -> None:
    db, school = file

    def many(unit: Unit) -> None:
        for number in range(MOST + 10):
            unit.recall(_NAME, {"school_id": str(number)}, len)

    db.read_now(many)
    assert db.read_now(lambda unit: asked(unit, school)) == 1
