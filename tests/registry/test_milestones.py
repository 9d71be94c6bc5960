"""Milestones are the school's own dates, the earliest first (K8, R83, R253)."""

from datetime import date

import pytest

from registry.milestones import Milestone, milestones
from registry.schools import Grade, Settings, Stage

FIRST = Grade("a", "school", Stage.primary, 1, 2026)
SEVENTH = Grade("b", "school", Stage.junior, 7, 2026)
SETTINGS = Settings(
    term_start=date(2026, 9, 1),
    grade1_until=date(2026, 9, 30),
    grade7_until=date(2026, 10, 31),
    collection_until=date(2026, 9, 5),
)


def codes(today: date, *grades: Grade, settings: Settings = SETTINGS) -> list[str]:
    return [one.code for one in milestones(settings, grades, today)]


def test_a_school_that_has_set_no_date_has_no_milestone() -> None:
    assert milestones(Settings(), (FIRST, SEVENTH), date(2026, 9, 1)) == ()


def test_the_earliest_stands_first() -> None:  # K8
    found = milestones(SETTINGS, (FIRST, SEVENTH), date(2026, 9, 2))
    assert found == (
        Milestone("collection", date(2026, 9, 5)),
        Milestone("check_records", date(2026, 9, 16)),  # R83: fifteen calendar days
        Milestone("grade1", date(2026, 9, 30)),  # R253
        Milestone("grade7", date(2026, 10, 31)),  # R253
    )


def test_only_grades_the_school_has_are_named() -> None:
    assert codes(date(2026, 10, 1), FIRST) == ["check_records", "grade1"][1:]
    assert codes(date(2026, 10, 1), SEVENTH) == ["grade7"]


@pytest.mark.parametrize(
    ("today", "is_shown"),
    [
        (date(2026, 8, 31), False),  # the term has not begun
        (date(2026, 9, 1), True),
        (date(2026, 9, 30), True),  # two weeks late, said as late
        (date(2026, 10, 1), False),
    ],
)
def test_the_check_of_a_term_begins_with_it(today: date, is_shown: bool) -> None:  # R83
    assert ("check_records" in codes(today)) == is_shown
