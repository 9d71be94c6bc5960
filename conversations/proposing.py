"""What we would write at a question: offered, never silently taken.

In this order: what the register says of the child, for the family's block what it says of a
sibling, the form's own proposal, its default. One that was declined gives way to the next; what
belongs to another guardian is never offered. Called by `answering`.
"""

import re
from collections.abc import Callable, Iterator

from conversations.expressions import ExpressionError
from conversations.plan import Step
from conversations.walk import Route
from registry.privacy import is_own_of_other
from registry.students import Student

FAMILY = frozenset(
    {
        "home_address",
        "household_kind",
        "household_place",
        "household_region",
        "native_place",
        "phone",
        "postcode",
    }
)
"""Fields that brothers and sisters of one home share, beside their guardians' block."""

_OF_GUARDIAN = re.compile(r"guardian([0-9])_([a-z_]+)")
_RELATION = "guardian{}_relation"

CHANGES = frozenset({"change", "check"})
"""Papers that change the register are not filled with what the register says already."""


def proposals(route: Route, step: Step) -> Iterator[str]:
    """Every value that could be offered here, the best first."""
    question = step.node.question
    yield from known_before(route, step)
    if question.house.proposal is not None:
        yield _worked_out(route, step, question.house.proposal.text)
    elif isinstance(question.default, str):
        yield question.default
    elif question.default is not None:
        yield _worked_out(route, step, question.default.text)


def known_before(route: Route, step: Step) -> tuple[str, ...]:
    """What the register says of this child, then what it says of a sibling."""
    code = step.node.question.save_to or ""
    if not code or step.member or route.form.effect in CHANGES:
        return ()
    is_block = _OF_GUARDIAN.fullmatch(code) is not None  # whose it is stands beside it
    if step.node.is_own and not is_block and route.facts.guardian_count > 1:
        return ()  # K21: nobody knows which of them gave it
    own = _known(route, code, route.facts.student)
    return (own, _known(route, code, route.facts.sibling)) if is_of_family(code) else (own,)


def is_of_family(code: str) -> bool:
    """Whether brothers and sisters share that field of the register."""
    return code in FAMILY or _OF_GUARDIAN.fullmatch(code) is not None


def _known(route: Route, code: str, student: Student | None) -> str:
    """The register's value, as far as this person may see it."""
    if student is None:
        return ""
    link = route.facts.actor.link_to(student.id)
    if link is None or not link.may_see:
        return ""
    code = _block_of(route, code, student)
    if not code or is_own_of_other(code, student, link, route.facts.guardian_count):
        return ""
    return student.fields.get(code, "")


def _block_of(route: Route, code: str, student: Student) -> str:
    """The same guardian may be the first in one record and the second in the other."""
    found = _OF_GUARDIAN.fullmatch(code)
    if found is None:
        return code
    wanted = _said(route, _RELATION.format(found[1]))
    if not wanted:
        return code
    same = (n for n in "12" if student.fields.get(_RELATION.format(n)) == wanted)
    number = next(same, "")
    return f"guardian{number}_{found[2]}" if number else ""


def _said(route: Route, code: str) -> str:
    """What the family said on the way, of that register field."""
    paths = (node.path for node in route.plan.nodes if node.question.save_to == code)
    return next((route.values[path] for path in paths if path in route.values), "")


def _worked_out(route: Route, step: Step, text: Callable[..., str]) -> str:
    try:
        return text(route.scope_at(step))
    except ExpressionError:
        return ""
