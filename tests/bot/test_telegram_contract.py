"""Telegram keeps the contract of every channel."""

from collections.abc import AsyncIterator

import pytest

from bot.channels import Channel
from bot.telegram import Telegram
from tests.bot.channel_contract import ChannelContract
from tests.bot.people import Person, TelegramPerson, WebPerson
from tests.support.site import Site
from tests.support.telegram_stub import TelegramStub


class TestTelegram(ChannelContract):
    @pytest.fixture
    async def person(
        self, site: Site, stub: TelegramStub, telegram: Telegram
    ) -> AsyncIterator[TelegramPerson]:
        async with site.browser() as browser:
            yield TelegramPerson(WebPerson(site, browser), site, stub, telegram)

    @pytest.fixture
    def channels(self, telegram: Telegram) -> tuple[Channel, ...]:
        return (telegram,)

    async def go_on(self, person: Person) -> None:
        await person.say("/continue")
