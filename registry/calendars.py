"""The school's calendar of working days is kept: a year filled, days marked, a year published.

Called by the calendar page, `xueji init` and the demonstration. Who fills a year brings its days
along; where they come from is no concern of the rules. Rule: R247, U4.
"""

from collections.abc import Mapping
from datetime import date, datetime

from registry.actors import Actor
from registry.books import Books
from registry.cases import event, require
from registry.policy import Action, Target
from registry.problems import RuleError
from registry.working_days import DayKind, is_weekday


def mark_day(books: Books, actor: Actor, day: date, kind: DayKind, now: datetime) -> None:
    """A day is a holiday, worked in place of another, or a school day. What its weekday says
    anyway is not kept.

    Raises: RuleError `calendar.not_weekend` for a make-up day that is a weekday anyway.
    """
    require(actor, Action.calendar_edit, Target(actor.school_id), now)
    if kind is DayKind.make_up and is_weekday(day):
        raise RuleError("calendar.not_weekend")
    is_worked = kind is not DayKind.holiday
    books.mark_day(actor.school_id, day, None if is_worked == is_weekday(day) else kind)
    books.record(event("school.day.marked", actor, now, day=day.isoformat(), kind=kind.value))


def fill_year(
    books: Books, actor: Actor, year: int, kinds: Mapping[date, DayKind], now: datetime
) -> None:
    """A whole year at once, in place of what was marked; it is not published by that."""
    require(actor, Action.calendar_edit, Target(actor.school_id), now)
    books.fill_year(actor.school_id, year, kinds)
    books.record(event("school.year.filled", actor, now, year=year, count=len(kinds)))


def publish_year(books: Books, actor: Actor, year: int, now: datetime) -> None:
    """The school stands for that year: last days in it are certain from now on."""
    require(actor, Action.calendar_edit, Target(actor.school_id), now)
    if books.publish_year(actor.school_id, year, actor.id, now):
        books.record(event("school.year.published", actor, now, year=year))


def withdraw_year(books: Books, actor: Actor, year: int, now: datetime) -> None:
    """It was published too early; its days stay marked."""
    require(actor, Action.calendar_edit, Target(actor.school_id), now)
    if books.withdraw_year(actor.school_id, year):
        books.record(event("school.year.withdrawn", actor, now, year=year))
