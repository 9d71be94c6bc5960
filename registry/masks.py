"""What is seen of a value without the right to all of it: 张*涵, 110105********1234.

Text that was never checked is masked too, so nothing here trusts its shape. Called by the panel,
summaries, slips and lists; `mask` takes a kind of value or one of the words in `chat::mask`.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from registry.names import COMPOUND_SURNAMES, is_han
from registry.values import KINDS

HIDDEN = "***"

_REGION = r"(?:[^省市区县旗]{2,7}(?:省|自治区|特别行政区))?"
_CITY = r"(?:[^省市区县旗]{1,9}(?:市|自治州|地区|盟))?"
# 小区, 社区, 园区 are estates, not districts.
_DISTRICT = r"[^省市区县旗]{1,8}(?:(?<![小社园])区|县|旗|市)"
_TO_DISTRICT = re.compile(_REGION + _CITY + _DISTRICT)
_ADDRESS_KEPT = 6


def mask(kind: str, text: str) -> str:
    """The masked form; an unknown kind hides everything."""
    if not text.strip():
        return ""
    word = KINDS[kind].mask if kind in KINDS else kind
    return MASKS.get(word, _mask_all)(text.strip())


def _mask_name(name: str) -> str:
    """First and last character: 张*涵, 张*, 欧阳*娜, 古***力, J***h."""
    if not all(map(is_han, name)):
        return name[0] + HIDDEN + (name[-1] if len(name) > 3 else "")
    if len(name) <= 2:
        return name[0] + "*" if len(name) == 2 else "*"
    kept = 2 if name[:2] in COMPOUND_SURNAMES else 1
    hidden = len(name) - kept - 1
    return name[:kept] + "*" * hidden + name[-1] if hidden else name[:kept] + "*"


def _mask_id(number: str) -> str:
    """First six and last four of a resident ID; of a shorter paper its first two and last two."""
    if len(number) >= 18:
        head = len(number) - 12
        return number[:head] + "*" * 8 + number[-4:]
    if len(number) >= 15:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    return number[:2] + "*" * (len(number) - 4) + number[-2:] if len(number) >= 8 else HIDDEN


def _mask_phone(number: str) -> str:
    """138****0000; of a landline the area code and the last two digits."""
    area, hyphen, rest = number.partition("-")
    if hyphen:
        return f"{area[:4]}-****{rest[-2:]}" if len(rest) >= 6 else HIDDEN
    if len(number) >= 11:
        return number[:3] + "*" * (len(number) - 7) + number[-4:]
    return "****" + number[-2:] if len(number) >= 7 else HIDDEN


def _mask_address(address: str) -> str:
    """To district level; where none is named, six characters, but never half of it."""
    found = _TO_DISTRICT.match(address)
    kept = found.end() if found else min(_ADDRESS_KEPT, len(address) // 2)
    return address[:kept] + HIDDEN


def _mask_all(text: str) -> str:
    return HIDDEN


def _mask_none(text: str) -> str:
    return text


MASKS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "address": _mask_address,
        "id": _mask_id,
        "name": _mask_name,
        "open": _mask_none,  # a class, a school: no secret
        "other": _mask_all,
        "phone": _mask_phone,
    }
)
