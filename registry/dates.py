"""Dates as people write them: 2018-3-12, 2018年3月12日, 20180312, 18.3.12, 二〇一八年三月十二日.

Year, month, day is the order unless the year stands last. A date with two meanings is asked back,
never guessed. Canonical: 2018-03-12. Called through `registry.values` and by `registry.identity`.
"""

import re
from collections.abc import Iterator
from datetime import date

from registry.readings import Reading, accepted, half_width, refused

MIN_YEAR = 1900
MAX_YEAR = 2100
# A two-digit year without a `today` to measure from: 00–49 is this century.
_PIVOT = 49
# With one: no more than this many years ahead (papers are valid for up to twenty), births none.
_YEARS_AHEAD = 20

_CHINESE_DIGITS = {ord(char): str(i) for i, char in enumerate("〇一二三四五六七八九")}
_CHINESE_DIGITS |= {ord("零"): "0", ord("○"): "0", ord("O"): "0"}
_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")

_SEPARATED = re.compile(r"(\d{1,4})\D+?(\d{1,2})\D+?(\d{1,4})")
_MARKS = re.compile(r"[-/.,、，。．\s年月日号號]*")
# A year and a month, or 3月12日 without a year.
_INCOMPLETE = re.compile(r"\d{4}\D+\d{1,2}月?|\d{4}年?|\d{1,2}月(?:\d{1,2})?")


def day_of(eight_digits: str) -> date | None:
    """The day YYYYMMDD, or None where the calendar has none."""
    return _day(int(eight_digits[:4]), int(eight_digits[4:6]), int(eight_digits[6:8]))


def read_date(text: str, today: date | None = None) -> Reading:
    """Any day from 1900 to 2100."""
    return _read(text, today.year + _YEARS_AHEAD if today else None)


def read_birth_date(text: str, today: date | None = None) -> Reading:
    """A day that is not in the future, where `today` is known."""
    reading = _read(text, today.year if today else None)
    days = reading.candidates or ((reading.text,) if reading.is_accepted else ())
    past = tuple(day for day in days if today is None or date.fromisoformat(day) <= today)
    if not days or past == days:
        return reading
    if len(past) == 1:
        return accepted(past[0])
    return _ambiguous(text, past) if past else refused(text, "date_future")


def _read(text: str, latest: int | None) -> Reading:
    """`latest`: the highest year two digits may stand for."""
    typed = half_width(text)
    if any(word in typed for word in ("农历", "阴历", "農曆", "陰曆", "腊月", "正月", "初")):
        return refused(text, "date_lunar")
    plain = _arabic(typed)
    if not re.search(r"\d", plain) or re.sub(_MARKS, "", re.sub(r"\d", "", plain)):
        return refused(text, "date_shape")
    plain = plain.strip("-/.,、，。．日号號 ")
    if _INCOMPLETE.fullmatch("".join(plain.split()) if "月" in plain else plain):
        return refused(text, "date_incomplete")
    triples = tuple(dict.fromkeys(_triples(plain, latest)))
    return _judge(text, triples)


def _judge(text: str, triples: tuple[tuple[int, int, int], ...]) -> Reading:
    if not triples:
        return refused(text, "date_shape")
    days = sorted({day for triple in triples if (day := _day(*triple))})
    if not days:
        return refused(text, "date_missing")
    within = [day.isoformat() for day in days if MIN_YEAR <= day.year <= MAX_YEAR]
    if not within:
        return refused(text, "date_year", first=MIN_YEAR, last=MAX_YEAR)
    return accepted(within[0]) if len(within) == 1 else _ambiguous(text, tuple(within))


def _ambiguous(text: str, days: tuple[str, ...]) -> Reading:
    refusal = refused(text, "date_ambiguous", first=days[0], second=days[1])
    return Reading(refusal.text, refusal.problem, candidates=days)


def _triples(plain: str, latest: int | None) -> Iterator[tuple[int, int, int]]:
    """Every (year, month, day) the digits may mean."""
    if plain.isdecimal():
        yield from _run_together(plain, latest)
    elif found := _SEPARATED.fullmatch(plain):
        yield from _in_order(found.groups(), latest)


def _in_order(parts: tuple[str, ...], latest: int | None) -> Iterator[tuple[int, int, int]]:
    first, second, third = parts
    if len(third) == 4 and len(first) <= 2:  # 3/12/2018: no Chinese order, so both are possible
        yield int(third), int(first), int(second)
        yield int(third), int(second), int(first)
    elif len(third) <= 2 and len(first) in (2, 4):
        yield _year(first, latest), int(second), int(third)


def _run_together(digits: str, latest: int | None) -> Iterator[tuple[int, int, int]]:
    """20180312 is plain; 2018112 and 201211 are not."""
    if len(digits) == 8:
        yield int(digits[:4]), int(digits[4:6]), int(digits[6:])
    elif len(digits) == 7:
        yield int(digits[:4]), int(digits[4:5]), int(digits[5:])
        yield int(digits[:4]), int(digits[4:6]), int(digits[6:])
    elif len(digits) == 6:
        yield _year(digits[:2], latest), int(digits[2:4]), int(digits[4:])
        if digits[:2] in ("19", "20"):
            yield int(digits[:4]), int(digits[4]), int(digits[5])


def _year(digits: str, latest: int | None) -> int:
    if len(digits) == 4:
        return int(digits)
    short = int(digits)
    if latest is None:
        return short + (2000 if short <= _PIVOT else 1900)
    return latest - (latest - short) % 100


def _arabic(text: str) -> str:
    """Chinese numerals as digits: 二十三 → 23, 二〇一八 → 2018."""
    return _TENS.sub(_ten, text).translate(_CHINESE_DIGITS)


def _ten(found: re.Match[str]) -> str:
    """十 alone is 10, 十二 is 12, 三十 is 30: the missing digit is 1 before and 0 after."""
    return (found.group(1) or "一") + (found.group(2) or "〇")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
