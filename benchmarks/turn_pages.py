"""The two servers that `turn` measures, each in a process of its own: our chat, and a bare handler
that commits one row.

`python -m benchmarks.turn_pages chat|bare HOME` prints its address and, for the chat, a way in for
each family; ends with its standard input.
"""

import asyncio
import json
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from bot import webchat
from storage.links import EntryKind, NewEntry, make_entry
from storage.unit import Unit
from tests.support.site import AS_FAST_AS_A_TEST
from tests.support.telegram_child import open_house
from web.app import make_app
from web.house import House
from xueji import memory


async def run_chat(home: Path) -> None:
    house = open_house(home)
    doors = house.db.write_now(lambda unit: _doors(unit, house))
    app = make_app(house, webchat.room(), posts=AS_FAST_AS_A_TEST)
    memory.settle()  # as the program does once it is open
    await _serve(app, doors)
    house.images.close()
    house.db.close()


def _doors(unit: Unit, house: House) -> list[str]:
    query = "SELECT actor_id FROM tie ORDER BY actor_id"
    parents = [row[0] for row in unit.connection.exec_driver_sql(query)]
    now = house.clock()
    until = now + timedelta(hours=1)
    return [
        make_entry(
            unit,
            NewEntry(EntryKind.door, house.school_id, actor_id=parent, expires_at=until),
            now,
        )
        for parent in parents
    ]


async def run_bare(home: Path) -> None:
    """A form is read, one row is committed so that it survives a power cut, "ok" is sent."""
    books = sqlite3.connect(home / "bare.sqlite", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        books.execute(f"PRAGMA {pragma}")
    books.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, text TEXT)")

    async def take(request: web.Request) -> web.Response:
        fields = await request.post()
        books.execute("BEGIN IMMEDIATE")
        books.execute("INSERT INTO answer (text) VALUES (?)", [str(fields["text"])])
        books.execute("COMMIT")
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/chat", take)
    await _serve(app, [])
    books.close()


async def _serve(app: web.Application, doors: list[str]) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    print(json.dumps({"address": address, "doors": doors}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


SERVERS = {"chat": run_chat, "bare": run_bare}

if __name__ == "__main__":
    asyncio.run(SERVERS[sys.argv[1]](Path(sys.argv[2])))
