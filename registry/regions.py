"""County codes with the days they were valid: a table the school imports, never one we claim.

A number keeps the county of its day of issue (GB 11643-1999), so an abolished code is right for
an older child; a code nobody knows is a warning, never a refusal. Reads the rows of a list with
the columns code and name, and valid_from and valid_to where it has them; the set-up page imports
it, the case page and `contacts.read_region_code` ask it. Rule: R119.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime

from registry.dates import read_date
from registry.frozen import frozen
from registry.options import PROVINCES
from registry.problems import Problem

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "代码", "行政区划代码", "代碼", "行政區劃代碼"),
    "name": ("name", "名称", "单位名称", "名稱", "單位名稱"),
    "valid_from": ("valid_from", "启用日期", "啟用日期"),
    "valid_to": ("valid_to", "停用日期"),
}
"""Column → what its heading may be."""
REQUIRED = ("code", "name")
"""A list without days, as the ministry publishes it, is of counties that were always there."""
MAX_ROWS = 20_000
_CODE = re.compile(r"[1-9][0-9]{5}(?:0{6})?")
_BELOW = re.compile(r"[1-9][0-9]{11}")
_RESIDENCE_PERMITS = frozenset({"81", "82", "83"})


@frozen
class County:
    """One county, or one that was. An open end means: from the beginning, until now."""

    code: str  # six digits
    name: str
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the code was in use on that day."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)

    def lasts(self, day: date) -> bool:
        """Whether the code was in use on that day or later."""
        return self.valid_to is None or self.valid_to >= day


@frozen
class Regions:
    """The table of a school, or the part of it that was asked for."""

    counties: Mapping[str, tuple[County, ...]] = field(default_factory=dict)

    def name(self, code: str, day: date) -> str:
        """What that county was called on that day; "" where the table does not say."""
        found = (county for county in self.counties.get(code[:6], ()) if county.holds(day))
        return next((county.name for county in found), "")

    def knows(self, code: str) -> bool:
        """Whether the county is, or ever was, in the table."""
        return code[:6] in self.counties

    def may_issue(self, code: str, birth: date) -> bool:
        """Whether a number with that county can belong to somebody born that day: it was given
        on that day or later.
        """
        return any(county.lasts(birth) for county in self.counties.get(code[:6], ()))


@frozen
class TableState:
    """What is said of the table of a school."""

    count: int
    newest: date | None  # the last day on which anything changed in it; None = no day is given
    imported_at: datetime


def has_county(code: str) -> bool:
    """Whether the first six digits of a number are a county: not in a residence permit of Hong
    Kong, Macao or Taiwan, nor in a foreigner's card (9, province, country).
    """
    is_foreign = code[:1] == "9" and code[1:3] in PROVINCES
    return not is_foreign and code[:2] not in _RESIDENCE_PERMITS


def read_regions(
    lines: Iterable[Sequence[str]],
) -> tuple[tuple[County, ...], tuple[tuple[int, Problem], ...]]:
    """The counties, and what is wrong by line; a line with a problem is left out."""
    rows, problems = [], []
    for number, result in _lines(lines):
        if isinstance(result, Problem):
            problems.append((number, result))
        else:
            rows.append(result)
    return tuple(rows), tuple(problems)


def regions_of(rows: Iterable[County]) -> Regions:
    """A table of these."""
    found: dict[str, list[County]] = {}
    for county in rows:
        found.setdefault(county.code, []).append(county)
    return Regions({code: tuple(each) for code, each in found.items()})


def newest_day(days: Iterable[date | None]) -> date | None:
    """The last of those that are given."""
    return max((day for day in days if day is not None), default=None)


def _lines(lines: Iterable[Sequence[str]]) -> Iterator[tuple[int, County | Problem]]:
    places: Mapping[str, int] = {}
    filled = 0
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in line]
        if not any(cells):
            continue
        if not places:
            if len([cell for cell in cells if cell]) == 1:
                continue  # a title above the table
            places = _places(cells)
            if not all(column in places for column in REQUIRED):
                yield number, Problem("region.columns")
                return
            continue
        filled += 1
        if filled > MAX_ROWS:
            yield number, Problem("region.too_many", {"limit": MAX_ROWS})
            return
        yield number, _county(*(_cell(cells, places.get(column)) for column in COLUMNS))
    if not places:
        yield 1, Problem("region.columns")


def _places(headings: Sequence[str]) -> Mapping[str, int]:
    return {
        column: place
        for column, words in COLUMNS.items()
        for place, heading in enumerate(headings)
        if heading.lower() in words
    }


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _county(code: str, name: str, since: str, until: str) -> County | Problem:
    if not _CODE.fullmatch(code):
        is_below = _BELOW.fullmatch(code) is not None
        return Problem("region.below_county" if is_below else "region.row")
    if not name:
        return Problem("region.row")
    readings = [read_date(day) if day else None for day in (since, until)]
    if any(reading is not None and not reading.is_accepted for reading in readings):
        return Problem("region.day")
    first, last = (date.fromisoformat(one.text) if one else None for one in readings)
    if first and last and first > last:
        return Problem("region.day")
    return County(code[:6], name, first, last)
