"""What a form compares each answer with: the constants and questions beside it in its conditions.

A condition is only ever turned by a value near a constant it names, so these are the values worth
trying. Through calculations they reach the questions behind. Called by `trials`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from conversations.expressions import Expression, ExpressionError
from conversations.expressions.syntax import (
    Call,
    Literal,
    Negation,
    Node,
    Operation,
    Path,
    Reference,
    parse,
)
from conversations.form import Form, Group, Question

_BRANCHES = frozenset({"and", "or"})
_WRAPPERS = frozenset({"boolean", "coalesce", "if", "not", "once"})


@dataclass(slots=True)
class Clues:
    """Of one question. `others`: paths of the questions it is compared or reckoned with."""

    numbers: set[float] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    is_measured: bool = False  # its length in characters matters
    counts: bool = False  # so many members a repeat has

    def take(self, other: "Clues") -> bool:
        """Learn from another question; whether anything was new."""
        before = self._size
        self.numbers |= other.numbers
        self.texts |= other.texts
        self.counts = self.counts or other.counts
        return self._size != before

    @property
    def _size(self) -> tuple[int, int, bool]:
        return len(self.numbers), len(self.texts), self.counts


def find_clues(form: Form) -> Mapping[str, Clues]:
    """Path → what its answer is compared with anywhere in the form."""
    clues: dict[str, Clues] = {}
    names = {item.name: item.path for item in items(form.children)}
    for item in items(form.children):
        for expression in expressions(item):
            for atom in _atoms(_tree(expression)):
                _learn(atom, item.path, names, clues)
        if isinstance(item, Group) and item.repeat_count:
            for path in item.repeat_count.refs:
                clues.setdefault(path, Clues()).counts = True
    _spread(form, clues)
    return clues


def items(children: Iterable[Question | Group]) -> Iterator[Question | Group]:
    """Every question and group, parents first."""
    for child in children:
        yield child
        if isinstance(child, Group):
            yield from items(child.children)


def expressions(item: Question | Group) -> tuple[Expression, ...]:
    """Everything an item works out."""
    if isinstance(item, Group):
        found: tuple[object, ...] = (item.relevant, item.repeat_count)
    else:
        found = (
            item.relevant,
            item.constraint,
            item.required,
            item.calculation,
            item.choice_filter,
        )
    return tuple(each for each in found if isinstance(each, Expression))


def _spread(form: Form, clues: dict[str, Clues]) -> None:
    """What a calculation is compared with, the questions it is reckoned from are tried with."""
    worked_out = [q for q in form.questions.values() if q.calculation is not None]
    for _ in worked_out:
        is_new = False
        for question in worked_out:
            known = clues.get(question.path)
            if known is not None and question.calculation is not None:
                for path in question.calculation.refs:
                    is_new = clues.setdefault(path, Clues()).take(known) or is_new
        if not is_new:
            return


def _tree(expression: Expression) -> Node:
    try:
        return parse(expression.source)
    except ExpressionError:  # pragma: no cover - it was compiled from the same text
        return Literal("", 0)


def _atoms(tree: Node) -> Iterator[Node]:
    """The smallest conditions: what stands between `and`, `or` and inside `not` and `if`."""
    match tree:
        case Operation(operator=operator, operands=parts) if operator in _BRANCHES:
            inner = parts
        case Call(name=name, arguments=parts) if name in _WRAPPERS:
            inner = parts
        case _:
            yield tree
            return
    for part in inner:
        yield from _atoms(part)


def _learn(atom: Node, own: str, names: Mapping[str, str], clues: dict[str, Clues]) -> None:
    parts = tuple(_parts(atom))
    paths = {names[part.name] for part in parts if isinstance(part, Reference)} | {
        own for part in parts if isinstance(part, Path) and _is_dot(part)
    }
    for path in paths:
        found = clues.setdefault(path, Clues())
        found.others |= paths - {path}
        for part in parts:
            _note(part, found)


def _note(part: Node, found: Clues) -> None:
    match part:
        case Literal(value=float() | int() as number):
            found.numbers.add(float(number))
        case Negation(operand=Literal(value=float() | int() as number)):
            found.numbers.add(-float(number))
        case Literal(value=str() as text):
            found.texts.add(text)
        case Call(name="regex", arguments=(_, Literal(value=str() as pattern))):
            found.patterns.add(pattern)
        case Call(name="valid", arguments=(Literal(value=str() as kind), *_)):
            found.kinds.add(kind)
        case Call(name="string-length"):
            found.is_measured = True


def _parts(tree: Node) -> Iterator[Node]:
    yield tree
    match tree:
        case Operation(operands=inner) | Call(arguments=inner):
            for part in inner:
                yield from _parts(part)
        case Negation(operand=part):
            yield from _parts(part)
        case Path(base=base, steps=steps):
            if base is not None:
                yield from _parts(base)
            for step in steps:
                for predicate in step.predicates:
                    yield from _parts(predicate)


def _is_dot(path: Path) -> bool:
    return path.base is None and [step.name for step in path.steps] == ["."]
