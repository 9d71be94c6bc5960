"""The one gate every request passes: who asks, from where, how often, and whether his role may.

Turns every refusal into a page. Checks of one object are the handler's (`visit.require`), because
only he knows the object.
"""

import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from aiohttp import web

from registry.actors import Actor, Role
from registry.policy import POLICY, Action
from registry.problems import Conflict, NotThere, RuleError
from registry.schools import School
from web import csrf, languages
from web.errors import Refused, error_page
from web.forms import NO_BODY, Body, read_body
from web.headers import standing_headers
from web.house import House
from web.limits import Buckets, Rate
from web.routes import Route
from web.sessions import (
    SESSION,
    VISITOR,
    Caller,
    find_caller,
    new_visitor,
    read_cookie,
    set_cookie,
)
from web.templates import Templates
from web.visits import Visit

LARGE_TEXT = "text"  # cookie
_log = logging.getLogger("web")


class Gate:
    """Made once for an application; `routes` is its table of pages."""

    def __init__(self, house: House, templates: Templates, posts: Rate) -> None:
        self.routes: Mapping[web.AbstractRoute, Route] = {}
        self._house = house
        self._templates = templates
        self._headers = standing_headers(is_https=house.is_https)
        self._posts = Buckets(posts)
        self._school = School(house.school_id, "", "")  # until the database has answered once

    @web.middleware
    async def middleware(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Serve one request from the table; what is not in it is missing."""
        row = self.routes.get(request.match_info.route)
        caller, body = Caller(self._school), NO_BODY
        try:
            if row is None or row.knows_caller:
                caller = await self._recognise(request)
            if row is None:
                raise NotThere
            body = await self._admit(request, row, caller)
            visit = self._visit(request, caller, body)
            response = await row.handler(visit)
        except Exception as error:  # the edge of the program: nothing may pass it
            visit = self._visit(request, caller, body)
            refused = _refusal(error, row)
            response = error_page(visit, refused, entrance=row.entrance if row else "/")
        if visit.fresh_visitor and response.content_type == "text/html":
            set_cookie(self._house, response, VISITOR, visit.fresh_visitor)
        return response

    async def add_headers(self, _: web.Request, response: web.StreamResponse) -> None:
        """Complete the headers of every answer, streams too."""
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        # No product and version for whoever looks for a known hole.
        response.headers["Server"] = "xueji"

    async def _recognise(self, request: web.Request) -> Caller:
        caller = await find_caller(self._house, read_cookie(self._house, request, SESSION))
        self._school = caller.school
        return caller

    async def _admit(self, request: web.Request, row: Route, caller: Caller) -> Body:
        """What he sends. Raises: Refused 401, 403, 413, 429."""
        house, actor = self._house, caller.actor
        if not may(actor, row.action, house.clock().date()):
            raise Refused(401 if actor is None else 403)
        if request.method in ("GET", "HEAD"):
            return NO_BODY
        if not csrf.is_same_origin(request.headers, request.host, house.address):
            raise Refused(403, "error.elsewhere")
        if not self._posts.take(_who(request, actor), time.monotonic()):
            raise Refused(429)
        body = await read_body(request, row.max_bytes)
        secret, token = self._secret(request), body.fields.get(csrf.FIELD, "")
        if secret is None or not csrf.is_own(house.sealer, secret, token):
            raise Refused(403, "error.old_page")
        return body

    def _visit(self, request: web.Request, caller: Caller, body: Body) -> Visit:
        house, actor, secret = self._house, caller.actor, self._secret(request)
        fresh = "" if secret else new_visitor()
        is_spoken = actor is not None and actor.language in house.languages
        return Visit(
            request=request,
            house=house,
            templates=self._templates,
            school=caller.school,
            language=actor.language if actor is not None and is_spoken else self._wish(request),
            now=house.clock(),
            csrf=csrf.token_for(house.sealer, secret or fresh),
            actor=actor,
            session=caller.session,
            is_large=read_cookie(house, request, LARGE_TEXT) == "large",
            fresh_visitor=fresh,
            fields=body.fields,
            upload=body.upload,
            rest=body.rest,
        )

    def _secret(self, request: web.Request) -> str | None:
        """The cookie that his forms are bound to."""
        house = self._house
        return read_cookie(house, request, SESSION) or read_cookie(house, request, VISITOR)

    def _wish(self, request: web.Request) -> str:
        return languages.choose(
            self._house.languages,
            chosen=read_cookie(self._house, request, languages.COOKIE),
            accepted=request.headers.get("Accept-Language", ""),
        )


def _who(request: web.Request, actor: Actor | None) -> str:
    return actor.id if actor else f"at {request.remote}"


def may(actor: Actor | None, action: Action, today: date) -> bool:
    """Whether anybody of these roles may do it at all; the public may what everybody may."""
    roles = POLICY.get(action, frozenset())
    if Role.public in roles:
        return True
    return (
        actor is not None
        and actor.is_active
        and any(grant.role in roles and grant.holds(today) for grant in actor.grants)
    )


def _refusal(error: Exception, row: Route | None) -> Refused:
    match error:
        case Refused():
            return error
        case NotThere():
            return Refused(404)
        case Conflict():
            return Refused(409, error.code, error.params)
        case RuleError():
            return Refused(422, error.code, error.params)
        case web.HTTPException():
            return Refused(error.status)
    # Type and places only: what an exception says may hold a person's data.
    places = " < ".join(
        f"{frame.filename}:{frame.lineno}"
        for frame in reversed(traceback.extract_tb(error.__traceback__)[-8:])
    )
    path = row.path if row else "-"
    _log.error("bug %s on %s at %s", type(error).__name__, path, places)
    return Refused(500)
