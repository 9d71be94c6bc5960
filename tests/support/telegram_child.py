"""The bot as a process of its own over a home of its own: for the kill test and the benchmarks.

`python -m tests.support.telegram_child KIND ADDRESS HOME` imports once and then forks a bot for
each line on its standard input, answering with the bot's number; a bot killed is replaced at
once. Ends with its standard input.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from bot.telegram import Telegram
from bot.telegram_api import TelegramApi
from bot.telegram_updates import read
from conversations.draft import Answer, Draft
from conversations.xlsform.shelf import FormShelf, Shelves, load_shelf
from registry import families, setup
from registry.actors import Relation, Role
from registry.schools import Stage
from storage.database import Database
from storage.dialogue import add_address, add_draft
from storage.files import LocalFiles
from storage.images import Images
from storage.migration import migrate
from storage.school_books import schools
from storage.sealing import create_key_file, load_key_file
from storage.unit import Unit
from tests.support.telegram_stub import TOKEN
from web.house import House

ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
ALREADY = {
    "start/statement": "OK",
    "papers/household_first_page": "e" * 32,
    "papers/household_page": "f" * 32,
    "situation/special_situation": "none",
}
"""Answered beforehand: what cannot be said in words."""

ASKED: tuple[tuple[str, str], ...] = (
    ("姓名：", "对"),
    ("孩子的身份证号是多少？", "９９９９ 9920 1803 1200 22"),
    ("出生日期和性别", "对"),
    ("孩子是什么民族？", "汉族"),
    ("下面几条，多数孩子都是这样", "都对"),
    ("孩子是在哪里出生的？", "向阳市向阳县"),
    ("籍贯：", "对"),
    ("户口本上的住址是哪里？", "向阳县东风镇和平路8号"),
    ("现住址：", "对"),
    ("打哪个电话最容易找到您家？", "139 0000 0000"),
    ("孩子还有另一位监护人吗？", "没有"),
    ("孩子以前在哪里上幼儿园或上学？", "向阳镇幼儿园"),
)
"""What such a family is then asked, and says to it."""

FILLED = "请看一遍"
"""What stands above the summary after the last of these answers."""


class AcknowledgesFirst(Telegram):
    """What must not be: an intake that keeps what came in memory only."""

    async def _store(self, updates: Sequence[Mapping[str, Any]]) -> None:
        for update in updates:
            self._hand_on(read(update))


KINDS = {"real": Telegram, "hasty": AcknowledgesFirst}


def open_books(home: Path) -> Database:
    return Database.open(database_url(home), load_key_file(home / "key"), home)


def database_url(home: Path) -> str:
    return f"sqlite:///{home / 'xueji.sqlite'}"


def open_house(home: Path, forms: FormShelf | None = None) -> House:
    db = open_books(home)
    (school,) = db.read_now(schools)
    return House(
        db=db,
        shelves=Shelves(forms or load_shelf()),
        files=LocalFiles(home / "files", db.sealer),
        images=Images(),
        sealer=db.sealer,
        clock=lambda: datetime.now(ZONE),
        address="http://127.0.0.1",
        school_id=school.id,
    )


def found(home: Path, chats: Sequence[int]) -> None:
    """A school with a family in each of those chats, which has the paper but no answers yet."""
    home.mkdir(parents=True, exist_ok=True)
    keys = create_key_file(home / "key")
    migrate(database_url(home))
    db = Database.open(database_url(home), keys, home)
    db.write_now(lambda unit: _people(unit, chats))
    db.close()


def _people(unit: Unit, chats: Sequence[int]) -> None:
    now = datetime.now(ZONE)
    school, registrar = setup.found_school(unit, "向阳小学", "010-55550123", "林登记", now)
    grade = setup.add_grade(unit, registrar, Stage.primary, 1, now.year, now)
    (one,) = setup.add_classes(unit, registrar, grade.id, [1], now)
    setup.add_staff(unit, registrar, "王老师", Role.class_teacher, one.id, now)
    rows = [setup.RosterRow(one.id, f"张{_chinese(chat)}") for chat in chats]
    children = setup.add_roster(unit, registrar, rows, now)
    for chat, child in zip(chats, children, strict=True):
        parent = families.arrive(unit, school.id, "zh_Hans", now)
        families.take_slip(unit, parent, child.id, Relation.mother, now)
        add_address(unit, parent.id, "telegram", str(chat))
        answers = {path: Answer(text, parent.id) for path, text in ALREADY.items()}
        subject = (child.id, None, str(grade.entry_year))
        draft = Draft(unit.new_id(), school.id, "new_student", "1", *subject, answers=answers)
        add_draft(unit, draft, now)


def _chinese(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))


async def _run(kind: str, address: str, home: Path, forms: FormShelf) -> None:
    house = open_house(home, forms)
    api = TelegramApi(TOKEN, address, pause_seconds=0.05)
    task = asyncio.create_task(KINDS[kind](house, api, quiet_seconds=0.3).run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
    house.images.close()
    house.db.close()


def main(kind: str, address: str, home: str) -> None:
    child, forms = 0, load_shelf()
    for _ in sys.stdin:
        if child:
            os.waitpid(child, 0)
        child = os.fork()
        if not child:
            asyncio.run(_run(kind, address, Path(home), forms))
            os._exit(0)
        print(child, flush=True)
    if child:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
