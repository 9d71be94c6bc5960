"""The audit chain: whatever is changed, dropped, swapped or cut shows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete as sql_delete
from sqlalchemy import insert, select, update

from registry.records import Event
from storage import audit
from storage import tables as t
from storage.database import Database
from storage.unit import Unit
from tests.support.world import NOW, World, make_world

EVENTS = 60


@pytest.fixture
def chained(db: Database, world: World) -> World:
    def fill(unit: Unit) -> None:
        for number in range(EVENTS):
            ids = {"draft": f"{number}", "form": "new_student"}
            at = NOW + timedelta(seconds=number)
            unit.record(Event("draft.form.opened", world.school.id, world.guardian.id, at, ids))

    db.write_now(fill)
    return world


def verify(db: Database, world: World, kept: audit.Head | None = None) -> audit.Break | None:
    return db.read_now(lambda unit: audit.verify(unit, world.school.id, kept))


def test_an_untouched_chain_holds(db: Database, chained: World) -> None:
    assert verify(db, chained) is None
    assert db.read_now(lambda unit: audit.head(unit, chained.school.id)).events == EVENTS


def test_every_school_has_a_chain_of_its_own(db: Database, chained: World) -> None:
    other = db.write_now(lambda unit: make_world(unit, 2))
    db.write_now(lambda unit: unit.record(Event("x.y.z", other.school.id, None, NOW)))
    assert (verify(db, chained), verify(db, other)) == (None, None)
    assert db.read_now(lambda unit: audit.head(unit, other.school.id)).events == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"name": "draft.form.discarded"}, id="name"),
        pytest.param({"actor_id": None}, id="actor"),
        pytest.param({"ids": "{}"}, id="ids"),
        pytest.param({"at": NOW - timedelta(days=1)}, id="time"),
        pytest.param({"hash": b"\0" * 32}, id="hash"),
        pytest.param({"previous": b"\0" * 32}, id="previous"),
    ],
)
def test_each_mutated_row_shows(db: Database, chained: World, change: dict[str, object]) -> None:
    for seq, row in _rows(db, chained):
        where = (t.event.c.school_id == chained.school.id, t.event.c.seq == seq)
        db.write_now(lambda unit, w=where: unit.run(update(t.event).where(*w), change))
        assert verify(db, chained) == audit.Break(seq, "audit.changed")
        db.write_now(lambda unit, w=where, row=row: unit.run(update(t.event).where(*w), row))
    assert verify(db, chained) is None


def test_each_dropped_row_shows(db: Database, chained: World) -> None:
    for seq, row in _rows(db, chained):
        where = (t.event.c.school_id == chained.school.id, t.event.c.seq == seq)
        db.write_now(lambda unit, w=where: unit.run(sql_delete(t.event).where(*w), {}))
        expected = "audit.tail" if seq == EVENTS else "audit.missing"
        assert verify(db, chained) == audit.Break(seq, expected)
        db.write_now(lambda unit, row=row: unit.run(insert(t.event), row))
    assert verify(db, chained) is None


def test_each_swapped_pair_shows(db: Database, chained: World) -> None:
    rows = dict(_rows(db, chained))
    for seq in range(1, EVENTS):
        pair = {seq: rows[seq + 1], seq + 1: rows[seq]}
        _overwrite(db, chained, pair)
        assert verify(db, chained) == audit.Break(seq, "audit.changed")
        _overwrite(db, chained, {seq: rows[seq], seq + 1: rows[seq + 1]})
    assert verify(db, chained) is None


def test_a_chain_computed_anew_shows_against_a_head_kept_elsewhere(
    db: Database, chained: World
) -> None:
    kept = db.read_now(lambda unit: audit.head(unit, chained.school.id))
    rows = dict(_rows(db, chained))

    def forge(unit: Unit) -> None:
        school = t.event.c.school_id == chained.school.id
        unit.run(sql_delete(t.event).where(school), {})
        start = {"events": 0, "last_hash": b""}
        unit.run(update(t.tally).where(t.tally.c.school_id == chained.school.id), start)
        for seq in range(1, EVENTS + 1):
            actor_id = None if seq == 7 else rows[seq]["actor_id"]
            unit.record(
                Event(str(rows[seq]["name"]), chained.school.id, actor_id, rows[seq]["at"])  # type: ignore[arg-type]
            )

    db.write_now(forge)
    assert verify(db, chained) is None
    assert verify(db, chained, kept) == audit.Break(EVENTS, "audit.changed")


def test_a_cut_tail_shows_against_a_head_kept_elsewhere(db: Database, chained: World) -> None:
    kept = db.read_now(lambda unit: audit.head(unit, chained.school.id))
    rows = dict(_rows(db, chained))

    def cut(unit: Unit) -> None:
        last = (t.event.c.school_id == chained.school.id, t.event.c.seq == EVENTS)
        unit.run(sql_delete(t.event).where(*last), {})
        end = {"events": EVENTS - 1, "last_hash": rows[EVENTS - 1]["hash"]}
        unit.run(update(t.tally).where(t.tally.c.school_id == chained.school.id), end)

    db.write_now(cut)
    assert verify(db, chained) is None
    assert verify(db, chained, kept) == audit.Break(EVENTS, "audit.tail")


def test_events_recorded_at_once_make_one_chain(db: Database, world: World) -> None:
    def record(number: int) -> None:
        event = Event("draft.form.opened", world.school.id, None, NOW, {"draft": number})
        db.write_now(lambda unit: unit.record(event))

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(record, range(64)))
    assert verify(db, world) is None
    assert db.read_now(lambda unit: audit.head(unit, world.school.id)).events == 64


def _rows(db: Database, world: World) -> Iterator[tuple[int, dict[str, object]]]:
    statement = (
        select(t.event).where(t.event.c.school_id == world.school.id).order_by(t.event.c.seq)
    )
    for row in db.read_now(lambda unit: unit.every(statement, {})):
        yield row.seq, dict(row._mapping)


def _overwrite(db: Database, world: World, rows: dict[int, dict[str, object]]) -> None:
    def use(unit: Unit) -> None:
        for seq, row in rows.items():
            where = (t.event.c.school_id == world.school.id, t.event.c.seq == seq)
            said = {name: value for name, value in row.items() if name != "seq"}
            unit.run(update(t.event).where(*where), said)

    db.write_now(use)
