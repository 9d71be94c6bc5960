"""One running school for the whole worker, and people who come to it with browsers of their own.

Every test brings its own child, so tests share the server and nothing else.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count

import pytest

from bot.sender import Sender
from registry.schools import Settings
from tests.e2e.office import Office
from tests.e2e.phone import Phone
from tests.e2e.town import Town
from tests.support.browser import OpenPage
from tests.support.running import running
from tests.support.site import running_site
from xueji.rooms import rooms
from xueji.work import run as run_jobs

SETTINGS = Settings(committee_helps=True, undo_minutes=0)


@pytest.fixture(scope="session")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """The school with both rooms, its jobs and its sender, as the program runs them."""
    home = tmp_path_factory.mktemp("town")
    chat, *others = rooms()
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(running_site(home, *others, settings=SETTINGS))
        await stack.enter_async_context(running(run_jobs(site.house)))
        await stack.enter_async_context(running(Sender(site.house, ()).run()))
        assert chat.routes
        yield Town(site, count(1))


@pytest.fixture
async def people(town: Town, open_page: OpenPage) -> "People":
    return People(town, open_page)


class People:
    """Whoever a test needs, each with a browser of his own."""

    def __init__(self, town: Town, open_page: OpenPage) -> None:
        self._town, self._open_page = town, open_page

    async def family(self, *, javascript: bool = True) -> Phone:
        return Phone(await self._open_page(javascript=javascript), javascript)

    async def staff(self, person: str, *, javascript: bool = True) -> Office:
        """Signed in by a door."""
        page = await self._open_page(javascript=javascript, width=1280, height=800)
        office = Office(page, self._town.site.address, javascript)
        await office.come_by(self._town.address_of(await self._town.site.door(person)))
        return office
