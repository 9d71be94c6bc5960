"""How long a case may take, how much of it is used, and when it is over. Pure.

Inside the school a clock runs at the present step and stands still while the family is asked.
The authority's clock starts on the day the registrar typed and never stops. Where the school has
set no days there is no clock. Asked by the queue, the case page, the family's status and a job.
Rule: R48, R49, R247, U4.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Protocol

from registry.frozen import frozen
from registry.routes import ROUTES, Step
from registry.schools import Settings
from registry.submissions import Act, State
from registry.working_days import Calendar, Due, due, elapsed

PROPOSES_BEFORE = 2
"""From so many days before the authority's limit on, agree or refuse: day 5 of 7 (R247)."""

LIMITS = ("committee_days", "class_days", "school_days", "leader_days", "outside_days")
"""The settings that limit a step."""

WAITS_OUTSIDE = frozenset({State.awaiting_outside, State.returned, State.recalled})


class Standing(Protocol):
    """A case, as far as its clock depends on it."""

    @property
    def route(self) -> str: ...
    @property
    def step(self) -> int: ...
    @property
    def state(self) -> State: ...


class Made(Protocol):
    """A decision that stands, as far as clocks depend on it."""

    @property
    def act(self) -> Act: ...
    @property
    def step(self) -> int: ...
    @property
    def round(self) -> int: ...
    @property
    def at(self) -> datetime: ...


@frozen
class Stay:
    """A stretch in which the case waited for the step; no end = it still does."""

    since: date
    until: date | None = None


@frozen
class Clock:
    """Working days of one step. `due` is None while the family is asked."""

    limit: int
    used: int
    due: Due | None
    is_outside: bool = False

    @property
    def is_paused(self) -> bool:
        """Whether it waits for the family."""
        return self.due is None

    @property
    def is_overdue(self) -> bool:
        """Whether the last day is behind."""
        return self.used > self.limit

    @property
    def proposes(self) -> bool:
        """Whether it is time to agree or to refuse. Rule: R247."""
        return self.is_outside and self.used >= self.limit - PROPOSES_BEFORE

    @property
    def is_near(self) -> bool:
        """Whether somebody should be told: the last day has come, or outside, two days before."""
        return not self.is_paused and (self.used >= self.limit or self.proposes)


@frozen
class Course:
    """What happened to a case so far: when each round was sent, and what was decided and not
    undone, oldest first.
    """

    sent: Sequence[datetime]
    decisions: Sequence[Made]
    outside_since: date | None = None  # as the registrar typed it


def limit_of(step: Step, settings: Settings) -> int | None:
    """Working days for that step; None = the school has not said."""
    days: int | None = getattr(settings, step.days) if step.days else None
    return days


def clock(
    case: Standing, course: Course, settings: Settings, calendar: Calendar, now: datetime
) -> Clock | None:
    """The clock of the present step; None where nothing is limited or nothing runs."""
    step = ROUTES[case.route].steps[case.step]
    limit = limit_of(step, settings)
    found = stays(case, course, now) if limit is not None else ()
    if limit is None or not found:
        return None
    today = now.date()
    used = sum(elapsed(calendar, stay.since, stay.until or today) for stay in found)
    is_paused = found[-1].until is not None
    last = None if is_paused else _last_day(found, limit, calendar)
    return Clock(limit, used, last, is_outside=not step.is_inside)


def stays(case: Standing, course: Course, now: datetime) -> tuple[Stay, ...]:
    """When the case waited for its present step. A round the family took back does not count."""
    if not ROUTES[case.route].steps[case.step].is_inside:
        is_running = course.outside_since is not None and case.state in WAITS_OUTSIDE
        return (Stay(course.outside_since),) if is_running and course.outside_since else ()
    if case.state not in (State.in_review, State.returned):
        return ()
    return tuple(_inside(case, course, now))


@frozen
class Promise:
    """A day a family may be told. `of`: the "step" it waits at; the whole of the "school", where
    the authority comes after it; the "result"; what comes from "outside"; or "late", where the
    day of the step is behind.
    """

    due: Due
    of: str


def promise(
    case: Standing, running: Clock | None, settings: Settings, calendar: Calendar
) -> Promise | None:
    """What the family is told; None where no day is set: none is invented (U4)."""
    if running is None or running.due is None:
        return None
    if running.is_overdue:
        return Promise(running.due, "late")
    if running.is_outside:
        return Promise(running.due, "outside")
    route, last = ROUTES[case.route], running.due
    ahead = route.steps[case.step + 1 : route.releases + 1]
    for step in ahead:
        days = limit_of(step, settings) if step.is_inside else 0
        if days is None:
            return Promise(running.due, "step")
        further = due(calendar, last.day, days)
        last = Due(further.day, last.is_certain and further.is_certain)
    return Promise(last, "result" if all(step.is_inside for step in ahead) else "school")


def _last_day(found: Sequence[Stay], limit: int, calendar: Calendar) -> Due:
    left = limit
    for stay in found[:-1]:
        used = elapsed(calendar, stay.since, stay.until or stay.since)
        if used >= left:
            return due(calendar, stay.since, left)
        left -= used
    return due(calendar, found[-1].since, left)


def _inside(case: Standing, course: Course, now: datetime) -> Iterator[Stay]:
    """Each round begins at the step that returned the one before it; who asked is who checks."""
    begins = 0
    for number, sent in enumerate(course.sent, 1):
        made = [one for one in course.decisions if one.round == number]
        since = sent if begins == case.step else _passed(made, case.step - 1)
        ended = next((one.at for one in made if _sends_back(one, case.step)), None)
        is_last = number == len(course.sent)
        if since is not None and (ended is not None or is_last):
            yield Stay(_day(since, now), None if ended is None else _day(ended, now))
        begins = made[-1].step if made else begins


def _passed(made: Sequence[Made], step: int) -> datetime | None:
    """When that step was passed; where two people had to agree, by the second."""
    return max(
        (one.at for one in made if one.step == step and one.act is Act.approve), default=None
    )


def _sends_back(decision: Made, step: int) -> bool:
    return decision.step == step and decision.act is Act.return_


def _day(moment: datetime, now: datetime) -> date:
    """The day at the school."""
    return moment.astimezone(now.tzinfo).date()
