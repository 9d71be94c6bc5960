"""What is seen of a value without the right to all of it, whatever its shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.masks import MASKS, mask
from registry.values import KINDS
from tests.registry.value_cases import ACCEPTED, CHILD


@pytest.mark.parametrize(
    ("kind", "text", "seen"),
    [
        pytest.param("name", "张子涵", "张*涵", id="three"),
        pytest.param("name", "张涵", "张*", id="two"),
        pytest.param("name", "张", "*", id="one"),
        pytest.param("name", "张子涵宁", "张**宁", id="four"),
        pytest.param("name", "欧阳娜娜", "欧阳*娜", id="compound"),
        pytest.param("name", "歐陽娜娜", "歐陽*娜", id="compound-traditional"),
        pytest.param("name", "欧阳娜", "欧阳*", id="compound-three"),
        pytest.param("name", "古丽米热·艾比布力", "古***力", id="dotted"),
        pytest.param("name", "Anna Smith", "A***h", id="latin"),
        pytest.param("name", "Ann", "A***", id="latin-short"),
        pytest.param("name", "𠮷田𬭊", "𠮷*𬭊", id="outside-the-bmp"),
        pytest.param("id", CHILD, "999999********0022", id="eighteen"),
        pytest.param("id_card", CHILD, "999999********0022", id="by-kind"),
        pytest.param("id_card_15", "999999800312002", "999999*****2002", id="fifteen"),
        pytest.param("national_number", "G" + CHILD, "G999999********0022", id="national"),
        pytest.param("home_return_permit", "H00000000", "H0*****00", id="permit"),
        pytest.param("id", "12345", "***", id="id-cut-short"),
        pytest.param("phone", "13800000000", "138****0000", id="mobile"),
        pytest.param("mobile", "13800000000", "138****0000", id="mobile-by-kind"),
        pytest.param("phone", "010-80000012", "010-****12", id="landline"),
        pytest.param("phone", "+85290000012", "+85*****0012", id="abroad"),
        pytest.param("phone", "110", "***", id="phone-cut-short"),
        pytest.param(
            "address", "向阳省向阳市柳树区阳光路88号", "向阳省向阳市柳树区***", id="district"
        ),
        pytest.param("address", "向阳市柳树区阳光路88号", "向阳市柳树区***", id="city-district"),
        pytest.param("address", "向阳县柳树村三组", "向阳县***", id="county"),
        pytest.param(
            "address", "向阳自治区柳树市阳光旗1号", "向阳自治区柳树市阳光旗***", id="banner"
        ),
        pytest.param("address", "阳光花园幸福小区3栋501室", "阳光花园幸福***", id="estate"),
        pytest.param("address", "柳树村三组", "柳树***", id="short-address"),
        pytest.param("class_name", "3班", "3班", id="no-secret"),
        pytest.param("date", "2018-03-12", "***", id="date"),
        pytest.param("sex", "1", "***", id="option"),
        pytest.param("no such kind", "秘密", "***", id="unknown-kind"),
        pytest.param("name", " ", "", id="nothing"),
    ],
)
def test_a_mask_shows_only_what_the_school_agreed(kind: str, text: str, seen: str) -> None:
    assert mask(kind, text) == seen


def test_every_kind_names_a_mask_that_exists() -> None:
    assert {kind.mask for kind in KINDS.values()} <= set(MASKS)


@given(st.sampled_from(["id", "phone", "name", "address", "other"]), st.text(max_size=40))
def test_no_mask_ever_shows_the_whole(kind: str, text: str) -> None:
    seen = mask(kind, text)
    assert seen != text or not text.strip("* -")


@given(st.sampled_from(["id", "phone"]), st.from_regex(r"[0-9]{1,18}", fullmatch=True))
def test_at_least_four_digits_of_a_number_stay_hidden(kind: str, number: str) -> None:
    shown = sum(char.isdecimal() for char in mask(kind, number))
    assert shown <= max(0, len(number) - 4)


def test_no_accepted_secret_survives_its_mask() -> None:
    for kind, cases in ACCEPTED.items():
        if KINDS[kind].mask != "open":
            for _, stored in cases:
                assert stored not in mask(kind, stored)
