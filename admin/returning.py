"""The class a child comes back to, on the page of his return: proposed, to be chosen, or decided.

Whoever decides it sees every class that is open to him with its size; everybody else who reads
the case sees what was decided, or what is proposed. Rule: R93, R94, R99, R242, R243, K12, K19.
"""

from collections.abc import Mapping
from datetime import datetime

from admin.places import read_places
from registry import cases, returns
from registry.effects import EFFECTS
from registry.frozen import frozen
from registry.submissions import State
from storage.queries import Case
from storage.unit import Unit
from web.labels import class_label
from web.visits import Visit

_OVER = frozenset({State.rejected, State.refused})


@frozen
class RoomLine:
    """One class he may come back to."""

    id: str
    label: str
    count: int  # with him
    is_open: bool
    is_big: bool
    is_proposed: bool
    is_old: bool  # his classmates of before are in it


@frozen
class ReturnView:
    """`rooms` only for who decides it here and now; `chosen` is empty while nobody did."""

    proposed: str
    rooms: tuple[RoomLine, ...] = ()
    chosen: str = ""
    who: str = ""
    at: datetime | None = None
    picked: str = ""  # id of the one shown as picked


def return_view(unit: Unit, visit: Visit, case: Case) -> ReturnView | None:
    """Nothing for a paper that brings nobody back, and where that is settled without a choice."""
    submission, student = case.submission, case.student
    if not EFFECTS[submission.effect].is_vertical or submission.state in _OVER:
        return None
    made = returns.choice(case.decisions)
    if submission.state is State.effective and made is None:
        return None
    labels = {
        one.id: one.label for one in read_places(unit, student.school_id, visit.language).values()
    }
    if made is not None and not returns.decides_class(submission):
        chosen = labels.get(made.class_id, "")
        return ReturnView("", (), chosen, case.names.get(made.actor_id, ""), made.at)
    day = returns.day_of_return(submission, visit.today)
    proposed = returns.class_of_return(unit, student, day).id
    lines = _lines(unit, visit, case, proposed)
    labels |= {one.id: one.label for one in lines}
    may_decide = returns.decides_class(submission) and cases.may_take(
        visit.person(), submission, visit.now
    )
    return ReturnView(
        labels[proposed],
        lines if may_decide else (),
        picked=_picked(visit.fields, lines, made.class_id if made else proposed),
    )


def _lines(unit: Unit, visit: Visit, case: Case, proposed: str) -> tuple[RoomLine, ...]:
    rooms = returns.rooms_of_return(unit, case.student, case.submission, visit.today)
    is_open = returns.open_rooms(rooms, proposed)
    return tuple(
        RoomLine(
            one.id,
            class_label(one.grade, one.school_class, visit.language),
            one.count,
            one.id in is_open,
            one.is_big or one.is_full,
            one.id == proposed,
            one.id == case.student.class_id,
        )
        for one in rooms
    )


def _picked(typed: Mapping[str, str], lines: tuple[RoomLine, ...], other: str) -> str:
    """What was picked stays picked through a refusal; a full class is never picked by itself."""
    open_ids = [one.id for one in lines if one.is_open]
    wanted = typed.get("class_id", "")
    return next((one for one in (wanted, other) if one in open_ids), "")
