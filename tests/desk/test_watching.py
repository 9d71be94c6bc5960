"""A suspended child's family hears once when a return can be asked for (R42, U3)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from registry.schools import Settings
from registry.watching import remind_returns
from storage import tables as t
from storage.unit import Unit
from storage.watching import suspended
from tests.desk.papers import accept, arrange, begin, send, settle, start
from tests.support.school import SmallSchool

PHRASE = "notice.return_open"


def remind(school: SmallSchool, year: int, month: int, day: int) -> list[datetime]:
    """The job of that night; then when each such notice is due."""
    night = datetime(year, month, day, 3, 30, tzinfo=school.now.tzinfo)

    of = school.ids["school"]

    def run(books: Unit) -> None:
        remind_returns(books, of, suspended(books, of), night)

    school.do(run)
    return school.do(
        lambda unit: [
            row.due
            for row in unit.every(select(t.notice).order_by(t.notice.c.due), {})
            if row.phrase == PHRASE
        ]
    )


def suspend(school: SmallSchool, settings: Settings) -> None:
    """From 7 September 2026, which has come, until 15 July 2027."""
    arrange(school, settings)
    start(school, "suspension")
    accept(school)
    settle(school)
    school.wait(days=7)
    settle(school)


def test_the_family_hears_it_once_so_many_days_before_the_end(school: SmallSchool) -> None:
    suspend(school, Settings(return_days_before=30))
    assert remind(school, 2027, 6, 14) == []
    (due,) = remind(school, 2027, 6, 15)
    assert due.astimezone(school.now.tzinfo).hour == 8, "not at night"
    assert remind(school, 2027, 6, 16) == [due]


def test_after_an_extension_it_hears_it_again(school: SmallSchool) -> None:
    suspend(school, Settings(return_days_before=30))
    remind(school, 2027, 6, 15)
    school.wait(days=30)
    begin(school, "extension")
    send(school, "extension")
    accept(school)
    settle(school)
    assert len(remind(school, 2027, 7, 1)) == 1, "the end is far again"
    assert len(remind(school, 2027, 12, 16)) == 2


@pytest.mark.parametrize(
    ("settings", "day"),
    [(Settings(), 15), (Settings(return_days_before=30), 16)],
    ids=["not said", "past"],
)
def test_nobody_is_told_without_a_rule_or_too_late(
    school: SmallSchool, settings: Settings, day: int
) -> None:
    suspend(school, settings)
    assert remind(school, 2027, 7, day) == []


def test_who_is_back_is_not_told(school: SmallSchool) -> None:
    suspend(school, Settings(return_days_before=365))
    school.now += timedelta(days=30)
    begin(school, "resumption")
    send(school, "resumption")
    accept(school)
    settle(school)
    assert remind(school, 2027, 6, 15) == []
