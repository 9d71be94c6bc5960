"""Every form can be walked to its end through every branch; what cannot be reached is told."""

import pytest

from conversations.authoring.exploring import Exploration, explore, transcript
from conversations.authoring.odk import second_opinion
from conversations.authoring.samples import KIND_SAMPLES, sample_of
from conversations.authoring.walking import SENT
from conversations.expressions.textual import compile_pattern
from conversations.xlsform.reader import inspect
from conversations.xlsform.sheets import read_markdown
from registry.options import OPTIONS
from registry.values import KINDS, VALIDATORS
from tests.conversations.papers import CHOICES, paper
from tests.forms.shelf import NOW, OWN, SOURCES, explored, family, form_named

ALL = (*SOURCES, *OWN)


def test_there_are_twenty_forms_and_more() -> None:
    assert len(SOURCES) >= 20


@pytest.mark.parametrize("name", SOURCES)
def test_form_is_read_without_a_problem(name: str) -> None:
    _, problems = inspect(SOURCES[name])
    assert problems == ()


@pytest.mark.parametrize("name", SOURCES)
def test_form_is_sound_to_odk(name: str) -> None:
    assert second_opinion(read_markdown(SOURCES[name]), validates=False) == ()


@pytest.mark.parametrize("name", ALL)
def test_every_question_is_reached_and_every_walk_ends(name: str) -> None:
    found = explored(name)
    assert (found.unreached, found.dead_ends) == ((), ())
    assert {walk.end for walk in found.walks} == {SENT}


@pytest.mark.parametrize("name", ALL)
def test_every_condition_is_seen_open_and_shut(name: str) -> None:
    assert explored(name).always == ()


# ---- forms with a fault the explorer must find


def survey(lines: str, choices: str = CHOICES) -> Exploration:
    header = "| type | name | label | required | relevant | constraint | constraint_message"
    return explore(paper(f"{header} | choice_filter |\n{lines}", choices), family())


def test_a_question_behind_two_contradicting_answers_is_never_reached() -> None:
    found = survey(
        """
        | integer | age | 年龄 | yes |
        | text | job | 工作 | | ${age} > 18 and ${age} < 12 |
        """
    )
    assert found.unreached == ("job",)


def test_a_note_nobody_sees_is_told() -> None:
    found = survey(
        """
        | select_one yes_no | has_id | 有吗？ | yes |
        | note | both | 两样都有 | | selected(${has_id}, 'yes') and selected(${has_id}, 'no') |
        """
    )
    assert found.unreached == ("both",)


def test_a_constraint_no_answer_meets_is_a_dead_end() -> None:
    found = survey("| integer | age | 年龄 | yes | | . > 5 and . < 5 | 请再写。 |")
    assert [end.path for end in found.dead_ends] == ["age"]


def test_a_filter_that_leaves_no_choice_is_a_dead_end_with_the_answers_before_it() -> None:
    choices = f"{CHOICES}| | place | hill | 山 |\n"
    found = survey(
        """
        | select_one yes_no | far | 远吗？ | yes |
        | select_one place | place | 哪里？ | yes | | | | ${far} = 'no' |
        """,
        choices,
    )
    assert [(end.path, dict(end.said)) for end in found.dead_ends] == [("place", {"far": "yes"})]


def test_a_condition_that_always_holds_is_told() -> None:
    found = survey(
        """
        | integer | age | 年龄 | yes | | . > 5 | 大于五。 |
        | text | school | 学校 | | ${age} > 3 |
        """
    )
    assert found.always == ("school",)


@pytest.mark.parametrize(
    ("condition", "constraint"),
    [
        pytest.param("${n} = 17", "", id="one number"),
        pytest.param("${n} * 3 + 1 = 40", "", id="reckoned"),
        pytest.param("${n} mod 7 = 5 and ${n} > 700", ". < 800", id="constraint too"),
        pytest.param("${t} = '甲' and ${n} = 2", "", id="two questions"),
        pytest.param("starts-with(${t}, 'AB')", "", id="text begins"),
        pytest.param("regex(${t}, '[0-9]{3}-[a-f]+')", "", id="pattern"),
        pytest.param("string-length(${t}) = 9", "", id="length"),
        pytest.param("${d} > date('2031-05-06')", "", id="later than a day"),
        pytest.param("int((today() - ${d}) div 365.25) = 61", "", id="age"),
        pytest.param("valid('id_card', ${t})", "", id="ID card"),
    ],
)
def test_a_condition_is_opened_by_what_it_names(condition: str, constraint: str) -> None:
    limit = f"{constraint} | 不行。" if constraint else "|"
    found = survey(
        f"""
        | integer | n | 数 | yes | | {limit} |
        | text | t | 字 | yes |
        | date | d | 日子 | yes |
        | text | goal | 到了 | | {condition} |
        """
    )
    assert (found.unreached, found.always) == ((), ())


def test_exploring_twice_tells_the_same() -> None:
    first, second = (explore(form_named("clinic_intake"), family()) for _ in range(2))
    assert (first.steps, first.walk_count) == (second.steps, second.walk_count)
    told = [[transcript(walk, "en") for walk in found.walks] for found in (first, second)]
    assert told[0] == told[1]


def test_a_transcript_reads_like_the_conversation() -> None:
    found = survey("| select_one yes_no | has_id | 有身份证吗？ | yes |")
    assert transcript(found.walks[0], "zh_Hans").splitlines()[:4] == [
        "有身份证吗？",
        "[是] [否] [回到开头] [请老师帮我]",
        "",
        "▸ 是",
    ]


# ---- samples


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OPTIONS])
def test_every_kind_of_value_has_a_sample_it_accepts(kind: str) -> None:
    assert VALIDATORS[kind](KIND_SAMPLES[kind])
    assert KINDS[kind].read(KIND_SAMPLES[kind], NOW.date()).problem is None


@pytest.mark.parametrize(
    "pattern",
    [
        "[A-Za-z0-9 ()（）-]{6,24}",
        "1[3-9][0-9]{9}",
        "(?:ab){2}c?",
        "(a|b| )+",
        "[一-龥]+",
        r"[\w.]+@\w+\.com",
        r"\d{4}-\d{2}",
        "[^0-9]+",
        "[0-9]{2,3}/[0-9]{2,3}",
        r"\+?[0-9 ]{7,16}",
    ],
)
def test_a_sample_fits_its_pattern(pattern: str) -> None:
    assert compile_pattern(pattern)(sample_of(pattern))
