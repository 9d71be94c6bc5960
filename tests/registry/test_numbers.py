"""Generated numbers of every kind of paper: valid ones are read, every damaged one is told. K5,
R107, R119.
"""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from registry.identity import derive
from registry.values import KINDS
from tests.registry.value_cases import id_card

days = st.dates(date(1900, 1, 1), date(1999, 12, 31))
digits = st.text("0123456789", min_size=8, max_size=8)
orders = st.from_regex(r"[0-9]{3}", fullmatch=True)

old_cards = st.builds(lambda d, o: f"999999{d:%y%m%d}{o}", days, orders)
permits = {
    "home_return_permit": st.builds(lambda a, d, e: a + d + e, st.sampled_from("HM"), digits,
                                    st.sampled_from(("", "01", "12"))),
    "taiwan_permit": st.builds(lambda d, e: d + e, digits, st.sampled_from(("", "01"))),
    "foreign_permit": st.one_of(
        st.builds(lambda o: id_card("911999", order=o), orders),
        st.builds(lambda d: f"ZZZ{d}0101", digits),
    ),
    "passport": st.builds(lambda a, d: a + d, st.sampled_from(("E", "G", "EA", "K")), digits),
    "national_number": st.builds(
        lambda a, o: a + id_card(order=o), st.sampled_from("GLJ"), orders
    ),
}  # fmt: skip
numbers = st.sampled_from(sorted(permits)).flatmap(
    lambda kind: st.tuples(st.just(kind), permits[kind])
)
residents = st.builds(
    lambda region, order: id_card(region, order=order),
    st.sampled_from(("810000", "820000", "830000", "911999", "999999")),
    orders,
)


@given(numbers)
def test_a_generated_number_of_any_paper_is_read(found: tuple[str, str]) -> None:
    kind, number = found
    for typed in (number, number.lower(), f" {number} "):
        reading = KINDS[kind].read(typed)
        assert (reading.problem, reading.text) == (None, number)


@given(numbers, st.sampled_from("@#%_证"), st.data())
def test_a_strange_sign_in_it_is_told(
    found: tuple[str, str], sign: str, data: st.DataObject
) -> None:
    kind, number = found
    at = data.draw(st.integers(0, len(number)))
    problem = KINDS[kind].read(number[:at] + sign + number[at:]).problem
    assert problem is not None


@given(residents)
def test_residents_of_hong_kong_macao_taiwan_and_abroad_have_checked_numbers(number: str) -> None:
    reading = KINDS["id_card"].read(number)
    assert (reading.problem, reading.warnings) == (None, ())
    assert derive(number) is not None


@given(residents, st.integers(1, 9))
def test_a_wrong_check_digit_is_told(number: str, shift: int) -> None:
    last = "0123456789X"[("0123456789X".index(number[-1]) + shift) % 11]
    assert not KINDS["id_card"].read(number[:-1] + last).is_accepted


@given(old_cards)
def test_an_old_card_of_fifteen_tells_birthday_and_sex(number: str) -> None:
    assert KINDS["id_card_15"].read(number).is_accepted
    told = derive(number)
    assert told is not None
    assert f"{told.birth_date:%y%m%d}" == number[6:12]
    assert told.sex == ("1" if int(number[-1]) % 2 else "2")


@given(st.sampled_from("LJ"), residents)
def test_nothing_is_told_by_a_temporary_number(letter: str, number: str) -> None:  # K5
    assert derive(letter + number) is None
