"""The five links of a demonstration: doors that open again after every use, while it runs.

Their tokens stand in a file of the home, readable by its owner only; a real school has none.
"""

import json
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Middleware

from registry.frozen import frozen
from registry.problems import RuleError
from storage.links import EntryKind, NewEntry, make_entry, renew_entry
from storage.unit import Unit
from web.house import House
from xueji.opening import MARK
from xueji.settings import ProcessSettings

ROLES: Final = ("parent", "class_teacher", "committee", "registrar", "principal")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@frozen
class Cast:
    """Who the person at the screen may become: role → actor id."""

    school_id: str
    parent: str
    class_teacher: str
    committee: str
    registrar: str
    principal: str


@frozen
class Doors:
    """Role → token."""

    tokens: Mapping[str, str] = field(repr=False)

    def address(self, house: House, role: str) -> str:
        """What to click."""
        return f"{house.address}/l/{self.tokens[role]}"


async def make_doors(house: House, cast: Cast, settings: ProcessSettings) -> None:
    """Make them and leave the mark of a finished demonstration."""
    now = house.clock()
    actors = {role: str(getattr(cast, role)) for role in ROLES}

    def make(unit: Unit) -> Mapping[str, str]:
        return {
            role: make_entry(unit, NewEntry(EntryKind.door, house.school_id, actor_id=actor), now)
            for role, actor in actors.items()
        }

    tokens = await house.db.write(make)
    _write(settings.home / MARK, json.dumps(tokens))


def _write(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def read_doors(settings: ProcessSettings) -> Doors:
    """Those it was made with: an older demonstration has fewer. Raises: RuleError
    `demo.unfinished`.
    """
    try:
        tokens = json.loads((settings.home / MARK).read_text("ascii"))
        return Doors({role: str(tokens[role]) for role in ROLES if role in tokens})
    except (OSError, ValueError, TypeError):
        raise RuleError("demo.unfinished", {"home": str(settings.home)}) from None


async def renew(house: House, doors: Doors) -> None:
    """Every door is open, without an end."""
    await house.db.write(lambda unit: [renew_entry(unit, t, None) for t in doors.tokens.values()])


def renewing(house: House, doors: Doors) -> Middleware:
    """Opens a demonstration's door again after somebody went through it."""
    paths = {f"/l/{token}" for token in doors.tokens.values()}

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if request.method == "POST" and request.path in paths:
            await renew(house, doors)
        return response

    return middleware
