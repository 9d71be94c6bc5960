"""County codes: imported with their days, old ones known, unknown ones a warning. R119."""

from datetime import date

import pytest

from registry.contacts import read_region_code
from registry.regions import Regions, read_regions

TABLE = """code,name,valid_from,valid_to
999901,向阳县,,2021-03-31
999902,向阳区,2021-04-01,
999903000000,柳树区,2000-01-01,2010-12-31
999903,新柳树区,2011-01-01,
"""


def table() -> Regions:
    found, problems = read_regions(TABLE)
    assert problems == ()
    return found


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
    ],
)
def test_a_line_that_cannot_be_is_told_with_its_number(line: str, code: str) -> None:
    regions, problems = read_regions(f"{TABLE}{line}\n999904,青年区,,\n")
    assert [(number, problem.code) for number, problem in problems] == [(6, code)]
    assert regions.knows("999904")


def test_a_file_without_its_columns_is_no_table() -> None:
    regions, problems = read_regions("代码,名称\n999901,向阳县\n")
    assert not regions.counties
    assert [problem.code for _, problem in problems] == ["region.columns"]
