"""Rules of the linter about what can be answered: choices, defaults, consents, roles, parameters.

Called by `lint`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from conversations.expressions import CLOCK, Expression, ExpressionError, Scope
from conversations.xlsform.columns import APPEARANCES, FILE_PARAMETERS, PARAMETERS, SELECTS
from conversations.xlsform.outline import walk
from conversations.xlsform.problems import FormProblem, Params
from conversations.xlsform.rows import Row, nearest
from conversations.xlsform.whole import Read, warning

# Which types a role can be given to.
_ROLE_TYPES = {
    "relation": frozenset({"select_one"}),
    "signature": frozenset({"text"}),
    "statement": frozenset({"acknowledge", "select_one"}),
}
_CHANGING = CLOCK | {"random", "uuid", "once"}
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def appearances(read: Read) -> Iterator[FormProblem]:
    """An unknown appearance changes nothing, so the author should know."""
    for node in walk(read.outline.children):
        for word in node.row.get("appearance").split():
            if word not in APPEARANCES and not word.startswith("search("):
                params: Params = {"text": word, "nearest": nearest(word, APPEARANCES)}
                yield warning(node.row, "appearance_unknown", "appearance", params)


def parameters(read: Read) -> Iterator[FormProblem]:
    """Each type has its own; choices keep their order, so none of theirs is known."""
    for node, question in read.questions():
        known = FILE_PARAMETERS if node.from_file else PARAMETERS.get(question.type, frozenset())
        for name in question.parameters:
            if name not in known:
                params: Params = {
                    "type": question.type,
                    "name": name,
                    "nearest": nearest(name, known),
                }
                yield node.row.problem("parameter_unknown", "parameters", params)


def defaults(read: Read) -> Iterator[FormProblem]:
    """A default that is no choice could never be accepted."""
    for node, question in read.questions():
        if question.type not in SELECTS or not isinstance(question.default, str):
            continue
        names = [choice.name for choice in question.choices]
        for name in question.default.split():
            if names and name not in names:
                params: Params = {
                    "name": question.name,
                    "text": name,
                    "nearest": nearest(name, names),
                }
                yield node.row.problem("default_unknown", "default", params)


def consents(read: Read) -> Iterator[FormProblem]:
    """Agreement is the choice `yes`; without it nobody could agree. Rule: K22."""
    for node, question in read.questions():
        names = {choice.name for choice in question.choices}
        if question.house.consent and question.type == "select_one" and "yes" not in names:
            yield node.row.problem("consent_yes", "chat::consent")


def roles(read: Read) -> Iterator[FormProblem]:
    """One of each in a form, on a question that can bear it."""
    first: dict[str, int] = {}
    for node, question in read.questions():
        role = question.house.role
        if role is None:
            continue
        if question.type not in _ROLE_TYPES[role]:
            wanted = " / ".join(sorted(_ROLE_TYPES[role]))
            yield node.row.problem("role_type", "chat::role", {"name": role, "types": wanted})
        if first.setdefault(role, node.row.number) != node.row.number:
            params: Params = {"name": role, "first": first[role]}
            yield node.row.problem("role_twice", "chat::role", params)


def never_asked(read: Read) -> Iterator[FormProblem]:
    """A condition that is false whatever is answered."""
    items = {question.path: question.relevant for question in read.form.questions.values()}
    for node in walk(read.outline.children):
        relevant = items.get(node.path)
        if relevant is not None and _is_never(relevant):
            yield node.row.problem("never_asked", "relevant", {"name": node.name})


def _is_never(relevant: Expression) -> bool:
    changes = relevant.refs or relevant.uses_current or relevant.tables
    if changes or not relevant.functions.isdisjoint(_CHANGING):
        return False
    try:
        return not relevant.boolean(Scope({}, _ANY_DAY))
    except ExpressionError:
        return False


def unused_columns(read: Read) -> Iterator[FormProblem]:
    """A column of choices no filter reads: most often a misspelt `label` or `list_name`."""
    sources = " ".join(
        text for node in walk(read.outline.children) for text in node.row.cells.values()
    )
    seen: dict[str, Row] = {}
    for row in read.choices:
        for column in row.extra:
            seen.setdefault(column, row)
    for column, row in seen.items():
        if column not in sources:
            near = nearest(column, ("label", "list_name", "media::image", "name"))
            params: Params = {"nearest": near} if near else {}
            yield warning(row, "choice_column_unused", column, params)
