"""The stages of a case on one line: sent, each step of its route, recorded. Pure."""

from dataclasses import dataclass
from datetime import datetime

from registry.routes import ROUTES
from registry.submissions import Act, Decision, State
from storage.queries import Case


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. `state`: done, now, later, back (with the family), stop (not accepted)."""

    label: str  # key of the catalogue
    state: str
    who: str = ""
    at: datetime | None = None


def stages(case: Case, now: datetime) -> tuple[Stage, ...]:
    """Sent → the steps of its route → in the register."""
    submission = case.submission
    sent = Stage("panel.stage.sent", "done", at=submission.submitted_at)
    steps = (_step(case, at) for at in range(len(ROUTES[submission.route].steps)))
    is_in = submission.state is State.effective
    state = "done" if is_in else "now" if submission.state is State.approved else "later"
    entered = Stage("panel.stage.entered", state, at=submission.waiting_since if is_in else None)
    return (sent, *steps, entered)


def _step(case: Case, at: int) -> Stage:
    submission = case.submission
    label = f"panel.step.{ROUTES[submission.route].steps[at].code}"
    passed = _passed(case, at)
    if passed is not None:
        return Stage(label, "done", case.names.get(passed.actor_id, ""), passed.at)
    if at != submission.step:
        return Stage(label, "later")
    state = {
        State.returned: "back",
        State.recalled: "back",
        State.rejected: "stop",
    }.get(submission.state, "now")
    last = [one for one in case.decisions if one.undone_at is None]
    if state in ("back", "stop") and last:
        return Stage(label, state, case.names.get(last[-1].actor_id, ""), last[-1].at)
    return Stage(label, state)


def _passed(case: Case, step: int) -> Decision | None:
    """The approval of that step, once the case stands beyond it."""
    submission = case.submission
    is_beyond = submission.step > step or submission.state in (State.approved, State.effective)
    made = [
        one
        for one in case.decisions
        if one.step == step and one.act is Act.approve and one.undone_at is None
    ]
    return made[-1] if is_beyond and made else None
