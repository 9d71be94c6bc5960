"""Working days: make-up days count, holidays do not, an unpublished year is said to be one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.public_holidays import marks
from registry.working_days import Calendar, DayKind, Due, due, elapsed

MAKE_UP_2026 = (  # 国务院办公厅关于2026年部分节假日安排的通知
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
)
OFF_2026 = (
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),  # Spring Festival
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
)
ONE_DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def year_2026() -> Calendar:
    seeded = marks(2026)
    assert seeded is not None
    return Calendar(seeded, frozenset({2026}))


@pytest.mark.parametrize("day", MAKE_UP_2026, ids=str)
def test_each_make_up_day_of_2026_is_worked(year_2026: Calendar, day: date) -> None:  # R247
    assert day.weekday() >= 5
    assert year_2026.kinds[day] is DayKind.make_up
    assert year_2026.is_working(day)


def test_no_other_weekend_day_of_2026_is_worked(year_2026: Calendar) -> None:
    days = [date(2026, 1, 1) + n * ONE_DAY for n in range(365)]
    worked = [day for day in days if day.weekday() >= 5 and year_2026.is_working(day)]
    assert tuple(worked) == MAKE_UP_2026


@pytest.mark.parametrize(("first", "last"), OFF_2026, ids=lambda day: str(day))
def test_nobody_works_in_a_holiday_of_2026(year_2026: Calendar, first: date, last: date) -> None:
    days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
    assert [day for day in days if year_2026.is_working(day)] == []


@pytest.mark.parametrize("year", [2003, 2027, 1, 9998])
def test_a_year_the_library_does_not_know_is_unknown_not_guessed(year: int) -> None:
    assert marks(year) is None


@pytest.mark.parametrize(
    ("start", "days", "day"),
    [
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a make-up Saturday counts
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # over Spring Festival
        (date(2026, 2, 13), 7, date(2026, 3, 2)),  # with the second make-up Saturday
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 3, 2), 5, date(2026, 3, 9)),  # an ordinary week
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),  # begun on a Saturday
    ],
)
def test_the_last_day(year_2026: Calendar, start: date, days: int, day: date) -> None:
    assert due(year_2026, start, days) == Due(day, is_certain=True)
    assert elapsed(year_2026, start, day) == days


@pytest.mark.parametrize(
    ("start", "days", "found"),
    [
        (date(2026, 12, 29), 2, Due(date(2026, 12, 31), is_certain=True)),
        (date(2026, 12, 29), 3, Due(date(2027, 1, 1), is_certain=False)),
        (date(2025, 12, 31), 1, Due(date(2026, 1, 4), is_certain=True)),
        (date(2025, 12, 30), 1, Due(date(2025, 12, 31), is_certain=False)),
        (date(2027, 3, 1), 1, Due(date(2027, 3, 2), is_certain=False)),
    ],
)
def test_a_last_day_in_an_unpublished_year_says_that_it_is_not_certain(
    year_2026: Calendar, start: date, days: int, found: Due
) -> None:
    assert due(year_2026, start, days) == found


def test_nothing_has_passed_before_the_start(year_2026: Calendar) -> None:
    assert elapsed(year_2026, date(2026, 3, 9), date(2026, 3, 2)) == 0
    assert elapsed(year_2026, date(2026, 3, 9), date(2026, 3, 9)) == 0


def test_a_school_day_mark_undoes_a_holiday(year_2026: Calendar) -> None:
    day = date(2026, 5, 4)
    marked = Calendar({**year_2026.kinds, day: DayKind.school}, year_2026.published)
    assert not year_2026.is_working(day)
    assert marked.is_working(day)


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
CALENDARS = st.builds(
    Calendar,
    st.dictionaries(DAYS, st.sampled_from(DayKind), max_size=40),
    st.frozensets(st.sampled_from([2026, 2027])),
)


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_the_last_day_is_the_first_with_so_many_working_days(
    calendar: Calendar, start: date, days: int
) -> None:
    found = due(calendar, start, days)
    counted = [
        start + n * ONE_DAY
        for n in range(1, (found.day - start).days + 1)
        if calendar.is_working(start + n * ONE_DAY)
    ]
    assert len(counted) == days
    assert counted[-1] == found.day
    crossed = {(start + ONE_DAY).year, found.day.year}
    assert found.is_certain == (crossed <= calendar.published)


@given(CALENDARS, DAYS, st.integers(0, 500))
def test_what_has_passed_is_what_one_counts_day_by_day(
    calendar: Calendar, since: date, span: int
) -> None:
    days = [since + n * ONE_DAY for n in range(1, span + 1)]
    assert elapsed(calendar, since, since + span * ONE_DAY) == sum(map(calendar.is_working, days))
