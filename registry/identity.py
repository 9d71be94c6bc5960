"""Numbers that say who somebody is: resident ID, permits, passport, national student number.

The check digit and the birth date decide; an unknown county is only a warning, because the code
is the one valid when the number was issued (GB 11643-1999). Called through `registry.values`.
"""

import re
from datetime import date

from registry.dates import day_of
from registry.frozen import frozen
from registry.options import PROVINCES
from registry.problems import Problem
from registry.readings import Reading, accepted, compact, refused

# GB 11643-1999: MOD 11-2.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"

_FOREIGN_PERMIT_15 = re.compile(r"[A-Z]{3}[0-9]{12}")
# H/M + 8 digits for life + 2 digits of the re-issue, which cards since 2013 do not print.
_HOME_RETURN = re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")
# 8 digits; older cards add a two-digit issue count.
_TAIWAN = re.compile(r"[0-9]{8}(?:[0-9]{2})?")
_PASSPORT = re.compile(r"(?=(?:[A-Z]*[0-9]){4})[A-Z0-9]{6,15}")
_PROVINCIAL = re.compile(r"[A-Z0-9]{4,30}")
_NATIONAL = re.compile(r"[GLJ][0-9]{17}[0-9X]")


@frozen
class Derived:
    """What a resident ID says about its holder: proposals, never facts. Hidden from logs."""

    birth_date: date
    sex: str  # "1" male, "2" female: registry.options
    region: str  # six digits, the county at the time of issue

    def __repr__(self) -> str:
        """Nothing about a child."""
        return "Derived(…)"


def check_digit(first17: str) -> str:
    """The eighteenth character for seventeen digits. Rule: GB 11643-1999."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11]


def derive(number: str) -> Derived | None:
    """Birth date, sex and region from a resident ID (18 or 15) or a formal national number.

    Nothing from a number that does not check, nor from L and J: they are coded alike but are not
    the child's ID. Rule: K5.
    """
    text = compact(number).removeprefix("G")
    if read_id_card(text).is_accepted:
        return _derive_18(text)
    return _derive_15(text) if read_id_card_15(text).is_accepted else None


def read_id_card(text: str, today: date | None = None) -> Reading:
    """Resident ID of 18: mainland, residence permits 81, 82, 83, foreigners' permanent 9…"""
    number = compact(text)
    if not re.fullmatch(r"[0-9]*X?", number):
        return refused(number, "id_shape")
    if len(number) != 18:
        return refused(number, "id_length", count=len(number))
    if number[17] != check_digit(number[:17]):
        return refused(number, "id_checksum")
    return _with_birthday(number, day_of(number[6:14]), today)


def read_id_card_15(text: str, today: date | None = None) -> Reading:
    """Resident ID of 15, issued until 1999: no check digit, years of the twentieth century."""
    number = compact(text)
    if not re.fullmatch(r"[0-9]{15}", number):
        return refused(number, "id_15_shape")
    return _with_birthday(number, day_of("19" + number[6:12]), today)


def read_foreign_permit(text: str, today: date | None = None) -> Reading:
    """Permanent residence of foreigners: 18 digits from 9, or the older 3 letters, 12 digits."""
    number = compact(text)
    if _FOREIGN_PERMIT_15.fullmatch(number):
        return accepted(number)
    if len(number) == 18 and number[0] == "9":
        return read_id_card(number, today)
    return refused(number, "foreign_permit_shape")


def read_home_return_permit(text: str, today: date | None = None) -> Reading:
    """回乡证 of residents of Hong Kong (H) and Macao (M)."""
    return _by_shape(text, _HOME_RETURN, "home_return_shape")


def read_taiwan_permit(text: str, today: date | None = None) -> Reading:
    """台胞证."""
    return _by_shape(text, _TAIWAN, "taiwan_permit_shape")


def read_passport(text: str, today: date | None = None) -> Reading:
    """A passport of any country: 6–15 letters and digits, at least four of them digits."""
    return _by_shape(text, _PASSPORT, "passport_shape")


def read_national_number(text: str, today: date | None = None) -> Reading:
    """全国学籍号: typed, never generated; by shape: L and J need not check. Rule: R107, K5."""
    number = compact(text)
    if not _NATIONAL.fullmatch(number):
        return refused(number, "national_number_shape")
    if number[0] == "G" and number[18] != check_digit(number[1:18]):
        return accepted(number, (Problem("value.national_number_checksum"),))
    return accepted(number)


def read_provincial_number(text: str, today: date | None = None) -> Reading:
    """学籍辅号: each province has its own shape; typed, never generated. Rule: R107, K5."""
    return _by_shape(text, _PROVINCIAL, "provincial_number_shape")


def _by_shape(text: str, shape: re.Pattern[str], code: str) -> Reading:
    number = compact(text)
    return accepted(number) if shape.fullmatch(number) else refused(number, code)


def _with_birthday(number: str, birthday: date | None, today: date | None) -> Reading:
    if birthday is None or birthday.year < 1900:
        return refused(number, "id_birthday")
    if today is not None and birthday > today:
        return refused(number, "id_birthday_future")
    known = number[0] == "9" or number[:2] in PROVINCES
    return accepted(number, () if known else (Problem("value.id_region"),))


def _derive_18(number: str) -> Derived | None:
    return _derived(day_of(number[6:14]), number[16], number[:6])


def _derive_15(number: str) -> Derived | None:
    return _derived(day_of("19" + number[6:12]), number[14], number[:6])


def _derived(birthday: date | None, sex_digit: str, region: str) -> Derived | None:
    if birthday is None:
        return None
    return Derived(birthday, "1" if int(sex_digit) % 2 else "2", region)
