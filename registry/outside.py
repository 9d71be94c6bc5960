"""The authority's part of a case, written down by the registrar and never decided by us.

He says when he handed the papers in, which starts the outer clock, and what came back, with the
bureau's number, words and letter. Called by the panel's pages.
Rule: R21–R23, R247, K3.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from registry.actors import Actor, Role
from registry.books import Books
from registry.cases import event, may_record, move_of, standing
from registry.frozen import frozen
from registry.moves import By
from registry.problems import RuleError
from registry.records import Event
from registry.steps import handed_on, keep, onward, require_flags, seen_case, settles_at, stand
from registry.submissions import Act, Decision, Flag, Outside, Said, State, Submission


@frozen
class Entry:
    """What the registrar writes down, with the revision he saw. `flags` and `note` tell the
    family what more is wanted.
    """

    submission_id: str
    revision: int
    outside: Outside
    flags: tuple[Flag, ...] = ()
    note: str = ""


_FACTS: Mapping[Said, str] = {
    Said.accepted: "review.outside.accepted",
    Said.handed: "review.outside.handed",
    Said.more: "review.outside.more",
    Said.refused: "review.outside.refused",
}


def hand_outside(books: Books, actor: Actor, entry: Entry, now: datetime) -> Submission:
    """The papers went to the authority on that day. Before its answer a later entry corrects the
    day; after one the outer clock goes on (R247).

    Raises: as `record_outside`; RuleError `outside.day_wrong`.
    """
    case = _open(books, actor, entry, Act.hand_outside, now)
    if entry.outside.result is not Said.handed:
        raise RuleError("review.not_possible")
    decision = _decision(books, actor, case, Act.hand_outside, entry, now)
    since = handed_on((*standing(books, case), decision))
    moved = replace(case, outside_since=since, waiting_since=now)
    return keep(books, moved, decision, _fact(decision, actor, now))


def record_outside(books: Books, actor: Actor, entry: Entry, now: datetime) -> Submission:
    """What the authority said: the effect is released, the family is asked for more, or the case
    ends refused. Until the undo window closes nobody is told and the register is unchanged.

    Raises: Conflict `review.changed`; RuleError `outside.not_handed`, `outside.day_wrong`,
    `outside.nothing_wanted`, `review.flags_missing`, `review.not_possible`; NotThere.
    """
    case = _open(books, actor, entry, Act.record_outside, now)
    outside = entry.outside
    if outside.result is Said.handed:
        raise RuleError("review.not_possible")
    if case.outside_since is None:
        raise RuleError("outside.not_handed")
    if outside.on < case.outside_since:
        raise RuleError("outside.day_wrong")
    if outside.result is Said.more:
        _require_wish(entry, case)
    decision = _decision(books, actor, case, Act.record_outside, entry, now)
    return keep(books, _moved(case, outside.result, now), decision, _fact(decision, actor, now))


def _open(books: Books, actor: Actor, entry: Entry, act: Act, now: datetime) -> Submission:
    case = seen_case(books, actor, entry.submission_id, entry.revision, now)
    move = move_of(case, act)
    if move.by is not By.outside or not may_record(actor, case, now):
        raise RuleError("review.not_possible")
    if entry.outside.on > now.date():
        raise RuleError("outside.day_wrong")
    return case


def _require_wish(entry: Entry, case: Submission) -> None:
    """The family must learn what is wanted: fields to mend, or in words the paper to bring."""
    if not entry.flags and not entry.note.strip():
        raise RuleError("outside.nothing_wanted")
    require_flags(entry.flags, case.content)


def _moved(case: Submission, result: Said, now: datetime) -> Submission:
    if result is Said.accepted:
        return onward(case, now)
    state = State.returned if result is Said.more else State.refused
    return stand(case, state, case.step, now)


def _decision(
    books: Books, actor: Actor, case: Submission, act: Act, entry: Entry, now: datetime
) -> Decision:
    return Decision(
        id=books.new_id(),
        submission_id=case.id,
        act=act,
        actor_id=actor.id,
        role=Role.registrar,
        round=case.round,
        step=case.step,
        was=case.state,
        at=now,
        settles_at=settles_at(books, case, now),
        flags=entry.flags if entry.outside.result is Said.more else (),
        note=entry.note,
        outside=entry.outside,
    )


def _fact(decision: Decision, actor: Actor, now: datetime) -> Event:
    result = decision.outside.result if decision.outside else Said.handed
    return event(_FACTS[result], actor, now, submission=decision.submission_id)
