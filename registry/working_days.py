"""Working days: which days count, when a number of them is over, how many have passed. Pure.

A day counts as its mark says; an unmarked one counts from Monday to Friday. Of a year whose
calendar the school has not published only weekends are known, and every answer that touches it
says so: an unpublished year is a state, never a guess. Asked by `registry.limits` and the pages.
Rule: R247 (make-up Saturdays count), U4.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date, timedelta
from enum import StrEnum

from registry.frozen import frozen

ONE_DAY = timedelta(days=1)
WEEK = 7
WORKING_WEEKDAYS = 5


class DayKind(StrEnum):
    """What a marked day is."""

    holiday = "holiday"  # 放假
    make_up = "make_up"  # 调休上班: a day of a weekend that is worked
    school = "school"  # an ordinary working day, against what was marked before


@frozen
class Calendar:
    """The marked days of a school, and the years whose calendar it has published."""

    kinds: Mapping[date, DayKind] = field(default_factory=dict)
    published: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether that day counts, as far as is known."""
        kind = self.kinds.get(day)
        return is_weekday(day) if kind is None else kind is not DayKind.holiday

    def is_published(self, years: Iterable[int]) -> bool:
        """Whether nothing about these years is a guess."""
        return self.published.issuperset(years)


@frozen
class Due:
    """A last day. Not certain: an unpublished year lies on the way, so holidays may move it."""

    day: date
    is_certain: bool


def is_weekday(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < WORKING_WEEKDAYS


def due(calendar: Calendar, start: date, days: int) -> Due:
    """The first day by whose end that many working days have passed since `start`.

    The day of the start does not count (民法典 Art. 201). No days: the start itself.
    """
    day, left = start, days
    while left > 0:
        day += ONE_DAY
        left -= calendar.is_working(day)
    return Due(day, calendar.is_published(range((start + ONE_DAY).year, day.year + 1)))


def elapsed(calendar: Calendar, since: date, until: date) -> int:
    """Working days after `since`, up to and with `until`; none where that is no later."""
    if until <= since:
        return 0
    marked = sum(
        calendar.is_working(day) - is_weekday(day)
        for day in calendar.kinds
        if since < day <= until
    )
    return _weekdays(since, until) + marked


def _weekdays(since: date, until: date) -> int:
    """Mondays to Fridays after `since`, up to and with `until`."""
    weeks, rest = divmod((until - since).days, WEEK)
    return weeks * WORKING_WEEKDAYS + sum(is_weekday(until - n * ONE_DAY) for n in range(rest))
