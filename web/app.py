"""The web application: rooms joined under one gate. Used by `xueji` and by tests.

`make_app(house, webchat.room(), panel.room())` is the whole server; what is not in a room's table
of routes does not exist.
"""

from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from registry.problems import NotThere
from web import shared
from web.assets import Assets
from web.gate import Gate
from web.house import House
from web.limits import POSTS, Rate
from web.routes import Room, Route
from web.templates import Templates

ROUTES: web.AppKey[Mapping[web.AbstractRoute, Route]] = web.AppKey("routes")
HERE = Path(__file__).parent


def make_app(house: House, *rooms: Room, posts: Rate = POSTS) -> web.Application:
    """All rooms, with the pages they share, under one gate. `posts`: of one person."""
    assets = Assets((HERE / "static", *(room.static for room in rooms if room.static)))
    templates = Templates((room.templates for room in rooms if room.templates), assets)
    gate = Gate(house, templates, posts)
    app = web.Application(middlewares=[gate.middleware], client_max_size=0)
    rows = (*shared.routes(assets), *(row for room in rooms for row in room.routes))
    gate.routes = app[ROUTES] = {
        app.router.add_route(row.method, row.path, _behind_the_gate): row for row in rows
    }
    app.on_response_prepare.append(gate.add_headers)
    return app


async def _behind_the_gate(_: web.Request) -> web.StreamResponse:
    """The gate calls the row's own handler; nothing else may be reached."""
    raise NotThere
