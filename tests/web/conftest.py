"""A running house for the tests of the pages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from registry.schools import Settings
from tests.support.site import Browser, Site, running_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path, settings=Settings(committee_helps=True)) as site:
        yield site


@pytest.fixture
async def https_site(tmp_path: Path) -> AsyncIterator[Site]:
    """A house that is reached by HTTPS; TLS itself ends before it."""
    async with running_site(tmp_path, address="https://xueji.example") as site:
        yield site


@pytest.fixture
async def mother(site: Site) -> AsyncIterator[Browser]:
    """Signed in by the slip of the first child."""
    async with site.browser() as browser:
        await browser.come_in(await site.slip("child"), relation="mother")
        yield browser
