"""Reads the text of an XLSForm expression into a tree; knows the grammar, not the meaning.

The grammar is XPath 1.0 as ODK's engine reads it, plus `${name}`. Work is bounded: length, nesting
and number of nodes have limits. Called by `expressions` only.
"""

import re
from collections.abc import Iterator
from typing import Final, NoReturn

from registry.frozen import frozen

MAX_LENGTH: Final = 20_000
MAX_NODES: Final = 4_000
MAX_NESTING: Final = 80

# What a Chinese keyboard produces in place of the operator that was meant.
FULL_WIDTH: Final = {
    "（": "(", "）": ")", "，": ",", "＝": "=", "≥": ">=", "≤": "<=", "≠": "!=", "＞": ">",
    "＜": "<", "＋": "+", "－": "-", "＊": "*", "×": "*", "÷": "div", "．": ".", "。": ".",
    "‘": "'", "’": "'", "“": '"', "”": '"', "＇": "'", "＂": '"', "｛": "{", "｝": "}",
    "＄": "$", "！": "!", "［": "[", "］": "]", "\u3000": " ", "\u00a0": " ",
}  # fmt: skip

_BINDING: Final = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "div": 6, "mod": 6, "|": 8,
}  # fmt: skip
_NEGATION: Final = 7

# After a value comes an operator, elsewhere a value: `div` and `*` are told apart by that alone,
# and a word operator needs no space after it (`1and1`), as in the reference.
_SPACE = r"[ \n\t\f\r]*"
_OPERATOR = re.compile(
    _SPACE + r"(?:(?P<op>(?i:and|or|div|mod)|!=|<=|>=|[=<>+\-*|])|(?P<mark>//|::|[/\[\](),@]))"
)
_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]*"
_VALUE = re.compile(
    _SPACE
    + r"(?:(?P<number>\.[0-9]+|[0-9]+(?:\.[0-9]*)?)"
    + r"|(?P<text>'[^']*'|\"[^\"]*\")"
    + r"|\$\{[ ]*(?P<ref>[^{}]*?)[ ]*\}"
    + rf"|(?P<name>{_NAME}(?::{_NAME})?)"
    + r"|(?P<dots>\.\.|\.)"
    + r"|(?P<mark>//|::|[/\[\](),@])|(?P<minus>-)|(?P<star>\*))"
)
_TRAILING = re.compile(_SPACE + r"\Z")
_CLOSES_VALUE: Final = frozenset({"number", "text", "ref", "name", "dots", "star"})


class ExpressionError(Exception):
    """An expression that cannot be read or worked out: a code, its parameters, where (from 0)."""

    def __init__(self, code: str, params: tuple[str, ...] = (), position: int = 0) -> None:
        super().__init__(code, params, position)
        self.code = code
        self.params = params
        self.position = position


@frozen
class Literal:
    value: float | str
    position: int


@frozen
class Reference:
    """`${name}`"""

    name: str
    position: int


@frozen
class Step:
    """One step of a path: `..`, `.`, a name, or what only full XPath knows (not plain)."""

    name: str
    predicates: tuple["Node", ...] = ()
    is_plain: bool = True


@frozen
class Path:
    """A path through a document; `base` is what it starts from where that is not the context."""

    base: "Node | None"
    is_absolute: bool
    steps: tuple[Step, ...]
    position: int


@frozen
class Call:
    name: str
    arguments: tuple["Node", ...]
    position: int


@frozen
class Negation:
    operand: "Node"
    position: int


@frozen
class Operation:
    """A binary operator; `and` and `or` hold the whole chain, so that long chains do not nest."""

    operator: str
    operands: tuple["Node", ...]
    position: int


Node = Literal | Reference | Path | Call | Negation | Operation


@frozen
class _Token:
    kind: str
    text: str
    position: int


def parse(text: str) -> Node:
    """The tree of an expression. Raises: ExpressionError `expression.*`."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("expression.too_long", (str(MAX_LENGTH),))
    return _Parser(text).whole()


def _tokens(text: str) -> Iterator[_Token]:
    position, wants_operator = 0, False
    while not _TRAILING.match(text, position):
        pattern = _OPERATOR if wants_operator else _VALUE
        found = pattern.match(text, position)
        if found is None or found.lastgroup is None:
            _refuse_character(text, position)
        kind, value = found.lastgroup, found[found.lastgroup]
        start, position = found.start(kind), found.end()
        if kind == "text":
            value = value[1:-1]
        elif kind == "op":
            value = value.lower()
        elif kind == "ref":
            start = text.rindex("$", 0, start)
        yield _Token(kind, value, start)
        wants_operator = kind in _CLOSES_VALUE or value in (")", "]")
    yield _Token("end", "", len(text))


def _refuse_character(text: str, position: int) -> NoReturn:
    while text[position] in " \n\t\f\r":
        position += 1
    character = text[position]
    if character in FULL_WIDTH:
        params = (character, FULL_WIDTH[character])
        raise ExpressionError("expression.full_width", params, position)
    if character in "'\"":
        raise ExpressionError("expression.open_quote", (character,), position)
    raise ExpressionError("expression.character", (character,), position)


class _Parser:
    """Precedence climbing over the tokens of one expression."""

    __slots__ = ("_nesting", "_nodes", "_source", "_token")

    def __init__(self, text: str) -> None:
        self._source = _tokens(text)
        self._token = next(self._source)
        self._nesting = 0
        self._nodes = 0

    def whole(self) -> Node:
        tree = self._expression(0)
        if self._token.kind != "end":
            self._refuse()
        return tree

    def _expression(self, binding: int) -> Node:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise ExpressionError("expression.too_deep", (), self._token.position)
        left = self._operand()
        while self._token.kind == "op" and _BINDING[self._token.text] > binding:
            operator = self._take()
            right = self._expression(_BINDING[operator.text])
            left = self._joined(operator, left, right)
        self._nesting -= 1
        return left

    def _joined(self, operator: _Token, left: Node, right: Node) -> Node:
        self._count(operator)
        name = operator.text
        if name in ("and", "or") and isinstance(left, Operation) and left.operator == name:
            return Operation(name, (*left.operands, right), left.position)
        return Operation(name, (left, right), operator.position)

    def _operand(self) -> Node:
        token = self._token
        self._count(token)
        if token.kind == "minus":
            self._take()
            return Negation(self._expression(_NEGATION - 1), token.position)
        if token.kind in ("number", "text", "ref"):
            self._take()
            return self._path_from(_leaf(token))
        if token.text == "(":
            self._take()
            inner = self._expression(0)
            self._expect(")")
            return self._path_from(inner)
        if token.text in ("/", "//"):
            return self._absolute()
        return self._named()

    def _named(self) -> Node:
        position = self._token.position
        step, call = self._step()
        if call is not None:
            return self._path_from(call)
        return Path(None, False, (step, *self._steps()), position)

    def _path_from(self, base: Node) -> Node:
        predicates = self._predicates()
        if not predicates and self._token.text not in ("/", "//"):
            return base
        first = (Step(".", predicates),) if predicates else ()
        return Path(base, False, (*first, *self._steps()), base.position)

    def _absolute(self) -> Node:
        slash = self._take()
        if slash.text == "/" and self._token.kind not in ("name", "dots", "star"):
            return Path(None, True, (), slash.position)
        step, call = self._step()
        is_plain = step.is_plain and slash.text == "/" and call is None
        first = Step(step.name, step.predicates, is_plain)
        return Path(None, True, (first, *self._steps()), slash.position)

    def _steps(self) -> tuple[Step, ...]:
        steps: list[Step] = []
        while self._token.text in ("/", "//") and self._token.kind == "mark":
            slash = self._take()
            step, call = self._step()
            is_plain = step.is_plain and slash.text == "/" and call is None
            steps.append(Step(step.name, step.predicates, is_plain))
        return tuple(steps)

    def _step(self) -> tuple[Step, Call | None]:
        """One step; a name with an argument list comes back as a call."""
        token = self._take()
        is_plain = True
        if token.text == "@" and token.kind == "mark":
            token, is_plain = self._take(), False
        elif token.kind == "name" and self._token.text == "::":
            is_plain = token.text == "child"
            self._take()
            token = self._take()
        if token.kind not in ("name", "dots", "star"):
            self._refuse(token)
        if token.kind == "name" and self._token.text == "(":
            call = Call(token.text, self._arguments(), token.position)
            return Step(token.text, is_plain=False), call if is_plain else None
        return Step(token.text, self._predicates(), is_plain), None

    def _arguments(self) -> tuple[Node, ...]:
        self._expect("(")
        arguments: list[Node] = []
        while self._token.text != ")" or self._token.kind != "mark":
            if arguments:
                self._expect(",")
            arguments.append(self._expression(0))
        self._take()
        return tuple(arguments)

    def _predicates(self) -> tuple[Node, ...]:
        predicates: list[Node] = []
        while self._token.text == "[" and self._token.kind == "mark":
            self._take()
            predicates.append(self._expression(0))
            self._expect("]")
        return tuple(predicates)

    def _take(self) -> _Token:
        token = self._token
        if token.kind != "end":
            self._token = next(self._source)
        return token

    def _expect(self, mark: str) -> None:
        if self._token.kind != "mark" or self._token.text != mark:
            self._refuse()
        self._take()

    def _count(self, token: _Token) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise ExpressionError("expression.too_long", (str(MAX_NODES),), token.position)

    def _refuse(self, token: _Token | None = None) -> NoReturn:
        token = token or self._token
        if token.kind == "end":
            raise ExpressionError("expression.unfinished", (), token.position)
        raise ExpressionError("expression.unexpected", (token.text,), token.position)


def _leaf(token: _Token) -> Node:
    if token.kind == "ref":
        return Reference(token.text, token.position)
    value = float(token.text) if token.kind == "number" else token.text
    return Literal(value, token.position)
