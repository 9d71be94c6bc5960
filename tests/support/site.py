"""The whole web side over a small invented school: house, server, and people with browsers."""

import atexit
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import ClientResponse, ClientSession, CookieJar, FormData
from aiohttp.test_utils import TestServer
from PIL import Image, ImageDraw

from bot import webchat
from conversations.xlsform.shelf import Shelves, load_shelf
from registry import setup
from registry.actors import Actor, Role
from registry.schools import Settings, Stage
from storage.database import Database
from storage.files import LocalFiles
from storage.images import Images
from storage.links import EntryKind, NewEntry, class_link, make_entry
from storage.migration import migrate
from storage.sealing import Keys, new_keys
from storage.unit import Unit
from web.app import make_app
from web.house import House
from web.limits import Rate
from web.routes import Room

ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
MORNING = datetime(2026, 9, 1, 8, 30, tzinfo=ZONE)
SHELF = load_shelf()
FAMILY = (
    # words of the question, button to press, words to write
    ("出生日期和性别", "不对", ""),
    ("都对吗", "都对", ""),
    ("，对吗", "对", ""),
    ("告知书", "我知道了", ""),
    ("同意请他们", "同意", ""),
    ("您是孩子的", "爸爸", ""),
    ("叫什么名字", "", "张小涵"),
    ("身份证号是多少", "", "99999920190312002X"),
    ("哪一天出生", "", "2019年3月12日"),
    ("男孩还是女孩", "女孩", ""),
    ("什么民族", "汉族", ""),
    ("在哪里出生", "", "某某省某某市某某区"),
    ("籍贯是哪里", "", "某某省某某市某某区"),
    ("户口本上的住址", "", "某某省某某市某某区向阳路12号"),
    ("现在住在哪里", "", "某某省某某市某某区向阳路12号"),
    ("哪个电话", "", "13800000000"),
    ("另一位监护人吗", "没有", ""),
    ("以前在哪里", "", "某某县某某幼儿园"),
    ("下面的情况", "都没有", ""),
)
AS_FAST_AS_A_TEST = Rate(burst=10_000, per_second=10_000)


@dataclass
class Clock:
    """The house's clock, moved by the test."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@dataclass
class Site:
    """A running house. `ids` names what was put into its school."""

    house: House
    server: TestServer
    clock: Clock
    ids: dict[str, str]
    home: Path

    @property
    def address(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")

    @asynccontextmanager
    async def browser(self, **headers: str) -> AsyncIterator["Browser"]:
        """Another person, with cookies of his own."""
        jar = CookieJar(unsafe=True)
        async with ClientSession(self.address, cookie_jar=jar, headers=headers) as session:
            yield Browser(session, self.address)

    async def slip(self, student: str) -> str:
        def make(unit: Unit) -> str:
            wanted = NewEntry(EntryKind.slip, self.house.school_id, student_id=self.ids[student])
            return make_entry(unit, wanted, self.clock())

        return await self.house.db.write(make)

    async def door(self, person: str) -> str:
        def make(unit: Unit) -> str:
            wanted = NewEntry(
                EntryKind.door,
                self.house.school_id,
                actor_id=self.ids[person],
                expires_at=self.clock() + timedelta(minutes=10),
            )
            return make_entry(unit, wanted, self.clock())

        return await self.house.db.write(make)

    async def class_link(self) -> str:
        school, class_id = self.house.school_id, self.ids["class"]
        return await self.house.db.write(
            lambda unit: class_link(unit, school, class_id, self.clock())
        )


@dataclass
class Browser:
    """Sends forms the way a browser does."""

    session: ClientSession
    address: str
    page: str = ""
    status: int = 0
    path: str = ""

    async def get(self, path: str) -> str:
        async with self.session.get(path) as response:
            return await self._read(response)

    async def post(
        self, path: str, fields: dict[str, str], *more: tuple[str, str], **headers: str
    ) -> str:
        """With the token of the page last seen, from our own origin; `more` may repeat a name."""
        sent = [*{"csrf": self.hidden("csrf"), **fields}.items(), *more]
        told = {"Origin": self.address, "Sec-Fetch-Site": "same-origin", **headers}
        async with self.session.post(path, data=sent, headers=told) as response:
            return await self._read(response)

    async def upload(self, data: bytes, name: str = "a.jpg", **headers: str) -> str:
        form = FormData()
        for field_name in ("csrf", "turn", "message"):
            form.add_field(field_name, self.hidden(field_name))
        form.add_field("photo", BytesIO(data), filename=name, content_type="image/jpeg")
        told = {"Origin": self.address, **headers}
        async with self.session.post("/chat/photo", data=form, headers=told) as response:
            return await self._read(response)

    async def come_in(self, token: str, **fields: str) -> str:
        """Open a link and press its button."""
        await self.get(f"/l/{token}")
        return await self.post(f"/l/{token}", fields)

    async def press(self, label: str, **more: str) -> str:
        return await self.post("/chat", {**self.keys(), "token": self.token(label), **more})

    async def fill_until(self, question: str) -> None:
        """Answer as an ordinary family whose child has no ID number yet."""
        for _ in range(40):
            if question in self.question():
                return
            label, said = next(
                (answer for words, *answer in FAMILY if words in self.question()), ("", "")
            )
            assert label or said, self.question()
            await (self.press(label) if label else self.say(said))
        raise AssertionError(self.question())

    def question(self) -> str:
        """The words of the present question alone."""
        _, _, after = self.page.partition('id="question"')
        return re.sub(r"<[^>]+>|\s+", " ", after.partition("</section>")[0])

    async def say(self, text: str, **more: str) -> str:
        return await self.post("/chat", {**self.keys(), "text": text, **more})

    def keys(self) -> dict[str, str]:
        return {"turn": self.hidden("turn"), "message": self.hidden("message")}

    def hidden(self, name: str) -> str:
        found = re.search(f'name="{name}" value="([^"]*)"', self.page)
        return found.group(1) if found else ""

    def token(self, label: str) -> str:
        """The token of the button with that label (or that begins so)."""
        pattern = rf'name="token" value="([^"]*)"[^>]*>\s*{re.escape(label)}'
        found = re.search(pattern, self.page)
        assert found, f"no button {label!r} on\n{self.text()}"
        return found.group(1)

    def text(self) -> str:
        """What is read on the page."""
        body = re.sub(r"<(script|style|title|head).*?</\1>", "", self.page, flags=re.DOTALL)
        return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", body)).strip()

    async def _read(self, response: ClientResponse) -> str:
        self.status, self.path = response.status, response.url.path
        self.page = await response.text()
        return self.page


@asynccontextmanager
async def running_site(
    home: Path,
    *rooms: Room,
    settings: Settings | None = None,
    address: str = "http://127.0.0.1",
    posts: Rate = AS_FAST_AS_A_TEST,
) -> AsyncIterator[Site]:
    """One school with a class, a teacher, a committee member, a registrar and two children."""
    prepared = _prepared(settings or Settings())
    (home / "xueji.sqlite").write_bytes(prepared.books)
    clock = Clock()
    db = Database.open(f"sqlite:///{home / 'xueji.sqlite'}", prepared.keys, home)
    ids = dict(prepared.ids)
    house = House(
        db=db,
        shelves=Shelves(SHELF),
        files=LocalFiles(home / "files", db.sealer),
        images=_images(),
        sealer=db.sealer,
        clock=clock,
        address=address,
        school_id=ids["school"],
    )
    server = TestServer(make_app(house, webchat.room(), *rooms, posts=posts))
    await server.start_server()
    try:
        yield Site(house, server, clock, ids, home)
    finally:
        house.news.close()
        await server.close()
        db.close()


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The books of a fresh school as bytes: made once a worker, copied for each test."""

    books: bytes
    keys: Keys
    ids: dict[str, str]


@cache
def _prepared(settings: Settings) -> _Prepared:
    with TemporaryDirectory(prefix="xueji-site-") as directory:
        home, keys = Path(directory), new_keys()
        path = home / "xueji.sqlite"
        migrate(f"sqlite:///{path}")
        db = Database.open(f"sqlite:///{path}", keys, home)
        ids = db.write_now(lambda unit: _found(unit, MORNING, settings))
        db.close()
        return _Prepared(path.read_bytes(), keys, ids)


@cache
def _images() -> Images:
    """One confined worker for every test of a process."""
    images = Images()
    atexit.register(images.close)
    return images


def _found(unit: Unit, now: datetime, settings: Settings) -> dict[str, str]:
    school, registrar = setup.found_school(unit, "向阳小学", "010-55550123", "林登记", now)
    setup.change_settings(unit, registrar, settings, now)
    grade = setup.add_grade(unit, registrar, Stage.primary, 1, 2026, now)
    classes = setup.add_classes(unit, registrar, grade.id, [1, 2], now)
    teacher = _staff(unit, registrar, "王老师", Role.class_teacher, classes[0].id, now)
    other = _staff(unit, registrar, "赵老师", Role.class_teacher, classes[1].id, now)
    committee = _staff(unit, registrar, "周家委", Role.committee, "", now)
    rows = [
        setup.RosterRow(classes[0].id, "张小涵"),
        setup.RosterRow(classes[0].id, "古丽米热·艾比布力"),
        setup.RosterRow(classes[1].id, "李天真"),
    ]
    children = setup.add_roster(unit, registrar, rows, now)
    return {
        "school": school.id,
        "grade": grade.id,
        "class": classes[0].id,
        "registrar": registrar.id,
        "teacher": teacher.id,
        "other_teacher": other.id,
        "committee": committee.id,
        "child": children[0].id,
        "second_child": children[1].id,
        "other_child": children[2].id,
    }


def _staff(
    unit: Unit, registrar: Actor, name: str, role: Role, place: str, now: datetime
) -> Actor:
    return setup.add_staff(unit, registrar, name, role, place, now)


@cache
def photo(width: int = 1600, height: int = 1200) -> bytes:
    """A sharp picture of a page of print."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for y in range(20, height, 24):
        for x in range(20, width - 20, 14):
            draw.rectangle((x, y, x + 7, y + 14), fill="black" if (x * y) % 5 else "white")
    sink = BytesIO()
    image.save(sink, "JPEG")
    return sink.getvalue()
