"""Sessions and entries: only hashes on disk, single use means once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from registry.problems import NotThere
from storage import links, sessions
from storage.database import Database
from storage.links import EntryKind, NewEntry
from storage.sessions import SessionKind
from tests.support.world import NOW, World

MINUTE = timedelta(minutes=1)


def start(db: Database, actor_id: str, kind: SessionKind = SessionKind.staff) -> str:
    return db.write_now(lambda unit: sessions.start(unit, actor_id, kind, NOW))


@pytest.mark.parametrize(
    ("kind", "wait", "lives"),
    [
        pytest.param(SessionKind.staff, 29 * MINUTE, True, id="staff within the idle time"),
        pytest.param(SessionKind.staff, 30 * MINUTE, False, id="staff idle"),
        pytest.param(SessionKind.family, timedelta(days=89), True, id="family after 89 days"),
        pytest.param(SessionKind.family, timedelta(days=90), False, id="family after 90 days"),
    ],
)
def test_a_session_lives_as_long_as_its_kind(
    db: Database, world: World, kind: SessionKind, wait: timedelta, lives: bool
) -> None:
    token = start(db, world.registrar.id, kind)
    found = db.read_now(lambda unit: sessions.find(unit, token, NOW + wait))
    assert (found is not None) is lives


def test_a_used_session_lives_on_but_not_for_ever(db: Database, world: World) -> None:
    token, now = start(db, world.registrar.id), NOW
    while now < NOW + timedelta(hours=12) - 20 * MINUTE:
        now += 20 * MINUTE
        db.write_now(lambda unit, now=now: sessions.touch(unit, token, now))
        found = db.read_now(lambda unit, now=now: sessions.find(unit, token, now))
        assert found is not None
    last = NOW + timedelta(hours=12)
    assert db.read_now(lambda unit: sessions.find(unit, token, last)) is None
    assert db.write_now(lambda unit: sessions.forget_expired(unit, last)) == 1


def test_a_session_is_written_at_most_once_a_minute(db: Database, world: World) -> None:
    token = start(db, world.registrar.id)
    soon = NOW + timedelta(seconds=59)
    db.write_now(lambda unit: sessions.touch(unit, token, soon))
    found = db.read_now(lambda unit: sessions.find(unit, token, soon))
    assert found is not None
    assert (found.seen_at, found.wants_touch(soon), found.wants_touch(NOW + MINUTE)) == (
        NOW, False, True,
    )  # fmt: skip


def test_a_session_ends_at_once(db: Database, world: World) -> None:
    tokens = [start(db, world.registrar.id) for _ in range(3)]
    assert db.write_now(lambda unit: sessions.end(unit, tokens[0])) is True
    assert db.write_now(lambda unit: unit.end_sessions(world.registrar.id)) == 2
    for token in tokens:
        assert db.read_now(lambda unit, one=token: sessions.find(unit, one, NOW)) is None


def test_a_stopped_person_has_no_session(db: Database, world: World) -> None:
    token = start(db, world.registrar.id)
    db.write_now(lambda unit: unit.set_active(world.registrar.id, False))
    assert db.read_now(lambda unit: sessions.find(unit, token, NOW)) is None
    with pytest.raises(NotThere):
        start(db, world.registrar.id)


def test_a_token_is_long_and_stored_nowhere(db: Database, world: World) -> None:
    token = start(db, world.registrar.id)
    assert len(token) >= 43
    assert db.read_now(lambda unit: sessions.find(unit, token[:-1], NOW)) is None


def make(db: Database, world: World, kind: EntryKind, minutes: int | None = 10) -> str:
    expires = None if minutes is None else NOW + minutes * MINUTE
    wanted = NewEntry(
        kind,
        world.school.id,
        class_id=world.school_class.id,
        student_id=world.student.id,
        actor_id=world.guardian.id,
        expires_at=expires,
    )
    return db.write_now(lambda unit: links.make_entry(unit, wanted, NOW))


def test_looking_at_a_door_leaves_it_unused(db: Database, world: World) -> None:
    token = make(db, world, EntryKind.door)
    for _ in range(3):
        found = db.read_now(lambda unit: links.find_entry(unit, token))
        assert found is not None
        assert found.is_open(NOW)
    taken = db.write_now(lambda unit: links.use_entry(unit, token, NOW))
    assert taken is not None
    assert (taken.actor_id, taken.used_at) == (world.guardian.id, NOW)
    found = db.read_now(lambda unit: links.find_entry(unit, token))
    assert found is not None
    assert not found.is_open(NOW)


def test_of_fifty_who_take_a_door_at_once_one_gets_it(db: Database, world: World) -> None:
    token = make(db, world, EntryKind.door)

    def take(_: int) -> bool:
        return db.write_now(lambda unit: links.use_entry(unit, token, NOW)) is not None

    with ThreadPoolExecutor(50) as threads:
        assert sum(threads.map(take, range(50))) == 1


@pytest.mark.parametrize(
    ("kind", "uses"),
    [
        (EntryKind.door, [True, False]),
        (EntryKind.invite, [True, False]),
        (EntryKind.slip, [True, True]),
        (EntryKind.class_link, [True, True]),
    ],
    ids=str,
)
def test_a_kind_is_taken_once_or_often(
    db: Database, world: World, kind: EntryKind, uses: list[bool]
) -> None:
    token = make(db, world, kind)
    taken = [
        db.write_now(lambda unit: links.use_entry(unit, token, NOW)) is not None for _ in range(2)
    ]
    assert taken == uses


@pytest.mark.parametrize("kind", list(EntryKind), ids=str)
def test_an_expired_entry_opens_nothing(db: Database, world: World, kind: EntryKind) -> None:
    token, late = make(db, world, kind), NOW + 10 * MINUTE
    assert db.write_now(lambda unit: links.use_entry(unit, token, late)) is None
    found = db.read_now(lambda unit: links.find_entry(unit, token))
    assert found is not None
    assert not found.is_open(late)


def test_a_demonstration_door_renews(db: Database, world: World) -> None:
    token = make(db, world, EntryKind.door)
    db.write_now(lambda unit: links.use_entry(unit, token, NOW))
    assert db.write_now(lambda unit: links.renew_entry(unit, token, None)) is True
    assert db.write_now(lambda unit: links.use_entry(unit, token, NOW + 60 * MINUTE)) is not None


def test_an_unknown_token_leads_nowhere(db: Database, world: World) -> None:
    assert db.read_now(lambda unit: links.find_entry(unit, "x" * 22)) is None
    assert db.write_now(lambda unit: links.use_entry(unit, "x" * 22, NOW)) is None
    assert db.write_now(lambda unit: links.renew_entry(unit, "x" * 22, None)) is False


def test_a_class_keeps_its_link_until_it_is_revoked(db: Database, world: World) -> None:
    def link() -> str:
        place = (world.school.id, world.school_class.id)
        return db.write_now(lambda unit: links.class_link(unit, *place, NOW))

    token = link()
    assert link() == token
    found = db.read_now(lambda unit: links.find_entry(unit, token))
    assert found is not None
    db.write_now(lambda unit: links.revoke_entry(unit, world.school.id, found.id, NOW))
    assert db.write_now(lambda unit: links.use_entry(unit, token, NOW)) is None
    assert link() != token
