"""What the first page reminds staff of: milestones, an unconfirmed calendar, an old password.

One sentence each, with the page where it is done. Nothing here where the school has set nothing.
"""

from collections.abc import Iterator
from datetime import timedelta

from admin.pages import Words
from locales import say
from registry.actors import Actor
from registry.frozen import frozen
from registry.limits import LIMITS
from registry.milestones import Milestone, milestones
from registry.policy import Action
from storage import people_books, school_books
from storage.calendar_books import load_calendar
from storage.reader import Reader
from web.gate import may
from web.visits import Visit

YEAR_AHEAD_FROM = 11
"""From this month on the next year's calendar is asked for; it is published in autumn."""


@frozen
class Reminder:
    """One line. `link` is the key of its words."""

    words: str
    url: str = ""
    link: str = ""
    is_late: bool = False


def reminders(reader: Reader, visit: Visit, actor: Actor) -> tuple[Reminder, ...]:
    """For that person, today."""
    return (
        *_password(reader, visit, actor),
        *_calendar(reader, visit, actor),
        *_milestones(reader, visit, actor),
    )


def _password(reader: Reader, visit: Visit, actor: Actor) -> Iterator[Reminder]:
    """Rule: R31, U2."""
    days = visit.school.settings.password_days
    if days is None:
        return
    if people_books.has_old_password(reader, actor.id, visit.now - timedelta(days=days)):
        words = say("panel.reminder.password", visit.language, {"days": days})
        yield Reminder(words, "/panel/welcome", "panel.reminder.change_password")


def _calendar(reader: Reader, visit: Visit, actor: Actor) -> Iterator[Reminder]:
    """A calendar that limits are counted by and that nobody has confirmed."""
    settings, today = visit.school.settings, visit.today
    is_counted = any(getattr(settings, name) is not None for name in LIMITS)
    if not is_counted or not may(actor, Action.calendar_edit, today):
        return
    published = load_calendar(reader, actor.school_id).published
    wanted = (today.year, *((today.year + 1,) if today.month >= YEAR_AHEAD_FROM else ()))
    for year in wanted:
        if year not in published:
            words = say("panel.reminder.calendar", visit.language, {"year": year})
            yield Reminder(
                words, f"/panel/setup/calendar?year={year}", "panel.reminder.confirm_calendar"
            )


def _milestones(reader: Reader, visit: Visit, actor: Actor) -> Iterator[Reminder]:
    """Rule: K8, R83, R253."""
    asked = (Action.class_see, Action.setup_school)
    if not any(may(actor, action, visit.today) for action in asked):
        return
    grades = school_books.grades(reader, actor.school_id)
    for one in milestones(visit.school.settings, grades, visit.today):
        yield Reminder(_milestone(visit, one), is_late=one.day < visit.today)


def _milestone(visit: Visit, one: Milestone) -> str:
    left = (one.day - visit.today).days
    key = "left" if left > 0 else "today" if left == 0 else "passed"
    params = {
        "what": say(f"panel.milestone.{one.code}", visit.language),
        "day": Words(visit.language, visit.now).short_day(one.day),
        "days": abs(left),
    }
    return say(f"panel.reminder.{key}", visit.language, params)
