"""The stages of a case on one line: sent, each step of its route, finished at school, typed into
the national system. Pure.

A joint step says who has signed and who is missing; a step outside the school says since when the
authority has it. Rule: R10, R21, R158, R160.
"""

from datetime import date, datetime

from registry.actors import Role
from registry.effects import EFFECTS
from registry.frozen import frozen
from registry.routes import ROUTES, Step, roles_at
from registry.submissions import Act, Decision, Outside, Said, State, Submission
from storage.queries import Case


@frozen
class Signed:
    """One of those who must approve at a step. `who` is empty while he is missing."""

    role: Role
    who: str = ""
    at: datetime | None = None


@frozen
class Stage:
    """One stage. `state`: done, now, later, back (with the family), stop (not accepted)."""

    label: str  # key of the catalogue
    state: str
    who: str = ""
    at: datetime | None = None
    waits: str = ""  # key: whom it waits for
    signed: tuple[Signed, ...] = ()  # of a joint step under way
    handed: date | None = None  # to the authority
    result: Outside | None = None  # what it said
    on: date | None = None  # the day somebody typed it into the national system


def stages(case: Case, now: datetime) -> tuple[Stage, ...]:
    """Sent → the steps of its route → finished at school → typed into the national system.
    Nothing lies ahead of a case that was not accepted.
    """
    submission = case.submission
    sent = Stage("panel.stage.sent", "done", at=submission.submitted_at)
    if submission.state in (State.refused, State.rejected):
        made = (_step(case, at) for at in range(submission.step + 1))
        return (sent, *made, *(_national(case) if case.entries else ()))
    steps = (_step(case, at) for at in range(len(ROUTES[submission.route].steps)))
    is_in = submission.state is State.effective
    state = "done" if is_in else "now" if submission.state is State.approved else "later"
    entered = Stage("panel.stage.entered", state, at=submission.waiting_since if is_in else None)
    return (sent, *steps, entered, *_national(case))


def _national(case: Case) -> tuple[Stage, ...]:
    """A state of its own, by hand; none for what changes nothing there. Rule: R10."""
    is_in = case.submission.state is State.effective
    if not EFFECTS[case.submission.effect].is_national or (is_in and not case.entries):
        return ()
    if any(one.on is None for one in case.entries):
        return (Stage("panel.stage.national", "now", waits="panel.waits.national"),)
    if not is_in:
        return (Stage("panel.stage.national", "later"),)
    last = max(case.entries, key=lambda one: one.at or one.since)
    who = case.names.get(last.by or "", "")
    return (Stage("panel.stage.national", "done", who, on=last.on),)


def standing_decisions(case: Case) -> tuple[Decision, ...]:
    """What was decided and not undone, oldest first."""
    return tuple(one for one in case.decisions if one.undone_at is None)


def last_word(case: Case) -> Decision | None:
    """The newest thing the authority said, handing in apart."""
    said = [
        one
        for one in standing_decisions(case)
        if one.outside is not None and one.outside.result is not Said.handed
    ]
    return said[-1] if said else None


def approve_word(submission: Submission, at: int) -> str:
    """What approving that step is called: by what is looked at, and who comes next."""
    route = ROUTES[submission.route]
    step = route.steps[at]
    if step.code in ("completeness", "class_check") and at < route.releases:
        return f"panel.act.approve_{step.code}"
    if at >= route.releases:
        return "panel.act.release"
    after = route.steps[at + 1]
    return f"panel.act.approve_to_{after.code}"


_STOPS = {
    State.returned: "back",
    State.recalled: "back",
    State.refused: "stop",
    State.rejected: "stop",
}


def _step(case: Case, at: int) -> Stage:
    submission = case.submission
    step = ROUTES[submission.route].steps[at]
    label = f"panel.step.{step.code}"
    word = last_word(case)
    result = word.outside if word is not None and not step.is_inside else None
    handed = submission.outside_since if not step.is_inside else None
    passed = _passed(case, at)
    if passed is not None:
        who = case.names.get(passed.actor_id, "")
        return Stage(label, "done", who, passed.at, handed=handed, result=result)
    if at != submission.step:
        return Stage(label, "later")
    state = _STOPS.get(submission.state, "now")
    last = standing_decisions(case)
    if state != "now" and last:
        who = case.names.get(last[-1].actor_id, "")
        return Stage(label, state, who, last[-1].at, handed=handed, result=result)
    return Stage(
        label,
        state,
        waits="" if state != "now" else _waits(case, step),
        signed=_signed(case, at, step) if step.also is not None else (),
        handed=handed,
        result=result,
    )


def _waits(case: Case, step: Step) -> str:
    """Whom everybody is waiting for."""
    submission = case.submission
    if not step.is_inside and submission.outside_since is not None:
        return "panel.waits.outside"
    left = [
        role
        for role in roles_at(step, submission.committee_helps)
        if role is not submission.joined_by
    ]
    return f"panel.waits.{left[0]}"


def _signed(case: Case, at: int, step: Step) -> tuple[Signed, ...]:
    """Who of a joint step has approved in this round, and who is missing (R160)."""
    submission = case.submission
    made = {
        one.role: one
        for one in standing_decisions(case)
        if one.step == at and one.act is Act.approve and one.round == submission.round
    }
    lines = []
    for role in roles_at(step, submission.committee_helps):
        one = made.get(role) if role is submission.joined_by else None
        who = case.names.get(one.actor_id, "") if one else ""
        lines.append(Signed(role, who, one.at if one else None))
    return tuple(lines)


def _passed(case: Case, step: int) -> Decision | None:
    """The decision that passed that step, once the case stands beyond it."""
    submission = case.submission
    is_beyond = submission.step > step or submission.state in (State.approved, State.effective)
    made = [one for one in standing_decisions(case) if one.step == step and _passes(one)]
    return made[-1] if is_beyond and made else None


def _passes(decision: Decision) -> bool:
    if decision.act is Act.record_outside:
        return decision.outside is not None and decision.outside.result is Said.accepted
    return decision.act is Act.approve
