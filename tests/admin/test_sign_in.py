"""Coming in: name and password, throttled but never locked; invitations; going out (T4, T5)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from admin.passwords import Passwords
from admin.throttle import ACCOUNT
from storage.unit import Unit
from tests.admin import desk
from tests.admin.conftest import SignIn
from tests.support.site import Browser, Site

PASSWORD = "丁香巷十五号的门"


@pytest.fixture
async def known(site: Site) -> Site:
    """The teacher has set a password."""
    kept = await Passwords().make(PASSWORD)
    await site.house.db.write(lambda unit: unit.set_password(site.ids["teacher"], "王老师", kept))
    return site


@pytest.fixture
async def stranger(known: Site) -> AsyncIterator[Browser]:
    async with known.browser() as browser:
        yield browser


async def try_in(browser: Browser, login: str, password: str) -> str:
    await browser.get("/panel/sign-in")
    return await browser.post("/panel/sign-in", {"login": login, "password": password})


async def test_name_and_password_let_in(stranger: Browser, known: Site) -> None:
    page = await try_in(stranger, " 王老师 ", PASSWORD)
    assert stranger.path == "/panel"
    assert "王老师，您好" in page
    assert await desk.events(known, "access.session.started") == 1


@pytest.mark.parametrize(
    ("login", "password"),
    [("王老师", "不是这个"), ("没有这个人", PASSWORD), ("", ""), ("王老师", "x" * 5000)],
    ids=["wrong password", "unknown name", "empty", "too long"],
)
async def test_a_wrong_guess_hears_one_sentence(
    login: str, password: str, stranger: Browser
) -> None:
    page = await try_in(stranger, login, password)
    assert stranger.status == 401
    assert "登录名或密码不对" in page


async def test_an_unknown_name_and_a_wrong_password_cannot_be_told_apart(
    stranger: Browser,
) -> None:
    wrong = await try_in(stranger, "王老师", "不是这个")
    unknown = await try_in(stranger, "李老师", "不是这个")
    assert wrong.replace("王老师", "") == unknown.replace("李老师", "")


async def test_guessing_is_slowed_and_nobody_is_locked_out(stranger: Browser, known: Site) -> None:
    async with known.browser() as owner:
        await try_in(owner, "王老师", PASSWORD)
        await owner.post("/panel/sign-out", {})
        for _ in range(ACCOUNT.burst):
            await try_in(stranger, "王老师", "不是这个")
        page = await try_in(stranger, "王老师", PASSWORD)
        assert stranger.status == 429
        assert "您的账号没有被锁" in page
        await try_in(owner, "王老师", PASSWORD)
        assert owner.path == "/panel", "a device that was in before has a bucket of its own"


async def test_a_family_finds_no_way_in_by_password(stranger: Browser, known: Site) -> None:
    kept = await Passwords().make(PASSWORD)
    parent = (await desk.load(known)).submitted_by
    await known.house.db.write(lambda unit: unit.set_password(parent, "家长", kept))
    await try_in(stranger, "家长", PASSWORD)
    assert stranger.status == 401


async def test_a_stopped_person_cannot_come_back(stranger: Browser, known: Site) -> None:
    await known.house.db.write(lambda unit: unit.set_active(known.ids["teacher"], False))
    await try_in(stranger, "王老师", PASSWORD)
    assert stranger.status == 401


async def test_signing_out_ends_the_session(stranger: Browser, known: Site) -> None:
    await try_in(stranger, "王老师", PASSWORD)
    cookies = {cookie.key: cookie.value for cookie in stranger.session.cookie_jar}
    await stranger.post("/panel/sign-out", {})
    async with known.browser(Cookie=f"xueji={cookies['xueji']}") as thief:
        await thief.get("/panel")
        assert thief.status == 401


async def test_who_works_stays_signed_in_and_who_left_the_desk_does_not(
    stranger: Browser, known: Site
) -> None:
    await try_in(stranger, "王老师", PASSWORD)
    for _ in range(4):
        known.clock.wait(minutes=20)
        await stranger.get("/panel")
        assert stranger.status == 200
    known.clock.wait(minutes=30)
    await stranger.get("/panel")
    assert stranger.status == 401


async def test_an_invited_person_sets_name_and_password(site: Site, as_person: SignIn) -> None:
    teacher = await as_person("teacher")
    assert "不用定期改" in await teacher.get("/panel/welcome")
    fields = {"name": "王建国", "login": "wangjianguo", "password": PASSWORD}
    page = await teacher.post("/panel/welcome", fields)
    assert "王建国，您好" in page
    async with site.browser() as browser:
        await try_in(browser, "WangJianguo", PASSWORD)
        assert browser.path == "/panel"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": "short"}, "至少写 8 个字"),
        ({"login": "王老师的登录", "password": "王老师的登录"}, "密码太短"),
        ({"login": "王老师的登录名字", "password": "王老师的登录名字"}, "不能和姓名或登录名一样"),
        ({"name": "王1"}, "名字里有数字"),
        ({"login": "王老师"}, "已经有人用了"),
    ],
    ids=["short", "short too", "same as the name", "no name", "taken"],
)
async def test_a_welcome_that_cannot_be_stored_says_why(
    fields: dict[str, str], words: str, known: Site, as_person: SignIn
) -> None:
    browser = await as_person("committee")
    await browser.get("/panel/welcome")
    whole = {"name": "周家委", "login": "周家委", "password": PASSWORD, **fields}
    page = await browser.post("/panel/welcome", whole)
    assert browser.status == 422
    assert words in page


async def test_the_welcome_says_how_long_a_password_lasts_where_the_school_has_set_it(
    site: Site, as_person: SignIn
) -> None:  # R31, U2
    def change(unit: Unit) -> None:
        school = unit.load_school(site.house.school_id)
        unit.save_school(replace(school, settings=replace(school.settings, password_days=90)))

    await site.house.db.write(change)
    page = await (await as_person("teacher")).get("/panel/welcome")
    assert "每 90 天换一次" in page
    assert "不用定期改" not in page
