"""The choices of one list, found without looking at each: by code, label, column, text or pinyin.

Made once per list and only as far as it is asked for; a list of thousands costs a family nothing
on the turns that do not search it. Called by the question types and the walk.
"""

from collections.abc import Container, Iterator, Mapping
from functools import cached_property
from itertools import islice

from conversations.form import Choice
from locales import WORDING
from registry.readings import half_width

MAX_LISTS = 256
"""Lists in use at one time; beyond it the oldest index is made again."""

Numbered = tuple[tuple[int, Choice], ...]
Syllables = tuple[tuple[str, ...], ...]


class ChoiceIndex:
    """Ways into one list. Choices keep their number, which is their place in the form."""

    def __init__(self, choices: tuple[Choice, ...]) -> None:
        self.choices = choices
        self._columns: dict[str, Mapping[str, Numbered]] = {}

    @cached_property
    def by_code(self) -> Mapping[str, Choice]:
        """The choice of a code exactly as it is kept; the first of two."""
        return {choice.name: choice for choice in reversed(self.choices)}

    def where(self, column: str, text: str) -> Numbered:
        """The choices with that text in that column, in the form's order."""
        found = self._columns.get(column)
        if found is None:
            grouped: dict[str, list[tuple[int, Choice]]] = {}
            for item in enumerate(self.choices):
                choice = item[1]
                key = choice.name if column == "name" else choice.columns.get(column, "")
                grouped.setdefault(key, []).append(item)
            found = self._columns[column] = {key: tuple(few) for key, few in grouped.items()}
        return found.get(text, ())

    def find(self, folded: str, offered: Container[int]) -> Choice | None:
        """The offered choice whose label in any language, else whose code, is this."""
        for ways in (self._by_label, self._by_folded_code):
            for number in ways.get(folded, ()):
                if number in offered:
                    return self.choices[number]
        return None

    def search(self, folded: str, offered: Container[int], limit: int) -> Numbered:
        """Offered choices beginning with the text, then others that contain it in their name,
        begin with it in their code, or are spelled so in pinyin.
        """
        hits = [number for number in self._hits(folded) if number in offered]
        starts = self._starts
        hits.sort(key=lambda number: not any(each.startswith(folded) for each in starts[number]))
        return tuple((number, self.choices[number]) for number in hits[:limit])

    def _hits(self, folded: str) -> Iterator[int]:
        is_spelling = folded.isascii() and folded.isalpha()
        for number, wordings in enumerate(self._starts):
            is_named = any(folded in words for words in wordings)
            if (
                is_named
                or self._codes[number].startswith(folded)
                or (is_spelling and _spells(folded, self._spelled[number]))
            ):
                yield number

    @cached_property
    def _starts(self) -> tuple[tuple[str, ...], ...]:
        return tuple(
            tuple({half_width(words).casefold() for words in choice.label.by_language.values()})
            for choice in self.choices
        )

    @cached_property
    def _codes(self) -> tuple[str, ...]:
        return tuple(choice.name.casefold() for choice in self.choices)

    @cached_property
    def _by_label(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, wordings in enumerate(self._starts):
            for words in wordings:
                found.setdefault(words, []).append(number)
        return found

    @cached_property
    def _by_folded_code(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, code in enumerate(self._codes):
            found.setdefault(code, []).append(number)
        return found

    @cached_property
    def _spelled(self) -> tuple[Syllables, ...]:
        # Heavy to import, and only who types letters needs it.
        from registry.pinyin import readings

        return tuple(
            tuple(map(readings, choice.label.by_language.get(WORDING, "").casefold()))
            for choice in self.choices
        )


_indexes: dict[int, ChoiceIndex] = {}


def index_of(choices: tuple[Choice, ...]) -> ChoiceIndex:
    """The index of this very list, shared by every question that uses it."""
    index = _indexes.get(id(choices))
    if index is None or index.choices is not choices:
        for oldest in tuple(islice(_indexes, max(0, len(_indexes) - MAX_LISTS + 1))):
            del _indexes[oldest]
        index = _indexes[id(choices)] = ChoiceIndex(choices)
    return index


def _spells(typed: str, syllables: Syllables) -> bool:
    """Whether the letters spell the beginning of a name: cq, chongq and cqing all mean 重庆."""
    reached = {0}  # how many letters the syllables so far may have used up
    for readings in syllables:
        after: set[int] = set()
        for used in reached:
            for syllable in readings:
                if syllable[0] != typed[used]:
                    continue
                if syllable.startswith(typed[used:]) or used + 1 == len(typed):
                    return True
                after.add(used + 1)
                if typed.startswith(syllable, used):
                    after.add(used + len(syllable))
        reached = after
        if not reached:
            return False
    return False
