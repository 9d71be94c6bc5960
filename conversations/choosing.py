"""Questions answered by choosing: one, several, or several in order.

Up to eight choices are buttons; more come by pages of eight and by typing a piece of the name,
its pinyin initials or the code. A typed label, number or code is an answer.
"""

import re
from collections.abc import Container, Iterable
from dataclasses import replace

from conversations.asked import Asked, Choices, Given, Read, refuse
from conversations.choice_index import index_of
from conversations.form import Question
from conversations.turn import Button, Chose, FormWords, Listing, Param, Phrase, Said
from registry.readings import half_width

PAGE = 8
MAX_HITS = 200
"""Of a search in a long list: more than anybody pages through."""

_BETWEEN = re.compile(r"[\s,，、;；。.]+")


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
        code = find_choice(asked, typed)
        if code is not None:
            seen = _numbered(asked.choices, typed)
            # A code nobody sees may look like another line's number: "1".
            return Read(text=code) if seen in (None, code) else Read(doubt=seen)
        if len(asked.choices) > PAGE and typed:
            hits = search(asked, typed)
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
        codes = _find_all(asked, typed)
        if codes:
            return Read(text=self.order(asked, codes))
        if len(asked.choices) > PAGE and typed and search(asked, typed):
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


def find_choice(asked: Asked, typed: str) -> str | None:
    """The code of a choice typed as label (any language), code or number in the list."""
    folded = half_width(typed).casefold()
    if not folded:
        return None
    found = index_of(asked.question.choices).find(folded, _offered(asked))
    return found.name if found else _numbered(asked.choices, folded)


def search(asked: Asked, typed: str) -> Choices:
    """Choices whose name contains the text, whose code begins so, or whose pinyin does."""
    folded = half_width(typed).casefold()
    return index_of(asked.question.choices).search(folded, _offered(asked), MAX_HITS)


def _offered(asked: Asked) -> Container[int]:
    """The numbers of the offered choices."""
    every = len(asked.question.choices)
    if len(asked.choices) == every:
        return range(every)
    return {number for number, _ in asked.choices}


def _numbered(choices: Choices, typed: str) -> str | None:
    """The code of the choice at a typed place in the list."""
    number = half_width(typed)[:6]
    if not (number.isascii() and number.isdecimal()) or not 1 <= int(number) <= len(choices):
        return None
    return choices[int(number) - 1][1].name


def _find_all(asked: Asked, typed: str) -> tuple[str, ...]:
    """Every piece found, or nothing."""
    whole = find_choice(asked, typed)
    if whole is not None:
        return (whole,)
    pieces = [piece for piece in _BETWEEN.split(typed) if piece]
    codes = [find_choice(asked, piece) for piece in pieces]
    found = tuple(code for code in codes if code is not None)
    return found if len(found) == len(pieces) else ()


def _pressed(asked: Asked, op: str) -> str | None:
    """The code of the pressed choice, if it is offered now."""
    letter, _, number = op.partition(".")
    if letter != "a" or not number.isdecimal():
        return None
    choices = asked.question.choices
    at = int(number[:9])
    return choices[at].name if at < len(choices) and at in _offered(asked) else None


def _page(asked: Asked, picked: frozenset[str]) -> tuple[Button, ...]:
    focus = asked.focus
    hits = search(asked, focus.search) if focus.search else asked.choices
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
    choice = index_of(question.choices).by_code.get(code)
    return FormWords(choice.label) if choice else code
