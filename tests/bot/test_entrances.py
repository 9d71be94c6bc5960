"""Links, slips and doors: looking consumes nothing, pressing once does (T5, T7)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from registry.records import ClaimState
from registry.schools import Settings
from storage.links import find_entry
from storage.queries.classes import claims_of
from tests.support.site import Site, running_site
from web.limits import WRONG_LINKS


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path, settings=Settings(committee_helps=True)) as site:
        yield site


@pytest.mark.parametrize("kind", ["slip", "door", "class"])
async def test_looking_at_a_link_consumes_nothing(site: Site, kind: str) -> None:
    token = await _token(site, kind)
    async with site.browser() as browser:
        for _ in range(3):
            await browser.get(f"/l/{token}")
            assert browser.status == 200
            assert "xueji" not in {cookie.key for cookie in browser.session.cookie_jar}
    entry = await site.house.db.read(lambda unit: find_entry(unit, token))
    assert entry is not None
    assert (entry.used_at, entry.is_open(site.clock())) == (None, True)


async def test_of_fifty_presses_of_one_door_one_opens(site: Site) -> None:
    token = await site.door("teacher")

    async def press() -> bool:
        async with site.browser() as browser:
            await browser.get(f"/l/{token}")
            if browser.status != 200:
                return False
            headers = {"Origin": browser.address}
            fields = {"csrf": browser.hidden("csrf")}
            async with browser.session.post(
                f"/l/{token}", data=fields, headers=headers, allow_redirects=False
            ) as response:
                return response.status == 303

    pressed = await asyncio.gather(*(press() for _ in range(50)))
    assert pressed.count(True) == 1


async def test_unknown_used_and_expired_links_answer_alike(site: Site) -> None:
    used, expired = await site.door("teacher"), await site.door("teacher")
    async with site.browser() as browser:
        await browser.come_in(used)
    site.clock.wait(minutes=11)
    async with site.browser() as browser:
        pages = {}
        for token in ("A" * 22, used, expired):
            await browser.get(f"/l/{token}")
            pages[browser.text()] = browser.status
    assert list(pages.values()) == [404]


async def test_guessing_links_is_stopped(site: Site) -> None:
    async with site.browser() as browser:
        for number in range(WRONG_LINKS.burst):
            await browser.get(f"/l/{'A' * 20}{number:02}")
            assert browser.status == 404
        await browser.get(f"/l/{'A' * 22}")
        assert browser.status == 429


async def test_a_forwarded_slip_shows_no_name_and_no_answer(site: Site) -> None:
    token = await site.slip("child")
    async with site.browser() as mother:
        await mother.come_in(token, relation="mother")
        await mother.press("开始填")
        await mother.fill_until("哪个电话")
    async with site.browser() as stranger:
        await stranger.get(f"/l/{token}")
        assert "张*涵" in stranger.text()
        for answer in ("张小涵", "2019", "向阳路", "汉族"):
            assert answer not in stranger.page


async def test_a_class_link_opens_a_claim_and_shows_nothing_stored(site: Site) -> None:
    token = await site.class_link()
    async with site.browser() as browser:
        await browser.come_in(token, child_name="张小涵", relation="father")
        assert browser.path == "/chat"
        assert "王老师" in browser.text()
    teacher = await site.house.db.read(
        lambda unit: unit.load_actor(site.house.school_id, site.ids["teacher"])
    )
    claims = await site.house.db.read(lambda unit: claims_of(unit, teacher, site.clock().date()))
    assert [(row.claim.child_name, row.claim.state) for row in claims] == [
        ("张小涵", ClaimState.open)
    ]


async def test_a_claimant_fills_and_waits_for_the_teacher(site: Site) -> None:
    async with site.browser() as browser:
        await browser.come_in(await site.class_link(), child_name="张小涵", relation="father")
        await browser.press("开始填")
        await browser.fill_until("身份证号是多少")
        assert "张小涵" in browser.text()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"child_name": "  ", "relation": "father"}, "请写上孩子的名字"),
        ({"child_name": "张小涵"}, "您是孩子的什么人"),
        ({"child_name": "张小涵", "relation": "emperor"}, "您是孩子的什么人"),
        ({"child_name": "长" * 61, "relation": "father"}, "请写上孩子的名字"),
    ],
    ids=["no name", "no relation", "unknown relation", "endless name"],
)
async def test_what_is_missing_on_the_link_page_is_said_and_the_rest_kept(
    site: Site, fields: dict[str, str], words: str
) -> None:
    async with site.browser() as browser:
        await browser.come_in(await site.class_link(), **fields)
        assert browser.status == 422
        assert words in browser.text()
        assert fields.get("child_name", "").strip() in browser.page


async def test_a_second_child_joins_the_same_person(site: Site) -> None:
    async with site.browser() as mother:
        await mother.come_in(await site.slip("child"), relation="mother")
        await mother.come_in(await site.slip("second_child"), relation="mother")
        assert "张小涵" in mother.text()
        assert "古丽米热·艾比布力" in mother.text()


async def test_a_door_moves_the_person_to_another_device(site: Site) -> None:
    async with site.browser() as phone, site.browser() as computer:
        await phone.come_in(await site.slip("child"), relation="mother")
        await phone.press("开始填")
        await phone.fill_until("身份证号是多少")
        await phone.get("/chat/door")
        await phone.post("/chat/door", {})
        token = phone.page.partition("/l/")[2][:22]
        assert "<svg" in phone.page
        await computer.come_in(token)
        assert "身份证号是多少" in computer.question()
        await computer.get(f"/l/{token}")
        assert computer.status == 404


async def test_a_sign_in_ends_the_session_before_it(site: Site) -> None:
    async with site.browser() as browser, site.browser() as thief:
        await browser.come_in(await site.slip("child"), relation="mother")
        for cookie in browser.session.cookie_jar:
            thief.session.cookie_jar.update_cookies({cookie.key: cookie.value})
        await browser.come_in(await site.slip("second_child"), relation="mother")
        await thief.get("/chat")
        assert thief.status == 401


async def test_the_front_page_tells_families_and_staff_the_way(site: Site) -> None:
    async with site.browser() as browser:
        await browser.get("/")
        assert "向阳小学" in browser.text()
        assert 'href="/panel"' in browser.page
        assert 'href="/chat"' not in browser.page


async def _token(site: Site, kind: str) -> str:
    if kind == "class":
        return await site.class_link()
    return await (site.slip("child") if kind == "slip" else site.door("teacher"))
