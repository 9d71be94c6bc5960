"""How the days of a case are said in the panel: used of the limit, the last day, what is late.

Called by the queue for a page of cases and by the case page for one. Where the school has set no
days nothing is read and nothing is shown.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from admin.pages import Words
from locales import say
from registry.frozen import frozen
from registry.limits import Clock, Standing, clock, limit_of
from registry.routes import ROUTES
from registry.working_days import Due
from storage.calendar_books import load_calendar
from storage.queries.courses import courses
from storage.reader import Reader
from web.visits import Visit


class Listed(Standing, Protocol):
    """A case of a list."""

    @property
    def id(self) -> str: ...


@frozen
class ClockLine:
    """One clock in words. `kind`: "" on time, near, late, paused."""

    kind: str
    used: str
    due: str
    proposes: bool = False


def clock_lines(reader: Reader, visit: Visit, cases: Sequence[Listed]) -> Mapping[str, ClockLine]:
    """By case id; a case without a clock is not there."""
    settings = visit.school.settings
    limited = [
        case
        for case in cases
        if limit_of(ROUTES[case.route].steps[case.step], settings) is not None
    ]
    if not limited:
        return {}
    calendar = load_calendar(reader, visit.school.id)
    known = courses(reader, visit.school.id, [case.id for case in limited])
    running = (
        (case.id, clock(case, known[case.id], settings, calendar, visit.now))
        for case in limited
        if case.id in known
    )
    return {case: _line(visit, found) for case, found in running if found is not None}


def _line(visit: Visit, found: Clock) -> ClockLine:
    words, language = Words(visit.language, visit.now), visit.language
    used = say("panel.clock.used", language, {"used": found.used, "limit": found.limit})
    if found.due is None:
        return ClockLine("paused", used, say("panel.clock.paused", language))
    if found.is_overdue:
        params = {"day": words.short_day(found.due.day), "over": found.used - found.limit}
        return ClockLine("late", used, say("panel.clock.late", language, params), found.proposes)
    return ClockLine(
        "near" if found.is_near else "", used, _due(words, language, found.due), found.proposes
    )


def _due(words: Words, language: str, last: Due) -> str:
    key = "panel.clock.due" if last.is_certain else "panel.clock.due_uncertain"
    return say(key, language, {"day": words.short_day(last.day)})
