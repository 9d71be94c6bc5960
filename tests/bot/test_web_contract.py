"""The web chat keeps the contract of every channel."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.channel_contract import ChannelContract
from tests.bot.people import WebPerson
from tests.support.site import Site


class TestWebChat(ChannelContract):
    @pytest.fixture
    async def person(self, site: Site) -> AsyncIterator[WebPerson]:
        async with site.browser() as browser:
            yield WebPerson(site, browser)
