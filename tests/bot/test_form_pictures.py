"""A school's paper with pictures: cleaned when handed in, shown to families in each channel."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.telegram import Telegram
from conversations.authoring.forms_check import worded
from conversations.xlsform.pictures import digest_of
from conversations.xlsform.sheets import Line, Workbook
from conversations.xlsform.shelf import builtin_workbook
from registry.actors import Actor
from tests.bot.channel_contract import fill
from tests.bot.people import TelegramPerson, WebPerson
from tests.support.site import Site, running_site
from tests.support.telegram_stub import Fault, TelegramStub
from web import form_desk
from web.form_pictures import KEEP

PARENT = 111
BORN = "从号码看，孩子的出生日期和性别是：2018年3月12日，女孩，对吗？"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path) as site:
        yield site


def drawn(colour: str, width: int = 1600) -> bytes:
    """With a place of taking inside, which nobody should learn."""
    image, sink, exif = Image.new("RGB", (width, 600), colour), BytesIO(), Image.Exif()
    exif[0x010E] = "at the school gate"
    image.save(sink, "PNG", exif=exif)
    return sink.getvalue()


PICTURES = {"card.png": drawn("navy"), "yes.png": drawn("green")}


def with_column(lines: tuple[Line, ...], cells: dict[tuple[str, ...], str]) -> tuple[Line, ...]:
    """A column of pictures behind the others; rows are found by how they begin."""
    head, *rows = lines
    width = len(head.cells)
    done = [replace(head, cells=(*head.cells, "media::image"))]
    for row in rows:
        name = next((n for key, n in cells.items() if row.cells[: len(key)] == key), "")
        padded = (*row.cells, *[""] * (width - len(row.cells)))
        done.append(replace(row, cells=(*padded[:width], name)))
    return tuple(done)


def illustrated() -> Workbook:
    """The built-in paper in another version: a question and one of its choices have a picture."""
    book = builtin_workbook("new_student")
    assert book is not None
    head, row, *_ = book.sheets["settings"]
    at = head.cells.index("version")
    settings = (head, replace(row, cells=(*row.cells[:at], "99", *row.cells[at + 1 :])))
    question, choice = ("select_one right", "born_right"), ("right", "yes")
    survey = with_column(book.sheets["survey"], {question: "card.png"})
    choices = with_column(book.sheets["choices"], {choice: "yes.png"})
    sheets = {**book.sheets, "survey": survey, "choices": choices, "settings": settings}
    return replace(book, sheets=sheets)


async def registrar(site: Site) -> Actor:
    ids = (site.house.school_id, site.ids["registrar"])
    return await site.house.db.read(lambda unit: unit.load_actor(*ids))


async def publish(site: Site) -> None:
    person = await registrar(site)
    done = await form_desk.upload(site.house, person, illustrated(), PICTURES)
    assert done.kept is not None, done.problems
    await form_desk.publish(site.house, person, done.kept.id)


async def test_a_picture_stands_in_the_chat_and_may_be_kept_by_the_browser(site: Site) -> None:
    await publish(site)
    async with site.browser() as browser, site.browser() as stranger:
        await fill(WebPerson(site, browser), BORN)
        found = re.findall(r'<img src="(/chat/picture/[^"]+)" alt="([^"]+)">', browser.page)
        assert [alt for _, alt in found] == [BORN, "对"]
        for path, _ in found:
            async with browser.session.get(path) as response:
                data, headers = await response.read(), response.headers
            assert response.status == 200
            assert headers["Content-Type"] == "image/jpeg"
            assert headers["Cache-Control"] == KEEP
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert "img-src 'self'" in headers["Content-Security-Policy"]
            assert path.endswith(digest_of(data))
            assert Image.open(BytesIO(data)).size == (1200, 450)
            assert b"school gate" not in data
        await stranger.get(found[0][0])
        assert stranger.status == 401
        await browser.get("/chat/picture/" + "0" * 64)
        assert browser.status == 404


async def test_a_picture_comes_before_its_question_in_telegram(
    site: Site, stub: TelegramStub, telegram: Telegram
) -> None:
    await publish(site)
    async with site.browser() as browser:
        person = TelegramPerson(WebPerson(site, browser), site, stub, telegram)
        await fill(person, BORN)
        card, yes, question = stub.chat(PARENT)[-3:]
        assert card.text.startswith("【孩子的基本信息】")
        assert card.text.endswith(BORN)
        assert yes.text == "对"
        assert BORN in question.text
        assert question.buttons
        uploads = [call.fields["photo"] for call in stub.named("sendPhoto")]
        assert [photo[:3] for photo in uploads] == [b"\xff\xd8\xff"] * 2
        await person.say("不知道")
        again = [call.fields["photo"] for call in stub.named("sendPhoto")][2:]
        assert again == [card.photo, yes.photo]
    assert stub.faults == []


async def test_a_picture_telegram_refuses_keeps_nobody_from_the_question(
    site: Site, stub: TelegramStub, telegram: Telegram
) -> None:
    await publish(site)
    async with site.browser() as browser:
        person = TelegramPerson(WebPerson(site, browser), site, stub, telegram)
        refusals = [Fault(400, description="Bad Request: scripted")] * 2
        stub.fail("sendPhoto", *refusals)
        await fill(person, BORN)
        assert BORN in person.text()
        assert [message for message in stub.chat(PARENT) if message.photo] == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"GIF89a", "card.png：这张图片打不开。请另存为 JPG 或 PNG 再上传。"),
        (b"\x89PNG\r\n\x1a\nbroken", "card.png：这张图片打不开。请另存为 JPG 或 PNG 再上传。"),
        (
            b"\x89PNG\r\n\x1a\n" + bytes(20 * 1024 * 1024),
            "card.png：图片太大了（最多 20 MB、40 百万像素）。请缩小后再上传。",
        ),
    ],
    ids=["no picture", "broken", "too large"],
)
async def test_a_picture_that_cannot_be_taken_is_told(
    site: Site, content: bytes, said: str
) -> None:
    handed = {**PICTURES, "card.png": content}
    done = await form_desk.upload(site.house, await registrar(site), illustrated(), handed)
    assert [worded(problem, "zh_Hans") for problem in done.problems] == [said]
    assert done.kept is None


async def test_a_version_uploaded_again_shows_the_new_picture_only(site: Site) -> None:
    person, digests = await registrar(site), []
    for colour in ("navy", "maroon"):
        handed = {**PICTURES, "card.png": drawn(colour)}
        done = await form_desk.upload(site.house, person, illustrated(), handed)
        assert done.kept is not None
        found = await form_desk.tables(site.house, person, done.kept.id)
        digests.append(found.pictures["card.png"])
    async with site.browser() as browser:
        await WebPerson(site, browser).come_in()
        answers = []
        for digest in digests:
            async with browser.session.get(f"/chat/picture/{digest}") as response:
                answers.append(response.status)
    assert answers == [404, 200]
