"""The third channel: a form in the terminal, for its author. The same dialogue, nothing stored.

Shows the bubbles, numbers the buttons, reads lines; a script of lines may answer instead. Opens
no database and sends nothing. Called by `xueji form try`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from conversations.authoring.walking import CHILD_ID
from conversations.dialogue import FORM_SCREENS, converse
from conversations.draft import Draft, Place
from conversations.form import Form
from conversations.turn import (
    AskHome,
    Chose,
    Discard,
    Facts,
    HandPhotos,
    Input,
    Look,
    Said,
    Sent,
    SetLanguage,
    Submit,
    Turn,
)
from conversations.wording import Bubble, Shown, ShownButton, render
from locales import say
from registry.submissions import Content

PRESS = "#"
"""`#2` presses the second button; a bare 2 does where nothing can be typed."""
ATTACH = "@"
"""`@photo.jpg` sends a file of that name; its contents are not read."""

_APART = "   "


@dataclass(slots=True)
class Terminal:
    """One person in front of one form. `read` gives the next line, None at the end."""

    form: Form
    facts: Facts
    read: Callable[[], str | None]
    write: Callable[[str], None]
    language: str = "zh_Hans"
    _place: Place = field(init=False)
    _draft: Draft = field(init=False)
    _turn: Turn = field(init=False)
    _shown: Shown = field(init=False)

    def run(self) -> Content | None:
        """Until the form is sent, the person leaves or the lines end; what would be sent."""
        school, form = self.facts.school, self.form
        self._draft = Draft("draft", school.id, form.id, form.version, CHILD_ID, None, "trial")
        self._place = Place(self.facts.actor.id, 0, "form", self._draft.id)
        self.write(say("terminal.how", self.language))
        self._give(Look())
        while (line := self.read()) is not None:
            self._give(self._meant(line.strip()))
            outcome = self._turn.outcome
            if isinstance(outcome, Submit):
                self._tell(outcome.content)
                return outcome.content
            if isinstance(outcome, Discard | HandPhotos) or self._place.screen == "home":
                break
        self.write(say("terminal.left", self.language))
        return None

    def _meant(self, line: str) -> Input:
        """A button, a file, a command or an answer."""
        if not line:
            return Look()
        if line.startswith(ATTACH):
            return Sent(line[1:].strip() or None)
        number = line.removeprefix(PRESS)
        if number.isascii() and number.isdecimal() and (number != line or not self._may_type()):
            buttons = self._buttons()
            if 1 <= int(number) <= len(buttons):
                turn, _, op = buttons[int(number) - 1].token.partition(":")
                return Chose(int(turn), op)
        return Said(line)

    def _give(self, given: Input) -> None:
        facts = replace(self.facts, language=self.language, form=self.form, draft=self._draft)
        self._turn = converse(self._place, given, facts)
        self._place = self._turn.place
        self._draft = self._turn.draft or self._draft
        if isinstance(self._turn.outcome, AskHome):
            self.write(say("terminal.no_link", self.language))
            self._turn = converse(self._place, Look(), facts)
        if isinstance(self._turn.outcome, SetLanguage):
            self.language = self._turn.outcome.language
        self._shown = render(self._turn, self.language)
        self._show()

    def _show(self) -> None:
        number = 0
        for bubble in self._shown.bubbles:
            self.write("")
            for text in _lines(bubble, self.language):
                self.write(text)
            for row in _rows(bubble):
                words = [f"[{number + i}] {_label(button)}" for i, button in enumerate(row, 1)]
                number += len(row)
                self.write(_APART.join(words))

    def _buttons(self) -> list[ShownButton]:
        """In the order of their numbers."""
        return [
            button for bubble in self._shown.bubbles for row in _rows(bubble) for button in row
        ]

    def _may_type(self) -> bool:
        """Whether the question in hand takes words: then a bare number is an answer."""
        asks = [bubble.ask for bubble in self._shown.bubbles if bubble.ask is not None]
        in_form = self._place.screen in FORM_SCREENS
        return in_form and any(ask.kind not in ("none", "photo", "file") for ask in asks)

    def _tell(self, content: Content) -> None:
        """What the school would receive."""
        self.write("")
        self.write(say("terminal.sent", self.language))
        self.write(content.summary)


def _lines(bubble: Bubble, language: str) -> list[str]:
    """Its paragraphs and pictures, then the numbered lines of a summary, section by section."""
    lines = list(bubble.paragraphs)
    lines += [say("terminal.picture", language, {"name": one.name}) for one in bubble.pictures]
    section = ""
    for line in bubble.lines:
        if line.section and line.section != section:
            lines.append(f"【{line.section}】")
        section = line.section
        lines.append(f"{line.number:>4}. {line.label}{_APART}{line.value}")
    return lines


def _rows(bubble: Bubble) -> list[list[ShownButton]]:
    """Answers first, the ways beside an answer below them."""
    answers = [button for button in bubble.buttons if button.style != "quiet"]
    quiet = [button for button in bubble.buttons if button.style == "quiet"]
    return [row for row in (answers, quiet) if row]


def _label(button: ShownButton) -> str:
    return f"✓ {button.label}" if button.is_on else button.label
