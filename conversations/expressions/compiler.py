"""Turns the tree of an expression into closures, folding what is constant.

Knows the operators and the functions that look at the form; plain functions come from the table
in `functions`. Called by `expressions` only.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Final

from conversations.expressions.closures import (
    ARITHMETIC,
    COMPARISONS,
    Code,
    apply,
    as_boolean,
    as_number,
    as_single,
    as_text,
    constant,
    depends_on_zone,
    equality,
    every,
    some,
)
from conversations.expressions.coercion import Ref, Scope, Value, single, to_boolean, to_number
from conversations.expressions.functions import FUNCTIONS, Kind
from conversations.expressions.reading import (
    NO_NODES,
    nth_member,
    position,
    pull,
    read_column,
    read_current,
    reference,
    select_rows,
)
from conversations.expressions.syntax import (
    Call,
    ExpressionError,
    Literal,
    Negation,
    Node,
    Operation,
    Path,
    Reference,
    Step,
)
from conversations.expressions.textual import compile_pattern

MAX_HEIGHT: Final = 150

_NAMED_REF: Final = re.compile(r"\s*\$\{\s*([^{}]*?)\s*\}\s*")
_FOLDING: Final = Scope({}, datetime(2000, 1, 1, tzinfo=UTC))


class Compiler:
    """Compiles one expression and notes what it reads."""

    def __init__(
        self,
        resolve: Callable[[str], Ref],
        columns: frozenset[str],
        validators: Mapping[str, Callable[[str], bool]],
        *,
        is_strict: bool,
    ) -> None:
        self.refs: set[str] = set()
        self.functions: set[str] = set()
        self.tables: set[str] = set()
        self.doubts: list[ExpressionError] = []
        self.uses_current = False
        self._resolve = resolve
        self._columns = columns
        self._validators = validators
        self._is_strict = is_strict
        self._rows = 0  # how many predicates of a table we are inside

    def compile(self, node: Node, height: int) -> Code:
        if height > MAX_HEIGHT:
            raise ExpressionError("expression.too_deep", (), node.position)
        match node:
            case Literal(value, position):
                if isinstance(value, str) and "${" in value:
                    self._doubt("expression.reference_in_text", value, position)
                return constant(value)
            case Reference(name):
                return replace(reference(self._ref(name, node.position)), is_node=True)
            case Negation(operand):
                return self._negation(self.compile(operand, height + 1), node.position)
            case Operation(operator, operands):
                codes = tuple(self.compile(each, height + 1) for each in operands)
                return self._operation(operator, codes, node.position)
            case Path():
                return self._path(node, height + 1)
            case Call():
                return self._call(node, height + 1)

    def _ref(self, name: str, position: int) -> Ref:
        try:
            ref = self._resolve(name)
        except ExpressionError as error:
            raise ExpressionError(error.code, error.params, position) from None
        self.refs.add(ref.path)
        if ref.repeat:
            self.refs.add(ref.repeat)
        return ref

    def _refuse(self, code: str, params: tuple[str, ...], position: int) -> Code:
        """Strict: now. Otherwise when it is reached, as the reference does."""
        error = ExpressionError(code, params, position)
        if self._is_strict:
            raise error

        def run(_scope: Scope) -> Value:
            raise ExpressionError(code, params, position)

        return Code(run, Kind.ANY)

    def _folded(self, code: Code, parts: tuple[Code, ...], position: int) -> Code:
        """A constant where all parts are; one that cannot be worked out is refused."""
        if any(part.constant is None for part in parts):
            return code
        try:
            return constant(single(code.run(_FOLDING)))
        except ExpressionError as error:
            return self._refuse(error.code, error.params, position)

    def _negation(self, operand: Code, position: int) -> Code:
        number = as_number(operand)
        return self._folded(Code(lambda scope: -number(scope), Kind.NUMBER), (operand,), position)

    def _operation(self, operator: str, codes: tuple[Code, ...], position: int) -> Code:
        if operator == "|":
            return self._refuse("expression.union", (), position)
        if operator in ("and", "or"):
            run = every(codes) if operator == "and" else some(codes)
            return self._folded_chain(operator, Code(run, Kind.BOOLEAN), codes)
        left, right = codes
        if operator in ("=", "!="):
            run = equality(left, right, is_equal=operator == "=")
            return self._folded(Code(run, Kind.BOOLEAN), codes, position)
        self._doubt_numbers(codes, position)
        numbers = as_number(left), as_number(right)
        if operator in COMPARISONS:
            known = None if right.constant is None else to_number(right.constant)
            run = COMPARISONS[operator](*numbers, known)
            return self._folded(Code(run, Kind.BOOLEAN), codes, position)
        return self._folded(Code(ARITHMETIC[operator](*numbers), Kind.NUMBER), codes, position)

    def _doubt_numbers(self, codes: tuple[Code, ...], position: int) -> None:
        """Text that is no number, compared or reckoned with, is never what the author meant."""
        for code in codes:
            known = code.constant
            if isinstance(known, str) and math.isnan(to_number(known)):
                self._doubt("expression.text_as_number", known, position)

    def _doubt(self, code: str, text: str, position: int) -> None:
        self.doubts.append(ExpressionError(code, (text[:40],), position))

    def _folded_chain(self, operator: str, code: Code, codes: tuple[Code, ...]) -> Code:
        """A chain is settled by constants as far as they come first."""
        settles = operator == "or"
        for part in codes:
            if part.constant is None:
                return code
            if to_boolean(part.constant) is settles:
                return constant(settles)
        return constant(not settles)

    def _call(self, call: Call, height: int) -> Code:
        self.functions.add(call.name)
        special = SPECIAL.get(call.name)
        if special is not None:
            return special(self, call, height)
        arguments = tuple(self.compile(each, height) for each in call.arguments)
        if call.name in _OF_CURRENT and not arguments:
            arguments = (self._current(),)
        function = FUNCTIONS.get(call.name)
        if function is None:
            return self._unknown_function(call)
        if not function.accepts(len(arguments)):
            return self._refuse("expression.arguments", (call.name,), call.position)
        code = Code(apply(function, arguments), function.gives)
        if call.name == "regex" and arguments[1].constant is not None:
            return self._regex(call, arguments)
        if not function.folds or (function.sees_scope and depends_on_zone(arguments)):
            return code
        return self._folded(code, arguments, call.position)

    def _unknown_function(self, call: Call) -> Code:
        near = get_close_matches(call.name.lower(), (*FUNCTIONS, *SPECIAL), n=1, cutoff=0.7)
        code = "expression.misspelt_function" if near else "expression.unknown_function"
        return self._refuse(code, (call.name, *near), call.position)

    def _regex(self, call: Call, arguments: tuple[Code, ...]) -> Code:
        try:
            matches = compile_pattern(as_text(arguments[1])(_FOLDING))
        except ExpressionError as error:
            return self._refuse(error.code, error.params, call.arguments[1].position)
        text = as_text(arguments[0])
        code = Code(lambda scope: matches(text(scope)) is not None, Kind.BOOLEAN)
        return self._folded(code, arguments, call.position)

    def _path(self, path: Path, height: int) -> Code:
        base, steps = path.base, path.steps
        if isinstance(base, Call) and base.name == "instance":
            return self._table(base, steps, height)
        if isinstance(base, Call) and base.name == "current" and not base.arguments:
            base, path = None, Path(None, False, steps, path.position)
        if base is None and not path.is_absolute and len(steps) == 1 and steps[0].is_plain:
            name = steps[0].name
            if name == ".":
                return self._current()
            if (name in self._columns or self._rows) and not steps[0].predicates:
                return Code(read_column(name), Kind.TEXT, is_node=True)
        return self._unknown_path(path)

    def _unknown_path(self, path: Path) -> Code:
        """Outside a form a plain path leads to nothing, as in the reference; other paths and
        every path in a form are refused: a form says `${name}`.
        """
        names = [step.name for step in path.steps]
        is_plain = path.base is None and all(step.is_plain for step in path.steps)
        if self._is_strict or not is_plain or not names or {".", ".."}.intersection(names):
            return self._refuse("expression.path", ("/".join(names),), path.position)
        return Code(lambda _scope: NO_NODES, Kind.NODES)

    def _current(self) -> Code:
        self.uses_current = True
        return Code(read_current, Kind.ANY, is_node=True)

    def _table(self, call: Call, steps: tuple[Step, ...], height: int) -> Code:
        """`instance('list')/root/item[condition]/column`"""
        names = tuple(step.name for step in steps)
        name = call.arguments[0] if len(call.arguments) == 1 else None
        is_plain = all(step.is_plain for step in steps) and names[:2] == ("root", "item")
        if not isinstance(name, Literal) or not is_plain or len(steps) > 3:
            return self._refuse("expression.path", ("/".join(names),), call.position)
        self.functions.add("instance")
        table, column = str(name.value), steps[2].name if len(steps) == 3 else "name"
        self.tables.add(table)
        self._rows += 1
        conditions = tuple(self.compile(each, height) for each in steps[1].predicates)
        self._rows -= 1
        return Code(select_rows(table, conditions, column), Kind.NODES)

    # The functions that look at the form or choose which arguments to work out.

    def _if(self, call: Call, height: int) -> Code:
        if len(call.arguments) != 3:
            return self._refuse("expression.arguments", (call.name,), call.position)
        codes = tuple(self.compile(each, height) for each in call.arguments)
        condition, first, second = codes
        if condition.constant is not None:
            return first if to_boolean(condition.constant) else second
        test, yes, no = as_boolean(condition), first.run, second.run
        kind = first.kind if first.kind is second.kind else Kind.ANY
        if Kind.NODES in (first.kind, second.kind):
            kind = Kind.NODES
        return Code(lambda scope: yes(scope) if test(scope) else no(scope), kind)

    def _coalesce(self, call: Call, height: int) -> Code:
        if len(call.arguments) != 2:
            return self._refuse("expression.arguments", (call.name,), call.position)
        first, second = (self.compile(each, height) for each in call.arguments)
        given, other = as_single(first), second.run

        def run(scope: Scope) -> Value:
            value = given(scope)
            return other(scope) if value == "" or value != value else value

        kind = second.kind if second.kind is first.kind else Kind.ANY
        code = Code(run, Kind.NODES if second.kind is Kind.NODES else kind)
        return self._folded(code, (first, second), call.position)

    def _once(self, call: Call, height: int) -> Code:
        if len(call.arguments) != 1:
            return self._refuse("expression.arguments", (call.name,), call.position)
        code, current = self.compile(call.arguments[0], height), self._current().run
        run = code.run
        kind = Kind.NODES if code.kind is Kind.NODES else Kind.ANY
        return Code(lambda scope: current(scope) if scope.current else run(scope), kind)

    def _position(self, call: Call, _height: int) -> Code:
        """`position(..)`: which member of the repeat we are in, from 1; 1 outside a repeat."""
        node = call.arguments[0] if len(call.arguments) == 1 else None
        if not isinstance(node, Path) or {step.name for step in node.steps} != {".."}:
            return self._refuse("expression.position", (), call.position)
        return Code(position, Kind.NUMBER)

    def _indexed_repeat(self, call: Call, height: int) -> Code:
        if len(call.arguments) != 3:
            return self._refuse("expression.arguments", (call.name,), call.position)
        question, repeat, index = call.arguments
        if not isinstance(question, Reference) or not isinstance(repeat, Reference):
            return self._refuse("expression.indexed_repeat", (), call.position)
        ref = self._ref(question.name, question.position)
        if not ref.repeat or self._ref(repeat.name, repeat.position).path != ref.repeat:
            return self._refuse("expression.indexed_repeat", (), call.position)
        return Code(nth_member(ref, as_number(self.compile(index, height))), Kind.ANY)

    def _choice_name(self, call: Call, height: int) -> Code:
        """`jr:choice-name(value, '${question}')`: the choice's label in the scope's language."""
        if len(call.arguments) != 2:
            return self._refuse("expression.arguments", (call.name,), call.position)
        chosen, question = call.arguments
        named = (
            _NAMED_REF.fullmatch(str(question.value)) if isinstance(question, Literal) else None
        )
        if named is None:
            return self._refuse("expression.choice_name", (), call.position)
        path, value = self._ref(named[1], question.position).path, self.compile(chosen, height)
        text = as_text(value)

        def run(scope: Scope) -> Value:
            name = text(scope)
            return scope.label(path, name) if scope.label and name else name

        return Code(run, Kind.TEXT)

    def _valid(self, call: Call, height: int) -> Code:
        """House function `valid('id_card', .)`: a named check of the school's values."""
        if len(call.arguments) != 2:
            return self._refuse("expression.arguments", (call.name,), call.position)
        name, value = call.arguments
        check = self._validators.get(str(name.value)) if isinstance(name, Literal) else None
        if check is None:
            shown = str(name.value) if isinstance(name, Literal) else ""
            return self._refuse("expression.unknown_check", (shown,), name.position)
        known, text = check, as_text(self.compile(value, height))
        return Code(lambda scope: known(text(scope)), Kind.BOOLEAN)

    def _pulldata(self, call: Call, height: int) -> Code:
        """`pulldata('table', 'wanted column', 'key column', key)`"""
        if len(call.arguments) != 4:
            return self._refuse("expression.arguments", (call.name,), call.position)
        codes = tuple(self.compile(each, height) for each in call.arguments)
        table, wanted, key_column = (code.constant for code in codes[:3])
        if not (
            isinstance(table, str) and isinstance(wanted, str) and isinstance(key_column, str)
        ):
            return self._refuse("expression.pulldata", (), call.position)
        self.tables.add(table)
        return Code(pull(table, wanted, key_column, as_text(codes[3])), Kind.TEXT)


SPECIAL: Final[Mapping[str, Callable[[Compiler, Call, int], Code]]] = {
    "coalesce": Compiler._coalesce,
    "if": Compiler._if,
    "indexed-repeat": Compiler._indexed_repeat,
    "jr:choice-name": Compiler._choice_name,
    "once": Compiler._once,
    "position": Compiler._position,
    "pulldata": Compiler._pulldata,
    "valid": Compiler._valid,
}
_OF_CURRENT: Final = frozenset({"string-length", "normalize-space"})
