"""The author of a form is told everything at once: where, what is wrong, what to write."""

import re
from dataclasses import replace

import pytest

from conversations.authoring.forms_check import check_form, worded
from conversations.xlsform.problems import FormProblem
from conversations.xlsform.reader import inspect
from conversations.xlsform.sheets import Workbook, read_markdown, read_rows
from locales import catalogue
from tests.conversations.broken_forms import BROKEN, Broken
from tests.conversations.papers import CHOICES, paper_text


def workbook_of(broken: Broken) -> Workbook:
    text = paper_text(broken.survey, broken.choices, broken.settings)
    return replace(
        read_markdown(text), files=read_rows({}, broken.files).files, pictures=broken.pictures
    )


def problems_of(broken: Broken) -> tuple[FormProblem, ...]:
    return inspect(workbook_of(broken))[1]


@pytest.mark.parametrize("broken", BROKEN, ids=[broken.name for broken in BROKEN])
def test_the_author_reads(broken: Broken) -> None:
    form, problems = inspect(workbook_of(broken))
    assert tuple(worded(problem, "zh_Hans") for problem in problems) == broken.said
    assert (form is not None) == broken.loads


@pytest.mark.parametrize("broken", BROKEN, ids=[broken.name for broken in BROKEN])
def test_the_author_reads_it_in_english(broken: Broken) -> None:
    for problem in problems_of(broken):
        words = worded(problem, "en")
        quoted = "".join(str(value) for value in problem.params.values())
        chinese = set(re.findall(r"[\u4e00-\u9fff]", words)) - set(quoted)
        assert not chinese
        assert f"{problem.sheet}" in words


def test_at_least_sixty_mistakes_are_known() -> None:
    assert len(BROKEN) >= 60


def test_every_sentence_to_an_author_is_said_in_the_table() -> None:
    said = {problem.code for broken in BROKEN for problem in problems_of(broken)}
    framing = {"author.at_cell", "author.at_row", "author.at_sheet", "author.nearest"}
    # Told by ODK about a form that is sound to us (none is known), and at the desk of the forms.
    elsewhere = {"author.never_offered", "author.odk", "author.version_taken"}
    elsewhere |= {"author.picture_big", "author.picture_broken"}
    known = {key for key in catalogue("zh_Hans") if key.startswith("author.")}
    assert known - said == framing | elsewhere


def test_all_mistakes_of_a_form_are_told_at_once() -> None:
    survey = """
| type | name | lable | relevant | chat::sensitiv |
| txt | 姓名 | 名字 | | |
| select_one yes_no | a | 有吗 | | |
| text | b | 几个 | ${a} ＝ 'yes' | yes |
| text | b | 几个 | ${c} = 1 | |
"""
    codes = [problem.code for problem in inspect(paper_text(survey, CHOICES))[1]]
    assert codes == [
        "author.column_unknown",
        "author.column_unknown",
        "author.type_unknown",
        "expression.full_width",
        "author.name_twice",
        "expression.unknown_question",
    ]


def test_a_sound_form_passes_the_second_opinion() -> None:
    check = check_form(paper_text("| type | name | label |\n| text | q | 名字 |"))
    assert check.problems == ()
    assert check.form is not None


@pytest.mark.parametrize(
    "garbage", ["", "|", "||||", "| survey |", "\x00" * 9, "# |", "| a |\n" * 999]
)
def test_garbage_is_a_problem_and_never_an_exception(garbage: str) -> None:
    form, problems = inspect(garbage)
    assert form is None
    assert problems


def chain(step: int) -> str:
    """A thousand calculations, each from the one before or the one behind."""
    rows = [
        f"| calculate | c{i} | | {'${c' + str(i + step) + '}' if 0 <= i + step < 1000 else '1'} |"
        for i in range(1000)
    ]
    return "| type | name | label | calculation |\n" + "\n".join(rows)


@pytest.mark.parametrize("step", [-1, 1])
def test_a_long_chain_is_no_circle_and_no_exception(step: int) -> None:
    form, problems = inspect(paper_text(chain(step)))
    assert problems == ()
    assert form is not None


def test_groups_a_thousand_deep_are_a_problem_and_no_exception() -> None:
    rows = "".join(f"| begin group | g{i} | 组 |\n" for i in range(1000))
    form, problems = inspect(
        paper_text(f"| type | name | label |\n{rows}" + "| end group | | |\n" * 1000)
    )
    assert form is None
    assert "author.group_deep" in {problem.code for problem in problems}
