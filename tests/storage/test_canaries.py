"""A hundred planted values, through every table that takes words of people: none is on disk."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from conversations.draft import Answer, Focus, Place
from registry.actors import Actor, Role
from registry.records import Claim, Event
from registry.submissions import Act, Decision, Flag, Outside, Said, State, Value
from storage import dialogue, inbox, links, sessions
from storage.database import Database
from storage.files import LocalFiles
from storage.links import EntryKind, NewEntry
from storage.sessions import SessionKind
from storage.tables import METADATA
from storage.unit import Unit
from tests.support.world import NOW, World, make_content, make_student, make_submission

CANARIES = 100


class Planter:
    """Hands out values never seen before."""

    def __init__(self) -> None:
        self.planted: list[str] = []
        self._serial = count()

    def __call__(self) -> str:
        self.planted.append(f"雀{next(self._serial):04}-canary-Zq7")
        return self.planted[-1]


def plant_everywhere(unit: Unit, world: World, plant: Planter) -> None:
    person = Actor(unit.new_id(), world.school.id)
    unit.add_actor(person, plant())
    unit.set_name(person.id, plant())
    unit.set_password(person.id, plant(), plant())
    dialogue.add_address(unit, person.id, "telegram", plant())
    child = make_student(unit, world.school_class, id_number=plant(), home_address=plant())
    unit.add_student(child)
    unit.save_student(replace(child, fields={"full_name": plant(), "id_number": plant()}))
    claim = Claim(
        unit.new_id(), world.school.id, world.school_class.id, person.id, plant(), "father", NOW
    )
    unit.add_claim(claim)
    answers = {f"child/q{number}": Answer(plant(), person.id) for number in range(3)}
    draft = replace(
        world.draft,
        id=unit.new_id(),
        student_id=child.id,
        answers=answers,
        own={"child/own": {person.id: Answer(plant(), person.id)}},
        seen=frozenset({f"child/q1={plant()}"}),
    )
    dialogue.add_draft(unit, draft, NOW)
    dialogue.save_draft(unit, replace(draft, answers={"a": Answer(plant(), "x")}), 0, 1, 2, "b")
    focus = Focus("child/q1", unconfirmed=plant(), rejected=plant(), search=plant())
    dialogue.save_place(unit, Place(person.id, 1, "form", draft.id, focus), 0)
    inbox.receive(unit, world.school.id, "telegram", unit.new_id(), plant().encode(), NOW)
    _plant_review(unit, world, plant)


def _plant_review(unit: Unit, world: World, plant: Planter) -> None:
    content = replace(
        make_content(world.guardian),
        values=(Value("child/full_name", plant(), "full_name", plant()),),
        summary=plant(),
    )
    number = unit.next_receipt(world.school.id)
    case = replace(make_submission(unit, world, number), content=content)
    unit.add_submission(case)
    unit.keep_round(case, content)
    flags = (Flag("child/full_name", "other", plant()),)
    unit.add_decision(
        Decision(
            unit.new_id(),
            case.id,
            Act.return_,
            world.registrar.id,
            Role.registrar,
            1,
            1,
            State.in_review,
            NOW,
            NOW,
            flags,
            "",
            plant(),
            Outside(Said.refused, NOW.date(), plant(), plant()),
        )
    )
    unit.record(Event("submission.form.sent", world.school.id, None, NOW, {"submission": case.id}))


def spellings(value: str) -> Iterator[bytes]:
    for raw in (value.encode(), value.encode("utf-16-le"), value.encode("utf-16-be")):
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for shift in range(3):  # base64 of a longer text that holds it at any place
            whole = base64.b64encode(b"\0" * shift + raw)
            yield whole[4 if shift else 0 : -4]
    yield value.encode("unicode_escape")


def read_disk(directories: list[Path]) -> bytes:
    files = [path for one in directories for path in one.rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


@pytest.fixture
def planted(db: Database, world: World, tmp_path: Path) -> tuple[str, ...]:
    plant = Planter()
    while len(plant.planted) < CANARIES:
        db.write_now(lambda unit: plant_everywhere(unit, world, plant))
    files = LocalFiles(tmp_path / "files", db.sealer)
    for _ in range(5):
        files.write([plant().encode() * 3000], max_bytes=1_000_000)
    return tuple(plant.planted)


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("is_closed", [False, True], ids=["with its journal", "after closing"])
def test_no_planted_value_is_on_disk(
    db: Database, planted: tuple[str, ...], tmp_path: Path, is_closed: bool
) -> None:
    if is_closed:
        db.close()
    disk = read_disk([tmp_path])
    assert len(planted) >= CANARIES
    assert [value for value in planted if any(one in disk for one in spellings(value))] == []


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
def test_no_planted_value_is_in_a_table(db: Database, planted: tuple[str, ...]) -> None:
    def dump(unit: Unit) -> bytes:
        rows = [
            row[0]
            for name in METADATA.tables
            for row in unit.every(text(f'SELECT CAST(x AS text) FROM "{name}" AS x'), {})  # noqa: S608 - our own names
        ]
        return "\n".join(rows).encode()

    disk = db.read_now(dump)
    assert len(disk) > 10_000
    assert [value for value in planted if any(one in disk for one in spellings(value))] == []


def test_a_value_in_clear_would_be_found(tmp_path: Path) -> None:
    for number, spelled in enumerate(spellings("雀0001-canary-Zq7")):
        (tmp_path / str(number)).write_bytes(b"xx" + spelled + b"yy")
        assert spelled in read_disk([tmp_path])


def test_no_token_is_on_disk(db: Database, world: World, tmp_path: Path) -> None:
    def make(unit: Unit) -> list[str]:
        place = (world.school.id, world.school_class.id)
        wanted = (NewEntry(kind, *place) for kind in EntryKind)
        tokens = [links.make_entry(unit, one, NOW) for one in wanted]
        return [*tokens, sessions.start(unit, world.teacher.id, SessionKind.staff, NOW)]

    tokens = db.write_now(make)
    db.close()
    disk = read_disk([tmp_path])
    assert [token for token in tokens if token.encode() in disk] == []
