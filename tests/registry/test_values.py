"""Every kind of value reads what people really type, and says why when it cannot. R16, R119."""

import re
from datetime import date
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from locales import catalogue
from registry.fields import FIELDS
from registry.values import KINDS, VALIDATORS
from tests.registry.value_cases import ACCEPTED, CHILD, REFUSED, WARNED, id_card

TODAY = date(2026, 9, 1)
REGISTRY = Path(__file__).parents[2] / "registry"


def _rows(table: dict[str, tuple[tuple[str, str], ...]]) -> tuple[ParameterSet, ...]:
    return tuple(
        pytest.param(kind, typed, expected, id=f"{kind}-{_id(typed)}")
        for kind, cases in table.items()
        for typed, expected in cases
    )


def _id(typed: str) -> str:
    return typed.encode("unicode_escape").decode("ascii")[:40] or "nothing"


@pytest.mark.parametrize(("kind", "typed", "stored"), _rows(ACCEPTED))
def test_an_accepted_spelling_is_stored_in_one_form(kind: str, typed: str, stored: str) -> None:
    reading = KINDS[kind].read(typed, TODAY)
    assert (reading.problem, reading.text) == (None, stored)
    assert VALIDATORS[kind](typed)


@pytest.mark.parametrize(("kind", "typed", "stored"), _rows(ACCEPTED))
def test_what_is_stored_reads_as_itself(kind: str, typed: str, stored: str) -> None:
    assert KINDS[kind].read(stored, TODAY).text == stored


@pytest.mark.parametrize(("kind", "typed", "code"), _rows(REFUSED))
def test_a_refused_spelling_says_why(kind: str, typed: str, code: str) -> None:
    problem = KINDS[kind].read(typed, TODAY).problem
    assert problem is not None
    assert problem.code == f"value.{code}"
    assert not VALIDATORS[kind](typed)


@pytest.mark.parametrize(("kind", "typed", "code"), WARNED)
def test_a_doubt_is_stored_and_told_to_the_reviewer(kind: str, typed: str, code: str) -> None:
    reading = KINDS[kind].read(typed)
    assert reading.is_accepted
    assert [warning.code for warning in reading.warnings] == [f"value.{code}"]


def test_a_plain_number_carries_no_warning() -> None:
    for region in ("110105", "650000", "810000", "830000", "999999"):
        assert KINDS["id_card"].read(id_card(region)).warnings == ()


def test_a_region_known_to_the_school_is_no_warning() -> None:
    from_table = KINDS["region_code"].read("110105000000")
    assert from_table.warnings == ()


def test_every_kind_has_accepted_and_refused_spellings() -> None:
    assert set(ACCEPTED) == set(KINDS)
    assert set(REFUSED) == set(KINDS)


def test_every_register_field_has_a_kind() -> None:
    assert {field.kind for field in FIELDS.values()} <= set(KINDS)


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_every_problem_is_worded_and_its_parameters_fit(language: str) -> None:
    words = catalogue(language)
    for kind, cases in REFUSED.items():
        for typed, _ in cases:
            problem = KINDS[kind].read(typed).problem
            assert problem is not None
            needed = set(re.findall(r"\{(\w+)\}", words[problem.code]))
            assert needed <= set(problem.params), problem.code


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_no_sentence_about_a_value_is_left_unused(language: str) -> None:
    raised = {code for cases in REFUSED.values() for _, code in cases}
    raised |= {code for _, _, code in WARNED} | {"id_birthday_future", "date_future"}
    worded = {key.removeprefix("value.") for key in catalogue(language) if key[:6] == "value."}
    assert worded == raised


def test_no_sentence_shows_an_example_number_of_a_paper() -> None:
    for language in ("zh_Hans", "en"):
        for sentence in catalogue(language).values():
            assert not re.search(r"[0-9]{9}", sentence)


def test_a_reading_never_shows_its_text() -> None:
    assert CHILD not in repr(KINDS["id_card"].read(CHILD))
    assert CHILD not in repr(KINDS["id_card"])


def test_the_value_rules_use_no_clock() -> None:
    for path in REGISTRY.glob("*.py"):
        assert not re.search(r"\.(today|now|utcnow)\(", path.read_text("utf-8")), path.name
