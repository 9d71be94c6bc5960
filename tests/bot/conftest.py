"""A running house with a small school, and Telegram as a stub on loopback."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.telegram import Telegram
from bot.telegram_api import TelegramApi
from registry.schools import Settings
from tests.support.running import running
from tests.support.site import Site, running_site
from tests.support.telegram_stub import TOKEN, TelegramStub


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """The school's two reviewers are a class teacher and a registrar; undoing takes 5 minutes."""
    async with running_site(tmp_path, settings=Settings()) as site:
        yield site


@pytest.fixture
async def stub() -> AsyncIterator[TelegramStub]:
    """The Bot API; at the end no rule of it was broken."""
    async with TelegramStub() as stub:
        yield stub
    assert stub.faults == []


@pytest.fixture
async def telegram(site: Site, stub: TelegramStub) -> AsyncIterator[Telegram]:
    """The bot, polling."""
    api = TelegramApi(TOKEN, stub.address, pause_seconds=0.01, poll_seconds=5)
    bot = Telegram(site.house, api, quiet_seconds=0.02)
    async with running(bot.run()):
        yield bot
