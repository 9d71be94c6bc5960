"""Rules of the linter about expressions: answers compared with choices, and circles.

Called by `lint`.
"""

from collections.abc import Collection, Iterator, Mapping

from conversations.expressions import Expression
from conversations.expressions.syntax import (
    Call,
    ExpressionError,
    Literal,
    Negation,
    Operation,
    Path,
    Reference,
    parse,
)
from conversations.expressions.syntax import Node as Tree
from conversations.form import Group, Question
from conversations.xlsform.columns import SELECTS
from conversations.xlsform.outline import walk
from conversations.xlsform.problems import FormProblem, Params
from conversations.xlsform.rows import nearest
from conversations.xlsform.whole import Read, warning

_EXPRESSIONS = ("relevant", "constraint", "required", "calculation", "choice_filter")


def compared(read: Read) -> Iterator[FormProblem]:
    """`${has_id} = 'yse'` where no choice is called so: never true, so never asked."""
    choices = {
        node.name: (question.type, [choice.name for choice in question.choices])
        for node, question in read.questions()
        if question.type in SELECTS and question.choices
    }
    for node in walk(read.outline.children):
        for column in _EXPRESSIONS:
            for name, text in _comparisons(node.row.get(column), node.name):
                if text and name in choices and text not in choices[name][1]:
                    params: Params = {
                        "name": name,
                        "text": text,
                        "nearest": nearest(text, choices[name][1]),
                    }
                    yield node.row.problem("choice_compared", column, params)


def _comparisons(
    source: str, own: str, ways: Collection[str] = ("!=", "=", "is-selected", "selected")
) -> Iterator[tuple[str, str]]:
    """(question, text) wherever an answer is compared with a text in one of these ways."""
    try:
        tree = parse(source) if source else None
    except ExpressionError:
        return
    for part in _parts(tree) if tree is not None else ():
        match part:
            case Operation(way, (left, right)) | Call(way, (left, right)) if way in ways:
                pair = (left, right)
            case _:
                continue
        for question, text in (pair, pair[::-1]):
            if isinstance(text, Literal) and isinstance(text.value, str):
                if isinstance(question, Reference):
                    yield question.name, text.value
                elif isinstance(question, Path) and _is_dot(question):
                    yield own, text.value


def _is_dot(path: Path) -> bool:
    return path.base is None and [step.name for step in path.steps] == ["."]


def _parts(tree: Tree) -> Iterator[Tree]:
    yield tree
    match tree:
        case Operation(operands=parts) | Call(arguments=parts):
            inner: tuple[Tree, ...] = parts
        case Negation(operand=part):
            inner = (part,)
        case _:
            inner = ()
    for part in inner:
        yield from _parts(part)


def multiple_equals(read: Read) -> Iterator[FormProblem]:
    """`${several} = 'a'` holds only where nothing else was chosen; mostly selected() is meant."""
    several = {q.name for _, q in read.questions() if q.type == "select_multiple"}
    for node in walk(read.outline.children):
        for column in _EXPRESSIONS:
            for name, text in _comparisons(node.row.get(column), node.name, ("=", "!=")):
                if text and name in several:
                    params: Params = {"name": name, "text": text}
                    yield warning(node.row, "multiple_equals", column, params)


def circles(read: Read) -> Iterator[FormProblem]:
    """A question that must be known before itself can never be asked or worked out."""
    needs = _needs(read)
    done: set[str] = set()
    for node in walk(read.outline.children):
        circle = _circle(node.path, needs, done)
        if circle:
            names = " → ".join(path.rpartition("/")[2] for path in (*circle, circle[0]))
            column = "calculation" if node.row.get("calculation") else "relevant"
            yield node.row.problem("circle", column, {"names": names})


def _needs(read: Read) -> Mapping[str, frozenset[str]]:
    """Path → paths that decide whether it is there and, if worked out, what it is."""
    needs: dict[str, frozenset[str]] = {}

    def take(item: Question | Group, above: frozenset[str]) -> None:
        own = above | _refs(item.relevant)
        if isinstance(item, Group):
            needs[item.path] = own | _refs(item.repeat_count)
            for child in item.children:
                take(child, own)
        else:
            needs[item.path] = own | _refs(item.calculation)

    for child in read.form.children:
        take(child, frozenset())
    return needs


def _refs(expression: Expression | None) -> frozenset[str]:
    return expression.refs if expression is not None else frozenset()


def _circle(start: str, needs: Mapping[str, frozenset[str]], done: set[str]) -> tuple[str, ...]:
    """The first circle reached from there; () when there is none.

    A loop, not a recursion: a form may hold a chain of thousands of calculations.
    """
    trail: dict[str, None] = {}
    ahead: list[Iterator[str]] = [iter((start,))]
    while ahead:
        path = next(ahead[-1], None)
        if path is None:
            ahead.pop()
            if trail:
                done.add(trail.popitem()[0])
        elif path in trail:
            done.update(trail)
            names = tuple(trail)
            return names[names.index(path) :]
        elif path not in done:
            trail[path] = None
            ahead.append(iter(sorted(needs.get(path, ()))))
    return ()
