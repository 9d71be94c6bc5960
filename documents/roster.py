"""A pasted roster read row by row: class, child's name, perhaps a guardian's telephone.

Nothing is stored here and nothing is guessed: every row says what it is or what is the matter
with it. Called by the set-up page (dry run, then the same text again) and by the command line.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from registry.frozen import frozen
from registry.problems import Problem
from registry.setup import RosterRow
from registry.values import KINDS

MAX_ROWS = 2000
"""A whole school of one cohort; more is pasted in parts."""

CLASS, NAME, PHONE = "class", "name", "phone"
USUAL_ORDER = (CLASS, NAME, PHONE)
HEADINGS: Mapping[str, str] = {
    "班": CLASS,
    "班别": CLASS,
    "班级": CLASS,
    "所在班级": CLASS,
    "class": CLASS,
    "name": NAME,
    "学生": NAME,
    "学生姓名": NAME,
    "姓名": NAME,
    "phone": PHONE,
    "家长电话": PHONE,
    "家长手机": PHONE,
    "手机": PHONE,
    "手机号": PHONE,
    "电话": PHONE,
    "监护人电话": PHONE,
    "联系电话": PHONE,
}

_DIGITS = {char: value for value, char in enumerate("一二三四五六七八九", start=1)}
_NUMBER = r"([0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_OPEN, _CLOSE = r"[(（\[【]?\s*", r"\s*[)）\]】]?"
_CLASS_ONLY = re.compile(rf"{_OPEN}{_NUMBER}{_CLOSE}\s*班?")
_GRADE_CLASS = re.compile(
    rf"(?:(初|高)?{_NUMBER}\s*(?:年级|年)?|([0-9]{{1,2}})\s*[.\-])\s*{_OPEN}{_NUMBER}{_CLOSE}\s*班?"
)
_STAGE_START = {"初": 6, "高": 9}
_PHONE_LIKE = re.compile(r"[+0-9０-９()（）\-－ ]{7,}")


@frozen
class KnownClass:
    """A class a row may name, with the names already on it."""

    id: str
    grade: int
    number: int
    label: str
    names: Collection[str] = frozenset()

    def __repr__(self) -> str:
        """No child's name in a log."""
        return f"KnownClass({self.id!r})"


@frozen
class RosterLine:
    """One row as read. `doubt`: it may stand, if a person says so."""

    line: int
    class_text: str
    name: str
    phone: str = ""
    known: KnownClass | None = None
    problem: Problem | None = None
    doubt: Problem | None = None

    def __repr__(self) -> str:
        """The place only."""
        return f"RosterLine({self.line})"

    def row(self) -> RosterRow | None:
        """What the use case takes, once nothing is the matter."""
        if self.problem is not None or self.known is None:
            return None
        return RosterRow(self.known.id, self.name, self.phone)


def read_roster(text: str, classes: Sequence[KnownClass]) -> tuple[RosterLine, ...]:
    """Every row of the paste, in its order; a heading row and empty rows are passed over."""
    order: tuple[str, ...] = USUAL_ORDER
    seen: set[tuple[str, str]] = set()
    lines: list[RosterLine] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        cells = tuple(_cells(raw))
        if not any(cells):
            continue
        if heading := _heading(cells):
            order = heading
            continue
        lines.append(_judged(_line(number, cells, order), classes, seen))
        if len(lines) == MAX_ROWS:
            break
    return tuple(lines)


def class_numbers(text: str) -> tuple[int | None, int] | None:
    """(grade or None, class) as people write it: 一年级（3）班, 初一3班, 1.3, 3班, 3."""
    plain = text.strip().translate(_HALF_WIDTH)
    if found := _CLASS_ONLY.fullmatch(plain):
        return None, _number(found.group(1))
    if found := _GRADE_CLASS.fullmatch(plain):
        stage, grade, dotted, number = found.groups()
        return _number(grade or dotted) + _STAGE_START.get(stage or "", 0), _number(number)
    return None


_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def _cells(raw: str) -> Iterator[str]:
    """By tab, else by comma, else by space; between spaces only the ends are columns."""
    if "\t" in raw:
        yield from (cell.strip() for cell in raw.split("\t"))
    elif re.search(r"[,，;；]", raw):
        yield from (cell.strip() for cell in re.split(r"[,，;；]", raw))
    else:
        yield from _spaced(raw.split())


def _spaced(words: list[str]) -> Iterator[str]:
    """Class first; a telephone is known by its digits; all between is the name."""
    phone = words.pop() if len(words) > 2 and _PHONE_LIKE.fullmatch(words[-1]) else ""
    yield from (*words[:1], " ".join(words[1:]), phone)


def _heading(cells: tuple[str, ...]) -> tuple[str, ...] | None:
    words = " ".join(cells).split() if len(cells) == len(USUAL_ORDER) else cells
    named = tuple(HEADINGS.get(word.lower(), "") for word in words)
    return named if {CLASS, NAME} <= set(named) else None


def _line(number: int, cells: tuple[str, ...], order: tuple[str, ...]) -> RosterLine:
    by_name = dict(zip(order, cells, strict=False))
    return RosterLine(
        number, by_name.get(CLASS, ""), by_name.get(NAME, ""), by_name.get(PHONE, "")
    )


def _judged(
    line: RosterLine, classes: Sequence[KnownClass], seen: set[tuple[str, str]]
) -> RosterLine:
    known, problem = _class(line.class_text, classes)
    name = KINDS["name"].read(line.name)
    phone = KINDS["phone"].read(line.phone) if line.phone else None
    if problem is None and not line.name:
        problem = Problem("roster.name_missing")
    problem = problem or name.problem or (phone.problem if phone else None)
    doubt = None
    if known is not None and problem is None:
        key = known.id, name.text
        doubt = _doubt(name.text, known, is_repeated=key in seen)
        seen.add(key)
    return RosterLine(
        line.line,
        line.class_text,
        line.name if problem else name.text,
        phone.text if phone and not problem else line.phone,
        known,
        problem,
        doubt,
    )


def _doubt(name: str, known: KnownClass, *, is_repeated: bool) -> Problem | None:
    if name in known.names:
        return Problem("roster.already_there")
    return Problem("roster.twice") if is_repeated else None


def _class(text: str, classes: Sequence[KnownClass]) -> tuple[KnownClass | None, Problem | None]:
    if not text:
        return None, Problem("roster.class_missing")
    numbers = class_numbers(text)
    if numbers is None:
        return None, Problem("roster.class_unread")
    grade, number = numbers
    found = [one for one in classes if one.number == number and grade in (None, one.grade)]
    if len(found) > 1:
        return None, Problem("roster.class_ambiguous")
    return (found[0], None) if found else (None, Problem("roster.class_unknown"))


def _number(text: str) -> int:
    """3, 三, 十, 十二, 二十一."""
    if text.isdecimal():
        return int(text)
    if "十" not in text:
        return _DIGITS.get(text, 0)
    tens, _, ones = text.partition("十")
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
