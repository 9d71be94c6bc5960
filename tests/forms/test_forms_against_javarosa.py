"""Whole forms against ODK's engine: the same answers, the same questions, checks and values.

Relevance, required, constraints, filtered choices and calculated values of the forms here and of
generated ones, filled with random answers from a fixed seed.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from conversations.form import Form
from conversations.xlsform.reader import read_form
from conversations.xlsform.sheets import read_markdown
from tests.conversations.javarosa import find_reason_missing
from tests.forms.filling import (
    Filled,
    compile_engine,
    draw,
    fill,
    fill_with_odk,
    is_same,
    neutral,
    xform,
)
from tests.forms.generating import generate
from tests.forms.shelf import SOURCES

MISSING = find_reason_missing()
pytestmark = [pytest.mark.java, pytest.mark.skipif(bool(MISSING), reason=MISSING)]

SCALE = int(os.environ.get("XUEJI_TEST_SCALE", "1"))


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_engine(tmp_path_factory.mktemp("whole"))


def test_the_forms_of_the_field_are_filled_alike(classes: Path) -> None:
    source = random.Random(20261122)
    texts = SOURCES.values()
    assert list(differing(classes, texts, source, runs=6 * SCALE)) == []


def test_generated_forms_are_filled_alike(classes: Path) -> None:
    source = random.Random(20261123)
    texts = [generate(source, number) for number in range(24 * SCALE)]
    assert list(differing(classes, texts, source, runs=6)) == []


def test_the_comparison_sees_every_kind_of_answer(classes: Path) -> None:
    """It would be worth nothing if all questions were open and nothing were ever refused."""
    source = random.Random(20261124)
    pairs = compared(classes, [generate(source, number) for number in range(12)], source, runs=6)
    met = [question for _, ours, _ in pairs for question in ours.met]
    verdicts = [question.verdict for question in met]
    assert min(verdicts.count(each) for each in ("none", "refused", "taken")) > 20
    assert {question.is_required for question in met} == {True, False}
    assert any(question.key.count("#") for question in met)
    assert any(ours.values for _, ours, _ in pairs)


def compared(
    classes: Path, texts: object, source: random.Random, runs: int
) -> list[tuple[str, Filled, Filled | str]]:
    prepared: list[tuple[Form, str, list[dict[str, str]]]] = []
    for text in texts:  # type: ignore[attr-defined]
        workbook = neutral(read_markdown(text))
        form = read_form(workbook)
        drawn = [draw(form, source) for _ in range(runs)]
        prepared.append((form, xform(workbook, form), drawn))
    theirs = fill_with_odk(classes, prepared)
    ours = [(form.id, fill(form, answers)) for form, _, drawn in prepared for answers in drawn]
    return [(name, mine, odk) for (name, mine), odk in zip(ours, theirs, strict=True)]


def differing_values(ours: Filled, theirs: Filled) -> list[tuple[str, str, str]]:
    """Path, our value and theirs."""
    pairs = (
        (path, ours.values.get(path, ""), theirs.values.get(path, ""))
        for path in sorted({*ours.values, *theirs.values})
    )
    return [(path, mine, other) for path, mine, other in pairs if not is_same(other, mine)]


def differing(
    classes: Path, texts: object, source: random.Random, runs: int
) -> Iterator[tuple[str, object]]:
    """The first difference of each run."""
    for name, ours, theirs in compared(classes, texts, source, runs):
        if isinstance(theirs, str):
            yield name, theirs
            continue
        asked = [question for question in ours.met if question.verdict]
        for mine, other in zip(asked, theirs.met, strict=False):
            if mine != other:
                yield name, (mine, other)
                break
        else:
            if len(asked) != len(theirs.met):
                yield name, ("asked", len(asked), len(theirs.met))
            elif others := differing_values(ours, theirs):
                yield name, others
            elif ours.shown != theirs.shown:
                yield name, sorted(ours.shown ^ theirs.shown)[:4]
