"""The chat as it is seen: geometry on a phone, nothing for axe to find, no other host."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from registry.schools import Settings
from tests.support.browser import OpenPage
from tests.support.site import FAMILY, Site, photo, running_site

MIN_TARGET = 48
SHORT = 430  # what a keyboard leaves of a phone
SMALL_TARGETS = f"""() => [...document.querySelectorAll(
    "button, a.button, summary, input[type=text], textarea, .choice, .photo label")]
  .filter(it => it.checkVisibility() && !it.closest("details.menu:not([open]) .menu-sheet"))
  .filter(it => it.getBoundingClientRect().height < {MIN_TARGET} - 0.5)
  .map(it => it.className + " " + it.textContent.trim().slice(0, 20))"""
CLIPPED = """() => [...document.querySelectorAll("p, button, h1, h2, dt, dd, label, .line-value")]
  .filter(it => it.checkVisibility() && !it.matches(".hidden, .hidden *, .skip"))
  .filter(it => it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).display !== "inline")
  .map(it => it.className + " " + it.textContent.trim().slice(0, 20))"""
QUESTION = """() => {
  const box = document.getElementById("question").getBoundingClientRect();
  const head = document.querySelector(".top").getBoundingClientRect().bottom;
  const foot = document.querySelector(".composer");
  const end = foot ? foot.getBoundingClientRect().top : innerHeight;
  return box.top >= head - 1 && box.bottom <= end + 1;
}"""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path, settings=Settings(committee_helps=True)) as site:
        yield site


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
async def test_the_whole_way_on_a_phone(site: Site, open_page: OpenPage, javascript: bool) -> None:
    page = await open_page(javascript=javascript)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    await page.goto(f"{site.address}/l/{await site.slip('child')}")
    await _is_well_laid_out(page)
    await page.check("input[value=mother]")
    await page.click("button.main")
    await _press(page, "开始填")
    while "下面的情况" not in (words := await page.inner_text("#question")):
        await _is_well_laid_out(page)
        await _answer(page, words, javascript=javascript)
    await _press(page, "都没有")
    await _press(page, "选好了")
    await _is_well_laid_out(page)
    assert await page.locator(".line").count() > 10
    assert hosts == {site.address.removeprefix("http://")}


@pytest.mark.parametrize("width", [360, 390, 1280])
async def test_axe_finds_nothing(site: Site, open_page: OpenPage, width: int) -> None:
    page = await open_page(width=width)
    await page.goto(site.address)
    await _is_accessible(page)
    await page.goto(f"{site.address}/l/{await site.slip('child')}")
    await _is_accessible(page)
    await page.check("input[value=mother]")
    await page.click("button.main")
    await _is_accessible(page)
    await _press(page, "开始填")
    await _press(page, "我知道了")
    await _press(page, "同意")
    await _is_accessible(page)
    await page.click(".menu summary")
    await _is_accessible(page)
    await page.goto(f"{site.address}/nothing")
    await _is_accessible(page)


@pytest.mark.parametrize("size", ["normal", "large"])
async def test_the_question_is_seen_above_the_keyboard(
    site: Site, open_page: OpenPage, size: str
) -> None:
    page = await open_page(height=SHORT)
    await page.goto(f"{site.address}/l/{await site.slip('child')}")
    await page.check("input[value=mother]")
    await page.click("button.main")
    if size == "large":
        await page.click(".menu summary")
        await page.click("button[value=large]")
    await _press(page, "开始填")
    await _press(page, "我知道了")
    await _press(page, "同意")
    assert await page.evaluate(QUESTION)
    await _press(page, "对")
    assert await page.evaluate(QUESTION)
    await _say(page, "999999201803120021")
    assert await page.evaluate(QUESTION)


async def _is_well_laid_out(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate(SMALL_TARGETS) == []
    assert await page.evaluate(CLIPPED) == []


async def _is_accessible(page: Page) -> None:
    await page.evaluate("document.fonts.ready")
    found = await Axe().run(page)
    assert [rule["id"] for rule in found.response["violations"]] == []


async def _answer(page: Page, words: str, *, javascript: bool) -> None:
    if "请拍户口本" in words:
        mark = await page.get_attribute("#chat", "data-mark")
        await page.set_input_files(
            ".photo-album input",
            files=[{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()}],
        )
        if javascript:
            await page.wait_for_selector(f"#chat:not([data-mark='{mark}']):not([aria-busy])")
        else:
            await page.click(".photo-send")
        return
    label, said = next((answer for part, *answer in FAMILY if part in words), ("", ""))
    assert label or said, words
    await (_press(page, label) if label else _say(page, said))


async def _press(page: Page, label: str) -> None:
    mark = await page.get_attribute("#chat", "data-mark")
    await page.locator("#chat form.turn button", has_text=label).first.click()
    await page.wait_for_selector(f"#chat:not([data-mark='{mark}'])")


async def _say(page: Page, words: str) -> None:
    mark = await page.get_attribute("#chat", "data-mark")
    await page.fill("#text", words)
    await page.click(".send")
    await page.wait_for_selector(f"#chat:not([data-mark='{mark}'])")
