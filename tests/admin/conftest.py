"""A running house with the panel, and people signed in to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from admin.routes import room
from registry.schools import Settings
from tests.admin import desk
from tests.support.site import Browser, Site, running_site

SETTINGS = Settings(committee_helps=True, undo_minutes=5)
SignIn = Callable[[str], Awaitable[Browser]]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """With one case waiting for the committee."""
    async with running_site(tmp_path, room(), settings=SETTINGS) as site:
        await desk.name_classes(site)
        await desk.add_case(site)
        yield site


@pytest.fixture(scope="module")
async def still_site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A school at work, for tests that only look."""
    home = tmp_path_factory.mktemp("panel")
    async with running_site(home, room(), settings=SETTINGS) as site:
        await desk.fill(site)
        yield site


@pytest.fixture
async def as_person(site: Site) -> AsyncIterator[SignIn]:
    """`await as_person("teacher")` is that person's browser."""
    async with AsyncExitStack() as stack:

        async def sign_in(person: str) -> Browser:
            browser = await stack.enter_async_context(site.browser())
            await desk.sign_in(browser, site, person)
            return browser

        yield sign_in
