"""Questions answered by choosing: one, several, or several in order.

Up to eight choices are buttons; more come by pages of eight and by typing a piece of the name,
its pinyin initials or the code. A typed label, number or code is an answer.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from conversations.asked import Asked, Choices, Given, Read, refuse
from conversations.form import Choice, Question
from conversations.turn import Button, Chose, FormWords, Listing, Param, Phrase, Said
from locales import WORDING
from registry.readings import half_width

PAGE = 8
MAX_HITS = 200
"""Of a search in a long list: more than anybody pages through."""

_BETWEEN = re.compile(r"[\s,，、;；。.]+")

# First characters of each initial in GB 2312's level-1 plane, which is ordered by pinyin.
_INITIALS = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"),
    (0xB8C1, "g"), (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"),
    (0xC4C3, "n"), (0xC5B6, "o"), (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"),
    (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"), (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
_LEVEL_1_END = 0xD7F9


class SelectOne:
    """One of several."""

    is_asked = True

    def ask(self, question: Question) -> str:
        """Buttons; a long list is searched by typing."""
        return "text" if len(question.choices) > PAGE else "none"

    def read(self, asked: Asked, given: Given) -> Read:
        """A button, or the label, number or code typed."""
        if isinstance(given, Chose):
            code = _pressed(asked, given.op)
            return Read(text=code) if code is not None else refuse("answer.choice_unknown")
        if not isinstance(given, Said):
            return refuse("answer.choice_wanted")
        typed = given.text.strip()
        code = find_choice(asked.choices, typed)
        if code is not None:
            seen = _numbered(asked.choices, typed)
            # A code nobody sees may look like another line's number: "1".
            return Read(text=code) if seen in (None, code) else Read(doubt=seen)
        if len(asked.choices) > PAGE and typed:
            hits = search(asked.choices, typed)
            if len(hits) == 1:
                return Read(doubt=hits[0][1].name)
            if hits:
                return Read(focus=replace(asked.focus, search=typed[:60], page=0, problem=None))
        return refuse("answer.choice_unknown", typed[:60])

    def buttons(self, asked: Asked) -> tuple[Button, ...]:
        """A page of choices, and the ways to the other pages."""
        return _page(asked, frozenset())

    def show(self, question: Question, text: str) -> Param:
        """The label."""
        return _label(question, text)


class SelectMultiple:
    """Any of several: buttons switch on and off until [选好了]."""

    is_asked = True

    def ask(self, question: Question) -> str:
        """Buttons; typed numbers are taken too."""
        return "text" if len(question.choices) > PAGE else "none"

    def read(self, asked: Asked, given: Given) -> Read:
        """A switch, the end, or "1 3 5"."""
        if isinstance(given, Chose):
            return self._press(asked, given.op)
        if not isinstance(given, Said):
            return refuse("answer.choice_wanted")
        typed = given.text.strip()
        codes = _find_all(asked.choices, typed)
        if codes:
            return Read(text=self.order(asked, codes))
        if len(asked.choices) > PAGE and typed and search(asked.choices, typed):
            return Read(focus=replace(asked.focus, search=typed[:60], page=0, problem=None))
        return refuse("answer.choices_unknown", typed[:60])

    def buttons(self, asked: Asked) -> tuple[Button, ...]:
        """The switches and the end."""
        picked = self.picked(asked)
        done = (Button("done", Phrase("answer.choices_done"), "main"),)
        clear = (Button("clear", Phrase("answer.choices_clear"), "quiet"),) if picked else ()
        return _page(asked, frozenset(picked)) + done + clear

    def show(self, question: Question, text: str) -> Param:
        """The labels, in the form's order."""
        return Listing(tuple(_label(question, code) for code in text.split()))

    def order(self, asked: Asked, codes: Iterable[str]) -> str:
        """Canonical: space-joined in the form's order."""
        chosen = set(codes)
        return " ".join(c.name for _, c in asked.choices if c.name in chosen)

    def picked(self, asked: Asked) -> tuple[str, ...]:
        """What is switched on now."""
        text = asked.focus.picked if asked.focus.picked is not None else asked.value
        return tuple(text.split())

    def _press(self, asked: Asked, op: str) -> Read:
        picked = self.picked(asked)
        if op == "done":
            text = self.order(asked, picked)
            return Read(text=text) if text else refuse("answer.choices_none")
        if op == "clear":
            return Read(focus=replace(asked.focus, picked="", problem=None))
        code = _pressed(asked, op)
        if code is None:
            return refuse("answer.choice_unknown")
        kept = tuple(c for c in picked if c != code) if code in picked else (*picked, code)
        return Read(focus=replace(asked.focus, picked=" ".join(kept), problem=None))


class Rank(SelectMultiple):
    """All of them, in the order they are pressed or typed."""

    def order(self, asked: Asked, codes: Iterable[str]) -> str:
        """Canonical: space-joined in the person's order; nothing unless all are ranked."""
        ranked = tuple(dict.fromkeys(codes))
        return " ".join(ranked) if len(ranked) == len(asked.choices) else ""

    def read(self, asked: Asked, given: Given) -> Read:
        """The last press ends it."""
        read = super().read(asked, given)
        picked = read.focus.picked if read.focus else None
        if picked and len(picked.split()) == len(asked.choices):
            return Read(text=picked)
        return refuse("answer.rank_all") if read.text == "" else read

    def buttons(self, asked: Asked) -> tuple[Button, ...]:
        """Those still without a place; the others are switched on."""
        return tuple(b for b in super().buttons(asked) if b.op != "done")


def find_choice(choices: Choices, typed: str) -> str | None:
    """The code of a choice typed as label (any language), code or number in the list."""
    folded = half_width(typed).casefold()
    if not folded:
        return None
    for _, choice in choices:
        if any(words.strip().casefold() == folded for words in choice.label.by_language.values()):
            return choice.name
    for _, choice in choices:
        if choice.name.casefold() == folded:
            return choice.name
    return _numbered(choices, folded)


def search(choices: Choices, typed: str) -> Choices:
    """Choices whose name contains the text, or whose code or pinyin initials begin so."""
    folded = half_width(typed).casefold()
    hits = (item for item in choices if _is_hit(item[1], folded))
    return tuple(item for item, _ in zip(hits, range(MAX_HITS), strict=False))


def _numbered(choices: Choices, typed: str) -> str | None:
    """The code of the choice at a typed place in the list."""
    number = half_width(typed)[:6]
    if not (number.isascii() and number.isdecimal()) or not 1 <= int(number) <= len(choices):
        return None
    return choices[int(number) - 1][1].name


def _is_hit(choice: Choice, folded: str) -> bool:
    wordings = choice.label.by_language
    if any(folded in words.casefold() for words in wordings.values()):
        return True
    if not folded.isascii():
        return False
    return choice.name.casefold().startswith(folded) or _initials(
        wordings.get(WORDING, "")
    ).startswith(folded)


def _initials(words: str) -> str:
    """Pinyin initials of common characters: 维吾尔族 → wwez; others as they are."""
    return "".join(map(_initial, words)).casefold()


def _initial(char: str) -> str:
    try:
        code = int.from_bytes(char.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return char
    if not _INITIALS[0][0] <= code <= _LEVEL_1_END:
        return char
    return next(letter for first, letter in reversed(_INITIALS) if code >= first)


def _find_all(choices: Choices, typed: str) -> tuple[str, ...]:
    """Every piece found, or nothing."""
    whole = find_choice(choices, typed)
    if whole is not None:
        return (whole,)
    pieces = [piece for piece in _BETWEEN.split(typed) if piece]
    codes = [find_choice(choices, piece) for piece in pieces]
    found = tuple(code for code in codes if code is not None)
    return found if len(found) == len(pieces) else ()


def _pressed(asked: Asked, op: str) -> str | None:
    """The code of the pressed choice, if it is offered now."""
    letter, _, number = op.partition(".")
    if letter != "a" or not number.isdecimal():
        return None
    return next((c.name for i, c in asked.choices if i == int(number)), None)


def _page(asked: Asked, picked: frozenset[str]) -> tuple[Button, ...]:
    focus = asked.focus
    hits = search(asked.choices, focus.search) if focus.search else asked.choices
    pages = max(1, -(-len(hits) // PAGE))
    page = min(focus.page, pages - 1)
    shown = hits[page * PAGE : (page + 1) * PAGE]
    buttons = [Button(f"a.{i}", FormWords(c.label), "answer", c.name in picked) for i, c in shown]
    if page:
        buttons.append(Button(f"page.{page - 1}", Phrase("answer.page_before"), "quiet"))
    if page < pages - 1:
        buttons.append(Button(f"page.{page + 1}", Phrase("answer.page_after"), "quiet"))
    if focus.search:
        buttons.append(Button("page.all", Phrase("answer.page_all"), "quiet"))
    return tuple(buttons)


def _label(question: Question, code: str) -> Param:
    for choice in question.choices:
        if choice.name == code:
            return FormWords(choice.label)
    return code
