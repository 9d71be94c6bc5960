"""County codes with the days they were valid: a table the school imports, never one we claim.

A number keeps the county of its day of issue (GB 11643-1999), so an abolished code is right for
an older child; a code nobody knows is a warning, never a refusal. Reads the ministry's list as
`code,name,valid_from,valid_to`; called by `values` through `contacts.read_region_code`.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from registry.problems import Problem

COLUMNS = ("code", "name", "valid_from", "valid_to")
MAX_ROWS = 20_000
_CODE = re.compile(r"[1-9][0-9]{5}(?:[0-9]{6})?")


@dataclass(frozen=True, slots=True)
class County:
    """One county, or one that was. An open end means: from the beginning, until now."""

    code: str  # six digits
    name: str
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the code was in use on that day."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


@dataclass(frozen=True, slots=True)
class Regions:
    """The table of a school; empty until somebody imports one."""

    counties: Mapping[str, tuple[County, ...]] = field(default_factory=dict)

    def name(self, code: str, day: date) -> str:
        """What that county was called on that day; "" where the table does not say."""
        found = (county for county in self.counties.get(code[:6], ()) if county.holds(day))
        return next((county.name for county in found), "")

    def knows(self, code: str) -> bool:
        """Whether the county is, or ever was, in the table."""
        return code[:6] in self.counties


def read_regions(text: str) -> tuple[Regions, tuple[tuple[int, Problem], ...]]:
    """The table, and what is wrong with it by line; a line with a problem is left out."""
    rows, problems = [], []
    for number, result in _lines(text):
        if isinstance(result, Problem):
            problems.append((number, result))
        else:
            rows.append(result)
    return regions_of(rows), tuple(problems)


def regions_of(rows: Iterable[County]) -> Regions:
    """A table of these."""
    found: dict[str, list[County]] = {}
    for county in rows:
        found.setdefault(county.code, []).append(county)
    return Regions({code: tuple(each) for code, each in found.items()})


def _lines(text: str) -> Iterator[tuple[int, County | Problem]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        yield 1, Problem("region.columns")
        return
    for number, row in enumerate(reader, 2):
        if number > MAX_ROWS:
            yield number, Problem("region.too_many", {"limit": MAX_ROWS})
            return
        yield number, _county(row)


def _county(row: Mapping[str, str | None]) -> County | Problem:
    code, name, since, until = ((row.get(column) or "").strip() for column in COLUMNS)
    if not _CODE.fullmatch(code) or not name:
        return Problem("region.row")
    try:
        days = [date.fromisoformat(day) if day else None for day in (since, until)]
    except ValueError:
        return Problem("region.day")
    if days[0] and days[1] and days[0] > days[1]:
        return Problem("region.day")
    return County(code[:6], name, *days)
