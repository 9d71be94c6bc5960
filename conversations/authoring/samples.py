"""Invented values that fit: one for every kind of value of the school, one for any pattern.

What `trials` types when it tries a form out. Persons and numbers are nobody's: the region 999999
is not assigned. Decides nothing.
"""

import re
from collections.abc import Mapping
from typing import Final

KIND_SAMPLES: Final[Mapping[str, str]] = {
    "address": "向阳镇阳光路88号3栋501室",
    "birth_date": "2018-03-12",
    "class_name": "4",
    "date": "2018-03-12",
    "email": "parent@example.com",
    "foreign_permit": "911999201803120020",
    "home_return_permit": "H00000000",
    "id_card": "999999201803120022",
    "id_card_15": "999999800312002",
    "landline": "010-80000000",
    "mobile": "13800000000",
    "name": "张子涵",
    "national_number": "G999999201803120022",
    "options": "orphan",
    "passport": "E00000000",
    "phone": "13800000000",
    "pinyin": "Zhang Zihan",
    "place": "向阳市向阳县",
    "postcode": "100000",
    "provincial_number": "Z99990000",
    "region_code": "110105000000",
    "signature": "张子涵",
    "school_name": "向阳镇中心幼儿园",
    "taiwan_permit": "00000000",
}
"""Kind of `registry.values` → one value it accepts; kinds that are a list are not here."""

MAX_SAMPLE: Final = 200
_CLASSES: Final[Mapping[str, str]] = {"d": "5", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_COUNT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_FIRST_OF: Final = "5aA一 -"
"""Tried in this order where a class of characters says what it does not want."""


def sample_of(pattern: str) -> str:
    """A short text that fits a regular expression, as far as plain ones go."""
    return _Pattern(pattern).alternatives()[:MAX_SAMPLE]


class _Pattern:
    """Reads a pattern from left to right and writes one text that fits it."""

    def __init__(self, pattern: str) -> None:
        self.rest = pattern

    def alternatives(self) -> str:
        """The first branch; the others are read and left out."""
        first = self._branch()
        while self._eat("|"):
            self._branch()
        return first

    def _branch(self) -> str:
        out: list[str] = []
        while self.rest and self.rest[0] not in "|)" and sum(map(len, out)) < MAX_SAMPLE:
            out.append(self._piece())
        return "".join(out)

    def _piece(self) -> str:
        atom = self._atom()
        if self._eat("*") or self._eat("?"):
            self._eat("?")
            return ""
        if self._eat("+"):
            self._eat("?")
            return atom
        if found := _COUNT.match(self.rest):
            self.rest = self.rest[found.end() :]
            return atom * min(int(found[1]), MAX_SAMPLE)
        return atom

    def _atom(self) -> str:
        char, self.rest = self.rest[0], self.rest[1:]
        if char == "(":
            self._eat("?:")
            inner = self.alternatives()
            self._eat(")")
            return inner
        if char == "[":
            return self._one_of()
        if char == "\\" and self.rest:
            char, self.rest = self.rest[0], self.rest[1:]
            return _CLASSES.get(char, char)
        return {".": "a", "^": "", "$": ""}.get(char, char)

    def _one_of(self) -> str:
        body, length = "", 0
        while length < len(self.rest) and (self.rest[length] != "]" or not length):
            length += 2 if self.rest[length] == "\\" else 1
        body, self.rest = self.rest[:length], self.rest[length + 1 :]
        if body.startswith("^"):
            unwanted = re.compile(f"[{body[1:]}]")
            return next((char for char in _FIRST_OF if not unwanted.match(char)), "")
        return _CLASSES.get(body[1], body[1]) if body.startswith("\\") else body[:1]

    def _eat(self, mark: str) -> bool:
        is_next = self.rest.startswith(mark)
        if is_next:
            self.rest = self.rest[len(mark) :]
        return is_next
