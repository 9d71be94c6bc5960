"""Words of a form: its own `label::language` cells, the catalogue of the papers, `${…}` inside.

The catalogue knows a text by where it stands and by its Chinese wording (msgctxt, msgid):
`form_id/path:part` with part label, hint, guidance_hint, brief, required_message or
constraint_message; `form_id/list/choice:choice`; `form_id:title`; `list/code:choice` for the
lists of the register. Used by the reader only.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from conversations.form import NO_TEXT, Language, Text
from locales import form_catalogue
from registry.frozen import frozen

REFERENCE = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
MARK = "\x00"
_NEW_LINE = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)

PathOf = Callable[[str], str | None]
"""Name in `${name}` → path, or None where no question has that name."""


@frozen
class Wordbook:
    """Makes every Text of one form; `languages` are those its catalogue is asked for."""

    form_id: str
    default: Language
    languages: Sequence[Language]
    messages: dict[tuple[str, str], None] = field(default_factory=dict)  # asked for so far

    def text(self, words: Mapping[Language, str], place: str, path_of: PathOf) -> Text:
        """The wording in all languages there are; `place` is the context without the form's id."""
        context = f"{self.form_id}{place}" if place.startswith(":") else f"{self.form_id}/{place}"
        return make_text(self.complete(words, context), path_of)

    def complete(self, words: Mapping[Language, str], context: str) -> Mapping[Language, str]:
        """Fill from the catalogues the languages the file does not carry."""
        original = words.get(self.default)
        if original is None:
            return words
        self.messages[context, original] = None
        found = {code: form_catalogue(code).get((context, original)) for code in self.languages}
        return {**{code: text for code, text in found.items() if text}, **words}


def make_text(words: Mapping[Language, str], path_of: PathOf) -> Text:
    """Turn `${name}` into marked paths and `<br>` into line breaks."""
    if not words:
        return NO_TEXT
    refs: set[str] = set()

    def mark(found: re.Match[str]) -> str:
        path = path_of(found.group(1))
        if path is None:
            return found.group(0)
        refs.add(path)
        return f"{MARK}{path}{MARK}"

    marked = {
        code: REFERENCE.sub(mark, _NEW_LINE.sub("\n", text.replace(MARK, "")))
        for code, text in words.items()
    }
    return Text(marked, frozenset(refs))
