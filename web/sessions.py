"""Cookies and what stands behind them: who is signed in, and what is remembered of a visitor.

Sessions themselves are rows (`storage.sessions`), so ending one ends it everywhere. Cookies are
HttpOnly and SameSite=Lax (a tapped link from a message must arrive signed in), and carry the
`__Host-` prefix wherever the house is reached by HTTPS.
"""

import secrets
from datetime import timedelta

from aiohttp import web

from registry.actors import Actor
from registry.frozen import frozen
from registry.schools import School
from storage import sessions
from storage.sessions import Session
from storage.unit import Unit
from web.house import House

SESSION = "xueji"
VISITOR = "visitor"
MEMORY = timedelta(days=400)  # the longest a browser keeps a cookie


@frozen
class Caller:
    """Who asks, as far as the cookies tell."""

    school: School
    session: Session | None = None

    @property
    def actor(self) -> Actor | None:
        return self.session.actor if self.session is not None else None


def cookie_name(house: House, name: str) -> str:
    """The name under which a cookie of ours is kept."""
    return f"__Host-{name}" if house.is_https else name


def read_cookie(
    house: House, request: web.Request, name: str, *, longest: int = 200
) -> str | None:
    """A cookie of ours, of a believable length."""
    value = request.cookies.get(cookie_name(house, name))
    return value if value and len(value) <= longest else None


def set_cookie(
    house: House,
    response: web.StreamResponse,
    name: str,
    value: str,
    *,
    keep: timedelta | None = None,
) -> None:
    """Without `keep` it goes when the browser closes."""
    response.set_cookie(
        cookie_name(house, name),
        value,
        path="/",
        max_age=None if keep is None else int(keep.total_seconds()),
        secure=house.is_https,
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(house: House, response: web.StreamResponse, name: str) -> None:
    """Make the browser forget it."""
    set_cookie(house, response, name, "", keep=timedelta(0))


async def find_caller(house: House, token: str | None) -> Caller:
    """The school, and the person behind the session cookie if it is in force."""
    now = house.clock()

    def find(reader: Unit) -> Caller:
        school = reader.load_school(house.school_id)
        session = sessions.find(reader, token, now) if token else None
        if session is None or session.actor.school_id != house.school_id:
            return Caller(school)
        return Caller(school, session)

    caller = await house.db.glance(find)
    if token and caller.session is not None and caller.session.wants_touch(now):
        await house.db.jot(lambda unit: sessions.touch(unit, token, now))
    return caller


def new_visitor() -> str:
    """What binds the forms of somebody not signed in to his browser."""
    return secrets.token_urlsafe(24)
