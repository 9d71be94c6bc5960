"""The desk: what staff see and decide, as plain functions over the books (R15–R23, K1, K3).

Each use case checks the policy and the table of moves, stores the new state and leaves behind
events, notices and jobs, all in the caller's transaction. Called by the panel's pages.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from registry import signatures
from registry.actors import Actor, Role
from registry.books import Books
from registry.moves import MOVES, REJECT_REASONS, RETURN_REASONS, By, Move, To
from registry.policy import Action, Target, permit
from registry.problems import Conflict, NotThere, RuleError
from registry.records import Event, Job
from registry.register import effect_key, last_decision, tell_family
from registry.routes import ROUTES, Step, step_role
from registry.submissions import Act, Decision, Flag, Signature, State, Submission

LEASE = timedelta(minutes=15)
"""How long an opened case is kept for its reviewer; renewed by activity, never a lock on
deciding."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer decided, with the revision he saw."""

    submission_id: str
    revision: int
    act: Act
    flags: tuple[Flag, ...] = ()
    reason: str = ""
    note: str = ""


def target_of(case: Submission) -> Target:
    """The submission as the policy sees it."""
    return Target(case.school_id, case.grade_id, case.class_id, case.student_id)


def step_of(case: Submission) -> Step:
    """The step the submission stands at."""
    return ROUTES[case.route].steps[case.step]


def role_at(case: Submission) -> Role:
    """Who takes the present step (K1)."""
    return step_role(step_of(case), case.committee_helps)


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


def may_see(actor: Actor, case: Submission, now: datetime) -> bool:
    """Whether a reviewer may open the case: in reach, not his own child, and his role takes a
    step of it.
    """
    roles = {step_role(step, case.committee_helps) for step in ROUTES[case.route].steps}
    roles.add(Role.registrar)
    return actor.link_to(case.student_id) is None and any(
        permit(actor, Action.submission_open, target_of(case), now.date(), role=role)
        for role in roles
    )


def may_take(actor: Actor, case: Submission, now: datetime) -> bool:
    """Whether the present step is this person's to decide, second-person rule aside."""
    return (
        case.state is State.in_review
        and actor.link_to(case.student_id) is None
        and actor.id != case.submitted_by
        and permit(
            actor, Action.submission_decide, target_of(case), now.date(), role=role_at(case)
        )
        is not None
    )


def decide(books: Books, actor: Actor, verdict: Verdict, now: datetime) -> Submission:
    """Approve, return or reject at the present step.

    Raises: Conflict `review.changed` when the case moved on since it was opened; RuleError
    `review.two_people`,
    `review.flags_missing`, `review.reason_unknown`, `review.signature_missing`,
    `review.not_possible`; NotThere.
    Rule: R15–R23, K1, K3.
    """
    case = books.load_submission(actor.school_id, verdict.submission_id)
    if not may_see(actor, case, now):
        raise NotThere
    if case.revision != verdict.revision:
        raise Conflict("review.changed")
    move = move_of(case, verdict.act)
    if move.by is not By.step or not may_take(actor, case, now):
        raise RuleError("review.not_possible")
    _require_second_person(books, actor, case)
    _require_reasons(books, move, verdict, case)
    school = books.load_school(case.school_id)
    decision = Decision(
        id=books.new_id(),
        submission_id=case.id,
        act=verdict.act,
        actor_id=actor.id,
        role=role_at(case),
        round=case.round,
        step=case.step,
        was=case.state,
        at=now,
        settles_at=now + timedelta(minutes=school.settings.undo_minutes),
        flags=verdict.flags,
        reason=verdict.reason,
        note=verdict.note,
    )
    moved = _moved(case, move, now)
    books.save_submission(moved)
    books.add_decision(decision)
    books.record(_decided(decision, actor, now))
    _leave_behind(books, moved, decision)
    return replace(moved, revision=case.revision + 1)


def undo(
    books: Books, actor: Actor, submission_id: str, revision: int, now: datetime
) -> Submission:
    """Take one's own last decision back before its window closes; nobody was told yet."""
    case = books.load_submission(actor.school_id, submission_id)
    if not may_see(actor, case, now):
        raise NotThere
    if case.revision != revision:
        raise Conflict("review.changed")
    last = last_decision(books, case)
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
    )
    books.save_submission(undone)
    books.mark_undone(last.id, now)
    books.withdraw_notices(last.id)
    books.cancel_job(effect_key(last))
    books.record(event("review.decision.undone", actor, now, submission=case.id, decision=last.id))
    return replace(undone, revision=case.revision + 1)


def tick_signature(books: Books, actor: Actor, submission_id: str, now: datetime) -> Submission:
    """「监护人已在纸上签字」: staff saw a guardian's signature on paper. Rule: K21, R81."""
    case = books.load_submission(actor.school_id, submission_id)
    require(actor, Action.paper_tick, target_of(case), now)
    signature = case.content.signature
    if signatures.stands(books, case):
        return case
    # Who only fills is not asked to sign: what he sent carries no signature at all.
    paper = signature or Signature(case.submitted_by, case.content.relation, "", now, seal="")
    content = replace(case.content, signature=replace(paper, on_paper_by=actor.id))
    ticked = replace(case, content=content)
    books.save_submission(ticked)
    books.record(event("review.signature.ticked", actor, now, submission=case.id))
    return replace(ticked, revision=case.revision + 1)


def _moved(case: Submission, move: Move, now: datetime) -> Submission:
    state, step = case.state, case.step
    if move.to is To.next_step:
        route = ROUTES[case.route]
        state, step = (
            (State.approved, step) if step >= route.releases else (State.in_review, step + 1)
        )
        if state is State.in_review and not route.steps[step].is_inside:
            state = State.awaiting_outside
    elif isinstance(move.to, State):
        state = move.to
    return replace(
        case, state=state, step=step, waiting_since=now, leased_by=None, leased_until=None
    )


def _leave_behind(books: Books, case: Submission, decision: Decision) -> None:
    """The job and the notices of a decision, due when its undo window closes."""
    if case.state is State.approved:
        books.schedule(
            Job(
                effect_key(decision),
                case.school_id,
                "apply_effect",
                decision.settles_at,
                {"submission": case.id},
            )
        )
        return
    phrase = {
        State.returned: "notice.returned",
        State.rejected: "notice.rejected",
    }.get(case.state, "notice.moved_on")
    tell_family(books, case, phrase, decision.id, decision.settles_at)


def move_of(case: Submission, act: Act) -> Move:
    move = MOVES.get((case.state, act))
    if move is None:
        raise RuleError("review.not_possible")
    return move


def require(actor: Actor, action: Action, target: Target, now: datetime) -> None:
    if permit(actor, action, target, now.date()) is None:
        raise NotThere


def _require_second_person(books: Books, actor: Actor, case: Submission) -> None:
    """Nobody takes two steps of one case. Rule: R15, R18."""
    for decision in books.decisions(case.id):
        is_other_step = decision.step != case.step and decision.undone_at is None
        if is_other_step and decision.actor_id == actor.id:
            raise RuleError("review.two_people")


def _require_reasons(books: Books, move: Move, verdict: Verdict, case: Submission) -> None:
    if verdict.act is Act.return_:
        paths = {v.path for v in case.content.values} | {e.path for e in case.content.evidence}
        if not verdict.flags or any(flag.path not in paths for flag in verdict.flags):
            raise RuleError("review.flags_missing")
        if any(flag.reason not in RETURN_REASONS for flag in verdict.flags):
            raise RuleError("review.reason_unknown")
        if any(flag.reason == "other" and not flag.note.strip() for flag in verdict.flags):
            raise RuleError("review.note_missing")
    elif move.needs_reason:
        if verdict.reason not in REJECT_REASONS:
            raise RuleError("review.reason_unknown")
        if verdict.reason == "other" and not verdict.note.strip():
            raise RuleError("review.note_missing")
    elif verdict.act is Act.approve:
        is_signed = signatures.stands(books, case)
        if not is_signed and case.step >= ROUTES[case.route].releases:
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


def event(name: str, actor: Actor, now: datetime, /, **ids: str | int) -> Event:
    return Event(name, actor.school_id, actor.id, now, ids)
