"""Every question type has its table: what people write, and what is kept or said."""

from datetime import datetime

import pytest

from conversations.asked import Asked, Given
from conversations.draft import Focus
from conversations.form import Choice, Question, Text
from conversations.turn import Chose, Said, Sent
from conversations.types import TYPES
from registry.problems import Problem
from tests.conversations.stage import CHINA

NOW = datetime(2026, 8, 25, 10, 0, tzinfo=CHINA)


def words(text: str) -> Text:
    return Text({"zh_Hans": text})


COLOURS = tuple(
    Choice(name, Text({"zh_Hans": zh, "en": en}))
    for name, zh, en in (("r", "红", "red"), ("g", "绿", "green"), ("b", "蓝", "blue"))
)
NUMBERED = (Choice("2", words("男")), Choice("1", words("女")))
GROUPS = tuple(
    Choice(f"{i:02d}", words(name))
    for i, name in enumerate(
        ("汉族", "蒙古族", "回族", "藏族", "维吾尔族", "苗族", "彝族", "壮族", "满族", "土家族"), 1
    )
)
ASKED = {
    "acknowledge": Question("q", "q", "acknowledge", words("看过")),
    "date": Question("q", "q", "date", words("哪天？")),
    "dateTime": Question("q", "q", "dateTime", words("什么时候？")),
    "decimal": Question("q", "q", "decimal", words("多重？")),
    "file": Question("q", "q", "file", words("文件")),
    "image": Question("q", "q", "image", words("照片")),
    "integer": Question("q", "q", "integer", words("几个？")),
    "range": Question("q", "q", "range", words("几分？"), parameters={"start": "1", "end": "5"}),
    "rank": Question("q", "q", "rank", words("排一排"), choices=COLOURS),
    "repeat": Question("q", "q", "repeat", words("家人")),
    "select_multiple": Question("q", "q", "select_multiple", words("哪些？"), choices=COLOURS),
    "select_one": Question("q", "q", "select_one", words("哪个？"), choices=COLOURS),
    "text": Question("q", "q", "text", words("什么？")),
    "time": Question("q", "q", "time", words("几点？")),
    "calculate": Question("q", "q", "calculate", words("")),
    "end": Question("q", "q", "end", words("")),
    "hidden": Question("q", "q", "hidden", words("")),
    "note": Question("q", "q", "note", words("说明")),
    "start": Question("q", "q", "start", words("")),
    "today": Question("q", "q", "today", words("")),
}

CASES: list[tuple[str, Given, object]] = [
    ("acknowledge", Chose(1, "ok"), "OK"),
    ("acknowledge", Said("好"), "answer.press_button"),
    ("calculate", Said("1"), "answer.press_button"),
    ("date", Said("2018-03-12"), "2018-03-12"),
    ("date", Said("2018-02-30"), "value.date_missing"),
    ("date", Said("农历三月"), "value.date_lunar"),
    ("date", Sent("f"), "answer.date_wanted"),
    ("dateTime", Said("2018年3月12日 下午3点半"), "2018-03-12T15:30:00.000+08:00"),
    ("dateTime", Said("2018-3-12 8:05"), "2018-03-12T08:05:00.000+08:00"),
    ("dateTime", Said("2018-03-12T15:30:00.000+08:00"), "2018-03-12T15:30:00.000+08:00"),
    ("dateTime", Said("下午3点"), "answer.moment_wanted"),
    ("decimal", Said("１２.５０"), "12.5"),
    ("decimal", Said("-0.5"), "-0.5"),
    ("decimal", Said("12斤"), "answer.decimal"),
    ("decimal", Said("1e5"), "answer.decimal"),
    ("decimal", Said("1" * 20), "answer.number_too_long"),
    ("end", Said("x"), "answer.press_button"),
    ("file", Sent("f1"), "f1"),
    ("file", Said("在家"), "answer.file_wanted"),
    ("hidden", Said("x"), "answer.press_button"),
    ("image", Sent("f1"), "f1"),
    ("image", Sent(None, Problem("file.empty")), "file.empty"),
    ("image", Sent(None), "answer.photo_wanted"),
    ("image", Said("在家"), "answer.photo_wanted"),
    ("integer", Said("００７"), "7"),
    ("integer", Said("+3"), "3"),
    ("integer", Said("3个"), "answer.integer"),
    ("integer", Said("3.5"), "answer.integer"),
    ("integer", Said("1,000"), "answer.integer"),
    ("integer", Said("9" * 10), "answer.number_too_long"),
    ("note", Said("x"), "answer.press_button"),
    ("range", Said("5"), "5"),
    ("range", Said("6"), "answer.range"),
    ("range", Said("2.5"), "answer.range"),
    ("range", Chose(1, "a.2"), "3"),
    ("range", Chose(1, "a.9"), "answer.choice_unknown"),
    ("rank", Said("3 1 2"), "b r g"),
    ("rank", Said("蓝、红、绿"), "b r g"),
    ("rank", Said("3 1"), "answer.rank_all"),
    ("repeat", Chose(1, "add"), "add"),
    ("repeat", Said("加"), "answer.press_button"),
    ("select_multiple", Said("3 1"), "r b"),
    ("select_multiple", Said("红、蓝"), "r b"),
    ("select_multiple", Said("Red, blue"), "r b"),
    ("select_multiple", Said("1 7"), "answer.choices_unknown"),
    ("select_multiple", Chose(1, "done"), "answer.choices_none"),
    ("select_multiple", Sent("f"), "answer.choice_wanted"),
    ("select_one", Chose(1, "a.1"), "g"),
    ("select_one", Chose(1, "a.7"), "answer.choice_unknown"),
    ("select_one", Said("绿"), "g"),
    ("select_one", Said("GREEN"), "g"),
    ("select_one", Said("２"), "g"),
    ("select_one", Said("b"), "b"),
    ("select_one", Said("0"), "answer.choice_unknown"),
    ("select_one", Said("返回"), "answer.choice_unknown"),
    ("start", Said("x"), "answer.press_button"),
    ("text", Said("  古丽米热·艾比布力  "), "古丽米热·艾比布力"),
    ("text", Said("𠮷田"), "𠮷田"),
    ("text", Said("0012"), "0012"),
    ("text", Said("返回"), "返回"),
    ("text", Said("第一行\r\n第二行"), "第一行\n第二行"),
    ("text", Said("=HYPERLINK(1)"), "=HYPERLINK(1)"),
    ("text", Said("a\x00b"), "value.hidden_character"),
    ("text", Said("\ud800"), "value.hidden_character"),
    ("text", Said("长" * 501), "value.too_long"),
    ("text", Sent("f"), "answer.text_wanted"),
    ("time", Said("8:30"), "08:30:00.000+08:00"),
    ("time", Said("8点半"), "08:30:00.000+08:00"),
    ("time", Said("下午3点"), "15:00:00.000+08:00"),
    ("time", Said("１５：０５"), "15:05:00.000+08:00"),
    ("time", Said("25:00"), "answer.time_wanted"),
    ("time", Said("早上"), "answer.time_wanted"),
    ("today", Said("x"), "answer.press_button"),
]


def asked(question: Question, focus: Focus | None = None, value: str = "") -> Asked:
    choices = tuple(enumerate(question.choices))
    codes = {choice.name: (i, choice) for i, choice in choices}
    return Asked(question, choices, codes, focus or Focus("q"), NOW, value)


@pytest.mark.parametrize(
    ("kind", "given", "expected"), CASES, ids=[f"{kind}-{i}" for i, (kind, *_) in enumerate(CASES)]
)
def test_input_is_read(kind: str, given: Given, expected: object) -> None:
    read = TYPES[kind].read(asked(ASKED[kind]), given)
    outcome = read.text if read.problem is None else read.problem.code
    assert outcome == expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (kind, str(expected))
        for kind, given, expected in CASES
        if isinstance(given, Said) and not str(expected).startswith(("answer.", "value."))
    ],
)
def test_what_was_kept_is_read_again_as_the_same(kind: str, text: str) -> None:
    read = TYPES[kind].read(asked(ASKED[kind]), Said(text))
    assert (read.text, read.problem) == (text, None)


def test_every_type_has_cases() -> None:
    assert {kind for kind, *_ in CASES} == set(TYPES)


@pytest.mark.parametrize("typed", ["18.3.12", "2018年3月12日", "20180312", "二〇一八年三月十二日"])
def test_date_in_words_is_said_back_before_it_is_kept(typed: str) -> None:
    assert TYPES["date"].read(asked(ASKED["date"]), Said(typed)).doubt == "2018-03-12"


def test_ambiguous_date_offers_its_meanings() -> None:
    focus = Focus("q", rejected="3/12/2018")
    question = asked(ASKED["date"], focus)
    assert [b.op for b in TYPES["date"].buttons(question)] == ["is.0", "is.1"]
    assert TYPES["date"].read(question, Chose(1, "is.1")).text == "2018-12-03"


def test_typed_number_that_is_also_another_code_is_asked_back() -> None:
    question = Question("q", "q", "select_one", words("性别"), choices=NUMBERED)
    assert TYPES["select_one"].read(asked(question), Said("1")).doubt == "2"


def test_switches_keep_what_is_picked_until_done() -> None:
    kind, question = TYPES["select_multiple"], ASKED["select_multiple"]
    first = kind.read(asked(question), Chose(1, "a.2")).focus
    assert first is not None
    second = kind.read(asked(question, first), Chose(1, "a.0")).focus
    assert second is not None
    assert kind.read(asked(question, second), Chose(1, "done")).text == "r b"
    assert [b.is_on for b in kind.buttons(asked(question, second))][:3] == [True, False, True]


def test_last_press_of_a_ranking_ends_it() -> None:
    focus = Focus("q", picked="b r")
    assert TYPES["rank"].read(asked(ASKED["rank"], focus), Chose(1, "a.1")).text == "b r g"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("维吾", "05"), ("wwez", "05"), ("维吾尔族", "05"), ("05", "05"), ("tj", "10")],
)
def test_long_list_is_searched_by_name_initials_or_code(typed: str, code: str) -> None:
    question = Question("q", "q", "select_one", words("民族"), choices=GROUPS)
    read = TYPES["select_one"].read(asked(question), Said(typed))
    assert code in (read.text, read.doubt)


def test_long_list_comes_by_pages_of_eight() -> None:
    question = Question("q", "q", "select_one", words("民族"), choices=GROUPS)
    first = [b.op for b in TYPES["select_one"].buttons(asked(question))]
    assert first == [*(f"a.{i}" for i in range(8)), "page.1"]
    second = [b.op for b in TYPES["select_one"].buttons(asked(question, Focus("q", page=1)))]
    assert second == ["a.8", "a.9", "page.0"]


def test_several_hits_of_a_search_are_offered() -> None:
    question = Question("q", "q", "select_one", words("民族"), choices=GROUPS)
    focus = TYPES["select_one"].read(asked(question), Said("族")).focus
    assert focus is not None
    assert focus.search == "族"


def test_poor_photo_is_asked_about_never_refused() -> None:
    read = TYPES["image"].read(asked(ASKED["image"]), Sent("f1", hint="photo.blurry"))
    assert (read.doubt, read.problem) == ("f1", Problem("photo.blurry"))
