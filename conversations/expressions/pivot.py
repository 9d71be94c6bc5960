"""The short way through a long list: which column of a choice filter must hold which answer.

A filter such as `province = ${province}` need not look at every choice of a list that is indexed
by that column. Called by `expressions`.
"""

from collections.abc import Callable, Iterator

from conversations.expressions.closures import Text
from conversations.expressions.coercion import TYPED, Ref, Scope, single
from conversations.expressions.reading import reference
from conversations.expressions.syntax import (
    ExpressionError,
    Node,
    Operation,
    Path,
    Reference,
)
from registry.frozen import frozen


@frozen
class Pivot:
    """What every choice that passes a filter has: this text in this column."""

    column: str
    text: Text


def find_pivot(tree: Node, columns: frozenset[str], resolve: Callable[[str], Ref]) -> Pivot | None:
    """The first `column = ${question}` that must hold, compared as text."""
    for left, right in _equalities(tree):
        for column, other in ((left, right), (right, left)):
            name = _name_of(column)
            if name in columns and isinstance(other, Reference):
                ref = resolve(other.name)
                if ref.type != "repeat" and ref.type not in TYPED:
                    return Pivot(name, _text_of(ref))
    return None


def _text_of(ref: Ref) -> Text:
    """Raises: `expression.not_a_choice` for a worked-out number, which is no key of an index."""
    read = reference(ref).run

    def run(scope: Scope) -> str:
        value = single(read(scope))
        if not isinstance(value, str):
            raise ExpressionError("expression.not_a_choice")
        return value

    return run


def _equalities(tree: Node) -> Iterator[tuple[Node, Node]]:
    """Both sides of each `=` that must hold for the whole to hold."""
    if not isinstance(tree, Operation):
        return
    for part in tree.operands if tree.operator == "and" else (tree,):
        if isinstance(part, Operation) and part.operator == "=":
            yield part.operands[0], part.operands[1]


def _name_of(node: Node) -> str:
    """The bare name that a path consists of, if that is all."""
    if not isinstance(node, Path) or node.base or node.is_absolute or len(node.steps) != 1:
        return ""
    step = node.steps[0]
    return "" if step.predicates or not step.is_plain else step.name
