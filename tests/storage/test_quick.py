"""A statement run the quick way gives what the usual way gives, and changes the same rows."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import bindparam, select, update

from storage import quick
from storage import tables as t
from storage.database import Database
from storage.unit import Unit
from tests.support.world import World

_GRANTS = select(t.grant).where(t.grant.c.actor_id == bindparam("actor_id"))
_STATUS = select(t.student.c.id, t.student.c.revision).where(t.student.c.id == bindparam("id"))
_DRAFT = select(t.draft.c.updated_at, t.draft.c.submission_id).where(
    t.draft.c.id == bindparam("draft_id")
)
_SAVE = update(t.draft).where(t.draft.c.id == bindparam("of_draft"))
_LISTED = select(t.actor.c.id).where(t.actor.c.id.in_(bindparam("ids", expanding=True)))


@pytest.mark.parametrize("case", ["dates and booleans", "numbers", "moments and nothing"])
def test_rows_are_the_same_both_ways(db: Database, world: World, case: str) -> None:
    statement, params = {
        "dates and booleans": (_GRANTS, {"actor_id": world.teacher.id}),
        "numbers": (_STATUS, {"id": world.student.id}),
        "moments and nothing": (_DRAFT, {"draft_id": world.draft.id}),
    }[case]

    def both(unit: Unit) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        usual = unit.connection.execute(statement, params).fetchall()
        return [tuple(row) for row in usual], [
            tuple(row) for row in unit.every(quick.quick(statement), params)
        ]

    usual, quickly = db.read_now(both)
    assert quickly == usual
    assert [list(map(type, row)) for row in quickly] == [list(map(type, row)) for row in usual]
    assert len(usual) == 1


def test_columns_have_their_names(db: Database, world: World) -> None:
    (row,) = db.read_now(
        lambda unit: unit.every(quick.quick(_GRANTS), {"actor_id": world.teacher.id})
    )
    assert (row.role, row.since, row.until, row.is_ended) == (
        "class_teacher",
        date(2026, 8, 1),
        None,
        False,
    )


def test_a_change_counts_its_rows_and_is_bound_by_type(db: Database, world: World) -> None:
    now = datetime(2027, 1, 2, 3, 4, 5, 6, UTC)
    save = quick.quick(_SAVE)

    def change(unit: Unit) -> tuple[int, int, datetime]:
        found = unit.run(save, {"of_draft": world.draft.id, "updated_at": now, "done": 7})
        missing = unit.run(save, {"of_draft": "nobody", "updated_at": now, "done": 8})
        row = unit.first(select(t.draft), {})
        assert row is not None
        assert row.done == 7
        return found, missing, row.updated_at

    assert db.write_now(change) == (1, 0, now)


def test_a_list_of_unknown_length_goes_the_usual_way(db: Database, world: World) -> None:
    wanted = [world.teacher.id, world.registrar.id]
    rows = db.read_now(lambda unit: unit.every(quick.quick(_LISTED), {"ids": wanted}))
    assert {row.id for row in rows} == set(wanted)
