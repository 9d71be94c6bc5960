"""What every page owes: headers, cookies, cross-site checks, alike refusals (T1, T5, T11, T12)."""

from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot import webchat
from registry.policy import POLICY
from tests.support.site import Browser, Site, running_site
from web.app import ROUTES
from web.assets import Assets
from web.headers import standing_headers
from web.limits import POSTS
from web.shared import routes

POST_PATHS = [
    row.path for row in (*routes(Assets(())), *webchat.room().routes) if row.method == "POST"
]


async def test_every_page_names_an_action_of_the_policy(site: Site) -> None:
    table = site.server.app[ROUTES]
    listed = {id(route) for route in site.server.app.router.routes()}
    assert listed == {id(route) for route in table}
    assert {row.action for row in table.values()} <= set(POLICY)


@pytest.mark.parametrize("path", ["/", "/chat", "/healthz", "/static/xueji.css", "/nothing"])
async def test_every_answer_carries_the_headers(site: Site, path: str) -> None:
    async with site.browser() as browser, browser.session.get(path) as response:
        expected = dict(standing_headers(is_https=False))
        if "static" in path:
            expected.pop("Cache-Control")
        assert {name: response.headers.get(name) for name in expected} == expected


def test_the_policy_of_pages_allows_nothing_inline_or_foreign() -> None:
    policy = standing_headers(is_https=True)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


def test_only_https_promises_https() -> None:
    assert "Strict-Transport-Security" in standing_headers(is_https=True)
    assert "Strict-Transport-Security" not in standing_headers(is_https=False)


CROSS_SITE = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "a sister site": {"Sec-Fetch-Site": "same-site"},
    "typed into the address bar": {"Sec-Fetch-Site": "none"},
    "another origin": {"Origin": "http://elsewhere.example"},
    "no origin that may be told": {"Origin": "null"},
    "neither header": {},
    "right site, wrong origin": {"Sec-Fetch-Site": "same-origin", "Origin": "http://a.example"},
}


@pytest.mark.parametrize("headers", CROSS_SITE.values(), ids=CROSS_SITE.keys())
async def test_a_form_from_elsewhere_has_no_effect(
    site: Site, mother: Browser, headers: dict[str, str]
) -> None:
    before = await mother.get("/chat")
    fields = {"csrf": mother.hidden("csrf"), **mother.keys(), "token": mother.token("开始填")}
    async with mother.session.post("/chat", data=fields, headers=headers) as response:
        assert response.status == 403
    assert _asked(await mother.get("/chat")) == _asked(before)


@pytest.mark.parametrize("path", POST_PATHS)
async def test_no_form_is_taken_without_the_token_of_the_session(
    site: Site, mother: Browser, path: str
) -> None:
    path = path.replace("{token}", await site.class_link())
    async with site.browser() as other:
        await other.come_in(await site.slip("second_child"), relation="father")
        foreign = other.hidden("csrf")
    for token in ("", "x" * 48, foreign, "中文", foreign[:-4] + "AAAA"):
        assert await mother.post(path, {"csrf": token, "language": "en", "size": "large"})
        assert mother.status == 403
    assert "大字" in await mother.get("/chat")


async def test_a_token_of_before_the_sign_in_is_worth_nothing_after_it(site: Site) -> None:
    async with site.browser() as browser:
        await browser.get("/")
        early = browser.hidden("csrf")
        await browser.come_in(await site.slip("child"), relation="mother")
        await browser.post("/text", {"csrf": early, "size": "large"})
        assert browser.status == 403


async def test_session_cookies_are_closed_to_scripts_and_other_sites(site: Site) -> None:
    async with site.browser() as browser:
        token = await site.slip("child")
        await browser.get(f"/l/{token}")
        fields = {"csrf": browser.hidden("csrf"), "relation": "mother"}
        headers = {"Origin": browser.address}
        async with browser.session.post(
            f"/l/{token}", data=fields, headers=headers, allow_redirects=False
        ) as response:
            cookie = response.cookies["xueji"]
    assert response.status == 303
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["domain"] == ""
    assert len(cookie.value) >= 43  # 256 bits


async def test_over_https_cookies_are_bound_to_the_host(https_site: Site) -> None:
    async with https_site.browser() as browser, browser.session.get("/") as response:
        cookie = response.cookies["__Host-visitor"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


async def test_signing_out_ends_the_session_on_the_next_request(
    site: Site, mother: Browser
) -> None:
    kept = mother.session.cookie_jar.filter_cookies(mother.session._base_url or "")["xueji"].value
    await mother.get("/chat")
    await mother.post("/chat/leave", {})
    assert mother.path == "/"
    async with (
        ClientSession(site.address, cookies={"xueji": kept}) as thief,
        thief.get("/chat") as response,
    ):
        assert response.status == 401


async def test_a_stopped_person_is_out_on_the_next_request(site: Site, mother: Browser) -> None:
    page = await mother.get("/chat")
    assert mother.status == 200
    async with site.browser():
        actor_id = await _family(site)
    await site.house.db.write(lambda unit: unit.set_active(actor_id, is_active=False))
    assert await mother.get("/chat") != page
    assert mother.status == 401


@pytest.mark.parametrize("path", ["/nothing", "/static/nothing.css", "/static/../web/app.py"])
async def test_missing_pages_answer_alike(site: Site, path: str) -> None:
    async with site.browser() as browser:
        await browser.get(path)
        assert browser.status == 404
        assert "没有这一页" in browser.text() or path.startswith("/static")


async def test_too_much_is_refused_in_words(site: Site, mother: Browser) -> None:
    await mother.get("/chat")
    await mother.post("/chat", {**mother.keys(), "text": "长" * 50_000})
    assert mother.status == 413
    assert "内容太大" in mother.text()


async def test_a_flood_of_posts_is_slowed(tmp_path: Path) -> None:
    async with running_site(tmp_path, posts=POSTS) as site, site.browser() as browser:
        await browser.get("/")
        csrf = browser.hidden("csrf")
        statuses = set()
        for _ in range(POSTS.burst * 2):
            await browser.post("/text", {"csrf": csrf, "size": "large"})
            statuses.add(browser.status)
            if browser.status == 429:
                break
        assert statuses == {200, 429}
        assert "010-55550123" in browser.text()


@pytest.mark.parametrize(
    ("accepted", "words"),
    [("en-GB,en;q=0.9", "There is no such page"), ("zh-CN", "没有这一页"), ("fr", "没有这一页")],
)
async def test_errors_speak_the_readers_language(site: Site, accepted: str, words: str) -> None:
    async with site.browser(**{"Accept-Language": accepted}) as browser:
        assert words in await browser.get("/nothing")


@pytest.mark.parametrize("back", ["//elsewhere.example", "/\\elsewhere", "https://a.example", "x"])
async def test_the_way_back_never_leads_elsewhere(site: Site, mother: Browser, back: str) -> None:
    await mother.get("/")
    await mother.post("/text", {"size": "large", "back": back})
    assert mother.path == "/"


def _asked(page: str) -> str:
    return page.partition('data-mark="')[2][:16]


async def _family(site: Site) -> str:
    child = site.ids["child"]
    found = await site.house.db.read(lambda unit: unit.linked_actors(site.house.school_id, child))
    return found[0].id
