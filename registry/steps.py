"""A case goes a step on, and what every act on it leaves behind: decision, event, notices, jobs.

Shared by the desk and by what is written down of the authority; checks no permission but whether
the case is there to see and still as it was seen.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from registry.actors import Actor
from registry.books import Books
from registry.cases import early_key, effect_key, may_see, route_of, standing, tell_family
from registry.fields import KEY_FIELDS
from registry.moves import RETURN_REASONS
from registry.problems import Conflict, NotThere, RuleError
from registry.records import Event, Job
from registry.submissions import Act, Content, Decision, Flag, State, Submission

_NOTICES = {
    State.refused: "notice.refused",
    State.rejected: "notice.rejected",
    State.returned: "notice.returned",
}
"""What the family hears of a decision; of every other that the case went on."""


def seen_case(
    books: Books, actor: Actor, submission_id: str, revision: int, now: datetime
) -> Submission:
    """The case a person wants to change, as he saw it.

    Raises: NotThere; Conflict `review.changed`.
    """
    case = books.load_submission(actor.school_id, submission_id)
    if not may_see(actor, case, now):
        raise NotThere
    if case.revision != revision:
        raise Conflict("review.changed")
    return case


def settles_at(books: Books, case: Submission, now: datetime) -> datetime:
    """When the undo window of an act made now closes."""
    settings = books.load_school(case.school_id).settings
    return now + timedelta(minutes=settings.undo_minutes)


def keep(books: Books, moved: Submission, decision: Decision, fact: Event) -> Submission:
    """Store an act with all it leaves behind; its jobs and notices are due when the undo window
    closes.
    """
    books.save_submission(moved)
    books.add_decision(decision)
    books.record(fact)
    _schedule(books, moved, decision)
    phrase = _phrase(books, moved, decision)
    if phrase is not None:
        tell_family(books, moved, phrase, decision.id, decision.settles_at)
    return replace(moved, revision=moved.revision + 1)


def onward(case: Submission, now: datetime) -> Submission:
    """Past the present step: the next one, or approved where the route releases."""
    route = route_of(case)
    if case.step >= route.releases:
        return stand(case, State.approved, case.step, now)
    is_inside = route.steps[case.step + 1].is_inside
    state = State.in_review if is_inside else State.awaiting_outside
    return stand(case, state, case.step + 1, now)


def require_flags(flags: tuple[Flag, ...], content: Content) -> None:
    """Every flag is on something the family sent and says a known reason. Raises: RuleError."""
    paths = {v.path for v in content.values} | {e.path for e in content.evidence}
    if any(flag.path not in paths for flag in flags):
        raise RuleError("review.flags_missing")
    if any(flag.reason not in RETURN_REASONS for flag in flags):
        raise RuleError("review.reason_unknown")
    if any(flag.reason == "other" and not flag.note.strip() for flag in flags):
        raise RuleError("review.note_missing")


def handed_on(made: tuple[Decision, ...]) -> date | None:
    """The day the authority's clock began: of the last handing in before its first answer, which
    may correct one before it. Rule: R247.
    """
    day = None
    for decision in made:
        if decision.act is Act.record_outside:
            return day
        if decision.act is Act.hand_outside and decision.outside is not None:
            day = decision.outside.on
    return day


def stand(case: Submission, state: State, step: int, now: datetime) -> Submission:
    """At that place from now on, with nobody looking at it yet."""
    return replace(
        case,
        state=state,
        step=step,
        waiting_since=now,
        leased_by=None,
        leased_until=None,
        joined_by=None,
    )


def _schedule(books: Books, case: Submission, decision: Decision) -> None:
    ids: dict[str, str | int] = {"submission": case.id}
    place, due = case.school_id, decision.settles_at
    if case.state is State.approved:
        books.schedule(Job(effect_key(decision), place, "apply_effect", due, ids))
    elif _lets_in_early(case, decision):
        books.schedule(Job(early_key(decision), place, "apply_early", due, ids))


def _lets_in_early(case: Submission, decision: Decision) -> bool:
    """What is not key need not wait for the authority. Rule: R72."""
    is_passed = decision.step == route_of(case).early and case.step > decision.step
    return is_passed and bool(case.content.fields().keys() - KEY_FIELDS)


def _phrase(books: Books, case: Submission, decision: Decision) -> str | None:
    """What the family hears. Of an approval that releases, the effect tells; half of a joint step
    and a corrected day are no news.
    """
    if case.state is State.approved or case.joined_by is not None:
        return None
    if decision.act is Act.hand_outside:
        is_corrected = [one.act for one in standing(books, case)][-2:-1] == [Act.hand_outside]
        return None if is_corrected else "notice.handed_outside"
    if decision.act is Act.record_outside and case.state is State.returned:
        return "notice.outside_more"
    return _NOTICES.get(case.state, "notice.moved_on")
