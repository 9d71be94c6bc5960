"""Coming in and going out: sign-in by name and password, the welcome of an invited person.

Demonstration doors and invitations are opened by `/l/{token}`, which leads here. Rule: T4, T5.
"""

import time
from dataclasses import field

from aiohttp import web

from admin.pages import ENTRANCE, back_to
from admin.passwords import MAX_LENGTH, MIN_LENGTH, Passwords
from admin.throttle import DEVICE_COOKIE, Throttle, account_key, device_mark
from registry.actors import STAFF, Actor
from registry.frozen import frozen
from registry.problems import Problem
from registry.records import Event
from registry.values import KINDS
from storage import people_books, sessions
from storage.sessions import SessionKind
from storage.unit import Unit
from web.sessions import MEMORY, SESSION, drop_cookie, read_cookie, set_cookie
from web.templates import page, see_other
from web.visits import Visit

MAX_LOGIN = 60


@frozen
class Door:
    """The sign-in pages with what they remember between requests."""

    passwords: Passwords = field(default_factory=Passwords)
    throttle: Throttle = field(default_factory=Throttle)

    async def show(self, visit: Visit) -> web.StreamResponse:
        """The form; who is signed in goes to his pages."""
        if _is_staff(visit.actor, visit):
            return see_other("/panel")
        return _form(visit)

    async def sign_in(self, visit: Visit) -> web.StreamResponse:
        """One answer for an unknown name and a wrong password; a delay, never a lock."""
        house, login = visit.house, visit.fields.get("login", "").strip()[:MAX_LOGIN]
        password = visit.fields.get("password", "")[:MAX_LENGTH]
        mark = read_cookie(house, visit.request, DEVICE_COOKIE)
        key = account_key(house.sealer, login, mark)
        wait = self.throttle.wait_seconds(key, visit.request.remote or "", time.monotonic())
        if wait:
            problem = Problem("panel.sign_in.wait", {"seconds": wait})
            return _form(visit, login, problem, status=429)
        found = await house.db.read(lambda reader: people_books.find_login(reader, login))
        is_right = await self.passwords.check(password, found[1] if found else None)
        if not is_right or found is None or not _may_enter(found[0], visit):
            return _form(visit, login, Problem("panel.sign_in.wrong"), status=401)
        response = await start_session(visit, found[0])
        set_cookie(house, response, DEVICE_COOKIE, device_mark(house.sealer, login), keep=MEMORY)
        return response

    async def show_welcome(self, visit: Visit) -> web.StreamResponse:
        """An invited person sets his name and password."""
        actor = visit.person()
        names = await visit.house.db.read(
            lambda reader: people_books.names(reader, actor.school_id, (actor.id,))
        )
        name = names.get(actor.id, "")
        return _welcome(visit, name, name)

    async def welcome(self, visit: Visit) -> web.StreamResponse:
        """Store both; every other session of the person ends."""
        actor = visit.person()
        name = visit.fields.get("name", "").strip()[:MAX_LOGIN]
        login = visit.fields.get("login", "").strip()[:MAX_LOGIN]
        password = visit.fields.get("password", "")
        problem = _problem_of(name, login, password)
        if problem is not None:
            return _welcome(visit, name, login, problem)
        kept = await self.passwords.make(password)

        def store(unit: Unit) -> bool:
            holder = people_books.find_login(unit, login)
            if holder is not None and holder[0].id != actor.id:
                return False
            unit.set_name(actor.id, name)
            unit.set_password(actor.id, login, kept, visit.now)
            ids = {"person": actor.id}
            unit.record(Event("access.password.set", actor.school_id, actor.id, visit.now, ids))
            unit.end_sessions(actor.id)
            return True

        if not await visit.house.db.write(store):
            return _welcome(visit, name, login, Problem("panel.welcome.login_taken"))
        response = await start_session(visit, actor, "/panel?done=password_set")
        mark = device_mark(visit.house.sealer, login)
        set_cookie(visit.house, response, DEVICE_COOKIE, mark, keep=MEMORY)
        return response


async def start_session(visit: Visit, actor: Actor, path: str = "/panel") -> web.Response:
    """A new session for a member of staff; the one he came with ends."""
    house, now = visit.house, visit.now
    before = read_cookie(house, visit.request, SESSION)

    def start(unit: Unit) -> str:
        if before:
            sessions.end(unit, before)
        ids = {"person": actor.id, "channel": "panel"}
        unit.record(Event("access.session.started", actor.school_id, actor.id, now, ids))
        return sessions.start(unit, actor.id, SessionKind.staff, now)

    token = await house.db.write(start)
    response = see_other(path)
    set_cookie(house, response, SESSION, token)
    return response


async def sign_out(visit: Visit) -> web.StreamResponse:
    """End this session; pressing twice does no harm."""
    house, actor = visit.house, visit.actor
    token = read_cookie(house, visit.request, SESSION)
    if token and actor is not None:

        def end(unit: Unit) -> None:
            sessions.end(unit, token)
            ids = {"person": actor.id}
            unit.record(Event("access.session.ended", actor.school_id, actor.id, visit.now, ids))

        await house.db.write(end)
    response = back_to(ENTRANCE)
    drop_cookie(house, response, SESSION)
    return response


def _may_enter(actor: Actor, visit: Visit) -> bool:
    return actor.school_id == visit.house.school_id and _is_staff(actor, visit)


def _is_staff(actor: Actor | None, visit: Visit) -> bool:
    return (
        actor is not None
        and actor.is_active
        and any(actor.has_role(role, visit.today) for role in STAFF)
    )


def _problem_of(name: str, login: str, password: str) -> Problem | None:
    reading = KINDS["name"].read(name)
    if reading.problem is not None:
        return reading.problem
    if not login:
        return Problem("value.empty")
    if len(password) < MIN_LENGTH:
        return Problem("panel.welcome.too_short", {"count": MIN_LENGTH})
    if len(password) > MAX_LENGTH:
        return Problem("value.too_long", {"limit": MAX_LENGTH, "count": len(password)})
    if password.casefold() in (login.casefold(), name.casefold()):
        return Problem("panel.welcome.same_as_name")
    return None


def _form(
    visit: Visit, login: str = "", problem: Problem | None = None, *, status: int = 200
) -> web.Response:
    values = {
        "login": login,
        "problem": problem.code if problem else "",
        "params": problem.params if problem else {},
    }
    response = page(visit, "panel/sign_in.html", values, status=status)
    if problem is not None and "seconds" in problem.params:
        response.headers["Retry-After"] = str(problem.params["seconds"])
    return response


def _welcome(visit: Visit, name: str, login: str, problem: Problem | None = None) -> web.Response:
    values = {
        "name": name,
        "login": login,
        "min_length": MIN_LENGTH,
        "days": visit.school.settings.password_days,
        "problem": problem.code if problem else "",
        "params": problem.params if problem else {},
    }
    return page(visit, "panel/welcome.html", values, status=422 if problem else 200)
