"""Expressions of a form: what each reads, gives and refuses, beside the comparison with ODK."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.expressions import (
    Expression,
    ExpressionError,
    Ref,
    Scope,
    closures,
    coercion,
    compile_expression,
    compiler,
    dates,
    evaluate,
    functions,
    numeric,
    reading,
    syntax,
    textual,
)
from conversations.expressions.compiler import SPECIAL
from conversations.expressions.functions import FUNCTIONS
from locales import catalogue

ENGINE = (closures, coercion, compiler, dates, functions, numeric, reading, syntax, textual)
GUIDE = Path(__file__).parents[2] / "docs" / "forms.md"
NOW = datetime(2026, 9, 1, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))

REFS = {
    "full_name": Ref("child/full_name"),
    "has_id": Ref("child/has_id", "select_one"),
    "needs": Ref("child/needs", "select_multiple"),
    "age": Ref("child/age", "integer"),
    "height": Ref("child/height", "decimal"),
    "born": Ref("child/born", "date"),
    "seen": Ref("child/seen", "dateTime"),
    "wakes": Ref("child/wakes", "time"),
    "province": Ref("province", "select_one"),
    "guardian": Ref("family/guardian", "repeat"),
    "name": Ref("family/guardian/name", "text", "family/guardian"),
    "years": Ref("family/guardian/years", "integer", "family/guardian"),
}
VALUES = {
    "child/full_name": "买买提·吐尔逊",
    "child/has_id": "yes",
    "child/needs": "glasses asthma",
    "child/age": "11",
    "child/height": "143.5",
    "child/born": "2015-03-12",
    "child/seen": "2026-08-31T22:00:00.000Z",
    "child/wakes": "06:30:00.000+08:00",
    "province": "65",
    "family/guardian": "1 2 4",
    "family/guardian#1/name": "古丽",
    "family/guardian#1/years": "41",
    "family/guardian#2/name": "王芳",
    "family/guardian#4/name": "",
    "family/guardian#4/years": "38",
}
TABLES: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "regions": (
        {"name": "6501", "label": "乌鲁木齐", "province": "65"},
        {"name": "6502", "label": "克拉玛依", "province": "65"},
        {"name": "1101", "label": "北京", "province": "11"},
    )
}
SCOPE = Scope(VALUES, NOW, current="", tables=TABLES, version="3")


def resolve(name: str) -> Ref:
    if name not in REFS:
        raise ExpressionError("expression.unknown_question", (name,))
    return REFS[name]


def compiled(text: str, *, is_strict: bool = True) -> Expression:
    return compile_expression(
        text,
        resolve,
        columns=frozenset({"name", "province"}),
        validators={"even": lambda value: value in {"2", "4"}},
        is_strict=is_strict,
    )


# Measured on the reference engine.
STANDING_ALONE = {
    "regex('abc123', '[0-9]+')": False,
    "regex('123', '[0-9]+')": True,
    "substr('11010519491231002X', 6, 14)": "19491231",
    "if('false', 'T', 'F')": "T",
    "boolean('false')": True,
    "'01' = 1": True,
    "'01' = '1'": False,
    "'10' > '9'": True,
    "'2015-03-12' > '2014-12-31'": False,
    "date('2015-03-12') > date('2014-12-31')": True,
    "selected('a b', ' a')": True,
    "selected('a b', '')": False,
    "coalesce('', 'x')": "x",
    "string-length('𠮷田')": 3.0,
    "-7 mod 3": -1.0,
    "round(2.5)": 3.0,
    "round(-2.5)": -2.0,
    "round(33.33, -1)": 30.0,
    "format-date('2015-03-12', '%Y年%n月%e日')": "2015年3月12日",
    "string(3000000000)": "3.0E9",
    "string(12345678.9)": "1.23456789E7",
    "string(0.0001)": "1.0E-4",
    "string(27160493582.2)": "2.71604935822E10",
    "string(-18000014.1)": "-1.80000141E7",
    "string(40 div 70000)": "5.714285714285715E-4",
    "string(0.00000000001)": "1.0E-11",
    "string(20000000.5 * 10000000000000000)": "2.00000005E23",
    "string(1 div 0)": "Infinity",
    "string(100)": "100",
    "1and1": True,
    "6 div3 - -1": 3.0,
    "3 < 4 < 5": True,
    "2 + 3 * 4 = 14 and not(false())": True,
    "date('2024-02-29') + 1": 19783.0,
    "number('1e3')": math.nan,
    "number('１２')": math.nan,
    "'' + 1": math.nan,
    "true() or foo()": True,
    "false() and date('2015-02-30')": False,
    "if(1 = 1, 'a', foo())": "a",
    "count-selected(' a  b ')": 2.0,
    "translate('2019/01/02', '/', '-')": "2019-01-02",
    "max(-4, -1, -3)": -1.0,  # not as the reference: docs/forms.md
    "decimal-time('2018-01-02T06:00')": 0.25,
    "weighted-checklist(1, 2, true(), 1, false(), 5)": True,
    "exp(1000)": math.inf,
    "log(0)": -math.inf,
    "pow(-8, 0.5)": math.nan,
}


@pytest.mark.parametrize("text", STANDING_ALONE)
def test_an_expression_standing_alone_is_worked_out(text: str) -> None:
    expected = STANDING_ALONE[text]
    actual = evaluate(text)
    assert type(actual) is type(expected)
    assert actual == pytest.approx(expected, nan_ok=True)


OF_ANSWERS = {
    "${has_id} = 'yes' and ${age} > 3": True,
    "${ has_id } != 'yes'": False,
    "'yes' = ${has_id}": True,
    "${age}": 11.0,
    "${age} = '11'": True,
    "${age} = ${height}": False,
    "${height} + ${age}": 154.5,
    "-${age}": -11.0,
    "${born}": date(2015, 3, 12),
    "${born} = '2015-03-12'": True,
    "${born} <= today()": True,
    "${born} > '2014-12-31'": False,
    "int((today() - ${born}) div 365.25)": 11.0,
    "today()": date(2026, 9, 1),
    "now()": NOW,
    "format-date-time(${seen}, '%m-%d %H:%M')": "09-01 06:00",
    "format-date-time(${wakes}, '%H:%M')": "06:30",
    "selected(${needs}, 'asthma')": True,
    "selected-at(${needs}, 0)": "glasses",
    "${full_name} = '买买提·吐尔逊'": True,
    "concat(${full_name}, ' ', ${age})": "买买提·吐尔逊 11",
    "if(${age} >= 12, 'senior', 'junior')": "junior",
    "version()": "3",
    # members of a repeat
    "count(${guardian})": 3.0,
    "count(${name})": 3.0,
    "count-non-empty(${name})": 2.0,
    "count(${age})": 1.0,
    "sum(${years})": 79.0,
    "max(${years})": 41.0,
    "min(${years})": 38.0,
    "join('、', ${name})": "古丽、王芳、",
    "indexed-repeat(${name}, ${guardian}, 2)": "王芳",
    "indexed-repeat(${years}, ${guardian}, 3)": 38.0,
    "indexed-repeat(${name}, ${guardian}, 0)": "古丽",
    "indexed-repeat(${name}, ${guardian}, 9)": "",
    "position(..)": 1.0,
    # tables
    "pulldata('regions', 'label', 'name', '6502')": "克拉玛依",
    "pulldata('regions', 'label', 'name', 'x')": "",
    "instance('regions')/root/item[name = '1101']/label": "北京",
    "instance('regions')/root/item[province = ${province}][2]/label": "克拉玛依",
    "count(instance('regions')/root/item[province = ${province}])": 2.0,
    "instance('regions')/root/item[name = 'x']/label": "",
    # house functions
    "valid('even', '4')": True,
    "valid('even', ${age})": False,
}


@pytest.mark.parametrize("text", OF_ANSWERS)
def test_an_expression_reads_answers_by_the_type_of_their_question(text: str) -> None:
    assert compiled(text).evaluate(SCOPE) == OF_ANSWERS[text]


OF_NO_ANSWERS = {
    "${has_id}": "",
    "${age}": "",
    "${age} = ''": True,
    "${age} > 3": False,
    "${age} < 3": False,
    "${age} = 0": False,
    "${born} = ''": True,
    "${born} < today()": False,
    "count(${guardian})": 0.0,
    "sum(${years})": 0.0,
    "${name}": "",
    "not(${has_id})": True,
    "selected(${needs}, 'asthma')": False,
    "coalesce(${age}, 5)": 5.0,
    "concat('a', ${age}, ${born})": "a",
}


@pytest.mark.parametrize("text", OF_NO_ANSWERS)
def test_an_empty_answer_is_empty_text_and_no_number(text: str) -> None:
    assert compiled(text).evaluate(Scope({}, NOW)) == OF_NO_ANSWERS[text]


@pytest.mark.parametrize(
    ("member", "text", "expected"),
    [
        ("1", "${name}", "古丽"),
        ("2", "${name}", "王芳"),
        ("2", "${years}", ""),
        ("4", "${years} + 1", 39.0),
        ("4", "position(..)", 3.0),
        ("4", "position(..) = count(${guardian})", True),
        ("1", "position(..) = count(${guardian})", False),
        ("2", "indexed-repeat(${name}, ${guardian}, position(..) - 1)", "古丽"),
    ],
)
def test_inside_a_repeat_a_name_means_the_same_member(
    member: str, text: str, expected: object
) -> None:
    scope = SCOPE.within("family/guardian", member)
    assert compiled(text).evaluate(scope) == expected


@pytest.mark.parametrize(
    ("text", "current", "current_type", "expected"),
    [
        (". > 5", "7", "integer", True),
        (". > 5", "", "integer", False),
        (". <= today()", "2026-09-01", "date", True),
        (". <= today()", "2026-09-02", "date", False),
        ("string-length(.) = 3", "abc", "text", True),
        ("string-length() = 3", "abc", "text", True),
        (". = '0012'", "0012", "text", True),
        ("not(selected(., 'none') and count-selected(.) > 1)", "none a", "select_multiple", False),
        ("once('new')", "", "text", "new"),
        ("once('new')", "old", "text", "old"),
        ("valid('even', .)", "2", "text", True),
        ("current()/. = 2", "2", "integer", True),
    ],
)
def test_a_dot_is_the_answer_in_hand(
    text: str, current: str, current_type: str, expected: object
) -> None:
    expression = compiled(text)
    assert expression.evaluate(SCOPE.at(current, current_type)) == expected
    assert expression.uses_current


def test_a_choice_filter_sees_the_columns_of_the_choice() -> None:
    expression = compiled("province = ${province} and name != '6502'")
    passed = [row["name"] for row in TABLES["regions"] if expression.boolean(SCOPE.choosing(row))]
    assert passed == ["6501"]


@pytest.mark.parametrize(
    ("text", "column", "sought"),
    [
        ("province = ${province}", "province", "65"),
        ("${province} = province", "province", "65"),
        ("name != 'x' and province = ${province} and name != 'y'", "province", "65"),
    ],
)
def test_a_filter_names_the_column_that_finds_its_choices(
    text: str, column: str, sought: str
) -> None:
    pivot = compiled(text).pivot
    assert pivot is not None
    assert (pivot.column, pivot.text(SCOPE)) == (column, sought)


@pytest.mark.parametrize(
    "text",
    ["province != ${province}", "province = ${age}", "province = ${province} or true()", "true()"],
)
def test_a_filter_without_such_a_column_names_none(text: str) -> None:
    assert compiled(text).pivot is None


# Measured on the reference engine in a whole form: `short` holds false, `far` 2.098765413255E11,
# `day` a date, `none` nothing; `word` gave text.
OF_WORKED_OUT = {
    "${short} = ''": True,
    "${short} != ''": False,
    "${short} = '0'": False,
    "not(${short})": True,
    "${short} + 1": 1.0,
    "string(${short})": "false",
    "if(${short}, 'yes', 'no')": "no",
    "${far} > 2": True,
    "${far} = '209876541325.50'": True,
    "concat(${far}, '/')": "2.098765413255E11/",
    "coalesce(${far}, 0) - 209876541325": 0.5,
    "${day} > date('2014-12-31')": True,
    "${day} + 1": 16507.0,
    "string(${day})": "2015-03-12",
    "format-date(${day}, '%e')": "12",
    "${none} = ''": True,
    "${none} > 0": False,
    "coalesce(${none}, 'x')": "x",
    "${word} = '07'": True,
    "${word} = 7": True,
    "join(',', ${mark})": "false,,2.0E10",
    "sum(${mark})": 20000000000.0,
    "indexed-repeat(${mark}, ${guardian}, 1) = ''": True,
    "indexed-repeat(${mark}, ${guardian}, 3) > 5": True,
}
WORKED_OUT: Mapping[str, bool | float | date] = {
    "short": False,
    "far": 2.098765413255e11,
    "day": date(2015, 3, 12),
    "none": 4.0,  # what is not among the answers does not count
    "family/guardian#1/mark": False,
    "family/guardian#4/mark": 2e10,
}
STORED = {"short": "0", "far": "2.098765413255E11", "day": "2015-03-12", "word": "07"}


def worked_out(text: str) -> Expression:
    refs = {name: Ref(name, "calculate", is_worked_out=True) for name in (*STORED, "none")}
    refs["mark"] = Ref("family/guardian/mark", "calculate", "family/guardian", is_worked_out=True)
    columns = frozenset({"province"})
    return compile_expression(text, (REFS | refs).__getitem__, columns=columns, is_strict=True)


@pytest.mark.parametrize("text", OF_WORKED_OUT)
def test_a_calculation_is_read_as_the_kind_it_gave(text: str) -> None:
    members = {"family/guardian#1/mark": "0", "family/guardian#4/mark": "20000000000"}
    scope = Scope(VALUES | STORED | members, NOW, worked_out=WORKED_OUT)
    assert worked_out(text).evaluate(scope) == OF_WORKED_OUT[text]


def test_inside_a_member_its_own_calculation_is_read() -> None:
    members = {"family/guardian#1/mark": "0", "family/guardian#4/mark": "20000000000"}
    scope = Scope(VALUES | members, NOW, worked_out=WORKED_OUT).within("family/guardian", "4")
    assert worked_out("${mark} > 5").evaluate(scope) is True


def test_a_worked_out_number_finds_no_choices_by_its_text() -> None:
    expression = worked_out("province = ${far}")
    assert expression.pivot is not None
    scope = Scope(STORED | {"far": "65"}, NOW, worked_out={"far": 65.0})
    assert expression.boolean(scope.choosing({"province": "65.0"}))
    with pytest.raises(ExpressionError):
        expression.pivot.text(scope)
    assert worked_out("province = ${word}").pivot.text(scope) == "07"  # type: ignore[union-attr]


@pytest.mark.parametrize(("current", "value"), [("", 6.0), ("7", 8.0)])
def test_once_keeps_what_is_there_and_reckons_with_it(current: str, value: float) -> None:
    assert compiled("once(5) + 1").evaluate(SCOPE.at(current, "calculate")) == value


def test_a_choice_name_is_asked_of_the_scope() -> None:
    scope = Scope(VALUES, NOW, label=lambda path, choice: f"{path}:{choice}")
    expression = compiled("jr:choice-name(selected-at(${needs}, 1), '${needs}')")
    assert expression.evaluate(scope) == "child/needs:asthma"
    assert expression.refs == {"child/needs"}


def test_chance_comes_with_the_scope() -> None:
    scope = Scope({}, NOW, draw=lambda: 0.5)
    assert compiled("random()").evaluate(scope) == 0.5
    assert compiled("uuid(4)").evaluate(scope) == "8888"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("1 + 1", "2"),
        ("1 div 4", "0.25"),
        ("number('')", ""),
        ("1 = 1", "1"),  # as the reference stores it, although string() says true
        ("123456789012 + 1", "123456789013"),
        ("${born}", "2015-03-12"),
        ("date-time(${seen})", "2026-09-01T06:00:00.000+08:00"),
        ("${full_name}", "买买提·吐尔逊"),
    ],
)
def test_a_result_is_stored_in_canonical_text(text: str, stored: str) -> None:
    assert compiled(text).text(SCOPE) == stored


def test_an_expression_tells_what_it_reads() -> None:
    expression = compiled("if(${age} > 3, today(), sum(${years})) = pulldata('t', 'a', 'b', 'c')")
    assert expression.refs == {"child/age", "family/guardian", "family/guardian/years"}
    assert expression.functions == {"if", "today", "sum", "pulldata"}
    assert expression.tables == {"t"}
    assert expression.uses_now
    assert not compiled("${age} + 1").uses_now


def test_text_that_is_no_number_is_doubted_where_a_number_is_wanted() -> None:
    doubts = compiled("${born} > '2014-12-31'").doubts
    assert [(doubt.code, doubt.params) for doubt in doubts] == [
        ("expression.text_as_number", ("2014-12-31",))
    ]
    assert compiled("${age} > '3'").doubts == ()


def test_a_name_inside_quotes_is_doubted() -> None:
    doubts = compiled("concat('Dear ${full_name}', jr:choice-name('a', '${needs}'))").doubts
    assert [(doubt.code, doubt.position) for doubt in doubts] == [
        ("expression.reference_in_text", 7)
    ]


def test_every_code_has_a_sentence_in_both_languages() -> None:
    sources = (Path(module.__file__ or "").read_text("utf-8") for module in ENGINE)
    codes = {code for text in sources for code in re.findall(r'"(expression\.[a-z_]+)"', text)}
    assert codes - set(catalogue("en")) == set()
    assert codes - set(catalogue("zh_Hans")) == set()


# text: (code, parameters, position)
REFUSED = {
    "": ("expression.unfinished", (), 0),
    "1 +": ("expression.unfinished", (), 3),
    "(1": ("expression.unfinished", (), 2),
    "1)": ("expression.unexpected", (")",), 1),
    "1 2": ("expression.character", ("2",), 2),
    "'abc": ("expression.open_quote", ("'",), 0),
    "${age} ≥ 3": ("expression.full_width", ("≥", ">="), 7),
    "${age}＝3": ("expression.full_width", ("＝", "="), 6),
    "（1）": ("expression.full_width", ("（", "("), 0),
    "selected(${needs}，'a')": ("expression.full_width", ("，", ","), 17),
    "1 # 2": ("expression.character", ("#",), 2),
    "姓名 = 1": ("expression.character", ("姓",), 0),
    "${nobody} = 1": ("expression.unknown_question", ("nobody",), 0),
    "1 + foo(1)": ("expression.unknown_function", ("foo",), 4),
    "substring('a', 1)": ("expression.misspelt_function", ("substring", "substr"), 0),
    "Selected(${needs}, 'a')": ("expression.misspelt_function", ("Selected", "selected"), 0),
    "ceiling(1.5)": ("expression.unknown_function", ("ceiling",), 0),
    "not()": ("expression.arguments", ("not",), 0),
    "if(1, 2)": ("expression.arguments", ("if",), 0),
    "regex(${age}, '(?=a)')": ("expression.pattern", ("(?=a)",), 14),
    "regex(${age}, '[')": ("expression.pattern", ("[",), 14),
    "date('2015-02-30')": ("expression.not_a_date", ("2015-02-30",), 0),
    "format-date('2015-02-03', '%Q')": ("expression.date_format", ("%Q",), 0),
    "../age = 1": ("expression.path", ("../age",), 0),
    "/data/age": ("expression.path", ("data/age",), 0),
    "colour = 1": ("expression.path", ("colour",), 0),
    "${age} | ${born}": ("expression.union", (), 7),
    "valid('odd', .)": ("expression.unknown_check", ("odd",), 6),
    "indexed-repeat(${age}, ${guardian}, 1)": ("expression.indexed_repeat", (), 0),
    "jr:choice-name(${needs}, 'needs')": ("expression.choice_name", (), 0),
    "position(${age})": ("expression.position", (), 0),
    "selected(1, 'a')": ("expression.not_a_choice", (), 0),
    "count('a')": ("expression.not_repeated", (), 0),
    "1 +" + "(" * 200: ("expression.too_deep", (), 82),
    "1" + "0" * 20_000: ("expression.too_long", ("20000",), 0),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40])
def test_a_linter_is_told_what_is_wrong_and_where(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compiled(text)
    error = caught.value
    assert (error.code, error.params, error.position) == REFUSED[text]


def test_every_function_stands_in_the_guide_to_forms() -> None:
    guide = GUIDE.read_text("utf-8").partition("### Functions")[2].partition("###")[0]
    named = set(re.findall(r"`([a-z][a-z0-9:-]*)", guide))
    missing = {*FUNCTIONS, *SPECIAL} - named
    assert missing == set()


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_every_refusal_has_a_sentence(language: str) -> None:
    said = catalogue(language)
    for code, params, position in REFUSED.values():
        places = {f"p{place}": text for place, text in enumerate(params)}
        sentence = said[code].format_map(places | {"position": position + 1})
        assert "{p" not in sentence
        assert not params or params[0] in sentence or code == "expression.open_quote"


def test_without_strictness_a_wrong_part_is_refused_only_when_it_is_reached() -> None:
    expression = compiled("${age} > 20 and foo(../x)", is_strict=False)
    assert expression.boolean(SCOPE) is False
    with pytest.raises(ExpressionError):
        expression.boolean(Scope({"child/age": "21"}, NOW))


@pytest.mark.parametrize("text", ["${name} = 'a'", "${years} + 1", "concat(${name}, 'x')"])
def test_several_members_are_not_one_value(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compiled(text).evaluate(SCOPE)
    assert caught.value.code == "expression.repeated"


def test_built_text_has_a_largest_length() -> None:
    scope = Scope({"child/full_name": "a" * 60_000}, NOW)
    with pytest.raises(ExpressionError) as caught:
        compiled("concat(${full_name}, ${full_name})").evaluate(scope)
    assert caught.value.code == "expression.text_too_long"


def test_a_pattern_cannot_make_the_engine_wait() -> None:
    scope = SCOPE.at("a" * 20_000 + "!", "text")
    assert compiled("regex(., '(a+)+b')").boolean(scope) is False


@pytest.mark.parametrize("operator", ["and", "or", "+", "="])
def test_a_long_chain_is_worked_out_or_refused(operator: str) -> None:
    chain = f" {operator} ".join(["${age}"] * 140)
    assert compiled(chain).evaluate(SCOPE) is not None
    with pytest.raises(ExpressionError):
        compiled(f" {operator} ".join(["${age}"] * 3000))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ExpressionError):
        Scope({}, NOW.replace(tzinfo=None))


def test_an_expression_is_a_value() -> None:
    expression = compiled("1 + 1")
    assert replace(expression, source="2").evaluate(SCOPE) == 2.0


PIECES = (
    "${age}", "${born}", "${name}", "${nobody}", "${ }", "$", ".", "..", "/", "//", "::", "[", "]",
    "(", ")", ",", "@", "|", "*", "+", "-", "=", "!=", "<", ">=", "and", "or", "div", "mod", "'a'",
    "''", '"b"', "'", "1", "2.5", ".5", "99999999999", "if(", "not(", "date(", "regex(", "concat(",
    "position(", "pow(", "substr(", "format-date(", "once(", "instance('regions')", "/root/item[",
    "name", "root", "item", "！", "姓", "𠮷", "\x00",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
def test_garbage_gives_a_value_or_an_expression_error(text: str) -> None:
    for is_strict in (True, False):
        outcome = find_outcome(text, is_strict)
        if isinstance(outcome, ExpressionError):
            assert 0 <= outcome.position <= len(text)
        else:
            assert isinstance(outcome, (bool, float, str, date))


def find_outcome(text: str, is_strict: bool) -> object:
    try:
        return compiled(text, is_strict=is_strict).evaluate(SCOPE)
    except ExpressionError as error:
        return error
