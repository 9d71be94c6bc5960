"""The school's calendar of working days: a year as months, days marked, the year published.

Called for `/panel/setup/calendar`. Every limit is counted by it. The library that knows the
published holidays is loaded when a year is open that could be filled from it, not before.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from importlib import import_module

from aiohttp import web

from admin.pages import Words, show
from admin.settings import problem_values
from locales import say
from registry import calendars
from registry.actors import Actor
from registry.frozen import frozen
from registry.policy import Action
from registry.problems import Problem, RuleError
from registry.working_days import WEEK, Calendar, DayKind, is_weekday
from storage.calendar_books import load_calendar
from storage.unit import Unit
from web.gate import may
from web.templates import see_other
from web.visits import Visit

PATH = "/panel/setup/calendar"
HOLIDAYS = "documents.public_holidays"
BACK, AHEAD = 2, 2  # years before and after this one that can be opened
KINDS = (DayKind.holiday, DayKind.make_up, DayKind.school)


@frozen
class DayCell:
    """One day as the page shows it. `kind`: what it is marked, or weekday, or weekend."""

    iso: str
    number: int
    kind: str
    label: str
    is_chosen: bool
    is_today: bool


@frozen
class Month:
    """One month in weeks from Monday to Sunday; no cell = a day of another month."""

    number: int
    weeks: tuple[tuple[DayCell | None, ...], ...]


async def show_calendar(visit: Visit) -> web.StreamResponse:
    """One year."""
    return await _page(visit, _year(visit, visit.request.query.get("year", "")))


async def mark_days(visit: Visit) -> web.StreamResponse:
    """The chosen days become what the button says; all or none."""
    actor, year = visit.person(), _year(visit, visit.fields.get("year", ""))
    chosen = _chosen(visit, year)
    kind = next((one for one in KINDS if one == visit.fields.get("kind")), None)
    if kind is None or not chosen:
        return await _page(visit, year, Problem("calendar.none_chosen"), chosen)

    def mark(unit: Unit) -> None:
        for day in chosen:
            calendars.mark_day(unit, actor, day, kind, visit.now)

    try:
        await visit.house.db.write(mark)
    except RuleError as refused:
        return await _page(visit, year, Problem(refused.code, refused.params), chosen)
    return _done(year, "calendar_marked", f"#m{chosen[0].month}")


async def fill_year(visit: Visit) -> web.StreamResponse:
    """As the State Council published it; a year nobody knows stays as it is."""
    actor, year = visit.person(), _year(visit, visit.fields.get("year", ""))
    known: Mapping[date, DayKind] | None = import_module(HOLIDAYS).marks(year)
    if known is None:
        return await _page(visit, year, Problem("calendar.year_unknown", {"year": year}))
    await visit.house.db.write(
        lambda unit: calendars.fill_year(unit, actor, year, known, visit.now)
    )
    return _done(year, "calendar_filled")


async def publish_year(visit: Visit) -> web.StreamResponse:
    """The school stands for it."""
    return await _change(visit, calendars.publish_year, "calendar_published")


async def withdraw_year(visit: Visit) -> web.StreamResponse:
    """It was too early."""
    return await _change(visit, calendars.withdraw_year, "calendar_withdrawn")


async def _change(
    visit: Visit, act: Callable[[Unit, Actor, int, datetime], None], done: str
) -> web.StreamResponse:
    actor, year = visit.person(), _year(visit, visit.fields.get("year", ""))
    await visit.house.db.write(lambda unit: act(unit, actor, year, visit.now))
    return _done(year, done)


def _year(visit: Visit, text: str) -> int:
    """The year asked for, within what can be opened; this year otherwise."""
    year = int(text) if text.isdecimal() and len(text) == len("2026") else visit.today.year
    return year if year in _years(visit) else visit.today.year


def _years(visit: Visit) -> range:
    return range(visit.today.year - BACK, visit.today.year + AHEAD + 1)


def _chosen(visit: Visit, year: int) -> tuple[date, ...]:
    """The ticked days of that year, in order; what is no day of it was not ticked by the page."""
    sent = set(visit.fields.getall("day", []))
    return tuple(day for day in _days(year) if day.isoformat() in sent)


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def _done(year: int, done: str, at: str = "") -> web.Response:
    return see_other(f"{PATH}?year={year}&done={done}{at}")


async def _page(
    visit: Visit, year: int, problem: Problem | None = None, chosen: tuple[date, ...] = ()
) -> web.StreamResponse:
    school_id = visit.person().school_id
    calendar = await visit.house.db.read(lambda reader: load_calendar(reader, school_id))
    may_edit = may(visit.actor, Action.calendar_edit, visit.today)
    is_published = year in calendar.published
    values = {
        "part": "setup_calendar",
        "year": year,
        "years": _years(visit),
        "months": _months(visit, calendar, year, chosen),
        "is_published": is_published,
        "may_fill": may_edit and not is_published and import_module(HOLIDAYS).is_known(year),
        "is_marked": any(day.year == year for day in calendar.kinds),
        "working": sum(map(calendar.is_working, _days(year))),
        "may_edit": may_edit,
        "kinds": KINDS,
        **problem_values(problem),
    }
    status = 422 if problem else 200
    return await show(visit, "setup_calendar.html", values, here="setup", status=status)


def _months(
    visit: Visit, calendar: Calendar, year: int, chosen: tuple[date, ...]
) -> tuple[Month, ...]:
    months: dict[int, list[DayCell | None]] = {}
    words = Words(visit.language, visit.now)
    for day in _days(year):
        empty: list[DayCell | None] = [None] * day.weekday()
        cells = months.setdefault(day.month, empty)
        cells.append(_cell(visit, words, calendar, day, is_chosen=day in chosen))
    return tuple(Month(number, _weeks(cells)) for number, cells in months.items())


def _weeks(cells: list[DayCell | None]) -> tuple[tuple[DayCell | None, ...], ...]:
    whole = [*cells, *[None] * (-len(cells) % WEEK)]
    return tuple(tuple(whole[n : n + WEEK]) for n in range(0, len(whole), WEEK))


def _cell(
    visit: Visit, words: Words, calendar: Calendar, day: date, *, is_chosen: bool
) -> DayCell:
    marked = calendar.kinds.get(day)
    kind = marked.value if marked else "weekday" if is_weekday(day) else "weekend"
    said = say(f"panel.calendar.day.{kind}", visit.language)
    params = {"day": words.short_day(day), "kind": said}
    label = say("panel.calendar.cell", visit.language, params)
    return DayCell(day.isoformat(), day.day, kind, label, is_chosen, day == visit.today)
