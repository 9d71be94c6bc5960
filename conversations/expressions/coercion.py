"""Values of expressions and how each kind reads as another, with the semantics of ODK's engine.

Also what an expression is evaluated against: `Ref` (a question), `Scope` (answers, now, place).
Knows no grammar and no function. Called by `functions` and `expressions`.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from conversations.expressions.dates import day_number, read_date, read_time
from conversations.expressions.syntax import ExpressionError
from registry.frozen import frozen

# Below this two numbers are the same and a number is nothing, as in the reference.
NEARLY: Final = 1e-12
NOT_A_NUMBER: Final = math.nan
# What the reference trims: everything up to the space.
BLANKS: Final = "".join(map(chr, range(33)))
INT_MAX: Final = 2**31 - 1
LONG_MAX: Final = 2**63
ALMOST_WHOLE: Final = 1e-9  # nearer to a whole number a stored result is that number

NUMERIC: Final = frozenset({"integer", "int", "decimal", "range"})
DATES: Final = frozenset({"date", "today", "dateTime", "datetime", "start", "end"})
TIMES: Final = frozenset({"time"})
TYPED: Final = NUMERIC | DATES | TIMES

_NUMBER: Final = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


@frozen
class Nodes:
    """What a reference into a repeat yields from outside: one value per member, in order."""

    values: tuple["Single", ...]


Single = bool | float | str | date
Value = Single | Nodes
Run = Callable[["Scope"], Value]
NOTHING: Final[Mapping[str, Single]] = MappingProxyType({})


@frozen
class Ref:
    """A question as expressions name it.

    `path` is the key of its answer; inside a repeat the path without the member
    (`guardian/name`), and `repeat` the path of that repeat. A repeat itself has type `repeat`.
    What is worked out is of the kind its calculation gave, whatever its type.
    """

    path: str
    type: str = "text"
    repeat: str = ""
    is_worked_out: bool = False


class Scope:
    """What an expression sees. One per turn; `at`, `within` and `choosing` give narrowed copies.

    `values`: path -> canonical text, only answers on the route (absent = empty); a repeat's path
    holds its ordered member ids ("1 2 4"), a member's answers are at `repeat#id/name`. `unasked`:
    such paths off the route, which are no empty answers but none at all. `worked_out`: path ->
    result of a calculation that is no text; it counts where `values` has that path. `tables` never
    change once they are here: `pulldata` keeps an index of them.
    """

    __slots__ = (
        "choice",
        "current",
        "current_type",
        "draw",
        "label",
        "member",
        "now",
        "repeat",
        "tables",
        "unasked",
        "values",
        "version",
        "worked_out",
        "zone",
    )

    def __init__(
        self,
        values: Mapping[str, str],
        now: datetime,
        *,
        current: str | None = None,
        current_type: str = "text",
        repeat: str = "",
        member: str = "",
        choice: Mapping[str, str] | None = None,
        label: Callable[[str, str], str] | None = None,
        draw: Callable[[], float] | None = None,
        tables: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
        unasked: Collection[str] = (),
        version: str = "",
        worked_out: Mapping[str, Single] = NOTHING,
    ) -> None:
        self.values = values
        self.now = now
        self.zone = zone_of(now)
        self.current = current
        self.current_type = current_type
        self.repeat = repeat
        self.member = member
        self.choice = choice
        self.label = label
        self.draw = draw
        self.tables = tables
        self.unasked = unasked
        self.version = version
        self.worked_out = worked_out

    def at(self, current: str | None, current_type: str) -> "Scope":
        """The same scope with `.` set to the value of a question."""
        scope = self._copy()
        scope.current, scope.current_type = current, current_type
        return scope

    def within(self, repeat: str, member: str) -> "Scope":
        """The same scope inside one member of a repeat."""
        scope = self._copy()
        scope.repeat, scope.member = repeat, member
        return scope

    def choosing(self, choice: Mapping[str, str]) -> "Scope":
        """The same scope while a choice filter looks at one choice."""
        scope = self._copy()
        scope.choice = choice
        return scope

    def _copy(self) -> "Scope":
        scope = Scope.__new__(Scope)
        scope.values, scope.now, scope.zone = self.values, self.now, self.zone
        scope.current, scope.current_type = self.current, self.current_type
        scope.repeat, scope.member, scope.choice = self.repeat, self.member, self.choice
        scope.label, scope.draw = self.label, self.draw
        scope.tables, scope.version = self.tables, self.version
        scope.unasked, scope.worked_out = self.unasked, self.worked_out
        return scope


def zone_of(now: datetime) -> tzinfo:
    """Raises: `expression.no_zone` for a time that does not know its zone."""
    if now.tzinfo is None:
        raise ExpressionError("expression.no_zone")
    return now.tzinfo


def read_typed(text: str, question_type: str, scope: Scope) -> Single:
    """An answer's canonical text as the value its question's type gives it; empty stays text."""
    if not text or question_type not in TYPED:
        return text
    if question_type in NUMERIC:
        return read_number(text)
    if question_type in TIMES:
        return read_time(text, scope.zone)
    return read_date(text, scope.zone)


def read_number(text: str) -> float:
    """NaN where the text is no plain decimal number."""
    if text.isdigit() and text.isascii():
        return float(text)
    plain = text.strip(BLANKS).replace(",", ".")
    return float(plain) if _NUMBER.fullmatch(plain) else NOT_A_NUMBER


def single(value: Value) -> Single:
    """The one value a reference means. Raises: `expression.repeated` where there are several."""
    if not isinstance(value, Nodes):
        return value
    if len(value.values) > 1:
        raise ExpressionError("expression.repeated")
    return value.values[0] if value.values else ""


def to_number(value: Value) -> float:
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return read_number(value)
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, date):
        return float(day_number(value))
    return to_number(single(value))


def to_boolean(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    if isinstance(value, float):
        return abs(value) > NEARLY
    if isinstance(value, date):
        return True
    return to_boolean(single(value))


def to_text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return write_number(value)
    if isinstance(value, date):
        return value.isoformat()[:10]
    return to_text(single(value))


def to_whole(value: Value) -> float:
    """The number without its fraction; infinities and NaN as they are."""
    number = to_number(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


def to_index(value: Value) -> int:
    """A whole number for counting positions: NaN is 0, far numbers stop at 32 bits."""
    number = to_number(value)
    if math.isnan(number):
        return 0
    return int(max(-INT_MAX - 1, min(INT_MAX, number)))


def same(left: Single, right: Single) -> bool:
    """Equality: as booleans if one is, else as numbers if one is, else as text."""
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) is to_boolean(right)
    if isinstance(left, float) or isinstance(right, float):
        return abs(to_number(left) - to_number(right)) < NEARLY
    return to_text(left) == to_text(right)


def write_number(number: float) -> str:
    """A number as the reference writes it: whole below 2^31 plain, else with exponent from 1e7."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if abs(number) < NEARLY:
        return "0"
    whole = int(max(-INT_MAX - 1, min(INT_MAX, number)))
    if abs(number - whole) < NEARLY:
        return str(whole)
    return _with_exponent(number)


def kept(value: Single) -> Single:
    """What an answer keeps of a result: NaN is no answer, an almost whole number is whole."""
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        return ""
    return float(int(value)) if _is_almost_whole(value) else value


def write_value(value: Single) -> str:
    """A result as it is stored in an answer (XForms canonical text); NaN is no answer."""
    if isinstance(value, bool):
        return "1" if value else "0"  # stored so by the reference, although string() says true
    if isinstance(value, float):
        return _write_answer(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return to_text(value)


def read_kept(text: str, like: Single, zone: tzinfo) -> Single:
    """What `write_value` wrote, read back as the kind of another value."""
    if isinstance(like, bool):
        return text == "1"
    if isinstance(like, float):
        return float(text)
    return read_date(text, zone) if isinstance(like, date) else text


def _write_answer(number: float) -> str:
    """As `write_number`, but whole numbers of any size without an exponent."""
    if math.isnan(number):
        return ""
    return str(int(number)) if _is_almost_whole(number) else write_number(number)


def _is_almost_whole(number: float) -> bool:
    return abs(number) < LONG_MAX and abs(number - int(number)) < ALMOST_WHOLE


def _with_exponent(number: float) -> str:
    if 1e-3 <= abs(number) < 1e7:
        return repr(number)
    exact = Decimal(repr(number))  # the fewest digits that mean this number
    digits = "".join(map(str, exact.as_tuple().digits)).rstrip("0")
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exact.adjusted()}"
