"""The State Council's yearly notice of holidays and make-up days, as the library
`chinese_calendar` knows it: a seed for a school's own calendar, which the registrar then edits.

Loaded by name when a calendar is filled, never at the start of the program. A year whose notice
the library does not hold is said to be unknown; nothing is reckoned.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from chinese_calendar import is_workday

from registry.working_days import DayKind, is_weekday


def is_known(year: int) -> bool:
    """Whether the library holds that year's notice."""
    try:
        is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def marks(year: int) -> Mapping[date, DayKind] | None:
    """The days of that year on which work is not as weekends have it; None = not published."""
    first = date(year, 1, 1)
    if not is_known(year):
        return None
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    working = [is_workday(day) for day in days]
    return {
        day: DayKind.make_up if works else DayKind.holiday
        for day, works in zip(days, working, strict=True)
        if works != is_weekday(day)
    }
