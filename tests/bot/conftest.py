"""An open house with a small school, and Telegram as a stub on loopback."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.telegram import Telegram
from bot.telegram_api import TelegramApi
from conversations.shelf import load_shelf
from storage.database import Database
from storage.files import LocalFiles
from storage.images import Images
from storage.migration import migrate
from storage.sealing import new_keys
from tests.support.running import running
from tests.support.school import SmallSchool, found
from tests.support.telegram_stub import TOKEN, TelegramStub
from web.house import House


@pytest.fixture
def school(tmp_path: Path) -> Iterator[SmallSchool]:
    """A small school in books of its own; `school.now` is the house's clock."""
    url = f"sqlite:///{tmp_path / 'xueji.sqlite'}"
    migrate(url)
    db = Database.open(url, new_keys(), tmp_path / "home")
    yield found(db)
    db.close()


@pytest.fixture(scope="session")
def images() -> Iterator[Images]:
    """One confined worker for every test of a process."""
    shared = Images()
    yield shared
    shared.close()


@pytest.fixture
def house(school: SmallSchool, images: Images, tmp_path: Path) -> House:
    return House(
        db=school.db,
        forms=load_shelf(),
        files=LocalFiles(tmp_path / "files", school.db.sealer),
        images=images,
        sealer=school.db.sealer,
        clock=lambda: school.now,
        address="http://127.0.0.1:8080",
        school_id=school.ids["school"],
    )


@pytest.fixture
async def stub() -> AsyncIterator[TelegramStub]:
    """The Bot API; at the end no rule of it was broken."""
    async with TelegramStub() as stub:
        yield stub
    assert stub.faults == []


@pytest.fixture
async def telegram(house: House, stub: TelegramStub) -> AsyncIterator[Telegram]:
    """The bot, polling."""
    api = TelegramApi(TOKEN, stub.address, pause_seconds=0.01, poll_seconds=5)
    bot = Telegram(house, api, quiet_seconds=0.02)
    async with running(bot.run()):
        yield bot
