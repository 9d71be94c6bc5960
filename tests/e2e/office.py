"""Somebody of the school at the panel, in Chromium, with and without JavaScript."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.async_api import Locator, Page, expect

from tests.e2e.watching import watch
from tests.support import measures

TARGET = 24
"""Pixels of WCAG 2.2, 2.5.8: the panel is worked at a desk."""


@dataclass
class Office:
    """One person's browser. `faults` collects what no page may do."""

    page: Page
    address: str
    javascript: bool = True
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        watch(self.page, self.faults)

    async def come_by(self, address: str) -> None:
        await self.page.goto(address)
        async with self.page.expect_navigation():
            await self.page.click("main form button.main")

    async def go(self, path: str) -> None:
        await self.page.goto(f"{self.address}{path}")

    async def open_case(self, child: str) -> None:
        """From the queue; `child` as it is shown there: masked for the committee."""
        await self.go("/panel/queue")
        await self.page.locator("a.whole", has_text=child).last.click()
        await self.page.wait_for_selector("#decision")

    async def flag(self, label: str, reason: str) -> None:
        """Mark a field with a canned reason."""
        entry = self._entry(label)
        await entry.locator("summary").click()
        await entry.locator("select").select_option(label=reason)

    async def flags_of(self, *labels: str) -> list[int]:
        """How many flags each field offers."""
        return [await self._entry(label).locator(".flag").count() for label in labels]

    def _entry(self, label: str) -> Locator:
        named = self.page.locator("dt").get_by_text(label, exact=True)
        return self.page.locator(".entry").filter(has=named)

    async def press(self, selector: str) -> None:
        async with self.page.expect_navigation():
            await self.page.click(selector)

    async def approve(self) -> None:
        await self.press("button.approve[name=act]")

    async def give_back(self, flags: Mapping[str, str]) -> None:
        """Return the case with those fields and reasons."""
        for label, reason in flags.items():
            await self.flag(label, reason)
        await self.press("button.return[name=act]")

    async def html(self) -> str:
        return await self.page.content()

    async def words(self) -> str:
        return await self.page.inner_text("main")

    async def expect_words(self, words: str) -> None:
        await expect(self.page.locator("main")).to_contain_text(words)

    async def assert_fits(self, screen: str) -> None:
        """At the desk and on a phone: nothing sticks out, nothing is cut off, axe is content."""
        await self.page.wait_for_load_state("load")  # words stand before stylesheet and pictures
        found: dict[str, object] = {"faults": self.faults}
        for width, height in ((390, 844), (1280, 800)):
            await self.page.set_viewport_size({"width": width, "height": height})
            found |= {
                f"sideways at {width}": await measures.sideways_overflow(self.page),
                f"clipped at {width}": await measures.clipped_texts(self.page),
                f"small at {width}": await measures.small_targets(self.page, TARGET),
            }
        if self.javascript:
            found["axe"] = await measures.axe_violations(self.page)
        assert {name: it for name, it in found.items() if it} == {}, screen
