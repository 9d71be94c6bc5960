"""When a paper is to be filled anew."""

from datetime import date

import pytest

from registry.occasions import occasion


@pytest.mark.parametrize(
    ("kind", "today", "text"),
    [
        ("entry", date(2026, 10, 1), "2024"),
        ("year", date(2026, 8, 31), "year-2025"),
        ("year", date(2026, 9, 1), "year-2026"),
        ("term", date(2026, 9, 1), "term-2026-1"),
        ("term", date(2027, 1, 31), "term-2026-1"),
        ("term", date(2027, 2, 1), "term-2026-2"),
        ("term", date(2027, 8, 31), "term-2026-2"),
        ("case", date(2026, 10, 1), "case-1"),
    ],
)
def test_the_occasion_of_a_day(kind: str, today: date, text: str) -> None:
    assert occasion(kind, today, 2024) == text


def test_a_finished_case_makes_room_for_the_next() -> None:
    assert occasion("case", date(2026, 10, 1), 2024, {"case-1", "case-2"}) == "case-3"
    assert occasion("case", date(2026, 10, 1), 2024, {"case-2"}) == "case-1"
