"""The way in: the front page, and the page behind a class link, a slip or a door.

Looking at a link consumes nothing, so a preview of a messenger or a nervous finger does no harm;
its one button does. A forwarded link shows school, class and a masked name, and not one answer.
"""

import time
from datetime import timedelta

from aiohttp import web

from bot import errand_pages
from registry import families
from registry.actors import Actor, Relation, Role
from registry.frozen import frozen
from registry.masks import mask
from registry.policy import Action
from registry.problems import NotThere
from registry.records import Event
from storage import sessions
from storage.links import ERRANDS, Entry, EntryKind, find_entry, use_entry
from storage.queries.family import child_view
from storage.sessions import LIMITS, SessionKind
from storage.unit import Unit
from web.errors import Refused
from web.labels import class_label
from web.limits import WRONG_LINKS, Buckets
from web.routes import Route, route
from web.sessions import SESSION, VISITOR, drop_cookie, read_cookie, set_cookie
from web.templates import page, see_other
from web.visits import Visit

MAX_NAME = 60
CHAT, PANEL, WELCOME = "/chat", "/panel", "/panel/welcome"
"""The panel's pages by address only: the chat knows nothing of them."""

TO_A_PERSON = frozenset({EntryKind.door, EntryKind.invite})
"""Links that let in somebody already known."""

_RELATIONS = tuple(Relation)


@frozen
class Behind:
    """What a link's page shows: nothing of a child but a masked name."""

    entry: Entry
    class_name: str = ""
    child: str = ""
    is_staff: bool = False


@frozen
class Asked:
    """What the family says of itself on the page."""

    child_name: str
    relation: Relation | None


class Entrances:
    """The pages; `routes` is their table."""

    def __init__(self) -> None:
        self._wrong = Buckets(WRONG_LINKS)
        self.routes: tuple[Route, ...] = (
            route("GET", "/", show_front, action=Action.front_see),
            route("GET", "/l/{token}", self.show_link, action=Action.link_open),
            route("POST", "/l/{token}", self.open_link, action=Action.link_open),
        )

    async def show_link(self, visit: Visit) -> web.StreamResponse:
        """The page behind a link, with its one button."""
        behind = await self._find(visit)
        if behind.entry.kind in ERRANDS:
            return await errand_pages.show(visit)
        return _link_page(visit, behind)

    async def open_link(self, visit: Visit) -> web.StreamResponse:
        """Take the link, sign in, and go to where it leads."""
        behind = await self._find(visit)
        if behind.entry.kind in ERRANDS:
            return await errand_pages.act(visit)
        asked = _read(visit)
        problems = _missing(behind.entry.kind, asked)
        if problems:
            return _link_page(visit, behind, problems, status=422)
        token = visit.parameter("token")
        try:
            opened = await visit.house.db.write(lambda unit: _open(unit, visit, token, asked))
        except NotThere:
            raise _gone() from None
        return _signed_in(visit, *opened, is_invited=behind.entry.kind is EntryKind.invite)

    async def _find(self, visit: Visit) -> Behind:
        """Raises: Refused 404 alike for unknown, used and expired; 429 after many wrong ones."""
        who, seconds = f"at {visit.request.remote}", time.monotonic()
        if self._wrong.left(who, seconds) < 1:
            raise Refused(429)
        token = visit.parameter("token")
        behind = await visit.house.db.read(lambda reader: _behind(reader, visit, token))
        if behind is None:
            self._wrong.take(who, seconds)
            raise _gone()
        return behind


async def show_front(visit: Visit) -> web.StreamResponse:
    """Whose page this is, and how one gets in."""
    return page(visit, "front.html", {"has_left": "left" in visit.request.query})


def _gone() -> Refused:
    return Refused(404, "link.gone_words")


def _read(visit: Visit) -> Asked:
    said = visit.fields.get("relation", "")
    relation = Relation(said) if said in _RELATIONS else None
    return Asked(visit.fields.get("child_name", "").strip(), relation)


def _missing(kind: EntryKind, asked: Asked) -> tuple[str, ...]:
    problems = []
    if kind is EntryKind.class_link and not 0 < len(asked.child_name) <= MAX_NAME:
        problems.append("link.child_name_missing")
    if kind in (EntryKind.class_link, EntryKind.slip) and asked.relation is None:
        problems.append("link.relation_missing")
    return tuple(problems)


def _link_page(
    visit: Visit, behind: Behind, problems: tuple[str, ...] = (), *, status: int = 200
) -> web.Response:
    values = {
        "behind": behind,
        "kind": behind.entry.kind.value,
        "problems": problems,
        "relations": _RELATIONS,
        "child_name": visit.fields.get("child_name", ""),
        "relation": visit.fields.get("relation", ""),
    }
    return page(visit, "link.html", values, status=status)


def _behind(unit: Unit, visit: Visit, token: str) -> Behind | None:
    entry = find_entry(unit, token)
    if entry is None or entry.school_id != visit.house.school_id:
        return None
    if entry.kind in ERRANDS:
        return Behind(entry)  # its own pages say kindly when it is over
    if not entry.is_open(visit.now):
        return None
    if entry.student_id is not None:
        view = child_view(unit, entry.school_id, entry.student_id)
        if view is None:
            return None
        label = class_label(view.grade, view.school_class, visit.language)
        return Behind(entry, label, mask("name", view.student.fields.get("full_name", "")))
    if entry.class_id is not None:
        school_class = unit.load_class(entry.school_id, entry.class_id)
        grade = unit.load_grade(entry.school_id, school_class.grade_id)
        return Behind(entry, class_label(grade, school_class, visit.language))
    if entry.actor_id is not None:
        actor = unit.load_actor(entry.school_id, entry.actor_id)
        return Behind(entry, is_staff=_kind_of(actor, visit) is SessionKind.staff)
    return None


def _open(unit: Unit, visit: Visit, token: str, asked: Asked) -> tuple[str, SessionKind]:
    """One transaction: the link is taken, the person tied, his old session ended, a new begun."""
    entry = use_entry(unit, token, visit.now)
    if entry is None or entry.school_id != visit.house.school_id:
        raise NotThere
    actor = _person(unit, visit, entry, asked)
    kind = _kind_of(actor, visit)
    old = read_cookie(visit.house, visit.request, SESSION)
    if old is not None:
        sessions.end(unit, old)
    ids = {"person": actor.id, "channel": "web"}
    unit.record(Event("access.session.started", actor.school_id, actor.id, visit.now, ids))
    return sessions.start(unit, actor.id, kind, visit.now), kind


def _person(unit: Unit, visit: Visit, entry: Entry, asked: Asked) -> Actor:
    if entry.kind in TO_A_PERSON and entry.actor_id is not None:
        actor = unit.load_actor(entry.school_id, entry.actor_id)
        if not actor.is_active:
            raise NotThere
        return actor
    if asked.relation is None:
        raise NotThere
    is_known = visit.actor is not None and visit.has_role(Role.guardian)
    actor = (
        visit.person()
        if is_known
        else families.arrive(unit, entry.school_id, visit.language, visit.now)
    )
    if entry.kind is EntryKind.slip and entry.student_id is not None:
        families.take_slip(unit, actor, entry.student_id, asked.relation, visit.now)
    elif entry.kind is EntryKind.class_link and entry.class_id is not None:
        families.make_claim(
            unit, actor, entry.class_id, asked.child_name, asked.relation, visit.now
        )
    else:
        raise NotThere
    return actor


def _kind_of(actor: Actor, visit: Visit) -> SessionKind:
    """Whoever has no work in the school comes as family."""
    is_family = actor.has_role(Role.guardian, visit.today)
    return SessionKind.family if is_family else SessionKind.staff


def _signed_in(visit: Visit, token: str, kind: SessionKind, *, is_invited: bool) -> web.Response:
    is_family = kind is SessionKind.family
    response = see_other(WELCOME if is_invited else CHAT if is_family else PANEL)
    keep: timedelta | None = LIMITS[kind].absolute if is_family else None
    set_cookie(visit.house, response, SESSION, token, keep=keep)
    drop_cookie(visit.house, response, VISITOR)
    return response
