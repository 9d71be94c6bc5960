"""The demonstration school is whole, invented, and the same every time."""

import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from conversations.xlsform.shelf import load_shelf
from registry.identity import derive, read_id_card
from registry.submissions import State
from xueji.demo_doors import read_doors
from xueji.demo_later import LATER_PAPERS
from xueji.demo_papers import household_page
from xueji.demo_people import COHORTS, VISITOR, Progress, children
from xueji.opening import MARK
from xueji.settings import ProcessSettings

PEOPLE = children(2026)
FIRST = "form_id = 'new_student'"
ON_SHELF = [row for row in LATER_PAPERS if row.form in load_shelf().newest]


def count(home: Path, table: str, column: str, where: str = "1") -> Counter[str]:
    with closing(sqlite3.connect(f"file:{home / 'xueji.sqlite'}?mode=ro", uri=True)) as raw:
        query = f"SELECT {column} FROM {table} WHERE {where}"  # noqa: S608
        return Counter(row[0] for row in raw.execute(query))


def test_families_stand_everywhere_a_family_can_stand(demonstration: Path) -> None:
    assert {child.progress for child in PEOPLE} == set(Progress)
    away = sum(row.form == "suspension" and row.ends is State.effective for row in ON_SHELF)
    statuses = Counter({"expected": 51, "enrolled": 9 - away, "suspended": away})
    assert count(demonstration, "student", "status") == +statuses
    assert count(demonstration, "submission", "state", FIRST) == {
        "in_review": 15,
        "returned": 4,
        "rejected": 1,
        "effective": 9,
    }
    assert count(demonstration, "submission", "round", FIRST) == {1: 27, 2: 2}
    assert count(demonstration, "claim", "state") == {"open": 2}
    assert count(demonstration, "task", "kind")["help"] == 1


def test_later_papers_stand_where_their_rows_say(demonstration: Path) -> None:
    for form in {row.form for row in ON_SHELF}:
        stand = count(demonstration, "submission", "state", f"form_id = '{form}'")
        assert stand == Counter(row.ends.value for row in ON_SHELF if row.form == form), form


def test_there_is_a_later_paper_of_every_kind() -> None:
    assert {row.form for row in LATER_PAPERS} == load_shelf().newest.keys() - {"new_student"}


def test_later_papers_are_of_enrolled_children_and_transfers_of_those_who_come() -> None:
    progress = {child.name: child.progress for child in PEOPLE}
    for row in LATER_PAPERS:
        comes = row.form == "transfer_in"
        assert progress[row.child] is (Progress.opened if comes else Progress.enrolled), row.child


def test_enrolled_children_have_numbers_and_others_none(demonstration: Path) -> None:
    numbers = count(demonstration, "student", "student_number")
    assert numbers.pop(None) == 51
    assert all(re.fullmatch(r"2\d{11}", number) for number in numbers)
    assert len(numbers) == 9


def test_every_case_has_its_paper_to_look_at(demonstration: Path) -> None:
    pictures = sum(count(demonstration, "file", "id").values())
    stored = sum(1 for _ in (demonstration / "files").iterdir())
    assert pictures >= 29
    assert stored == 2 * pictures


def test_nothing_of_the_people_can_be_read_on_disk(demonstration: Path) -> None:
    bytes_on_disk = b"".join(
        path.read_bytes() for path in demonstration.rglob("*") if path.is_file()
    )
    told = [
        child.name
        for child in PEOPLE
        for text in (child.name, child.id_number, child.phone, child.address)
        if text.encode() in bytes_on_disk
    ]
    assert told == []


def test_the_people_are_the_same_every_time() -> None:
    assert children(2026) == PEOPLE
    assert [child.name for child in children(2030)] == [child.name for child in PEOPLE]


def test_numbers_are_of_the_right_form_and_of_no_county() -> None:
    for child in PEOPLE:
        derived = derive(child.id_number)
        assert read_id_card(child.id_number).is_accepted
        assert derived is not None
        assert (derived.region, derived.birth_date, derived.sex) == (
            "999999",
            child.birth_date,
            child.sex,
        )
    assert len({child.id_number for child in PEOPLE}) == len(PEOPLE)


def test_children_are_of_age_at_entry() -> None:
    ages = {cohort.number: cohort.age for cohort in COHORTS}
    for child in PEOPLE:
        last_day = (2026, 8, 31)
        birth = (child.birth_date.year + ages[child.grade], *child.birth_date.timetuple()[1:3])
        assert birth <= last_day
        assert birth > (2025, 8, 31)


def test_the_visitor_is_the_parent_of_a_child_nobody_has_answered_for() -> None:
    (child,) = [child for child in PEOPLE if child.name == VISITOR]
    assert child.progress is Progress.opened


def test_no_log_says_who_a_child_is() -> None:
    assert not any(child.name in repr(child) for child in PEOPLE)


@pytest.mark.parametrize("index", [0, 1, 10])
def test_a_paper_is_drawn_the_same_every_time(index: int) -> None:
    page = household_page(PEOPLE[index], index)
    assert page == household_page(PEOPLE[index], index)
    assert page.startswith(b"\xff\xd8\xff")


def test_a_demonstration_made_before_a_door_was_added_still_opens(tmp_path: Path) -> None:
    (tmp_path / MARK).write_text('{"parent": "a", "registrar": "b"}')
    doors = read_doors(ProcessSettings(home=tmp_path))
    assert dict(doors.tokens) == {"parent": "a", "registrar": "b"}
