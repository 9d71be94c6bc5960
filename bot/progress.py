"""What a family may know of a case beyond its state: the authority's part, a joint step, the day.

A decision counts when its undo window has closed. Called by `bot.facts` for every paper sent.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from conversations.turn import Paper
from registry.actors import Role
from registry.frozen import frozen
from registry.limits import Course, Promise, clock, limit_of, promise
from registry.routes import ROUTES
from registry.schools import Settings
from registry.submissions import Decision, Outside, Said, State
from storage.queries.family import CaseLine
from storage.review_books import round_times
from storage.unit import Unit

_UNDER_WAY = (State.in_review, State.awaiting_outside)


@frozen
class Progress:
    """Of one case, as told."""

    effect: str = ""
    handed: date | None = None
    outside: Outside | None = None  # what the authority said last, where that is the present news
    joined: Role | None = None
    promise: Promise | None = None


def progress(
    unit: Unit, case: CaseLine, made: Sequence[Decision], settings: Settings, now: datetime
) -> Progress:
    """At this moment. Two statements more where the school has set days for the present step."""
    valid = [one for one in made if one.undone_at is None]
    untold = [one for one in valid if one.settles_at > now]
    told = [one for one in valid if one.settles_at <= now]
    last = told[-1].outside if told else None
    return Progress(
        effect=case.effect,
        handed=None if _is_handing(untold) else case.outside_since,
        outside=None if last is None or last.result is Said.handed else last,
        joined=None if untold else case.joined_by,
        promise=None if untold else _promise(unit, case, valid, settings, now),
    )


def with_progress(paper: Paper, known: Progress | None) -> Paper:
    """The paper with what is known of its case."""
    if known is None:
        return paper
    said = known.outside if paper.state in (State.returned, State.refused) else None
    promised = known.promise if paper.state in _UNDER_WAY else None
    return replace(
        paper,
        effect=known.effect,
        handed=known.handed,
        joined=known.joined,
        is_outside=said is not None,
        words=said.words if said is not None else "",
        paper_number=said.paper_number if said is not None else "",
        due=paper.due if promised is None else promised.due.day,
        due_of=paper.due_of if promised is None else promised.of,
        is_due_certain=promised is None or promised.due.is_certain,
    )


def _is_handing(untold: Sequence[Decision]) -> bool:
    return any(one.outside is not None and one.outside.result is Said.handed for one in untold)


def _promise(
    unit: Unit, case: CaseLine, made: Sequence[Decision], settings: Settings, now: datetime
) -> Promise | None:
    """The last day, where the school has set the days of the present step (U4, R247)."""
    step = ROUTES[case.route].steps[case.step]
    if case.state not in _UNDER_WAY or limit_of(step, settings) is None:
        return None
    course = Course(round_times(unit, case.id), made, case.outside_since)
    calendar = unit.load_calendar(case.school_id)
    running = clock(case, course, settings, calendar, now)
    return promise(case, running, settings, calendar)
