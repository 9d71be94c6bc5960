"""A family's phone: the chat in Chromium, pressed and read as a person would.

The same steps with and without JavaScript: what differs is only how a photo leaves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.async_api import FilePayload, Page, expect

from tests.e2e.watching import watch
from tests.support import measures

MOST_STEPS: Final = 60
SHORT: Final = {"width": 390, "height": 430}
TALL: Final = {"width": 390, "height": 844}
_IS_SEEN = """() => {
  const box = document.getElementById("question").getBoundingClientRect();
  const head = document.querySelector(".top").getBoundingClientRect().bottom;
  const foot = document.querySelector(".composer");
  const end = foot ? foot.getBoundingClientRect().top : innerHeight;
  const isTall = box.height > end - head;
  const problem = document.querySelector(".bubble.problem");
  const isRead = !problem || problem.getBoundingClientRect().top >= head - 1;
  return isRead && box.top >= head - 1 && (isTall || box.bottom <= end + 1);
}"""


@dataclass
class Phone:
    """One person's browser. `faults` collects what no page may do."""

    page: Page
    javascript: bool = True
    photo: bytes = b""
    faults: list[str] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        watch(self.page, self.faults)

    # ---- coming in

    async def open(self, address: str) -> None:
        await self.page.goto(address)

    async def come_by(self, address: str, *, relation: str = "", child: str = "") -> None:
        """Through a link's page and its one button."""
        await self.page.goto(address)
        if child:
            await self.page.fill("#child_name", child)
        if relation:
            await self.page.check(f"input[value={relation}]")
        async with self.page.expect_navigation():
            await self.page.click("main form button.main")

    # ---- the conversation

    async def question(self) -> str:
        return await self.page.inner_text("#question")

    async def words(self) -> str:
        """All that stands in the conversation."""
        return await self.page.inner_text("main")

    async def press(self, label: str) -> None:
        buttons = self.page.locator("#chat form.turn button")
        exact = buttons.get_by_text(label, exact=True)
        button = exact if await exact.count() else buttons.filter(has_text=label)
        mark = await self._mark()
        await button.first.click()
        await self._settle(mark)

    async def write(self, text: str) -> None:
        mark = await self._mark()
        await self.page.fill("#text", text)
        await self.page.click(".send")
        await self._settle(mark)

    async def send_photo(self, photo: bytes | Path) -> None:
        """From the album."""
        mark = await self._mark()
        if isinstance(photo, bytes):
            file = FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=photo)
            await self.page.set_input_files(".photo-album input", files=[file])
        else:
            await self.page.set_input_files(".photo-album input", photo)
        if not self.javascript:
            await self.page.click(".photo-send")
        await self._settle(mark)

    async def fill(self, answers: Mapping[str, str | Sequence[str]], until: str) -> list[str]:
        """Answer every question until one with those words; the questions that were asked.

        An answer is a button's label, `+` and text to write, or `photo`; several follow each
        other. The first whose words stand in the question is taken.
        """
        asked = []
        for _ in range(MOST_STEPS):
            question = await self.question()
            if until in await self.words():
                return asked
            asked.append(question)
            found = next((it for words, it in answers.items() if words in question), None)
            assert found is not None, question
            for answer in (found,) if isinstance(found, str) else found:
                await self.answer(answer)
        raise AssertionError(asked)

    async def answer(self, answer: str) -> None:
        if answer == "photo":
            await self.send_photo(self.photo)
        elif answer.startswith("+"):
            await self.write(answer[1:])
        else:
            await self.press(answer)

    async def _mark(self) -> str:
        return await self.page.get_attribute("#chat", "data-mark") or ""

    async def _settle(self, mark: str) -> None:
        await self.page.wait_for_selector(f"#chat:not([data-mark='{mark}']):not([aria-busy])")

    # ---- measures

    async def assert_fits(self, screen: str, *, targets: int = 48) -> None:
        """Geometry of the screen in view, and axe once for each name."""
        found: dict[str, object] = {
            "sideways": await measures.sideways_overflow(self.page),
            "small": await measures.small_targets(self.page, targets),
            "clipped": await measures.clipped_texts(self.page),
            "faults": self.faults,
        }
        if screen not in self._seen and self.javascript:
            self._seen.add(screen)
            found["axe"] = await measures.axe_violations(self.page)
        assert {name: it for name, it in found.items() if it} == {}, screen

    async def assert_question_seen(self) -> None:
        """With the keyboard open, 430 pixels high: the question, and a problem from its start."""
        await self.page.set_viewport_size(SHORT)
        try:
            await self.page.wait_for_function(_IS_SEEN, timeout=2000)
        finally:
            await self.page.set_viewport_size(TALL)

    async def expect_words(self, words: str) -> None:
        await expect(self.page.locator("main")).to_contain_text(words)
