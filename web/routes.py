"""A page's address, its handler and the policy action it asks for, in one row.

A page without an action cannot be said. Channels and the panel each return a `Room`;
`web.app.make_app` joins them. Handlers that are about an object check it themselves with
`visit.require(action, target)`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

from aiohttp import web

from registry.frozen import frozen
from registry.policy import Action
from web.visits import Visit

Handler: TypeAlias = Callable[[Visit], Awaitable[web.StreamResponse]]

FORM_BYTES = 256 * 1024
"""Ten thousand Chinese characters are 90 kB in a form; the rest is room for other fields."""


@frozen
class Route:
    """One address."""

    method: str
    path: str
    handler: Handler
    action: Action
    max_bytes: int = FORM_BYTES  # of a POST's fields; a file beside them is read by the handler
    entrance: str = "/"  # where somebody not signed in finds the way in
    knows_caller: bool = True  # False = the same for everybody: no cookie is looked at


@frozen
class Room:
    """What one part of the product adds to the server."""

    routes: tuple[Route, ...]
    templates: Path | None = None  # searched after web/templates
    static: Path | None = None  # served under /static/


def route(
    method: str,
    path: str,
    handler: Handler,
    *,
    action: Action,
    max_bytes: int = FORM_BYTES,
    entrance: str = "/",
) -> Route:
    """One row of a room's table of routes."""
    return Route(method, path, handler, action, max_bytes, entrance)
