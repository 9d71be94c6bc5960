"""The small frozen bundle that every handler, loop and turn is given.

Built once by the program (`xueji`) or by a test; holds no state of a person but trails, which only
save time. Channels and the panel read it, nobody changes it.
"""

from collections.abc import Callable
from dataclasses import field
from datetime import datetime

from conversations.trail import Trails
from conversations.xlsform.shelf import FormShelf, Shelves
from locales import LANGUAGES
from registry.frozen import frozen
from storage.database import Database
from storage.files import FileStore
from storage.images import Images
from storage.sealing import Sealer
from web.news import News


@frozen
class House:
    """Everything a handler may use."""

    db: Database
    shelves: Shelves
    files: FileStore
    images: Images
    sealer: Sealer
    clock: Callable[[], datetime]  # aware, Asia/Shanghai
    address: str  # "https://xueji.example.cn", no slash at the end
    school_id: str
    is_demo: bool = False
    languages: tuple[str, ...] = tuple(LANGUAGES)
    news: News = field(default_factory=News)
    trails: Trails = field(default_factory=Trails)
    doorways: dict[str, str] = field(default_factory=dict)
    """Messenger → what stands before a door's token there; filled while the messenger runs."""

    @property
    def forms(self) -> FormShelf:
        """The school's papers as they are in force now."""
        return self.shelves.of(self.school_id)

    @property
    def is_https(self) -> bool:
        """Whether people reach the house by TLS: decides cookie names and HSTS."""
        return self.address.startswith("https://")
