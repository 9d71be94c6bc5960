"""Names of people, classes and schools, and addresses: text kept exactly as typed, ends trimmed.

Never normalised: the name must be the one in the household register, rare characters and all.
What nobody can see (direction, zero-width, control) is refused. Called through `registry.values`.
"""

import re
import unicodedata
from datetime import date
from itertools import pairwise

from registry.problems import Problem
from registry.readings import Reading, accepted, half_width, has_hidden, refused

MAX_NAME = 60
MAX_CLASS_NAME = 20
MAX_SCHOOL_NAME = 60
MAX_ADDRESS = 200
MIN_ADDRESS = 4
MIN_SIGNATURE = 2  # letters: a surname alone, or one slip of a finger, signs nothing
MAX_PLACE = 60
MIN_PLACE = 2
SHORT_ADDRESS = 8  # shorter ones rarely reach the door: the reviewer is told

# The dot between the parts of a name is U+00B7; these are what keyboards offer instead.
_OTHER_DOTS = frozenset("•・‧∙⋅.．")
_MARKS = _OTHER_DOTS | frozenset("·'’-")
_LETTER_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc"})
# Descriptions of characters that could not be typed (⿰氵朋); their category alone does not tell.
_DESCRIPTIONS = range(0x2FF0, 0x3000)
# Letters with or without tone marks; ü may be written v, u or yu, as the passport office does.
_PINYIN = re.compile(r"[A-Za-zÀ-ɏǍ-ǜḀ-ỿ]+(?:[ '’·-][A-Za-zÀ-ɏǍ-ǜḀ-ỿ]+)*")
_CLASS_NUMBER = re.compile(r"([0-9]{1,2}|[一二三四五六七八九十]{1,3})[)\]】]?\s*班?$")

_SURNAMES_SIMPLIFIED = """
    欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 司徒 司空 夏侯 宇文 长孙 端木 独孤 南宫
    轩辕 百里 呼延 东郭 西门 公冶 澹台 申屠 太史 闻人 赫连 钟离 濮阳 万俟 单于 拓跋 完颜 纳兰
"""
_SURNAMES_TRADITIONAL = """
    歐陽 諸葛 東方 尉遲 公孫 長孫 獨孤 南宮 軒轅 東郭 西門 澹臺 聞人 鍾離 濮陽 單于 納蘭
"""
COMPOUND_SURNAMES = frozenset((_SURNAMES_SIMPLIFIED + _SURNAMES_TRADITIONAL).split())


def is_han(char: str) -> bool:
    """True for a Chinese character.

    Planes 2 and 3 count whole: they are set aside for Han, and the interpreter's Unicode tables
    are older than their newest extensions.
    """
    code = ord(char)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFD
        or code == 0x3007
    )


def read_name(text: str, today: date | None = None) -> Reading:
    """A person's name as in the household register."""
    name = text.strip()
    if problem := _seen_through(name, MAX_NAME) or _name_problem(name):
        return Reading(name, problem)
    if any(char in _OTHER_DOTS for char in name):
        return accepted(name, (Problem("value.name_dot"),))
    return accepted(name)


def read_signature(text: str, today: date | None = None) -> Reading:
    """A name typed as a signature: a whole one. Rule: R81."""
    reading = read_name(text)
    if reading.is_accepted and sum(map(_is_letter, reading.text)) < MIN_SIGNATURE:
        return refused(reading.text, "signature_short")
    return reading


def is_same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: spaces, capitals and the kind of dot do not count."""
    return plain_name(one) == plain_name(other)


def plain_name(name: str) -> str:
    """The letters alone, by which two spellings are compared."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if _is_letter(c))


def read_address(text: str, today: date | None = None) -> Reading:
    """A place to live, one line; whether it reaches the door number is for the reviewer."""
    address = text.strip()
    if problem := _seen_through(address, MAX_ADDRESS):
        return Reading(address, problem)
    if len(address) < MIN_ADDRESS or not any(is_han(c) or c.isalpha() for c in address):
        return refused(address, "address_shape")
    short = len(address) < SHORT_ADDRESS
    return accepted(address, (Problem("value.address_short"),) if short else ())


def read_place(text: str, today: date | None = None) -> Reading:
    """Where somebody comes from, 河南省郑州市 or 泰州; the district code is for the registrar."""
    place = text.strip()
    if problem := _seen_through(place, MAX_PLACE):
        return Reading(place, problem)
    if len(place) < MIN_PLACE or not any(is_han(c) or c.isalpha() for c in place):
        return refused(place, "place_shape")
    return accepted(place)


def read_pinyin(text: str, today: date | None = None) -> Reading:
    """A name in Latin letters as the family writes it; proposed, always editable."""
    spelling = text.strip()
    if problem := _seen_through(spelling, MAX_NAME):
        return Reading(spelling, problem)
    if not _PINYIN.fullmatch(spelling):
        return refused(spelling, "pinyin_shape")
    return accepted(spelling)


def read_class_name(text: str, today: date | None = None) -> Reading:
    """三年级（4）班, 4班 or just 4."""
    name = text.strip()
    if problem := _seen_through(name, MAX_CLASS_NAME):
        return Reading(name, problem)
    if not any(is_han(char) or char.isalnum() for char in name):
        return refused(name, "class_name_shape")
    return accepted(name)


def read_school_name(text: str, today: date | None = None) -> Reading:
    """A school or kindergarten; the family writes what it knows."""
    name = text.strip()
    if problem := _seen_through(name, MAX_SCHOOL_NAME):
        return Reading(name, problem)
    if not any(is_han(char) or char.isalpha() for char in name):
        return refused(name, "school_name_shape")
    return accepted(name)


def class_number(text: str) -> int | None:
    """The number inside a class name: 三年级（4）班 → 4, 十二班 → 12; None where there is none."""
    found = _CLASS_NUMBER.search(half_width(text))
    if found is None:
        return None
    digits = found.group(1)
    return int(digits) if digits.isdecimal() else _chinese_number(digits)


def _chinese_number(text: str) -> int | None:
    tens, ten, ones = text.rpartition("十")
    units = "一二三四五六七八九"
    if (ten and len(tens) > 1) or len(ones) > 1:
        return None
    value = units.find(ones) + 1 if ones else 0
    return value + (10 * (units.find(tens) + 1 if tens else 1) if ten else 0)


def _seen_through(text: str, limit: int) -> Problem | None:
    """What every line of text is refused for."""
    if not text:
        return Problem("value.empty")
    if len(text) > limit:
        return Problem("value.too_long", {"limit": limit, "count": len(text)})
    if "\n" in text or "\r" in text:
        return Problem("value.one_line")
    return Problem("value.hidden_character") if has_hidden(text) else None


def _name_problem(name: str) -> Problem | None:
    if any(0xE000 <= ord(c) <= 0xF8FF or ord(c) >= 0xF0000 for c in name):
        return Problem("value.name_unshown")
    if any(char.isdecimal() for char in name):
        return Problem("value.name_digit")
    if not all(_may_stand(char) for char in name) or not any(map(_is_letter, name)):
        return Problem("value.name_symbol")
    spaced = any(is_han(a) or is_han(b) for a, b in _around_spaces(name))
    return Problem("value.name_space") if spaced else None


def _around_spaces(name: str) -> tuple[tuple[str, str], ...]:
    parts = name.split()
    return tuple((left[-1], right[0]) for left, right in pairwise(parts))


def _may_stand(char: str) -> bool:
    return _is_letter(char) or char.isspace() or char in _MARKS


def _is_letter(char: str) -> bool:
    if is_han(char):
        return True
    return unicodedata.category(char) in _LETTER_CATEGORIES and ord(char) not in _DESCRIPTIONS
