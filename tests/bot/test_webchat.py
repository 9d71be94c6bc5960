"""The web chat by plain forms: one message one turn, nothing lost, bad input in one sentence."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import turns
from registry.schools import Settings
from storage.queries.family import family_view
from storage.unit import Unit
from tests.support.site import Browser, Site, photo, running_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    settings = Settings(committee_helps=True, undo_minutes=0)
    async with running_site(tmp_path, settings=settings) as site:
        yield site


@pytest.fixture
async def mother(site: Site) -> AsyncIterator[Browser]:
    """Signed in by the slip of the first child, the form opened."""
    async with site.browser() as browser:
        await browser.come_in(await site.slip("child"), relation="mother")
        await browser.press("开始填")
        yield browser


async def test_a_family_fills_signs_and_sends(site: Site, mother: Browser) -> None:
    await _fill(mother)
    assert "都对，去签字确认" in mother.text()
    await mother.press("都对，去签字确认")
    await mother.say("张母亲")
    assert "已交给学校，编号 0001" in mother.text()
    assert "等家委会" in mother.text()
    assert await _answers(site) == (19, 19)


async def test_the_same_form_sent_again_is_one_turn(mother: Browser) -> None:
    fields = {**mother.keys(), "csrf": mother.hidden("csrf"), "token": mother.token("我知道了")}
    first = await mother.post("/chat", fields)
    again = await mother.post("/chat", fields)
    assert _mark(again) == _mark(first)


async def test_twenty_resent_at_once_are_one_turn(site: Site, mother: Browser) -> None:
    fields = {**mother.keys(), "csrf": mother.hidden("csrf"), "token": mother.token("我知道了")}
    headers = {"Origin": mother.address}

    async def send() -> int:
        async with mother.session.post("/chat", data=fields, headers=headers) as response:
            return response.status

    assert set(await asyncio.gather(*(send() for _ in range(20)))) == {200}
    assert (await _answers(site))[0] == 1


async def test_a_reload_changes_nothing(mother: Browser) -> None:
    first = _mark(await mother.get("/chat"))
    assert [_mark(await mother.get("/chat")) for _ in range(3)] == [first] * 3


async def test_words_written_on_an_older_page_are_no_answer_to_this_one(
    site: Site, mother: Browser
) -> None:
    await mother.fill_until("哪一天出生")
    old = mother.keys()
    await mother.press("上一题")
    before = await _answers(site)
    await mother.post("/chat", {**old, "text": "2019年3月12日"})
    assert "出生日期和性别" in mother.question()
    assert await _answers(site) == before


async def test_a_stale_button_asks_the_present_question(site: Site, mother: Browser) -> None:
    await mother.fill_until("出生日期和性别")
    stale = mother.token("不对")
    await mother.press("不对")
    await mother.post("/chat", {**mother.keys(), "token": stale})
    assert "哪一天出生" in mother.question()


@pytest.mark.parametrize(
    "token", ["", ":", "x:y", "-1:yes", "999999999999999:yes", "0:", "１:yes"]
)
async def test_a_token_nobody_printed_changes_nothing(
    site: Site, mother: Browser, token: str
) -> None:
    before = await _answers(site)
    await mother.post("/chat", {**mother.keys(), "token": token})
    assert mother.status == 200
    assert "告知书" in mother.question()
    assert await _answers(site) == before


async def test_two_devices_see_one_conversation(site: Site, mother: Browser) -> None:
    async with site.browser() as tablet:
        await mother.get("/chat/door")
        await mother.post("/chat/door", {})
        await tablet.come_in(mother.page.partition("/l/")[2][:22])
        await tablet.fill_until("哪一天出生")
        await mother.get("/chat")
        assert "哪一天出生" in mother.question()


async def test_the_answers_so_far_are_shown_with_the_question(mother: Browser) -> None:
    await mother.fill_until("哪一天出生")
    history = mother.page.partition('<details class="answered">')[2].partition("</details>")[0]
    assert "张小涵" in history
    assert "不对" in history


async def test_a_ten_thousand_character_paste_is_answered_in_words(
    site: Site, mother: Browser
) -> None:
    await mother.fill_until("户口本上的住址")
    before = await _answers(site)
    await mother.say("长" * 10_000)
    assert mother.status == 200
    assert "户口本上的住址" in mother.question()
    assert 'class="bubble problem' in mother.page
    assert await _answers(site) == before


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=1+1", "{{ 7*7 }}"]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_come_back_as_words(mother: Browser, text: str) -> None:
    await mother.fill_until("户口本上的住址")
    await mother.say(f"向阳路十二号院三号楼{text}")
    await mother.get("/chat")
    assert "<script>alert" not in mother.page
    assert "<img src=x" not in mother.page
    assert "49" not in mother.question()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空"),
        (b"MZ" + bytes(4000), "照片"),
        (b"\xff\xd8\xff" + bytes(4000), "照片"),
        (b"%PDF-1.7 " + bytes(4000), "PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "照片"),
    ],
    ids=["an empty file", "a program", "a broken picture", "a PDF", "a drawing with scripts"],
)
async def test_a_file_that_is_no_photo_is_refused_in_words(
    site: Site, mother: Browser, data: bytes, words: str
) -> None:
    await mother.fill_until("请拍户口本")
    before = await _answers(site)
    await mother.upload(data)
    assert mother.status == 200
    assert "请拍户口本" in mother.question()
    problem = mother.page.partition('class="bubble problem')[2].partition("</section>")[0]
    assert words in problem
    assert await _answers(site) == before
    assert _files(site) == []


async def test_a_photo_of_21_mb_is_refused_in_words(site: Site, mother: Browser) -> None:
    await mother.fill_until("请拍户口本")
    await mother.upload(b"\xff\xd8\xff" + bytes(21 * 1024 * 1024))
    assert mother.status == 200
    assert "20" in mother.page.partition('class="bubble problem')[2].partition("</section>")[0]
    assert _files(site) == []


async def test_a_photo_sent_twice_is_kept_once(site: Site, mother: Browser) -> None:
    await mother.fill_until("请拍户口本")
    page = mother.page
    await mother.upload(photo())
    first = mother.question()
    kept = _files(site)
    mother.page = page
    await mother.upload(photo())
    assert mother.question() == first
    assert _files(site) == kept
    assert len(kept) == 2  # the picture and its preview


async def test_a_photo_nobody_asked_for_is_not_kept(site: Site, mother: Browser) -> None:
    await mother.fill_until("出生日期和性别")
    await mother.upload(photo())
    assert "出生日期和性别" in mother.question()
    assert _files(site) == []


async def test_the_script_gets_the_same_turn_as_a_fragment(mother: Browser) -> None:
    fields = {**mother.keys(), "token": mother.token("我知道了")}
    page = await mother.post("/chat", fields, **{"X-Fragment": "1"})
    assert page.startswith('<div id="chat"')
    assert "<html" not in page


async def test_the_language_is_the_persons_on_every_page(mother: Browser) -> None:
    await mother.post("/chat/language", {"language": "en"})
    assert "Ask the teacher" in mother.text()
    assert '<html lang="en"' in mother.page


async def test_larger_text_is_remembered(mother: Browser) -> None:
    await mother.post("/text", {"size": "large", "back": "/chat"})
    assert 'class="large"' in await mother.get("/chat")


async def test_news_reach_an_open_stream_and_end_with_the_session(
    site: Site, mother: Browser
) -> None:
    async with mother.session.get("/chat/news") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert (await stream.content.readline()).startswith(b"retry")
        await mother.press("我知道了")
        assert await _event(stream.content) == b"event: news\n"
        await mother.post("/chat/leave", {})
        assert await _event(stream.content) == b"event: end\n"


async def test_a_signed_out_chat_says_where_to_go(site: Site) -> None:
    async with site.browser() as stranger:
        await stranger.get("/chat")
        assert stranger.status == 401
        assert "再点一次老师发给您的链接" in stranger.text()


async def test_looking_is_no_turn(site: Site, mother: Browser) -> None:
    actor_id = await site.house.db.read(lambda unit: _mother_of(unit, site))
    before = await turns.look(site.house, actor_id, "web")
    assert await turns.look(site.house, actor_id, "web") == before


async def _fill(browser: Browser) -> None:
    for page in ("请拍户口本首页", "孩子那一页"):
        await browser.fill_until(page)
        await browser.upload(photo())
    await browser.fill_until("下面的情况")
    await browser.press("都没有")
    await browser.press("选好了")
    if "去补上" in browser.text():
        await browser.press("去补上")
        await browser.say("999999198503120026")


async def _event(content: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        while True:
            line = await content.readline()
            if line.startswith(b"event"):
                return line


async def _answers(site: Site) -> tuple[int, int]:
    """How many questions of the first child's form are done, of how many."""
    drafts = await site.house.db.read(
        lambda unit: (
            family_view(unit, unit.load_actor(site.house.school_id, _mother_of(unit, site))).drafts
        )
    )
    return (drafts[0].done, drafts[0].total)


def _mother_of(unit: Unit, site: Site) -> str:
    return unit.linked_actors(site.house.school_id, site.ids["child"])[0].id


def _files(site: Site) -> list[str]:
    return sorted(path.name for path in site.home.glob("files/*"))


def _mark(page: str) -> str:
    return page.partition('data-mark="')[2][:16]
