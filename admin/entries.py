"""「待录入国家系统」: what the registrar still has to type there, ticked with the day it was done.

Nothing here reaches that system: it is a list to work by (R226). Rule: R10.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from aiohttp import web

from admin.pages import back_to, show
from admin.places import Places, read_places
from admin.queue import Chip, Choice, class_choices
from conversations.status import paper_word
from locales import say
from registry.effects import EFFECTS, Effect
from registry.fields import FIELDS
from registry.frozen import frozen
from registry.national import EntryKey, Part, note_entries, withdraw_entry
from registry.problems import NotThere, Problem, RuleError
from registry.routes import ROUTES
from registry.submissions import NationalEntry
from storage import people_books
from storage.queries.entries import (
    Entries,
    EntryFilter,
    EntryItem,
    EntryPage,
    count_entries,
    entries,
    entry_forms,
)
from storage.reader import Reader
from web.visits import Visit

PATH = "/panel/entries"
VIEWS = ("open", "noted")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen
class Wanted:
    """The filters, as the address says them; anything unknown falls back to all."""

    view: str = "open"
    class_id: str = ""
    form_id: str = ""
    after: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """From an address, or from the fields a form brings along."""
        view = query.get("view", "open")
        return cls(
            view if view in VIEWS else "open",
            query.get("class", ""),
            query.get("paper", ""),
            query.get("after", ""),
        )

    @property
    def kept(self) -> Mapping[str, str]:
        """What stands in an address; defaults are left out."""
        view = "" if self.view == "open" else self.view
        parts = {"view": view, "class": self.class_id, "paper": self.form_id}
        return {name: text for name, text in parts.items() if text}

    @property
    def filters(self) -> EntryFilter:
        """As the books are asked."""
        return EntryFilter(self.view == "noted", self.class_id or None, self.form_id or None)

    def url(self, **changes: str) -> str:
        """The page with these filters."""
        parts = {name: text for name, text in {**self.kept, **changes}.items() if text}
        return f"{PATH}?{urlencode(parts)}" if parts else PATH


@frozen
class EntryLine:
    """One line of the list."""

    key: str
    number: int
    case_id: str
    child: str
    class_label: str
    paper: str
    changed: str  # which fields, in words
    since: date
    noted_on: date | None
    noted_by: str
    is_ticked: bool


@frozen
class Listed:
    """Everything read for the page."""

    found: Entries
    counts: Mapping[str, int]
    forms: tuple[str, ...]
    places: Places
    names: Mapping[str, str]


async def show_entries(visit: Visit) -> web.StreamResponse:
    """What waits, the longest first; or what was typed, the last one first."""
    return await _page(visit, Wanted.of(visit.request.query))


async def note(visit: Visit) -> web.StreamResponse:
    """The ticked lines were typed on that day; what was ticked stays after a refusal."""
    actor, wanted = visit.person(), Wanted.of(visit.fields)
    ticked = visit.fields.getall("entry", [])
    keys = [EntryKey.parse(text) for text in ticked]
    on = _day(visit.fields.get("on", ""))
    if on is None:
        return await _page(visit, wanted, Problem("entries.day_wrong"), ticked)
    try:
        await visit.house.db.write(lambda unit: note_entries(unit, actor, keys, on, visit.now))
    except NotThere:
        raise
    except RuleError as refused:
        return await _page(visit, wanted, Problem(refused.code, refused.params), ticked)
    return back_to(PATH, **wanted.kept, done="entry_noted")


async def withdraw(visit: Visit) -> web.StreamResponse:
    """One tick was wrong."""
    actor, wanted = visit.person(), Wanted.of(visit.fields)
    key = EntryKey.parse(visit.fields.get("entry", ""))
    await visit.house.db.write(lambda unit: withdraw_entry(unit, actor, key, visit.now))
    return back_to(PATH, **wanted.kept, done="entry_withdrawn")


async def _page(
    visit: Visit, wanted: Wanted, problem: Problem | None = None, ticked: Iterable[str] = ()
) -> web.StreamResponse:
    listed = await visit.house.db.read(lambda reader: _gather(reader, visit, wanted))
    found, keys = listed.found, set(ticked)
    rows = [_line(visit, listed, keys, item) for item in found.items]
    values = {
        "rows": rows,
        "count": found.total,
        "view": wanted.view,
        "views": tuple(
            Chip(view, wanted.url(view="" if view == "open" else view), view == wanted.view, count)
            for view, count in listed.counts.items()
        ),
        "classes": class_choices(listed.places, wanted.class_id),
        "papers": _papers(visit, listed, wanted),
        "kept": {"view": wanted.kept.get("view", "")},
        "kept_all": wanted.kept,
        "is_filtered": bool(wanted.class_id or wanted.form_id),
        "on": visit.fields.get("on", "") if problem else "",
        "problem": problem.code if problem else "",
        "params": problem.params if problem else {},
        "next_url": wanted.url(after=_cursor(found.next)) if found.next else "",
        "first_url": wanted.url() if wanted.after else "",
    }
    status = 422 if problem else 200
    return await show(visit, "entries.html", values, here="entries", status=status)


def _gather(reader: Reader, visit: Visit, wanted: Wanted) -> Listed:
    actor, today, filters = visit.person(), visit.today, wanted.filters
    found = entries(reader, actor, filters, today, _after(wanted.after))
    people = {item.entry.by for item in found.items if item.entry.by}
    return Listed(
        found,
        {
            view: count_entries(reader, actor, EntryFilter(view == "noted"), today)
            for view in VIEWS
        },
        entry_forms(reader, actor, today, is_noted=filters.is_noted),
        read_places(reader, actor.school_id, visit.language),
        people_books.names(reader, actor.school_id, people),
    )


def _line(visit: Visit, listed: Listed, ticked: set[str], item: EntryItem) -> EntryLine:
    entry, place = item.entry, listed.places.get(item.class_id)
    key = str(EntryKey(entry.submission_id, Part(entry.part)))
    return EntryLine(
        key=key,
        number=item.number,
        case_id=entry.submission_id,
        child=item.child_name,
        class_label=place.label if place else "",
        paper=say(f"paper.{paper_word(ROUTES[item.route], item.effect)}", visit.language),
        changed=changed(visit, item.effect, entry),
        since=entry.since.astimezone(visit.now.tzinfo).date(),
        noted_on=entry.on,
        noted_by=listed.names.get(entry.by or "", ""),
        is_ticked=key in ticked,
    )


def changed(visit: Visit, effect: str, entry: NationalEntry) -> str:
    """The fields, by the names staff know them by; of a child who is new there, everything. A
    record that follows its child is moved there, never made a second time (R237).
    """
    language, before = visit.language, entry.before or {}
    if EFFECTS[effect].asks_record:
        return say("panel.entries.record_moves", language)
    if EFFECTS[effect].allots_number:
        return say("panel.entries.whole_record", language)
    cleared = EFFECTS[effect].clears
    named = [
        say(f"panel.field.{code}", language)
        for code in FIELDS
        if code in before and code not in cleared
    ]
    fields = say("panel.join", language).join(named)
    had_days = bool(before.get(EFFECTS[effect].since))  # an earlier paper moved the status
    if EFFECTS[effect].becomes is not None and not had_days:
        return _moved(EFFECTS[effect], fields, language)
    return fields or say("panel.entries.see_case", language)


def _moved(effect: Effect, fields: str, language: str) -> str:
    """The status in words, old and new, with what came with it."""
    (was,) = effect.allowed - {effect.becomes}
    params = {
        "was": say(f"panel.status.{was}", language),
        "now": say(f"panel.status.{effect.becomes}", language),
        "fields": fields,
    }
    return say("panel.entries.moved_fields" if fields else "panel.entries.moved", language, params)


def _papers(visit: Visit, listed: Listed, wanted: Wanted) -> tuple[Choice, ...]:
    """Every paper of the list by its title, and the choice of all of them."""
    forms = visit.house.forms.newest
    titles = {
        form_id: forms[form_id].title.within(visit.language) if form_id in forms else form_id
        for form_id in listed.forms
    }
    every = Choice("", "", is_on=not wanted.form_id)
    return (
        every,
        *(Choice(form_id, title, form_id == wanted.form_id) for form_id, title in titles.items()),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _cursor(page: EntryPage) -> str:
    moment = (page.at - _EPOCH) // timedelta(microseconds=1)
    return f"{moment}.{page.submission_id}.{page.part}"


def _after(cursor: str) -> EntryPage | None:
    moment, _, row = cursor.partition(".")
    submission_id, _, part = row.partition(".")
    if not (moment.isascii() and moment.isdecimal()) or len(moment) > 17 or not part:
        return None
    return EntryPage(_EPOCH + timedelta(microseconds=int(moment)), submission_id, part)
