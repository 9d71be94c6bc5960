"""The expression engine against ODK's own: generated expressions, the same answers, one verdict.

Random expressions are drawn with a fixed seed, worked out by both engines and compared in kind and
value; what one refuses the other must refuse.
"""

import math
import os
import random
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from conversations.expressions import ExpressionError, Ref, Scope, compile_expression
from tests.conversations.javarosa import (
    ZONE,
    Given,
    ask,
    compile_reference,
    find_reason_missing,
)

MISSING = find_reason_missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

SCALE = int(os.environ.get("XUEJI_TEST_SCALE", "1"))
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=ZoneInfo(ZONE))

ANSWERS = {
    "full_name": ("text", "古丽米热·艾比布力"),
    "empty": ("text", ""),
    "code": ("text", "0012"),
    "rare": ("text", "𠮷田"),
    "chosen": ("text", "a b c"),
    "has_id": ("text", "yes"),
    "age": ("integer", "12"),
    "no_age": ("integer", ""),
    "below": ("integer", "-3"),
    "weight": ("decimal", "35.25"),
    "born": ("date", "2015-03-12"),
    "no_date": ("date", ""),
    "guardian#1/name": ("text", "王"),
    "guardian#1/years": ("integer", "41"),
    "guardian#2/name": ("text", ""),
    "guardian#2/years": ("integer", ""),
    "guardian#3/name": ("text", "李"),
    "guardian#3/years": ("integer", "38"),
}
PLAIN = tuple(name for name in ANSWERS if "#" not in name)
MEMBERS = ("1", "2", "3")
REPEATED = {"name": "text", "years": "integer"}

TEXTS = (
    "", " ", "0", "1", "01", "-1", "1.5", ".5", "5.", "-", "1e3", "NaN", "true", "false", "yes",
    "a", "b", "a b", " a  b ", "abc", "2015-03-12", "2015-3-2", "2015-02-30", "2014-12-31T23:30",
    "2015-03-12T10:20:30.400+08:00", "2015-03-12T22:00:00Z", "10:30", "学籍", "1,5", "+3",
)  # fmt: skip
NUMBERS = (
    "0", "1", "2", "3", "7", "10", "0.5", "2.5", ".25", "1.005", "100", "365.25", "12345678",
    "2147483648", "0.0000001", "123456789012",
)  # fmt: skip
PATTERNS = ("[0-9]+", "[a-z]*", ".*", "[0-9]{4}-.*", "a|b", "(a|b| )+", "[一-龥]+", "")
FORMATS = ("%Y-%m-%d", "%Y年%n月%e日", "%H:%M:%S", "%y%m%d %a %b", "%e", "", "100%%")
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "and", "or")

# One letter per argument: what is drawn for it. x anything, t text, n number, p pattern,
# f format, s selection, r all members of a repeat, q quoted text, v a question or quoted text,
# 1 itself (the reference's `max` of numbers below zero is a mistake we do not share).
CALLS = (
    "boolean:x", "boolean-from-string:x", "checklist:nnxx", "checklist:nnxxx", "coalesce:xx",
    "concat:xx", "concat:r", "contains:tt", "count:r", "count:v", "count-non-empty:r",
    "count-non-empty:v", "count-selected:s", "date:x", "date:t", "date-time:x",
    "decimal-date-time:x", "decimal-time:t", "ends-with:tt", "false:", "format-date:xf",
    "format-date-time:xf", "if:xxx", "int:x", "join:tx", "join:tr", "join:txx", "max:1n",
    "max:1nn", "max:r", "min:nn", "min:r", "normalize-space:t", "not:x", "number:x", "regex:tp",
    "round:n", "round:nn", "selected:st", "selected-at:sn", "starts-with:tt", "string:x",
    "string-length:v", "substr:tn", "substr:tnn", "substring-after:tt", "substring-before:tt",
    "sum:r", "sum:v", "translate:qqq", "true:", "weighted-checklist:nnxn",
    "weighted-checklist:nnxnxn", "foo:x", "not:", "substr:t", "if:xx",
)  # fmt: skip
# Mathematics by itself: the last digit of a result is the processor's, and text would show it.
MATHEMATICS = (
    "abs", "acos", "asin", "atan", "atan2", "cos", "exp", "exp10", "log", "log10", "pi", "pow",
    "sin", "sqrt", "tan", "number", "-",
)  # fmt: skip
ARITY = {"atan2": 2, "pow": 2, "pi": 0}
APPROXIMATE = re.compile(r"\b(?:a?cos|a?sin|a?tan|atan2|exp|exp10|log|log10|pow)\(")
SHAKES = ("0.9999999999999996", "0.9999999999999998", "1.0000000000000002", "1.0000000000000004")


# As an XForm says them inside one member; `as_question` turns the paths back into names. The
# repeat itself is not counted here: only a whole form gives the reference all its members.
INSIDE = (
    ".", ". > 39", ". = ''", "string-length()", "../name", "../years + 1", "../name = '李'",
    "sum(../years)", "count(../name)", "position(..)", "once('new')", "once(5)",
    "current()/. = 41", "indexed-repeat(/data/guardian/name, /data/guardian, 1)",
    "indexed-repeat(/data/guardian/years, /data/guardian, position(..) - 1)",
    "indexed-repeat(/data/guardian/name, /data/guardian, 3)",
    "/data/age - ../years", "coalesce(../name, /data/full_name)", "join('-', ../name, ../years)",
    "if(../years > 40, ../name, /data/code)", "max(../years, 1)", "count-non-empty(../name)",
)  # fmt: skip


def resolve(name: str) -> Ref:
    if name == "guardian":
        return Ref(name, "repeat")
    if name in REPEATED:
        return Ref(f"guardian/{name}", REPEATED[name], "guardian")
    return Ref(name, ANSWERS[name][0])


SCOPE = Scope(
    {"guardian": " ".join(MEMBERS)} | {name: text for name, (_, text) in ANSWERS.items() if text},
    NOW,
)


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_reference(tmp_path_factory.mktemp("reference"))


def test_generated_expressions_give_what_the_reference_gives(classes: Path) -> None:
    source = random.Random(20260901)
    assert find_differing(classes, [draw(source, 4) for _ in range(4000 * SCALE)]) == []


def test_generated_mathematics_gives_what_the_reference_gives(classes: Path) -> None:
    source = random.Random(20260903)
    assert find_differing(classes, [draw_number(source, 3) for _ in range(1000 * SCALE)]) == []


@pytest.mark.parametrize("member", MEMBERS)
def test_expressions_inside_a_repeat_give_what_the_reference_gives(
    classes: Path, member: str
) -> None:
    place = f"guardian#{member}/years"
    theirs = ask(classes, ANSWERS, INSIDE, place)
    scope = SCOPE.within("guardian", member).at(ANSWERS[place][1], "integer")
    ours = [work_out(as_question(each), scope) for each in INSIDE]
    together = zip(INSIDE, theirs, ours, strict=True)
    assert [each for each in together if not agrees(each[1], each[2])] == []


def test_the_comparison_sees_values_and_not_only_refusals(classes: Path) -> None:
    source = random.Random(20260902)
    expressions = [as_paths(draw(source, 4)) for _ in range(3000)]
    kinds = [given.kind for given in ask(classes, ANSWERS, expressions)]
    assert all(kinds.count(kind) > 20 for kind in ("text", "number", "boolean", "date", "error"))


def find_differing(classes: Path, expressions: list[str]) -> list[tuple[str, Given, Given]]:
    theirs = ask(classes, ANSWERS, [as_paths(each) for each in expressions])
    return [
        (expression, given, ours)
        for expression, given in zip(expressions, theirs, strict=True)
        if not agrees(given, ours := work_out(expression))
        and not hangs_on_the_last_bit(expression, given, ours)
    ]


def draw(source: random.Random, depth: int) -> str:
    """A random expression, not deeper than `depth`."""
    if depth == 0 or source.random() < 0.2:
        return draw_leaf(source)
    if source.random() < 0.45:
        left, right = draw(source, depth - 1), draw(source, depth - 1)
        return f"({left} {source.choice(OPERATORS)} {right})"
    if source.random() < 0.06:
        return f"-{draw(source, depth - 1)}"
    name, letters = source.choice(CALLS).split(":")
    return f"{name}({', '.join(draw_argument(source, each, depth - 1) for each in letters)})"


def draw_number(source: random.Random, depth: int) -> str:
    """A random expression of numbers, dates and mathematics only."""
    if depth == 0:
        return source.choice((*NUMBERS, "${age}", "${below}", "${born}", "date-time(10.25)"))
    name = source.choice(MATHEMATICS)
    count = ARITY.get(name, 1)
    return f"{name}({', '.join(draw_number(source, depth - 1) for _ in range(count))})"


def draw_argument(source: random.Random, letter: str, depth: int) -> str:
    if letter not in "rqv1" and source.random() < 0.25:
        return draw(source, depth)
    leaves: dict[str, Callable[[], str]] = {
        "x": lambda: draw(source, depth),
        "t": lambda: quoted(source.choice(TEXTS)),
        "n": lambda: source.choice(NUMBERS),
        "q": lambda: quoted(source.choice(TEXTS)),
        "p": lambda: quoted(source.choice(PATTERNS)),
        "f": lambda: quoted(source.choice(FORMATS)),
        "s": lambda: source.choice(("${chosen}", "${empty}", "' a  b '", "'a'", "${age}")),
        "v": lambda: source.choice((quoted(source.choice(TEXTS)), f"${{{source.choice(PLAIN)}}}")),
        "1": lambda: "1",
        "r": lambda: f"${{{source.choice(tuple(REPEATED))}}}",
    }
    return leaves[letter]()


def draw_leaf(source: random.Random) -> str:
    kind = source.random()
    if kind < 0.35:
        return quoted(source.choice(TEXTS))
    if kind < 0.6:
        return source.choice(NUMBERS)
    names = (*PLAIN, *REPEATED) if kind > 0.97 else PLAIN
    return f"${{{source.choice(names)}}}"


def quoted(text: str) -> str:
    return f"'{text}'"


def as_paths(expression: str) -> str:
    """The expression as an XForm says it."""
    for name in PLAIN:
        expression = expression.replace(f"${{{name}}}", f"/data/{name}")
    for name in REPEATED:
        expression = expression.replace(f"${{{name}}}", f"/data/guardian/{name}")
    return expression


def as_question(expression: str) -> str:
    """The expression of an XForm as an author writes it."""
    return re.sub(r"(?:/data/guardian/|/data/|\.\./)([a-z_]+)", r"${\1}", expression)


def work_out(expression: str, scope: Scope = SCOPE) -> Given:
    try:
        value = compile_expression(expression, resolve).evaluate(scope)
    except ExpressionError as error:
        return Given("error", error.code)
    if isinstance(value, bool):
        return Given("boolean", str(value).lower())
    if isinstance(value, float):
        return Given("number", repr(value))
    if isinstance(value, date):
        return Given("date", value.isoformat())
    return Given("text", value)


def agrees(theirs: Given, ours: Given) -> bool:
    """One difference is ours: years of more or fewer than four digits are refused."""
    if ours.text == "expression.date_range":
        return True
    if theirs.kind != ours.kind:
        return False
    if theirs.kind == "number":
        return is_near(float(theirs.text.replace("Infinity", "inf")), float(ours.text))
    if theirs.kind == "date":
        return theirs.text.startswith(ours.text[:19])
    return theirs.kind == "error" or cut_decimals(theirs.text) == cut_decimals(ours.text)


def hangs_on_the_last_bit(expression: str, theirs: Given, ours: Given) -> bool:
    """Whether theirs is among what comes out when every function of mathematics is off by a bit
    or two: the sine of a large number, the arc cosine next to 1.
    """
    if not (theirs.kind == ours.kind == "number") or APPROXIMATE.search(expression) is None:
        return False
    shaken = [work_out(APPROXIMATE.sub(rf"{factor} * \g<0>", expression)) for factor in SHAKES]
    found = sorted(float(each.text) for each in (ours, *shaken))
    if any(map(math.isnan, found)):
        return True
    margin = found[-1] - found[0]
    return found[0] - margin <= float(theirs.text) <= found[-1] + margin


def cut_decimals(text: str) -> str:
    """The text without what the last bits of a number decide, and without half characters."""
    return re.sub(r"(\.[0-9]{11})[0-9]+", r"\1", text).replace("\ufffd", "?")


def is_near(one: float, other: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
