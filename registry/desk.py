"""The desk: what staff see and decide, as plain functions over the books (R15–R23, K1, K3).

Each use case checks the policy and the table of moves, stores the new state and leaves behind
events, notices and jobs, all in the caller's transaction. Called by the panel's pages. The
authority's part is written down by `registry.outside`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from registry import national_numbers, returns, signatures
from registry.actors import Actor, Role
from registry.books import Books
from registry.cases import (
    early_key,
    effect_key,
    event,
    is_for,
    may_see,
    may_take,
    move_of,
    require,
    role_of,
    roles_now,
    route_of,
    standing,
    step_of,
    target_of,
)
from registry.frozen import frozen
from registry.moves import MOVES, REJECT_REASONS, By, Move
from registry.policy import Action
from registry.problems import NotThere, RuleError
from registry.records import Event
from registry.steps import handed_on, keep, onward, require_flags, seen_case, settles_at, stand
from registry.submissions import Act, Decision, Flag, Signature, State, Submission

LEASE = timedelta(minutes=15)
"""How long an opened case is kept for its reviewer; renewed by activity, never a lock on
deciding."""


@frozen
class Verdict:
    """What a reviewer decided, with the revision he saw."""

    submission_id: str
    revision: int
    act: Act
    flags: tuple[Flag, ...] = ()
    reason: str = ""
    note: str = ""
    class_id: str = ""  # to which a child returns; "" = as proposed (K12)


def open_case(books: Books, actor: Actor, submission_id: str, now: datetime) -> Submission:
    """Show a case to a reviewer: one view event before any byte is sent; a free case becomes his
    for a while.

    Rule: R231. The lease tells colleagues who is looking; it never decides who may.
    """
    case = books.load_submission(actor.school_id, submission_id)
    if not may_see(actor, case, now):
        raise NotThere
    is_free = case.leased_until is None or case.leased_until <= now or case.leased_by == actor.id
    if is_free and may_take(actor, case, now):
        case = replace(case, leased_by=actor.id, leased_until=now + LEASE)
        books.save_lease(case)
    books.record(event("review.submission.opened", actor, now, submission=case.id))
    return case


def decide(books: Books, actor: Actor, verdict: Verdict, now: datetime) -> Submission:
    """Approve, return or reject at the present step. Of a joint step the first approval leaves
    the case where it is, for the second person.

    Raises: Conflict `review.changed` when the case moved on since it was opened; RuleError
    `review.two_people`, `review.flags_missing`, `review.reason_unknown`,
    `review.signature_missing`, `review.number_missing`, `review.not_possible`, `placing.…`;
    NotThere.
    Rule: R15–R23, R69–R71, R99, R106, R160, K1, K3, K12.
    """
    case = seen_case(books, actor, verdict.submission_id, verdict.revision, now)
    move = move_of(case, verdict.act)
    role = role_of(actor, case, now)
    if move.by is not By.step or role is None or not is_for(actor, role, move, case, now):
        raise RuleError("review.not_possible")
    _require_second_person(books, actor, case, role)
    _require_reasons(books, move, verdict, case, now)
    moved = _moved(case, move, role, now)
    decision = Decision(
        id=books.new_id(),
        submission_id=case.id,
        act=verdict.act,
        actor_id=actor.id,
        role=role,
        round=case.round,
        step=case.step,
        was=case.state,
        at=now,
        settles_at=settles_at(books, case, now),
        flags=verdict.flags,
        reason=verdict.reason,
        note=verdict.note,
        joined_by=case.joined_by,
        class_id=verdict.class_id if verdict.act is Act.approve else "",
    )
    return keep(books, moved, decision, _decided(decision, actor, now))


def undo(
    books: Books, actor: Actor, submission_id: str, revision: int, now: datetime
) -> Submission:
    """Take one's own last act on a case back before its window closes; nobody was told yet."""
    case = seen_case(books, actor, submission_id, revision, now)
    made = standing(books, case)
    last = made[-1] if made else None
    move = MOVES.get((case.state, Act.undo))
    if move is None or last is None or last.round != case.round:
        raise RuleError("review.nothing_to_undo")
    if last.actor_id != actor.id or last.settles_at <= now:
        raise RuleError("review.too_late_to_undo")
    undone = replace(
        case,
        state=last.was,
        step=last.step,
        waiting_since=now,
        leased_by=actor.id,
        leased_until=now + LEASE,
        joined_by=last.joined_by,
        outside_since=handed_on(made[:-1]),
    )
    books.save_submission(undone)
    books.mark_undone(last.id, now)
    books.withdraw_notices(last.id)
    books.cancel_job(effect_key(last))
    books.cancel_job(early_key(last))
    books.record(event("review.decision.undone", actor, now, submission=case.id, decision=last.id))
    return replace(undone, revision=case.revision + 1)


def tick_signature(books: Books, actor: Actor, submission_id: str, now: datetime) -> Submission:
    """「监护人已在纸上签字」: staff saw a guardian's signature on paper. Rule: K21, R81."""
    case = books.load_submission(actor.school_id, submission_id)
    require(actor, Action.paper_tick, target_of(case), now)
    signature = case.content.signature
    if signatures.stands(books, case):
        return case
    if actor.id in case.content.typed_by:
        raise RuleError("review.two_people")
    # Who only fills is not asked to sign: what he sent carries no signature at all.
    paper = signature or Signature(case.submitted_by, case.content.relation, "", now, seal="")
    content = replace(case.content, signature=replace(paper, on_paper_by=actor.id))
    ticked = replace(case, content=content)
    books.save_submission(ticked)
    books.record(event("review.signature.ticked", actor, now, submission=case.id))
    return replace(ticked, revision=case.revision + 1)


def _moved(case: Submission, move: Move, role: Role, now: datetime) -> Submission:
    if isinstance(move.to, State):
        return stand(case, move.to, case.step, now)
    if set(roles_now(case)) - {role}:
        return replace(case, joined_by=role, leased_by=None, leased_until=None)
    return onward(case, now)


def _require_second_person(books: Books, actor: Actor, case: Submission, role: Role) -> None:
    """Nobody takes two steps of one case, nor both halves of one. What is written down of the
    authority is no decision of ours. Rule: R15, R18, R160.
    """
    for decision in standing(books, case):
        is_ours = decision.act not in (Act.hand_outside, Act.record_outside)
        is_other = decision.step != case.step or (
            step_of(case).also is not None and decision.role is not role
        )
        if is_ours and is_other and decision.actor_id == actor.id:
            raise RuleError("review.two_people")


def _require_reasons(
    books: Books, move: Move, verdict: Verdict, case: Submission, now: datetime
) -> None:
    if verdict.act is Act.return_:
        if not verdict.flags:
            raise RuleError("review.flags_missing")
        require_flags(verdict.flags, case.content)
    elif move.needs_reason:
        if verdict.reason not in REJECT_REASONS:
            raise RuleError("review.reason_unknown")
        if verdict.reason == "other" and not verdict.note.strip():
            raise RuleError("review.note_missing")
    elif verdict.act is Act.approve:
        _require_signature(books, case)
        national_numbers.require_number(books, case)
        returns.require_open(books, case, verdict.class_id, now)


def _require_signature(books: Books, case: Submission) -> None:
    """A guardian signed before the school's last word on it. Rule: K21, R81."""
    is_last_inside = not any(step.is_inside for step in route_of(case).steps[case.step + 1 :])
    if is_last_inside and not signatures.stands(books, case):
        raise RuleError("review.signature_missing")


def _decided(decision: Decision, actor: Actor, now: datetime) -> Event:
    name = {
        Act.approve: "review.submission.approved",
        Act.return_: "review.submission.returned",
        Act.reject: "review.submission.rejected",
    }[decision.act]
    ids: dict[str, str | int] = {
        "submission": decision.submission_id,
        "round": decision.round,
        "step": decision.step,
    }
    if decision.act is Act.return_:
        ids["count"] = len(decision.flags)
    return Event(name, actor.school_id, actor.id, now, ids)
