"""A school's table of county codes, as it was imported last."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, func, insert, select

from registry.regions import County, Regions, TableState, newest_day, regions_of
from storage import tables as t
from storage.quick import quick
from storage.reader import Reader, Writing

_IMPORTED: Final = quick(
    select(t.county_table.c.imported_at).where(
        t.county_table.c.school_id == bindparam("school_id")
    )
)
_OF_CODE: Final = quick(
    select(t.county.c.code, t.county.c.name, t.county.c.valid_from, t.county.c.valid_to)
    .where(t.county.c.school_id == bindparam("school_id"), t.county.c.code == bindparam("code"))
    .order_by(t.county.c.line)
)
_SUMMED: Final = select(
    func.count().label("lines"),
    func.max(t.county.c.valid_from).label("since"),
    func.max(t.county.c.valid_to).label("until"),
).where(t.county.c.school_id == bindparam("school_id"))
_EMPTIED: Final = delete(t.county).where(t.county.c.school_id == bindparam("of_school"))
_REMOVED: Final = delete(t.county_table).where(
    t.county_table.c.school_id == bindparam("of_school")
)


class RegionBooks(Writing):
    """Part of the unit of work."""

    __slots__ = ()

    def load_regions(self, school_id: str, codes: Collection[str]) -> Regions | None:
        return load_regions(self, school_id, codes)

    def regions_state(self, school_id: str) -> TableState | None:
        return regions_state(self, school_id)

    def replace_regions(self, school_id: str, rows: Sequence[County], at: datetime) -> None:
        """Thousands of rows in one statement."""
        self.remove_regions(school_id)
        columns = {"school_id": school_id, "imported_at": at}
        self.run(insert(t.county_table), columns)
        counties = [
            {
                "school_id": school_id,
                "code": row.code,
                "line": line,
                "name": row.name,
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
            }
            for line, row in enumerate(rows)
        ]
        self.connection.execute(insert(t.county), counties)

    def remove_regions(self, school_id: str) -> bool:
        """False where there was none."""
        self.run(_EMPTIED, {"of_school": school_id})
        return self.run(_REMOVED, {"of_school": school_id}) > 0


def load_regions(reader: Reader, school_id: str, codes: Collection[str]) -> Regions | None:
    """The rows of these codes only, each found by key; None where no table was imported."""
    if reader.first(_IMPORTED, {"school_id": school_id}) is None:
        return None
    return regions_of(
        County(row.code, row.name, row.valid_from, row.valid_to)
        for code in sorted({code[:6] for code in codes})
        for row in reader.every(_OF_CODE, {"school_id": school_id, "code": code})
    )


def regions_state(reader: Reader, school_id: str) -> TableState | None:
    """What the set-up page says of it; None where there is none."""
    at = reader.scalar(_IMPORTED, {"school_id": school_id})
    summed = reader.first(_SUMMED, {"school_id": school_id})
    if at is None or summed is None:
        return None
    return TableState(summed.lines, newest_day((summed.since, summed.until)), at)
