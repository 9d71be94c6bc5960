"""Several start-of-term checks confirmed at once: only those that say nothing has changed.

Each is still opened and decided by itself, with one view event and one decision of its own, and
can be undone by itself; what changed meanwhile is left and counted. Rule: R8, R83, R231, K9.
"""

from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from admin.pages import back_to
from registry import desk
from registry.cases import may_take
from registry.desk import Verdict
from registry.frozen import frozen
from registry.problems import Conflict, NotThere, RuleError
from registry.routes import ROUTES
from registry.submissions import Act, Submission
from storage.unit import Unit
from web.visits import Visit

PAPER = "start_of_term_check"
MOST = 60
"""A class; more are confirmed in two goes."""


class Line(Protocol):
    """A line of the queue."""

    @property
    def id(self) -> str: ...
    @property
    def child(self) -> str: ...
    @property
    def class_label(self) -> str: ...
    @property
    def is_check(self) -> bool: ...


@frozen
class Unchanged:
    """One check without a change, as the list offers it."""

    id: str
    revision: int
    child: str
    class_label: str


async def unchanged(visit: Visit, rows: Sequence[Line]) -> tuple[Unchanged, ...]:
    """Of these lines, those that this person may confirm without reading a change."""
    actor = visit.person()

    checks = tuple(row for row in rows if row.is_check)[:MOST]

    def read(unit: Unit) -> tuple[Unchanged, ...]:
        found = []
        for row in checks:
            case = unit.load_submission(actor.school_id, row.id)
            if may_take(actor, case, visit.now) and _is_unchanged(unit, case):
                found.append(Unchanged(case.id, case.revision, row.child, row.class_label))
        return tuple(found)

    return await visit.house.db.read(read) if checks else ()


async def confirm(visit: Visit) -> web.StreamResponse:
    """The ticked ones, one after the other."""
    done = left = 0
    for name, text in list(visit.fields.items())[: MOST + 10]:
        kind, _, case_id = name.partition(":")
        if kind != "confirm" or not text.isdecimal() or len(text) > 9:
            continue
        is_done = await _confirm_one(visit, case_id, int(text))
        done, left = done + is_done, left + (not is_done)
    return back_to("/panel/queue", done="confirmed" if done else "", left=left or None)


async def _confirm_one(visit: Visit, case_id: str, revision: int) -> bool:
    """In a unit of its own, so that one that cannot be decided stops no other."""
    actor = visit.person()

    def decide(unit: Unit) -> Submission:
        case = desk.open_case(unit, actor, case_id, visit.now)
        if not _is_unchanged(unit, case):
            raise RuleError("review.not_possible")
        return desk.decide(unit, actor, Verdict(case.id, revision, Act.approve), visit.now)

    try:
        decided = await visit.house.db.write(decide)
    except (Conflict, NotThere, RuleError):
        return False
    visit.house.news.tell(decided.submitted_by)
    return True


def _is_unchanged(unit: Unit, case: Submission) -> bool:
    """A check that proposes nothing the register does not hold already."""
    if ROUTES[case.route].paper != PAPER:
        return False
    known = unit.load_student(case.school_id, case.student_id).fields
    return all(known.get(code, "") == text for code, text in case.content.fields().items())
