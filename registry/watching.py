"""What is watched once a day: the registrar gets a task when a case's last day comes and when it
is past; a suspended child's family hears when a return can be asked for.

Called by jobs. A task closes by itself when the case has moved on or waits for the family; one
that a person closed is not opened again. Rule: R42, R48, R49, R247, U3, U4.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from registry.actors import Role
from registry.books import Books
from registry.cases import tell_family
from registry.frozen import frozen
from registry.limits import Clock, Course, clock
from registry.records import Task, TaskKind
from registry.students import Student
from registry.submissions import State

MORNING = time(8)
"""Nobody is told at night."""


@frozen
class Watched:
    """A case that may have a clock."""

    id: str
    class_id: str
    student_id: str
    route: str
    step: int
    state: State
    round: int


def watch_limits(
    books: Books,
    school_id: str,
    cases: Sequence[tuple[Watched, Course]],
    before: Mapping[str, bool],
    now: datetime,
) -> Collection[str]:
    """Tasks made and closed; the keys of those that stand. `before`: key → still to be done."""
    settings, calendar = books.load_school(school_id).settings, books.load_calendar(school_id)
    running = ((case, clock(case, course, settings, calendar, now)) for case, course in cases)
    wanted = {
        task.key: task
        for case, found in running
        if found is not None and (found.is_near or found.is_overdue) and not found.is_paused
        for task in (_task(school_id, case, found, now),)
    }
    for key, task in wanted.items():
        if key not in before:
            books.add_task(task)
    for key, is_open in before.items():
        if is_open and key not in wanted:
            books.close_task(school_id, key, None, now)
    return wanted.keys()


def remind_returns(
    books: Books, school_id: str, suspended: Sequence[tuple[str, Student]], now: datetime
) -> int:
    """Each family once for each suspension or extension, in the morning; how many are due.

    `suspended`: the case that last set the days, with the child. Rule: R42, U3.
    """
    days = books.load_school(school_id).settings.return_days_before
    if days is None:
        return 0
    morning = max(now, datetime.combine(now.date(), MORNING, now.tzinfo))
    open_now = [
        case_id
        for case_id, child in suspended
        if (until := _day(child.fields.get("suspended_until", ""))) is not None
        and until - timedelta(days=days) <= now.date() <= until
    ]
    for case_id in open_now:
        case = books.load_submission(school_id, case_id)
        tell_family(books, case, "notice.return_open", f"return:{case_id}", morning)
    return len(open_now)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _task(school_id: str, case: Watched, found: Clock, now: datetime) -> Task:
    what = "over" if found.is_overdue else "decide" if found.proposes else "near"
    last = found.due.day if found.due else now.date()
    return Task(
        key=f"limit:{case.id}:{case.round}:{case.step}:{what}",
        school_id=school_id,
        class_id=case.class_id,
        role=Role.registrar,
        kind=TaskKind.limit,
        student_id=case.student_id,
        actor_id=None,
        phrase=f"panel.task.limit_{what}",
        at=now,
        ids={
            "submission": case.id,
            "used": found.used,
            "limit": found.limit,
            "month": last.month,
            "day": last.day,
        },
    )
