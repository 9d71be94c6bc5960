"""A school's working days: its marked days and the years it has published."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from registry.working_days import Calendar, DayKind
from storage import tables as t
from storage.quick import quick
from storage.reader import Reader, Writing

_DAYS: Final = quick(
    select(t.calendar_day.c.day, t.calendar_day.c.kind).where(
        t.calendar_day.c.school_id == bindparam("school_id")
    )
)
_YEARS: Final = quick(
    select(t.calendar_year.c.year).where(t.calendar_year.c.school_id == bindparam("school_id"))
)
_ADD_DAY = upsert(t.calendar_day)
_MARK: Final = _ADD_DAY.on_conflict_do_update(
    index_elements=["school_id", "day"], set_={"kind": _ADD_DAY.excluded.kind}
)
_UNMARK: Final = delete(t.calendar_day).where(
    t.calendar_day.c.school_id == bindparam("of_school"),
    t.calendar_day.c.day >= bindparam("first"),
    t.calendar_day.c.day <= bindparam("last"),
)
_PUBLISH: Final = upsert(t.calendar_year).on_conflict_do_nothing()
_WITHDRAW: Final = delete(t.calendar_year).where(
    t.calendar_year.c.school_id == bindparam("of_school"),
    t.calendar_year.c.year == bindparam("of_year"),
)


class CalendarBooks(Writing):
    """Part of the unit of work."""

    __slots__ = ()

    def load_calendar(self, school_id: str) -> Calendar:
        return load_calendar(self, school_id)

    def mark_day(self, school_id: str, day: date, kind: DayKind | None) -> None:
        """No kind: the day is as its weekday says."""
        if kind is None:
            self.run(_UNMARK, {"of_school": school_id, "first": day, "last": day})
        else:
            self.run(_MARK, {"school_id": school_id, "day": day, "kind": kind.value})

    def fill_year(self, school_id: str, year: int, kinds: Mapping[date, DayKind]) -> None:
        """In place of whatever was marked in that year."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        self.run(_UNMARK, {"of_school": school_id, "first": first, "last": last})
        for day, kind in kinds.items():
            columns = {"school_id": school_id, "day": day, "kind": kind.value}
            self.run(insert(t.calendar_day), columns)

    def publish_year(self, school_id: str, year: int, by: str | None, at: datetime) -> bool:
        """False where it was published before."""
        columns = {"school_id": school_id, "year": year, "published_by": by, "published_at": at}
        return self.run(_PUBLISH, columns) > 0

    def withdraw_year(self, school_id: str, year: int) -> bool:
        """False where it was not published."""
        return self.run(_WITHDRAW, {"of_school": school_id, "of_year": year}) > 0


def load_calendar(reader: Reader, school_id: str) -> Calendar:
    """In two statements; some forty rows for each year the school has filled."""
    days = reader.every(_DAYS, {"school_id": school_id})
    years = reader.every(_YEARS, {"school_id": school_id})
    return Calendar(
        {row.day: DayKind(row.kind) for row in days}, frozenset(row.year for row in years)
    )
