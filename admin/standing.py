"""The line above a case that is not in review, and what is told to the reviewer who came second.

Called by the case page.
"""

from datetime import datetime

from admin.pages import Words
from locales import say
from registry.actors import Actor
from registry.cases import roles_now
from registry.frozen import frozen
from registry.moves import MOVES
from registry.submissions import Act, Decision, State
from storage.queries import Case
from web.visits import Visit


@frozen
class StandingWords:
    """The line above a case that is not in review."""

    kind: str
    words: str


def standing_words(visit: Visit, case: Case) -> StandingWords | None:
    """Where it stands, in one line; nothing for a case that waits for this reviewer."""
    submission, last = case.submission, last_of(case)
    is_undoable = can_undo(case, visit.person(), visit.now)
    if submission.state is State.in_review and not is_undoable:
        return None
    words = Words(visit.language, visit.now)
    handed = submission.outside_since
    params = {
        "name": case.names.get(last.actor_id, "") if last else "",
        "at": words.moment(last.at) if last else words.moment(submission.waiting_since),
        "day": words.day(handed) if handed else "",
        "until": words.moment(last.settles_at) if last else "",
        "who": _missing(visit, case),
    }
    kind = "good" if submission.state in (State.approved, State.effective) else ""
    said = say(_standing_key(case, last, visit.now), visit.language, params)
    if is_undoable and submission.state is State.awaiting_outside:
        said += say("panel.standing.undoable", visit.language, params)
    return StandingWords(kind, said)


def _standing_key(case: Case, last: Decision | None, now: datetime) -> str:
    """That it may be undone is said only while it may: never where the school set 0 minutes."""
    submission = case.submission
    is_settled = last is None or last.settles_at <= now
    after = "_settled" if submission.state is State.approved and is_settled else ""
    is_outside = last is not None and last.act is Act.record_outside
    match submission.state:
        case State.in_review:
            joined = submission.joined_by is not None
            return "panel.standing.joined" if joined else "panel.standing.moved_on"
        case State.awaiting_outside if submission.outside_since is None:
            return "panel.standing.to_hand"
        case State.approved | State.returned if is_outside:
            return f"panel.standing.{submission.state}_outside{after}"
        case _:
            return f"panel.standing.{submission.state}{after}"


def _missing(visit: Visit, case: Case) -> str:
    """Who of a joint step has not approved yet."""
    left = roles_now(case.submission)
    return say(f"panel.role.{left[0]}", visit.language) if left else ""


def changed_words(visit: Visit, case: Case) -> str:
    """Who did what when, for the reviewer who came second."""
    submission = case.submission
    decided = case.decisions[-1] if case.decisions else None
    words = Words(visit.language, visit.now)
    if decided is None or decided.at < submission.submitted_at:
        params = {
            "name": case.names.get(submission.submitted_by, ""),
            "at": words.moment(submission.waiting_since),
        }
        return say("panel.case.changed_family", visit.language, params)
    act = "undo" if decided.undone_at else decided.act.value
    at = decided.undone_at or decided.at
    params = {
        "name": case.names.get(decided.actor_id, ""),
        "at": words.moment(at),
        "act": say(f"panel.act.{act}", visit.language),
    }
    return say("panel.case.changed_staff", visit.language, params)


def last_of(case: Case) -> Decision | None:
    """The newest decision that stands."""
    standing = [one for one in case.decisions if one.undone_at is None]
    return standing[-1] if standing else None


def can_undo(case: Case, actor: Actor, now: datetime) -> bool:
    """Whether this person's last act on it may still be taken back."""
    last, submission = last_of(case), case.submission
    return (
        last is not None
        and last.actor_id == actor.id
        and last.settles_at > now
        and last.round == submission.round
        and (submission.state, Act.undo) in MOVES
    )
