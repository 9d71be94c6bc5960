"""What a rule may ask of a paper: a small closed set of questions over its fields and codes.

Shared by the tables of routes, effects, evidence and legality, so that a rule stays data that can
be read, printed and tried on every combination. No XLSForm expressions here: a form says what is
asked, these tables say what follows from it.
"""

from collections.abc import Mapping
from enum import StrEnum

from registry.frozen import frozen


class Operator(StrEnum):
    """Everything a condition can say."""

    all_of = "all_of"
    any_of = "any_of"
    changes = "changes"  # the paper proposes a value for one of these fields
    is_in = "is_in"  # the code, or one of several chosen, is one of these
    not_ = "not_"


@frozen
class Condition:
    """One question. `names`: fields of `changes`; `code` and `names`: of `is_in`."""

    operator: Operator
    code: str = ""
    names: frozenset[str] = frozenset()
    parts: tuple["Condition", ...] = ()

    def holds(self, values: Mapping[str, str]) -> bool:
        """Whether it is so of these values: register field or code → text as sent."""
        match self.operator:
            case Operator.is_in:
                # Several choices are kept as ODK keeps them: their names with blanks between.
                return not self.names.isdisjoint(values.get(self.code, "").split())
            case Operator.changes:
                return any(values.get(name, "") for name in self.names)
            case Operator.all_of:
                return all(part.holds(values) for part in self.parts)
            case Operator.any_of:
                return any(part.holds(values) for part in self.parts)
            case Operator.not_:
                return not self.parts[0].holds(values)

    def reads(self) -> frozenset[str]:
        """Every field and code it looks at."""
        own = self.names if self.operator is Operator.changes else frozenset({self.code} - {""})
        return own.union(*(part.reads() for part in self.parts))


def is_in(code: str, *names: str) -> Condition:
    """The code says one of these."""
    return Condition(Operator.is_in, code, frozenset(names))


def changes(*fields: str) -> Condition:
    """The paper proposes a value for one of these fields."""
    return Condition(Operator.changes, names=frozenset(fields))


def all_of(*parts: Condition) -> Condition:
    """Every part holds."""
    return Condition(Operator.all_of, parts=parts)


def any_of(*parts: Condition) -> Condition:
    """One part holds at least."""
    return Condition(Operator.any_of, parts=parts)


def not_(part: Condition) -> Condition:
    """The part does not hold."""
    return Condition(Operator.not_, parts=(part,))


ALWAYS = all_of()
"""Holds of every paper."""
