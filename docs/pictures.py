"""Takes the pictures of the README from the running demonstration: `make pictures`.

Walks as the parent from the first question to the sent form, then looks at the panel as the
registrar and the class teacher. Everything shown is invented.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import FilePayload, Page

from tests.support.browser import OpenPage, page_opener, running_browser
from xueji.demo_papers import household_page
from xueji.demo_people import COUNTY, VISITOR, Child, children

ROOT: Final = Path(__file__).parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
PHONE: Final = {"width": 390, "height": 844}
DESK: Final = {"width": 1280, "height": 860}
MOST_QUESTIONS: Final = 40


def main() -> None:
    """Six pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, demonstration(Path(home) / "home") as links:
        asyncio.run(take_pictures(links))


@contextmanager
def demonstration(home: Path) -> Iterator[tuple[str, ...]]:
    """A fresh demonstration school: its five links."""
    settings = {
        "XUEJI_HOME": str(home),
        "XUEJI_BIND": "127.0.0.1:0",
        "XUEJI_LANGUAGE": "en",
        "XUEJI_LOG": "warning",
    }
    program = subprocess.Popen(
        [sys.executable, "-m", "xueji", "demo"],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None  # noqa: S101 - it was asked for
    try:
        said = []
        for line in program.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        yield tuple(re.findall(r"http://\S+/l/\S+", "".join(said)))
    finally:
        program.terminate()
        program.communicate()


async def take_pictures(links: tuple[str, ...]) -> None:
    """Parent, class teacher, registrar."""
    parent, teacher, _, registrar, _ = links
    async with running_browser() as browser, page_opener(browser) as open_page:
        async with person(open_page, parent, **PHONE) as page:
            await _fill(page)
        async with person(open_page, registrar, **DESK) as page:
            await _review(page)
        async with person(open_page, teacher, **DESK) as page:
            # Whoever has one class is led to it.
            await page.goto(f"{_origin(page)}/panel/class")
            await _save(page, "panel-class")


@asynccontextmanager
async def person(
    open_page: OpenPage, link: str, *, width: int, height: int
) -> AsyncIterator[Page]:
    """Somebody who came in by that link, with a browser of his own."""
    page = await open_page(width=width, height=height)
    await page.goto(link)
    await page.click("main form button")
    await page.wait_for_load_state("networkidle")
    yield page
    await page.context.close()


async def _fill(page: Page) -> None:
    child = next(one for one in children(_entry_year()) if one.name == VISITOR)
    answers = _answers(child)
    await _press(page, "开始填")
    for _ in range(MOST_QUESTIONS):
        if await page.locator(".bubble.summary").count():
            break
        question = await page.locator("#question").inner_text()
        found = next(one for one in answers if one in question)
        if "身份证号是多少" in question:
            await _save(page, "chat-question")
        await _answer(page, answers[found], child)
    await _save(page, "chat-summary")
    await _press(page, "去签字确认")
    await _write(page, child.filler_name)
    while await page.locator(".bubble.summary").count():
        await page.locator("button[value$=':send']").click()
        await _settle(page, "")
    await _save(page, "chat-status")


def _answers(child: Child) -> dict[str, str]:
    """A part of the question → the button's words, `+` and text to write, or `photo`."""
    return {
        "告知书": "我知道了",
        "家委会": "同意",
        "都对吗": "都对",
        "对吗": "对",
        "身份证号是多少": f"+{child.id_number}",
        "什么民族": child.ethnic_group,
        "在哪里出生": f"+{COUNTY}",
        "户口本上的住址": f"+{child.address}",
        "打哪个电话": f"+{child.phone}",
        "另一位监护人吗": child.second_relation,
        "另一位监护人叫": f"+{child.second_name}",
        "另一位监护人的电话": f"+{child.second_phone}",
        "幼儿园或上学": f"+{child.previous_school}",
        "拍户口本": "photo",
        "点「都没有」": "都没有",
    }


async def _answer(page: Page, answer: str, child: Child) -> None:
    if answer == "photo":
        mark = await _mark(page)
        photo = household_page(child, 0)
        file = FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=photo)
        await page.locator("input[type=file]").first.set_input_files(file)
        await _settle(page, mark)
    elif answer.startswith("+"):
        await _write(page, answer[1:])
    else:
        await _press(page, answer)
        if answer == "都没有":
            await _press(page, "选好了")


async def _review(page: Page) -> None:
    await page.goto(f"{_origin(page)}/panel/queue")
    mine = page.url
    await page.get_by_role("link", name="全部").first.click()
    await _save(page, "panel-queue")
    await page.goto(mine)
    await _follow(page, "a[href*='/panel/case/']")
    await _save(page, "panel-case")


async def _follow(page: Page, selector: str) -> None:
    await page.locator(selector).first.click()
    await page.wait_for_load_state("networkidle")


async def _press(page: Page, words: str) -> None:
    mark = await _mark(page)
    exact = page.get_by_role("button", name=words, exact=True)
    button = exact if await exact.count() else page.get_by_role("button", name=words)
    await button.first.click()
    await _settle(page, mark)


async def _write(page: Page, text: str) -> None:
    mark = await _mark(page)
    await page.locator("[name=text]").last.fill(text)
    await page.get_by_role("button", name="发送").first.click()
    await _settle(page, mark)


async def _mark(page: Page) -> str:
    """Changes with everything that is shown."""
    return await page.locator("#chat").get_attribute("data-mark") or ""


async def _settle(page: Page, mark: str) -> None:
    """Until the answer to the last press stands on the page."""
    seen = "before => document.querySelector('#chat').dataset.mark !== before"
    await page.wait_for_function(seen, arg=mark)


async def _save(page: Page, name: str) -> None:
    await page.screenshot(path=PICTURES / f"{name}.png")


def _origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def _entry_year() -> int:
    """As the demonstration counts it: the people's ages follow from the year of entry."""
    return 2026


if __name__ == "__main__":
    main()
