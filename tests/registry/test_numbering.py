"""学号: the school's own number, R196–R202; never reused (R207), opaque once allotted (R206)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.numbering import (
    SCHOOL_SCHEME,
    Part,
    Placing,
    Scheme,
    Segment,
    SegmentOverflow,
    allot,
    allot_all,
    prefix,
)
from registry.problems import RuleError

FIRST_CLASS = Placing(entry_year=2023, branch=1, track=1, school_class=1)

placings = st.builds(
    Placing, st.integers(2000, 2099), st.integers(0, 99), st.integers(0, 99), st.integers(1, 99)
)


def test_the_fifth_child_of_class_one_gets_the_number_of_the_rules() -> None:  # R202
    taken = {f"2023010101{sequence:02d}" for sequence in range(1, 5)}
    assert allot(SCHOOL_SCHEME, FIRST_CLASS, taken) == "202301010105"


def test_the_first_child_is_number_one() -> None:  # R201
    assert allot(SCHOOL_SCHEME, FIRST_CLASS, ()) == "202301010101"


def test_what_is_asked_by_is_all_but_the_personal_number() -> None:
    assert prefix(SCHOOL_SCHEME, FIRST_CLASS) == "2023010101"


def test_numbers_are_given_in_the_order_of_the_list() -> None:  # U11
    other = Placing(2023, 1, 1, 2)
    numbers = allot_all(SCHOOL_SCHEME, (FIRST_CLASS, other, FIRST_CLASS), {"202301010101"})
    assert numbers == ("202301010102", "202301010201", "202301010103")


@given(placings, st.sets(st.integers(1, 99), max_size=98))
def test_a_number_ever_allotted_is_never_given_again(placing: Placing, used: set[int]) -> None:
    head = prefix(SCHOOL_SCHEME, placing)
    taken = {f"{head}{sequence:02d}" for sequence in used}
    number = allot(SCHOOL_SCHEME, placing, taken)  # R207
    assert number not in taken
    assert (len(number), number[:10], number.isdecimal()) == (12, head, True)


@given(st.lists(placings, max_size=60))
def test_no_two_children_share_a_number(children: list[Placing]) -> None:  # R185
    numbers = allot_all(SCHOOL_SCHEME, children, ())
    assert len(set(numbers)) == len(children)


def test_the_hundredth_child_of_a_class_needs_a_decision() -> None:
    taken = {f"2023010101{sequence:02d}" for sequence in range(1, 100)}
    with pytest.raises(SegmentOverflow) as refusal:
        allot(SCHOOL_SCHEME, FIRST_CLASS, taken)
    assert refusal.value.code == "number.sequence_overflow"
    assert refusal.value.params == {"value": 100, "highest": 99}


@pytest.mark.parametrize(
    ("placing", "part"),
    [
        pytest.param(Placing(12023, 1, 1, 1), Part.year, id="year"),
        pytest.param(Placing(2023, 100, 1, 1), Part.branch, id="branch"),
        pytest.param(Placing(2023, 1, 100, 1), Part.track, id="track"),
        pytest.param(Placing(2023, 1, 1, 100), Part.school_class, id="class-beyond-99"),
        pytest.param(Placing(2023, 1, 1, 0), Part.school_class, id="class-nought"),
        pytest.param(Placing(2023, -1, 1, 1), Part.branch, id="negative"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(placing: Placing, part: Part) -> None:  # R200
    with pytest.raises(SegmentOverflow) as refusal:
        allot(SCHOOL_SCHEME, placing, ())
    assert refusal.value.part == part
    assert refusal.value.code == f"number.{part}_overflow"


def test_a_school_may_order_its_segments_otherwise() -> None:  # K17
    scheme = Scheme((Segment(Part.branch, 1), Segment(Part.year, 4), Segment(Part.sequence, 4)))
    assert allot(scheme, Placing(2026, 3, 1, 1), {"320260001"}) == "320260002"


@pytest.mark.parametrize(
    "segments",
    [
        pytest.param((), id="empty"),
        pytest.param((Segment(Part.year, 4),), id="no-sequence"),
        pytest.param((Segment(Part.sequence, 2), Segment(Part.year, 4)), id="sequence-first"),
        pytest.param((Segment(Part.sequence, 0),), id="no-digits"),
        pytest.param(
            (Segment(Part.year, 4), Segment(Part.year, 4), Segment(Part.sequence, 2)), id="twice"
        ),
    ],
)
def test_a_scheme_that_could_repeat_a_number_is_refused(segments: tuple[Segment, ...]) -> None:
    with pytest.raises(RuleError, match=r"number\.scheme"):
        Scheme(segments)
