"""Dates with two meanings are asked back with both; nobody is born in the future."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.values import KINDS

TODAY = date(2026, 9, 1)
STYLES = (
    "{0:%Y}-{0.month}-{0.day}",
    "{0:%Y}年{0.month}月{0.day}日",
    "{0:%Y}年{0:%m}月{0:%d}号",
    "{0:%Y}/{0:%m}/{0:%d}",
    "{0:%Y}.{0.month}.{0.day}",
    "{0:%Y%m%d}",
    " {0:%Y} {0.month} {0.day} ",
)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(STYLES))
def test_every_way_of_writing_a_day_means_that_day(day: date, style: str) -> None:
    assert KINDS["date"].read(style.format(day)).text == day.isoformat()


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        ("3/12/2018", ("2018-03-12", "2018-12-03")),
        ("2018112", ("2018-01-12", "2018-11-02")),
        ("201211", ("2012-01-01", "2020-12-11")),
    ],
)
def test_a_date_with_two_meanings_offers_both(typed: str, candidates: tuple[str, str]) -> None:
    reading = KINDS["date"].read(typed)
    assert reading.candidates == candidates
    assert reading.problem is not None
    assert tuple(reading.problem.params.values()) == candidates


@pytest.mark.parametrize(
    ("typed", "today", "expected"),
    [
        pytest.param("1/10/2026", TODAY, "2026-01-10", id="one-meaning-is-still-to-come"),
        pytest.param("2026-9-1", TODAY, "2026-09-01", id="today"),
        pytest.param("48.3.2", TODAY, "1948-03-02", id="grandmother"),
        pytest.param("46.3.2", None, "2046-03-02", id="no-today-to-measure-from"),
        pytest.param("46.3.2", TODAY, "1946-03-02", id="older-grandmother"),
        pytest.param("30.3.2", date(2009, 1, 1), "1930-03-02", id="measured-from-today"),
    ],
)
def test_a_birth_date_lies_in_the_past(typed: str, today: date | None, expected: str) -> None:
    reading = KINDS["birth_date"].read(typed, today)
    assert reading.text == expected


@pytest.mark.parametrize("typed", ["2026-9-2", "10/11/2026"])
def test_a_birth_date_to_come_is_refused(typed: str) -> None:
    problem = KINDS["birth_date"].read(typed, TODAY).problem
    assert problem is not None
    assert problem.code == "value.date_future"


def test_the_end_of_a_paper_may_lie_ahead() -> None:
    assert KINDS["date"].read("46.3.2", TODAY).text == "2046-03-02"
