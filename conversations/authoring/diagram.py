"""A form as a picture: a Mermaid flowchart of its sections, questions and conditions.

A condition is a diamond: ✓ leads to what it guards, ✗ past it. What is only worked out is left
out. Pure. Called by `xueji form diagram` and the panel.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from conversations.form import Form, Group, Language, Question, Text
from conversations.xlsform.columns import SILENT

MAX_WORDS = 40
YES, NO, AGAIN = "✓", "✗", "⟳"

_SHAPES = {
    "file": '[/"{}"/]',
    "image": '[/"{}"/]',
    "note": '>"{}"]',
    "select_multiple": '{{{{"{}"}}}}',
    "select_one": '{{{{"{}"}}}}',
}
"""Mermaid's shapes: a paper, said only, chosen; all else is a plain box."""
_PLAIN = '["{}"]'

Ends = tuple[tuple[str, str], ...]
"""Where the way stands open: a box and what is written on the arrow that leaves it."""


def diagram(form: Form, language: Language) -> str:
    """Text for any Mermaid viewer; the same form gives the same text."""
    drawing = _Drawing(form, language)
    drawing.box("start", '(["{}"])', drawing.words(form.title), "  ")
    ends = drawing.draw_all(form.children, (("start", ""),), "  ")
    drawing.boxes.append(f"  finish([{YES}])")
    drawing.join(ends, "finish")
    return "\n".join(("flowchart TD", *drawing.boxes, *drawing.arrows)) + "\n"


@dataclass(slots=True)
class _Drawing:
    form: Form
    language: Language
    boxes: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)
    count: int = 0
    entered: str = ""  # the first box since a repeat began

    def draw_all(self, items: Iterable[Question | Group], ends: Ends, indent: str) -> Ends:
        """One after the other."""
        for item in items:
            if isinstance(item, Group) or item.type not in SILENT:
                ends = self._draw(item, ends, indent)
        return ends

    def _draw(self, item: Question | Group, ends: Ends, indent: str) -> Ends:
        if item.relevant is None:
            return self._draw_inside(item, ends, indent)
        name = self._name("c")
        self.box(name, '{{"{}"}}', _short(item.relevant.source), indent)
        self.join(ends, name)
        return (*self._draw_inside(item, ((name, YES),), indent), (name, NO))

    def _draw_inside(self, item: Question | Group, ends: Ends, indent: str) -> Ends:
        label = self.words(item.label) or item.name
        if isinstance(item, Question):
            name = self._name("q")
            self.box(name, _SHAPES.get(item.type, _PLAIN), label, indent)
            self.join(ends, name)
            return ((name, ""),)
        title = f"{label} {AGAIN}" if item.repeats else label
        self.boxes.append(f'{indent}subgraph {self._name("s")}["{_escaped(title)}"]')
        before = self.entered
        self.entered = ""
        inside = self.draw_all(item.children, ends, f"{indent}  ")
        self.boxes.append(f"{indent}end")
        if item.repeats and self.entered:
            again = ((name, f"{words}{AGAIN}") for name, words in inside)
            self.join(tuple(again), self.entered)
        self.entered = before or self.entered
        return inside

    def box(self, name: str, shape: str, words: str, indent: str) -> None:
        self.boxes.append(f"{indent}{name}{shape.format(_escaped(words))}")

    def join(self, ends: Ends, name: str) -> None:
        self.entered = self.entered or name
        for box, words in ends:
            self.arrows.append(f"  {box} -->{f'|{words}|' if words else ''} {name}")

    def words(self, text: Text) -> str:
        """The first line, with the names of the answers it quotes."""
        spoken = text.within(self.language, self.form.default_language)
        pieces = spoken.split("\x00")
        pieces[1::2] = [f"‹{path.rpartition('/')[2]}›" for path in pieces[1::2]]
        return _short("".join(pieces).partition("\n")[0])

    def _name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"


def _short(words: str) -> str:
    return words if len(words) <= MAX_WORDS else f"{words[: MAX_WORDS - 1]}…"


def _escaped(words: str) -> str:
    """Mermaid's own entities; nothing of a label can end its box or become markup."""
    out = words.replace("#", "#35;").replace("&", "#amp;").replace('"', "#quot;")
    return out.replace("<", "#lt;").replace(">", "#gt;").replace("\n", " ")
