"""Resident IDs: every slip of one digit is caught; what a number says is proposed. K5, R107."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identity import check_digit, derive
from registry.values import KINDS
from tests.registry.value_cases import CHILD, id_card

ID_CARD = KINDS["id_card"]

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
regions = st.from_regex(r"[1-9][0-9]{5}", fullmatch=True)
orders = st.from_regex(r"[0-9]{3}", fullmatch=True)
cards = st.builds(lambda r, d, o: id_card(r, f"{d:%Y%m%d}", o), regions, days, orders)


@given(cards)
def test_a_generated_number_is_accepted_as_it_is(number: str) -> None:
    reading = ID_CARD.read(number)
    assert (reading.problem, reading.text) == (None, number)


@given(regions, days, orders)
def test_what_went_into_a_number_comes_out(region: str, day: date, order: str) -> None:
    derived = derive(id_card(region, f"{day:%Y%m%d}", order))
    assert derived is not None
    sex = "1" if int(order) % 2 else "2"
    assert (derived.birth_date, derived.sex, derived.region) == (day, sex, region)


@given(cards)
def test_every_single_wrong_digit_is_refused(number: str) -> None:
    for place, right in enumerate(number):
        for wrong in "0123456789X" if place == 17 else "0123456789":
            if wrong != right:
                typed = number[:place] + wrong + number[place + 1 :]
                assert not ID_CARD.read(typed).is_accepted, place


@given(cards, st.integers(0, 15))
def test_two_neighbours_swapped_are_refused(number: str, place: int) -> None:
    a, b = number[place], number[place + 1]
    swapped = number[:place] + b + a + number[place + 2 :]
    assert ID_CARD.read(swapped).is_accepted == (a == b)


@given(cards, st.sampled_from("GLJ"))
def test_a_national_number_is_never_changed(number: str, letter: str) -> None:
    reading = KINDS["national_number"].read(letter + number)
    assert (reading.text, reading.warnings) == (letter + number, ())


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    for kind in KINDS.values():
        kind.read(text)


@given(st.text())
def test_reading_twice_changes_nothing(text: str) -> None:
    for kind in KINDS.values():
        once = kind.read(text)
        if once.is_accepted:
            assert kind.read(once.text).text == once.text


def test_the_check_digit_of_the_standard() -> None:
    assert CHILD == "999999201803120022"
    assert check_digit("99999920180312001") == id_card(order="001")[-1]


@pytest.mark.parametrize(
    ("born", "accepted"), [(0, True), (-1, True), (1, False)], ids=["today", "before", "tomorrow"]
)
def test_nobody_is_born_after_today(born: int, accepted: bool) -> None:
    today = date(2026, 9, 1)
    number = id_card(born=f"{today + timedelta(days=born):%Y%m%d}")
    reading = ID_CARD.read(number, today)
    assert reading.is_accepted == accepted
    if not accepted:
        assert reading.problem is not None
        assert reading.problem.code == "value.id_birthday_future"
        assert ID_CARD.read(number).is_accepted


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(CHILD, (date(2018, 3, 12), "2", "999999"), id="eighteen"),
        pytest.param("G" + CHILD, (date(2018, 3, 12), "2", "999999"), id="formal-national"),
        pytest.param("999999800312001", (date(1980, 3, 12), "1", "999999"), id="fifteen"),
        pytest.param(id_card("830000"), (date(2018, 3, 12), "2", "830000"), id="taiwan-resident"),
    ],
)
def test_a_number_proposes_birth_date_sex_and_region(
    number: str, expected: tuple[date, str, str]
) -> None:
    derived = derive(number)
    assert derived is not None
    assert (derived.birth_date, derived.sex, derived.region) == expected
    assert repr(derived) == "Derived(…)"


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("L" + CHILD, id="temporary"),
        pytest.param("J" + CHILD, id="without-id"),
        pytest.param(CHILD[:-1] + "3", id="does-not-check"),
        pytest.param("H00000000", id="other-paper"),
        pytest.param("", id="nothing"),
    ],
)
def test_nothing_is_derived_from_what_is_not_the_childs_id(number: str) -> None:  # K5
    assert derive(number) is None
