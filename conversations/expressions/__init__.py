"""XLSForm expressions with the semantics of ODK's engine: compiled once, worked out often.

`compile_expression` turns text into closures over a `Scope`; `evaluate` works out one without a
form. Nothing here runs Python from a form, reads a clock or raises anything but `ExpressionError`.
Called by the form reader, the linter and the form walk.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from conversations.expressions.closures import as_boolean, as_single
from conversations.expressions.coercion import Ref, Scope, Single, kept, single, write_value
from conversations.expressions.compiler import Compiler
from conversations.expressions.functions import Kind
from conversations.expressions.pivot import Pivot, find_pivot
from conversations.expressions.syntax import ExpressionError, parse
from registry.frozen import frozen

__all__ = ["Expression", "ExpressionError", "Ref", "Scope", "compile_expression", "evaluate"]

CLOCK: Final = frozenset({"today", "now"})
CHANCE: Final = frozenset({"once", "random", "randomize", "uuid"})
STANDING_STILL: Final = datetime(2000, 1, 1, tzinfo=UTC)


@frozen
class Expression:
    """A compiled expression. `evaluate`, `boolean`, `text` and `kept` take a Scope; `kept` is what
    an answer keeps of the result, `text` how it is stored. `refs` are the paths it reads,
    `functions` and `tables` the names it uses, `doubts` warnings for the author, `pivot` the short
    way through a long list of choices.
    """

    source: str
    kind: Kind
    refs: frozenset[str]
    functions: frozenset[str]
    tables: frozenset[str]
    doubts: tuple[ExpressionError, ...]
    uses_current: bool
    evaluate: Callable[[Scope], Single]
    boolean: Callable[[Scope], bool]
    text: Callable[[Scope], str]
    kept: Callable[[Scope], Single]
    pivot: Pivot | None = None

    @property
    def uses_now(self) -> bool:
        return not self.functions.isdisjoint(CLOCK)

    @property
    def is_steady(self) -> bool:
        """Whether the answers at `refs` settle the result, whenever it is worked out."""
        return not self.uses_current and self.functions.isdisjoint(CHANCE | CLOCK)


def compile_expression(
    text: str,
    resolve: Callable[[str], Ref],
    *,
    columns: frozenset[str] = frozenset(),
    validators: Mapping[str, Callable[[str], bool]] | None = None,
    is_strict: bool = False,
) -> Expression:
    """`resolve` turns the name in `${name}` into its Ref, or raises ExpressionError.

    `columns` are the columns of a choice list, readable by bare name in a choice filter. Strict
    (the linter) refuses at once what is otherwise refused only when it is reached: unknown
    functions, wrong numbers of arguments, paths, constants that cannot be worked out.
    Raises: ExpressionError `expression.*`.
    """
    compiler = Compiler(resolve, columns, validators or {}, is_strict=is_strict)
    tree = parse(text)
    code = compiler.compile(tree, 0)
    run = code.run
    return Expression(
        source=text,
        kind=code.kind,
        refs=frozenset(compiler.refs),
        functions=frozenset(compiler.functions),
        tables=frozenset(compiler.tables),
        doubts=tuple(compiler.doubts),
        uses_current=compiler.uses_current,
        evaluate=as_single(code),
        boolean=as_boolean(code),
        text=lambda scope: write_value(single(run(scope))),
        kept=lambda scope: kept(single(run(scope))),
        pivot=find_pivot(tree, columns, resolve) if columns else None,
    )


def evaluate(expression: str, now: datetime = STANDING_STILL) -> Single:
    """Work out an expression that stands alone; without `now` the clock stands still, in UTC."""
    return compile_expression(expression, _no_question).evaluate(Scope({}, now))


def _no_question(name: str) -> Ref:
    raise ExpressionError("expression.unknown_question", (name,))
