"""Chromium as Debian ships it, driven by Playwright: one browser a worker, one context a person.

Nothing is downloaded, and no page reaches a host other than this machine.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

_ARGUMENTS = (
    "--no-sandbox",  # the sandbox refuses to start for root
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


class OpenPage(Protocol):
    async def __call__(
        self,
        *,
        javascript: bool = True,
        width: int = 390,
        height: int = 844,
        locale: str = "zh-CN",
    ) -> Page: ...


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        raise FileNotFoundError("Chromium is missing: sudo apt install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=list(_ARGUMENTS)
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def page_opener(browser: Browser) -> AsyncIterator[OpenPage]:
    """Opens pages that share nothing: each is another person with a browser of his own."""
    contexts: list[BrowserContext] = []

    async def open_page(
        *,
        javascript: bool = True,
        width: int = 390,
        height: int = 844,
        locale: str = "zh-CN",
    ) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=width < 600,
            java_script_enabled=javascript,
            locale=locale,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return await context.new_page()

    try:
        yield open_page
    finally:
        for context in contexts:
            await context.close()
