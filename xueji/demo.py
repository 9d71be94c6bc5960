"""`xueji demo`: opens the demonstration school, which an empty home is given first.

It is made beside the home and moved there when finished, so an interrupted start leaves nothing
half made. A home with a real school is left alone.
"""

import asyncio
import shutil
from argparse import Namespace
from pathlib import Path

from registry.problems import RuleError
from storage.migration import migrate
from web.house import House
from xueji.console import Console
from xueji.demo_doors import Doors, make_doors, read_doors
from xueji.demo_school import found, play
from xueji.init import prepare
from xueji.opening import (
    is_demonstration,
    open_database,
    open_house,
    require_founded,
    school_clock,
)
from xueji.server import open_and_serve
from xueji.settings import ProcessSettings, require_private


def run(_: Namespace, settings: ProcessSettings, console: Console) -> int:
    """0 after an orderly stop. Raises: RuleError `demo.…`, `init.foreign_files`, `cli.…`."""
    require_private(settings)
    if not is_demonstration(settings):
        _require_room(settings)
        console.say("demo.making")
        make(settings)
    # An older demonstration follows the program without being asked; there is nothing to lose.
    migrate(settings.database_url, settings.home)
    doors = read_doors(settings)

    async def announce(house: House) -> None:
        _tell(house, doors, console)

    open_and_serve(settings, announce)
    console.say("cli.stopped")
    return 0


def make(settings: ProcessSettings) -> None:
    """The whole school, in a home of its own until it is finished."""
    home = settings.home.absolute()
    making = home.with_name(f".{home.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    _make(settings.model_copy(update={"home": making}))
    home.parent.mkdir(parents=True, exist_ok=True)
    making.rename(home)


def _make(settings: ProcessSettings) -> None:
    prepare(settings)
    now = school_clock()
    with open_database(settings) as db:
        story = found(db, now)

    async def make_all(house: House) -> None:
        await make_doors(house, await play(house, story), settings)

    with open_house(settings, "") as house:
        asyncio.run(make_all(house))


def _require_room(settings: ProcessSettings) -> None:
    """Raises: RuleError where anything is in the home already."""
    home: Path = settings.home
    params = {"home": str(home)}
    try:
        require_founded(settings)
    except RuleError:
        if home.exists() and any(home.iterdir()):
            raise RuleError("init.foreign_files", params) from None
        return
    raise RuleError("demo.real_school", params)


def _tell(house: House, doors: Doors, console: Console) -> None:
    console.say("demo.ready", {"address": house.address})
    for role in doors.tokens:
        console.say(f"demo.{role}", {"link": doors.address(house, role)})
    console.say("demo.how")
