"""What an approved paper does to the register, as data. Applied by `register.apply_effect`, once,
after the undo window. Rule: R23, R43, R10, R97, R98, R195, R204, R206, R237.
"""

from collections.abc import Mapping
from datetime import date

from registry.conditions import ALWAYS, Condition, is_in
from registry.frozen import frozen
from registry.students import Status, Student


@frozen
class Effect:
    """Fields named by the form's `save_to` are always filled; the rest stands here."""

    code: str
    allowed: frozenset[Status]  # the child's status must be one of these, else the case goes back
    notice: str  # what the family hears when it is done
    becomes: Status | None = None  # None: the status stays
    allots_number: bool = False  # R195: at approval, never at submission
    event: str = ""  # what the status move is called in the log
    since: str = ""  # field with the day from which it holds; "" = the day it is applied
    until: str = ""  # field with the last day it holds, which the paper must name
    clears: frozenset[str] = frozenset()  # fields that no longer hold
    changes_only: bool = False  # what the register holds becomes something else, and no more
    is_vertical: bool = False  # the child comes back to the grade and class he left (R93)
    is_national: bool = True  # the registrar types it into the national system as well (R10)
    asks_record: bool = False  # whether the record followed the child is asked until it did (R237)


@frozen
class Choosing:
    """One row: where this holds of paper and child, the paper has this effect."""

    when: Condition
    effect: str


_S = Status
_ROWS = (
    Effect(
        "change",
        frozenset({_S.enrolled, _S.suspended}),
        notice="notice.changed",
        changes_only=True,
    ),
    Effect("check", frozenset({_S.enrolled}), notice="notice.checked"),
    Effect(
        "enrol",
        frozenset({_S.expected}),
        becomes=_S.enrolled,
        allots_number=True,
        notice="notice.enrolled",
        event="register.student.enrolled",
    ),
    Effect(
        "entrust",
        frozenset({_S.enrolled, _S.expected, _S.suspended}),
        notice="notice.entrusted",
        is_national=False,  # who cares for a child at home is the school's knowledge
    ),
    Effect(
        "extend",
        frozenset({_S.suspended}),
        notice="notice.extended",
        event="register.suspension.extended",
        until="suspended_until",
    ),
    Effect(
        "resume",  # R43; the number stays as it was (R206)
        frozenset({_S.suspended}),
        becomes=_S.enrolled,
        notice="notice.resumed",
        event="register.student.resumed",
        clears=frozenset({"suspended_from", "suspended_until", "suspension_reason"}),
        is_vertical=True,
    ),
    Effect(
        "suspend",  # also where an earlier one began while this paper was on its way: its days
        frozenset({_S.enrolled, _S.suspended}),
        becomes=_S.suspended,
        notice="notice.suspended",
        event="register.student.suspended",
        since="suspended_from",
        until="suspended_until",
    ),
    Effect(
        "transfer_in",  # R204: a number of this school; the national one stays as typed (K5)
        frozenset({_S.expected}),
        becomes=_S.enrolled,
        allots_number=True,
        notice="notice.transferred_in",
        event="register.student.enrolled",
        asks_record=True,
    ),
)
EFFECTS: Mapping[str, Effect] = {effect.code: effect for effect in _ROWS}

EFFECT_ROUTINGS: Mapping[str, tuple[Choosing, ...]] = {
    # what a form names: the first row that holds; every other name is the effect itself
    "suspend": (
        Choosing(is_in("status", _S.suspended), "extend"),  # 续休 is the same paper
        Choosing(ALWAYS, "suspend"),
    ),
}


def effect_for(name: str, values: Mapping[str, str], status: Status) -> str:
    """The effect of a paper as sent; a condition may also read the child's `status`."""
    known = {**values, "status": str(status)}
    return next(row.effect for row in _choices(name) if row.when.holds(known))


def statuses_for(name: str) -> frozenset[Status]:
    """The statuses in which a paper that names this effect can do anything."""
    effects = (EFFECTS.get(row.effect) for row in _choices(name))
    return frozenset(status for effect in effects if effect for status in effect.allowed)


def are_dates_right(
    effect: Effect, student: Student, fields: Mapping[str, str], today: date
) -> bool:
    """A suspension ends after it begins, an extension after what it extends. Rule: R41."""
    if not effect.until:
        return True
    until = day_of(fields, effect.until)
    begins = day_of(fields, effect.since) if effect.since else day_of(student.fields, effect.until)
    return until is not None and until > (begins or today)


def begins_later(effect: Effect, fields: Mapping[str, str], today: date) -> date | None:
    """The day from which it holds, where that is still to come: until then the status stays."""
    begins = day_of(fields, effect.since) if effect.since else None
    return begins if begins is not None and begins > today else None


def suspension_ahead(student: Student, today: date) -> date | None:
    """The first day of a suspension that is settled and has not begun. Rule: R41."""
    if student.status is not Status.enrolled:
        return None
    return begins_later(EFFECTS["suspend"], student.fields, today)


def day_of(fields: Mapping[str, str], code: str) -> date | None:
    """The day in that field; None where there is none or it is no date."""
    try:
        return date.fromisoformat(fields.get(code, ""))
    except ValueError:
        return None


def _choices(name: str) -> tuple[Choosing, ...]:
    return EFFECT_ROUTINGS.get(name, (Choosing(ALWAYS, name),))
