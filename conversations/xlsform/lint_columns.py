"""Rules of the linter about cells that would have no effect, and values no type can take.

Nothing a form says is ignored silently: what a row cannot use is a problem of its cell. Called by
`lint`.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from conversations.asked import Asked
from conversations.draft import Focus
from conversations.expressions import Expression
from conversations.form import Question
from conversations.passing import MAX_MEMBERS
from conversations.turn import Said
from conversations.types import TYPES
from conversations.xlsform.columns import SELECTS, SILENT
from conversations.xlsform.outline import REPEAT, Node, walk
from conversations.xlsform.problems import FormProblem, Params
from conversations.xlsform.survey import OTHER
from conversations.xlsform.whole import Read, warning

# Columns that mean something only for some types.
_FILES = frozenset({"file", "image"})
_ONLY_FOR: Mapping[str, frozenset[str]] = {
    "choice_filter": SELECTS,
    "chat::consent": frozenset({"acknowledge", "select_one"}),
    "chat::evidence": _FILES,
    "chat::fact": frozenset({"hidden"}),
    "repeat_count": frozenset({REPEAT}),
}
# What is never asked cannot be required, checked or explained.
_ASKED_ONLY = frozenset(
    {
        "chat::ask_later",
        "chat::own",
        "chat::proposal",
        "chat::role",
        "chat::web_only",
        "constraint",
        "constraint_message",
        "guidance_hint",
        "hint",
        "read_only",
        "required",
        "required_message",
    }
)
_NOT_ASKED = SILENT | {"note"}
_SHOWN_ONLY = frozenset({"media::image"})
_GROUP_READS = frozenset({"appearance", "label", "name", "relevant", "repeat_count", "type"})
_NO_DEFAULT = _FILES | {"acknowledge"}
_CLOCKS = frozenset({"end", "start", "today"})
_DATES = frozenset({"date", "dateTime"})
_ANY_DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)


def without_effect(read: Read) -> Iterator[FormProblem]:
    """Cells that nothing would read."""
    for node in walk(read.outline.children):
        if node.is_group or node.name == node.row.get("name"):
            for column in dict.fromkeys(column for column, _ in node.row.cells):
                if _is_useless(node, column):
                    yield node.row.problem("column_useless", column, {"type": node.type})


def _is_useless(node: Node, column: str) -> bool:
    only = _ONLY_FOR.get(column)
    if only is not None and node.type not in only:
        return True
    if node.is_group:
        return column not in _GROUP_READS
    if column in _ASKED_ONLY and node.type in _NOT_ASKED:
        return column != "read_only" or not node.row.is_yes("read_only")
    if column in _SHOWN_ONLY and node.type in SILENT:
        return True
    if column in ("calculation", "trigger") and node.type in _CLOCKS | _FILES:
        return True
    return column == "default" and node.type in _CLOCKS | _NO_DEFAULT


def defaults_read(read: Read) -> Iterator[FormProblem]:
    """A default that its own type cannot read would never be proposed."""
    for node, question in read.questions():
        text = question.default
        if not isinstance(text, str) or question.type in SELECTS | _NOT_ASKED | _NO_DEFAULT:
            continue
        asked = Asked(question, (), {}, Focus(question.path), _ANY_DAY)
        if question.type in TYPES and TYPES[question.type].read(asked, Said(text)).text != text:
            params: Params = {"type": question.type, "text": text}
            yield node.row.problem("default_unread", "default", params)


def ranges(read: Read) -> Iterator[FormProblem]:
    """A scale that cannot be reckoned with."""
    for node, question in read.questions():
        if question.type == "range":
            for name, text in question.parameters.items():
                if not _is_number(text) or (name == "step" and Decimal(text) == 0):
                    params: Params = {"name": name, "text": text}
                    yield node.row.problem("parameter_number", "parameters", params)
            if _ends_meet(question):
                end = question.parameters.get("end", "10")
                yield node.row.problem(
                    "parameter_number", "parameters", {"name": "end", "text": end}
                )


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _ends_meet(question: Question) -> bool:
    start, end = question.parameters.get("start", "1"), question.parameters.get("end", "10")
    return _is_number(start) and _is_number(end) and Decimal(start) == Decimal(end)


def appearances_instead(read: Read) -> Iterator[FormProblem]:
    """Appearances that would change the answer, not only a screen."""
    for node in walk(read.outline.children):
        words = node.row.get("appearance").split()
        if any(word.startswith("search(") for word in words):
            yield node.row.problem("appearance_search", "appearance")
        for word in words:
            if word in ("month-year", "year") and node.type in _DATES:
                yield warning(node.row, "appearance_date", "appearance", {"text": word})
            if word == "signature" and node.type == "image":
                yield warning(node.row, "appearance_signature", "appearance", {"text": word})


def others(read: Read) -> Iterator[FormProblem]:
    """`or_other` adds a choice called `other`, which a filter or a file would not know."""
    for node, question in read.questions():
        if not node.or_other:
            continue
        names = [choice.name for choice in question.choices]
        if node.from_file or node.type == "rank" or node.row.get("choice_filter"):
            yield node.row.problem("or_other_where", "type")
        elif names.count(OTHER) > 1:
            yield node.row.problem("or_other_twice", "type", {"list": node.list_name})


def repeat_counts(read: Read) -> Iterator[FormProblem]:
    """A count beyond what anybody would answer."""
    for node in read.groups():
        count = node.row.get("repeat_count")
        if count.isdecimal() and int(count) > MAX_MEMBERS:
            params: Params = {"limit": MAX_MEMBERS, "count": count}
            yield node.row.problem("repeat_many", "repeat_count", params)


_DRAWN = frozenset({"random", "uuid"})


def chances(read: Read) -> Iterator[FormProblem]:
    """A condition by lot would change its mind on every turn."""
    for node in walk(read.outline.children):
        question = read.form.questions.get(node.path)
        if question is None or node.name != node.row.get("name"):
            continue
        found: Mapping[str, object] = {
            "chat::proposal": question.house.proposal,
            "choice_filter": question.choice_filter,
            "constraint": question.constraint,
            "read_only": question.read_only,
            "relevant": question.relevant,
            "required": question.required,
        }
        asked = None if question.type in SILENT else question.default
        for column, expression in {**found, "default": asked}.items():
            if isinstance(expression, Expression) and expression.functions & _DRAWN:
                yield node.row.problem("random_place", column)
