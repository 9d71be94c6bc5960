"""Opens what a command needs of an installation: its books, its files, its papers, as one `House`.

Called by the server, `init`, `demo` and `doctor`. Knows no page and no channel.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Final

from conversations.xlsform.shelf import Shelves, load_shelf
from registry.problems import RuleError
from storage.database import Database, sqlite_path
from storage.files import LocalFiles
from storage.images import Images
from storage.school_books import schools
from storage.sealing import load_key_file
from web.form_desk import lay_out
from web.house import House
from xueji.settings import ProcessSettings

SCHOOL_TIME: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""One zone, no summer time since 1991; the machine's own zone does not matter."""

MARK: Final = "demonstration.json"
"""This file in a home says that its school is invented."""


def school_clock() -> datetime:
    """Now, at the school."""
    return datetime.now(SCHOOL_TIME)


@contextmanager
def open_house(
    settings: ProcessSettings, address: str, clock: Callable[[], datetime] = school_clock
) -> Iterator[House]:
    """The house of a founded school, closed at the end, when everything taken is written.

    Raises: RuleError `cli.empty_home`; `InUse`, `SchemaError`, `KeyFileError`, `WrongKey`.
    """
    require_founded(settings)
    with open_database(settings) as db:
        found = db.read_now(schools)
        if not found:
            raise RuleError("cli.empty_home", {"home": str(settings.home)})
        images = Images(workers=2)
        try:
            house = House(
                db=db,
                shelves=Shelves(load_shelf(is_proved=True)),
                files=LocalFiles(settings.files_path, db.sealer),
                images=images,
                sealer=db.sealer,
                clock=clock,
                address=address,
                school_id=found[0].id,
                is_demo=is_demonstration(settings),
            )
            lay_out(house)
            yield house
        finally:
            images.close()


@contextmanager
def open_database(settings: ProcessSettings, *, read_only: bool = False) -> Iterator[Database]:
    """The books alone."""
    keys = load_key_file(settings.key_path)
    db = Database.open(settings.database_url, keys, settings.home, read_only=read_only)
    try:
        yield db
    finally:
        db.close()


def require_founded(settings: ProcessSettings) -> None:
    """Raises: RuleError `cli.empty_home`, which names the commands that fill it."""
    path = sqlite_path(settings.database_url)
    if not settings.key_path.exists() and (path is None or not path.exists()):
        raise RuleError("cli.empty_home", {"home": str(settings.home)})


def is_demonstration(settings: ProcessSettings) -> bool:
    """Whether this home was filled by `demo`."""
    return (settings.home / MARK).exists()
