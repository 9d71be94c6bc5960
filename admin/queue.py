"""The queue: what waits, filtered by the address alone, page after page by key.

Called for `/panel/queue`; the case page asks it for the list at its left and for the next case.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from admin.clocks import ClockLine, clock_lines
from admin.confirming import unchanged
from admin.pages import Words, show
from admin.places import Places, Standing, read_places, role_before
from conversations.status import paper_word
from locales import say
from registry.actors import Actor
from registry.fields import FieldClass
from registry.frozen import frozen
from registry.masks import mask
from registry.policy import Sight, sight
from registry.routes import ROUTES
from registry.submissions import State
from storage import people_books, queries
from storage.queries import Page, QueueFilter, QueueItem, panel
from storage.queries.review import COUNT_CAP
from storage.reader import Reader
from web.visits import Visit

VIEWS: Mapping[str, tuple[State, ...]] = {
    "mine": (),
    "in_review": (State.in_review,),
    "returned": (State.returned, State.recalled),
    "outside": (State.awaiting_outside,),
    "passed": (State.approved, State.effective),
    "rejected": (State.rejected, State.refused),
    "all": tuple(State),
}
DONE = frozenset(VIEWS["passed"] + VIEWS["rejected"])
OLD = timedelta(days=3)
"""Said in another colour from here on; the number says it as well."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BESIDE = 30  # lines of the list at the left of a case


@frozen
class Wanted:
    """The filters, as the address says them; anything unknown falls back to all."""

    view: str = "mine"
    step: str = ""
    class_id: str = ""
    after: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """From an address of ours or anybody's."""
        view, step = query.get("view", "mine"), query.get("step", "")
        steps = {one.code for route in ROUTES.values() for one in route.steps}
        return cls(
            view if view in VIEWS else "mine",
            step if step in steps else "",
            query.get("class", ""),
            query.get("after", ""),
        )

    @classmethod
    def parse(cls, query: str) -> "Wanted":
        """From a kept query string."""
        return cls.of(dict(parse_qsl(query[:300])))

    def query(self, **changes: str) -> str:
        """The same filters with changes, as a query string; defaults are left out."""
        parts = {"view": self.view, "step": self.step, "class": self.class_id}
        parts |= changes
        return urlencode(
            {name: value for name, value in parts.items() if value and value != "mine"}
        )

    def url(self, **changes: str) -> str:
        """The page of the queue with these filters."""
        query = self.query(**changes)
        return f"/panel/queue?{query}" if query else "/panel/queue"


@frozen
class QueueLine:
    """One case in a list."""

    id: str
    url: str
    number: int
    child: str
    class_label: str
    paper: str  # its short name
    state: State
    step: str
    note: str  # who of a joint step has approved, or since when the authority has it
    round: int
    waiting_since: datetime
    is_waiting: bool  # nobody waits for what is done
    is_old: bool
    holder: str
    clock: ClockLine | None = None
    is_check: bool = False  # of the start of a term: several may be confirmed at once


@frozen
class Chip:
    """One filter."""

    key: str
    url: str
    is_on: bool
    count: int | None = None


@frozen
class Choice:
    """One class to choose."""

    id: str
    label: str
    is_on: bool


@frozen
class Listed:
    """One page of the queue."""

    rows: tuple[QueueLine, ...]
    total: int
    next: Page | None
    places: Places
    counts: Mapping[State, int]
    waiting: int


async def show_queue(visit: Visit) -> web.StreamResponse:
    """What waits, the longest first; checks without a change can be confirmed together."""
    wanted, actor = Wanted.of(visit.request.query), visit.person()
    listed = await visit.house.db.read(lambda reader: _gather(reader, visit, actor, wanted))
    values = {
        "rows": listed.rows,
        "unchanged": await unchanged(visit, listed.rows) if wanted.view == "mine" else (),
        "left": visit.request.query.get("left", ""),
        "has_clocks": any(row.clock for row in listed.rows),
        "count_words": f"{COUNT_CAP - 1}+" if listed.total >= COUNT_CAP else listed.total,
        "view": wanted.view,
        "views": _views(wanted, listed),
        "steps": _steps(wanted, listed),
        "classes": class_choices(listed.places, wanted.class_id),
        "kept": {"view": wanted.view if wanted.view != "mine" else "", "step": wanted.step},
        "next_url": wanted.url(after=_cursor(listed.next)) if listed.next else "",
        "first_url": wanted.url() if wanted.after else "",
        "undo": await just_decided(visit),
    }
    return await show(visit, "queue.html", values, here="queue")


def list_beside(
    reader: Reader, visit: Visit, actor: Actor, wanted: Wanted, limit: int = BESIDE
) -> tuple[QueueLine, ...]:
    """The same queue from its beginning, for the list beside a case."""
    places = read_places(reader, actor.school_id, visit.language)
    found = queries.queue(reader, actor, _filter(wanted), visit.today, limit=limit)
    return _lines(reader, visit, actor, places, wanted, found.items)


def class_choices(places: Places, chosen: str) -> tuple[Choice, ...]:
    """Every class, and the choice of all of them."""
    every = Choice("", "", is_on=not chosen)
    return (every, *(Choice(one.id, one.label, one.id == chosen) for one in places.values()))


@frozen
class JustDecided:
    """The case decided a moment ago, for the undo button beside the good news."""

    id: str
    revision: int
    child: str


async def just_decided(visit: Visit) -> JustDecided | None:
    """The case the address names, if this person may still undo it."""
    case_id, actor = visit.request.query.get("was", ""), visit.person()
    if not case_id:
        return None

    def find(reader: Reader) -> JustDecided | None:
        for one in panel.undoable(reader, actor, visit.now):
            if one.submission_id == case_id:
                return JustDecided(one.submission_id, one.revision, f"{one.number:04d}")
        return None

    return await visit.house.db.read(find)


def _gather(reader: Reader, visit: Visit, actor: Actor, wanted: Wanted) -> Listed:
    places = read_places(reader, actor.school_id, visit.language)
    page, today = _page(wanted.after), visit.today
    found = queries.queue(reader, actor, _filter(wanted), today, after=page)
    waiting = (
        found.total
        if wanted.view == "mine" and not wanted.class_id and not wanted.step
        else queries.queue(reader, actor, QueueFilter(), today, limit=1).total
    )
    rows = _lines(reader, visit, actor, places, wanted, found.items)
    counts = queries.queue_counts(reader, actor, today)
    return Listed(rows, found.total, found.next, places, counts, waiting)


def _filter(wanted: Wanted) -> QueueFilter:
    return QueueFilter(
        states=VIEWS[wanted.view], class_id=wanted.class_id or None, step=wanted.step
    )


def _lines(
    reader: Reader,
    visit: Visit,
    actor: Actor,
    places: Places,
    wanted: Wanted,
    items: tuple[QueueItem, ...],
) -> tuple[QueueLine, ...]:
    holders = {item.leased_by for item in items if item.leased_by}
    names = people_books.names(reader, actor.school_id, holders)
    clocks = clock_lines(reader, visit, items)
    lines = (_line(visit, actor, places, wanted, names, item) for item in items)
    return tuple(replace(line, clock=clocks.get(line.id)) for line in lines if line is not None)


def _line(
    visit: Visit,
    actor: Actor,
    places: Places,
    wanted: Wanted,
    names: Mapping[str, str],
    item: QueueItem,
) -> QueueLine | None:
    step = ROUTES[item.route].steps[item.step].code
    standing = Standing(item.route, item.step, item.state, item.committee_helps)
    role = role_before(actor, places[item.class_id], item.student_id, standing, visit.today)
    if role is None:
        return None
    is_open = sight(role, FieldClass.name) is Sight.full
    is_held = item.leased_until is not None and item.leased_until > visit.now
    query = wanted.query()
    return QueueLine(
        id=item.id,
        url=f"/panel/case/{item.id}" + (f"?{query}" if query else ""),
        number=item.number,
        child=item.child_name if is_open else mask("name", item.child_name),
        class_label=places[item.class_id].label,
        paper=say(f"paper.{paper_word(ROUTES[item.route], item.effect)}", visit.language),
        state=item.state,
        step=step,
        note=_note(visit, item),
        round=item.round,
        waiting_since=item.waiting_since,
        is_waiting=item.state not in DONE,
        is_old=visit.now - item.waiting_since >= OLD and item.state is State.in_review,
        holder=names.get(item.leased_by or "", "")
        if is_held and item.leased_by != actor.id
        else "",
        is_check=ROUTES[item.route].paper == "start_of_term_check",
    )


def _note(visit: Visit, item: QueueItem) -> str:
    """What a colleague wants to know before he opens it."""
    language = visit.language
    if item.joined_by is not None and item.state is State.in_review:
        role = say(f"panel.role.{item.joined_by}", language)
        return say("panel.queue.joined", language, {"role": role})
    if item.state is not State.awaiting_outside:
        return ""
    if item.outside_since is None:
        return say("panel.queue.to_hand", language)
    day = Words(language, visit.now).short_day(item.outside_since)
    return say("panel.stage.handed", language, {"day": day})


def _views(wanted: Wanted, listed: Listed) -> tuple[Chip, ...]:
    def count(view: str) -> int:
        if view == "mine":
            return listed.waiting
        return sum(listed.counts.get(state, 0) for state in VIEWS[view])

    return tuple(
        Chip(view, wanted.url(view=view), view == wanted.view, count(view)) for view in VIEWS
    )


def _steps(wanted: Wanted, listed: Listed) -> tuple[Chip, ...]:
    codes = {step.code: None for route in ROUTES.values() for step in route.steps}
    if wanted.view == "mine":
        return ()
    return tuple(Chip(code, wanted.url(step=code), code == wanted.step) for code in ("", *codes))


def _cursor(page: Page | None) -> str:
    if page is None:
        return ""
    moment = (page.waiting_since - _EPOCH) // timedelta(microseconds=1)
    return f"{moment}.{page.id}"


def _page(cursor: str) -> Page | None:
    moment, _, row = cursor.partition(".")
    if not moment.isdecimal() or len(moment) > 17 or not row:
        return None
    return Page(_EPOCH + timedelta(microseconds=int(moment)), row)
