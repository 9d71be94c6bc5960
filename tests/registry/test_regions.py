"""County codes: imported with their days, old ones known, unknown ones a warning. R119."""

import csv
from datetime import date

import pytest

from registry.contacts import read_region_code
from registry.problems import Problem
from registry.regions import County, Regions, has_county, read_regions, regions_of

TABLE = """code,name,valid_from,valid_to
999901,向阳县,,2021-03-31
999902,向阳区,2021-04-01,
999903000000,柳树区,2000-01-01,2010-12-31
999903,新柳树区,2011-01-01,
"""


def read(text: str) -> tuple[tuple[County, ...], tuple[tuple[int, Problem], ...]]:
    return read_regions(csv.reader(text.splitlines()))


def table() -> Regions:
    found, problems = read(TABLE)
    assert problems == ()
    return regions_of(found)


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("999901", date(2018, 3, 12), "向阳县"),
        ("999901", date(2022, 1, 1), ""),
        ("999902000000", date(2022, 1, 1), "向阳区"),
        ("999902", date(2021, 3, 31), ""),
        ("999903", date(2010, 12, 31), "柳树区"),
        ("999903", date(2011, 1, 1), "新柳树区"),
        ("999999", date(2022, 1, 1), ""),
    ],
)
def test_a_county_is_called_what_it_was_called_that_day(code: str, day: date, name: str) -> None:
    assert table().name(code, day) == name


def test_an_abolished_county_is_known_and_an_unknown_one_is_a_warning() -> None:
    regions = table()
    assert regions.knows("999901000000")
    known = read_region_code("999901000000", counties=regions.counties)
    unknown = read_region_code("110105000000", counties=regions.counties)
    assert (known.text, known.warnings) == ("999901000000", ())
    assert [warning.code for warning in unknown.warnings] == ["value.region_unknown"]
    assert unknown.is_accepted


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("99990,向阳县,,", "region.row"),
        ("999901,,,", "region.row"),
        ("999901,向阳县,2021年,", "region.day"),
        ("999901,向阳县,2022-01-01,2021-01-01", "region.day"),
        ("999901001000,向阳街道,,", "region.below_county"),
    ],
)
def test_a_line_that_cannot_be_is_told_with_its_number(line: str, code: str) -> None:
    rows, problems = read(f"{TABLE}{line}\n999904,青年区,,\n")
    assert [(number, problem.code) for number, problem in problems] == [(6, code)]
    assert regions_of(rows).knows("999904")


def test_the_list_as_the_ministry_publishes_it_has_no_days() -> None:
    rows, problems = read(
        "二〇二六年县以上行政区划代码,,\n\n行政区划代码,单位名称,\n999901,　向阳县,\n"
    )
    assert problems == ()
    assert rows == (County("999901", "向阳县"),)
    assert rows[0].holds(date(1950, 1, 1))


def test_a_file_without_its_columns_is_no_table() -> None:
    rows, problems = read("代码,启用日期\n999901,1996-01-01\n")
    assert rows == ()
    assert [problem.code for _, problem in problems] == ["region.columns"]


def test_an_empty_file_is_no_table() -> None:
    assert [problem.code for _, problem in read("\n,,\n")[1]] == ["region.columns"]


def test_headings_are_read_in_chinese_and_days_as_spreadsheets_write_them() -> None:
    rows, problems = read("\n名称,代码,停用日期,启用日期\n,,,\n向阳县,999901,2021/3/31,1996/1/1\n")
    assert problems == ()
    assert rows == (County("999901", "向阳县", date(1996, 1, 1), date(2021, 3, 31)),)


def test_a_row_may_end_early() -> None:
    assert read("code,name,valid_from,valid_to\n999901,向阳县\n")[0] == (
        County("999901", "向阳县"),
    )


def test_a_table_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.regions.MAX_ROWS", 4)
    rows, problems = read(f"{TABLE}999904,青年区,,\n")
    assert len(rows) == 4
    assert [(number, problem.code) for number, problem in problems] == [(6, "region.too_many")]


@pytest.mark.parametrize(
    ("code", "birth", "may"),
    [
        ("999901", date(2018, 3, 12), True),  # abolished later: right for an older person
        ("999901", date(2021, 3, 31), True),
        ("999901", date(2021, 4, 1), False),
        ("999902", date(2018, 3, 12), True),  # the number was given some years after birth
        ("999904", date(2018, 3, 12), False),
    ],
)
def test_a_number_is_given_on_the_day_of_birth_or_later(code: str, birth: date, may: bool) -> None:
    assert table().may_issue(code, birth) is may


def test_an_empty_part_of_a_table_is_not_no_table() -> None:
    unknown = read_region_code("110105000000", counties=Regions().counties)
    assert [warning.code for warning in unknown.warnings] == ["value.region_unknown"]
    assert read_region_code("110105000000").warnings == ()


@pytest.mark.parametrize(
    ("code", "has"),
    [("110105", True), ("999999", True), ("810000", False), ("830000", False), ("911124", False)],
)
def test_permits_carry_no_county(code: str, has: bool) -> None:
    assert has_county(code) is has
