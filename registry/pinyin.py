"""A pinyin spelling to propose for a name; the family may always change it.

Surnames are read as surnames (单 Shan, 区 Ou), which the dictionary does not do. Heavy to import:
only who proposes or sorts by pinyin imports it, nobody at start-up.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from pypinyin import Style, lazy_pinyin, pinyin

from registry.frozen import frozen
from registry.names import COMPOUND_SURNAMES, is_han

# Where the surname is read otherwise than the word. Two readings in use: the commoner one.
_SURNAMES = """
    卜bu 重chong 种chong 单shan 單shan 都du 盖ge 蓋ge 句gou 郇xun 祭zhai 阚kan 闞kan 缪miao 繆miao
    粘nian 佴nai 能nai 区ou 區ou 秘bi 朴piao 繁po 覃qin 仇qiu 召shao 折she 隗wei 冼xian 洗xian
    解xie 么yao 乐yue 樂yue 员yun 員yun 贠yun 藏zang 曾zeng 查zha 翟zhai
"""
_COMPOUND = """
    澹台tan-tai 澹臺tan-tai 单于chan-yu 單于chan-yu 长孙zhang-sun 長孫zhang-sun 万俟mo-qi
    尉迟yu-chi 尉遲yu-chi
"""
SURNAMES: Mapping[str, str] = MappingProxyType(
    {
        row.rstrip("-abcdefghijklmnopqrstuvwxyz"): row.lstrip("".join(filter(is_han, row)))
        for row in (_SURNAMES + _COMPOUND).split()
    }
)
_NEEDS_APOSTROPHE = frozenset("aoe")


@frozen
class Pinyin:
    """Two spellings: Lü Zihan as in textbooks, LYU ZIHAN as in passports. Hidden from logs."""

    plain: str
    passport: str

    def __repr__(self) -> str:
        """Nothing about a child."""
        return "Pinyin(…)"


def propose(name: str) -> Pinyin | None:
    """The spelling of a Chinese name, or None where a character has no known reading."""
    parts = [part for part in name.strip().split("·") if part]
    spelled = [_spell(part) for part in parts] if len(parts) > 1 else _spell_person(name.strip())
    words = [word for word in spelled if word is not None]
    if not words or len(words) < len(spelled):
        return None
    joint = "·" if len(parts) > 1 else " "
    plain = joint.join("".join(_with_apostrophes(word)).capitalize() for word in words)
    passport = " ".join("".join(word).replace("ü", "yu").upper() for word in words)
    return Pinyin(plain, passport)


def sort_key(name: str) -> str:
    """For lists ordered by pinyin (U11); what cannot be read comes last, in code order."""
    found = propose(name)
    return found.passport.lower() + " " + name if found else "~" + name


@cache
def readings(char: str) -> tuple[str, ...]:
    """Every reading of a character, without tones; any other sign is read as itself."""
    if not is_han(char):
        return (char,)
    found = pinyin(char, style=Style.NORMAL, heteronym=True, v_to_u=False)
    return tuple(dict.fromkeys(found[0])) if found and found[0] else (char,)


def _spell_person(name: str) -> list[list[str] | None]:
    """Surname, then the given name."""
    length = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    surname, given = name[:length], name[length:]
    known = SURNAMES.get(surname)
    first = known.split("-") if known else _spell(surname)
    return [first, _spell(given)] if given else [first]


def _spell(text: str) -> list[str] | None:
    """One syllable a character; None when one is not in the dictionary."""
    if not text or not all(map(is_han, text)):
        return None
    syllables: list[str] = lazy_pinyin(text, v_to_u=True)
    unread = len(syllables) != len(text) or any(is_han(s[0]) for s in syllables)
    return None if unread else syllables


def _with_apostrophes(syllables: list[str]) -> list[str]:
    """Xi'an, not Xian, before a, o and e."""
    rest = ["'" + s if s[0] in _NEEDS_APOSTROPHE else s for s in syllables[1:]]
    return syllables[:1] + rest
