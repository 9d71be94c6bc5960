"""The option lists of the national basic set. R6, R119."""

import pytest

from registry.actors import Relation
from registry.countries import COUNTRIES
from registry.names import class_number
from registry.options import ETHNIC_GROUP, OPTIONS, PROVINCES, RELATION


def test_there_are_fifty_six_ethnic_groups_with_two_digit_codes() -> None:
    numbered = [code for code in ETHNIC_GROUP if int(code) <= 56]
    assert numbered == [f"{number:02d}" for number in range(1, 57)]
    assert len(set(ETHNIC_GROUP.values())) == len(ETHNIC_GROUP)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("01", "汉族"),
        ("05", "维吾尔族"),
        ("24", "拉祜族"),
        ("32", "仫佬族"),
        ("36", "毛南族"),
        ("46", "德昂族"),
        ("53", "赫哲族"),
        ("56", "基诺族"),
    ],
)
def test_ethnic_groups_carry_todays_names(code: str, name: str) -> None:
    assert ETHNIC_GROUP[code] == name


def test_every_relation_of_a_guardian_has_a_national_name() -> None:
    assert {relation for relation in Relation if relation != Relation.helper} <= set(RELATION)


def test_the_provinces_are_thirty_four_and_the_permit_of_taiwan_residents() -> None:
    assert len(PROVINCES) == 35


def test_a_country_has_three_letters_and_the_regions_are_china() -> None:
    assert all(len(code) == 3 and code.isupper() for code in COUNTRIES)
    assert list(COUNTRIES.values())[:4] == ["中国", "中国香港", "中国澳门", "中国台湾"]
    assert len(set(COUNTRIES.values())) == len(COUNTRIES)


def test_codes_stand_in_one_cell_without_spaces() -> None:
    for table in OPTIONS.values():
        assert table
        for code, name in table.items():
            assert code.isascii()
            assert code == code.strip()
            assert name == name.strip() != ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("4", 4),
        ("三年级（4）班", 4),
        ("三（12）班", 12),
        ("一年级十二班", 12),
        ("二十班", 20),
        ("二十三班", 23),
        ("１班", 1),
        ("向日葵班", None),
        ("三年级", None),
        ("", None),
    ],
)
def test_a_class_is_found_by_its_number(typed: str, number: int | None) -> None:
    assert class_number(typed) == number
