"""What is written to disk comes back as it was, whatever stands in it."""

from hypothesis import given
from hypothesis import strategies as st

from conversations.draft import Answer, Draft, DraftState, Focus, Place
from registry.problems import Problem
from tests.conversations.stage import (
    draft_from_json,
    draft_to_json,
    place_from_json,
    place_to_json,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PATH = st.from_regex(r"\A[a-z]{1,6}(/[a-z]{1,6})?\Z")
ANSWER = st.builds(Answer, TEXT, TEXT, st.booleans(), TEXT)
PATHS = st.frozensets(PATH, max_size=3)
DRAFT = st.builds(
    Draft,
    TEXT,
    TEXT,
    TEXT,
    TEXT,
    st.none() | TEXT,
    st.none() | TEXT,
    TEXT,
    st.integers(0, 9),
    st.sampled_from(DraftState),
    st.dictionaries(PATH, ANSWER, max_size=4),
    st.dictionaries(PATH, st.dictionaries(TEXT, ANSWER, max_size=2), max_size=2),
    PATHS,
    PATHS,
    PATHS,
    st.none() | TEXT,
)
PROBLEM = st.builds(Problem, TEXT, st.dictionaries(TEXT, TEXT | st.integers(0, 99), max_size=2))
FOCUS = st.builds(
    Focus,
    PATH,
    unconfirmed=st.none() | TEXT.filter(bool),
    is_proposed=st.booleans(),
    picked=st.none() | TEXT,
    rejected=st.none() | TEXT.filter(bool),
    problem=st.none() | PROBLEM,
    page=st.integers(0, 9),
    search=TEXT,
    is_edit=st.booleans(),
    is_explaining=st.booleans(),
    tries=st.integers(0, 9),
)
PLACE = st.builds(
    Place,
    TEXT,
    st.integers(0, 9),
    TEXT,
    st.none() | TEXT.filter(bool),
    st.none() | FOCUS,
    st.none() | TEXT.filter(bool),
    TEXT,
)


@given(DRAFT)
def test_draft_comes_back_as_it_was(draft: Draft) -> None:
    assert draft_from_json(draft_to_json(draft)) == draft


@given(PLACE)
def test_place_comes_back_as_it_was(place: Place) -> None:
    assert place_from_json(place_to_json(place)) == place


def test_nothing_said_stands_in_what_a_log_would_print() -> None:
    answers = {"name": Answer("张子涵", "mother")}
    draft = Draft("d", "s", "f", "1", "c", None, "2026", answers=answers)
    place = Place("mother", focus=Focus("name", rejected="张子涵", unconfirmed="张子涵"))
    assert "张子涵" not in repr(draft) + repr(place)
