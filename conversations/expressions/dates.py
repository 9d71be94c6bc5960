"""Dates and times inside expressions: reading canonical text, day numbers, `format-date`.

A date without a time is a `date`, one with a time an aware `datetime` in the school's zone.
What a parent types is not read here. Called by the expression engine.
"""

import re
from collections.abc import Callable, Mapping
from datetime import MAXYEAR, UTC, date, datetime, timedelta, tzinfo
from typing import Final

from conversations.expressions.syntax import ExpressionError

DAY_SECONDS: Final = 86_400
DAY_MILLIS: Final = DAY_SECONDS * 1000
# A year of fewer digits is a slip of the pen, and calendars disagree about it.
EARLIEST_YEAR: Final = 1000
EPOCH: Final = date(1970, 1, 1)

_EPOCH_ORDINAL: Final = EPOCH.toordinal()
_DATE: Final = re.compile(r"\+?([0-9]{1,9})-\+?([0-9]{1,9})-\+?([0-9]{1,9})")
_TIME: Final = re.compile(
    r"([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2}(?:\.[0-9]{0,9})?)(?:[^0-9.+\-][^+\-]*?)??)?"
    r"(?:(Z)|([+-])([0-9]{1,2})(?::([0-9]{1,2}))?)?"
)
_MONTHS: Final = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
_WEEKDAYS: Final = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def read_date(text: str, zone: tzinfo) -> date:
    """A date, or a moment where the text holds a time. Raises: `expression.not_a_date`."""
    if len(text) == 10 and text[4] == text[7] == "-":
        return _plain_day(text)
    day, separator, time = text.partition("T")
    if separator:
        return _moment(text, day, time, zone)
    return _day(text, day)


def read_time(text: str, zone: tzinfo) -> datetime:
    """The moment on the first day of the epoch; a time of day has no date of its own."""
    return _moment(text, "1970-01-01", text, zone)


def day_number(value: date) -> int:
    """Whole days since 1970-01-01, counted on the wall calendar."""
    return value.toordinal() - _EPOCH_ORDINAL


def wall_days(value: date) -> float:
    """Days since 1970-01-01 on the wall calendar with their fraction: .5 at noon."""
    if not isinstance(value, datetime):
        return float(day_number(value))
    clock = ((value.hour * 60 + value.minute) * 60 + value.second) * 1000
    millis = clock + value.microsecond // 1000
    return (day_number(value) * DAY_MILLIS + millis) / DAY_MILLIS


def decimal_days(value: date, zone: tzinfo) -> float:
    """Days since the epoch in UTC with their fraction, as `decimal-date-time` counts them."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=zone)
    return value.timestamp() / DAY_SECONDS


def from_day_number(days: float) -> date:
    """Raises: `expression.date_range`."""
    try:
        return EPOCH + timedelta(days=int(days))
    except OverflowError:
        raise ExpressionError("expression.date_range") from None


def from_decimal_days(days: float, zone: tzinfo) -> datetime:
    """Raises: `expression.date_range`."""
    try:
        since = timedelta(milliseconds=int(days * DAY_SECONDS * 1000))
        return (datetime(1970, 1, 1, tzinfo=UTC) + since).astimezone(zone)
    except OverflowError:
        raise ExpressionError("expression.date_range") from None


def only_day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def format_date(value: date, pattern: str) -> str:
    """The date written after a pattern of `%` escapes. Raises: `expression.date_format`."""
    moment = value if isinstance(value, datetime) else None
    pieces = pattern.split("%")
    written = [pieces[0]]
    rest = iter(pieces[1:])
    for piece in rest:
        if piece:
            written.append(_escape(piece[0], value, moment) + piece[1:])
            continue
        following = next(rest, None)
        if following is None:
            raise ExpressionError("expression.date_format", ("%",))
        written.append("%" + following)
    return "".join(written)


def _escape(letter: str, value: date, moment: datetime | None) -> str:
    write = _ESCAPES.get(letter)
    if write is None:
        raise ExpressionError("expression.date_format", ("%" + letter,))
    return write(moment or datetime(value.year, value.month, value.day, tzinfo=UTC))


_ESCAPES: Final[Mapping[str, Callable[[datetime], str]]] = {
    "3": lambda at: f"{at.microsecond // 1000:03d}",
    "H": lambda at: f"{at.hour:02d}",
    "M": lambda at: f"{at.minute:02d}",
    "S": lambda at: f"{at.second:02d}",
    "W": lambda at: str(at.isocalendar().week),
    "Y": lambda at: f"{at.year:04d}",
    "a": lambda at: _WEEKDAYS[at.weekday()],
    "b": lambda at: _MONTHS[at.month - 1],
    "d": lambda at: f"{at.day:02d}",
    "e": lambda at: str(at.day),
    "h": lambda at: str(at.hour),
    "m": lambda at: f"{at.month:02d}",
    "n": lambda at: str(at.month),
    "y": lambda at: f"{at.year % 100:02d}",
}


def _plain_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _day(text, text)
    return day if day.year >= EARLIEST_YEAR else _day(text, text)


def _day(text: str, day: str) -> date:
    found = _DATE.fullmatch(day)
    if found is None:
        raise ExpressionError("expression.not_a_date", (text[:40],))
    if not EARLIEST_YEAR <= int(found[1]) <= MAXYEAR:
        raise ExpressionError("expression.date_range")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise ExpressionError("expression.not_a_date", (text[:40],)) from None


def _moment(text: str, day: str, time: str, zone: tzinfo) -> datetime:
    on = _day(text, day)
    found = _TIME.fullmatch(time)
    if found is None:
        raise ExpressionError("expression.not_a_date", (text[:40],))
    hour, minute, second, utc, sign, zone_hours, zone_minutes = found.groups()
    seconds = float(second or 0)
    try:
        wall = datetime(
            on.year, on.month, on.day, int(hour), int(minute), int(seconds),
            int(seconds * 1000 - int(seconds) * 1000) * 1000, tzinfo=UTC if utc or sign else zone,
        )  # fmt: skip
        if sign:
            offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes or 0))
            wall = wall - offset if sign == "+" else wall + offset
        return wall.astimezone(zone)
    except (ValueError, OverflowError):
        raise ExpressionError("expression.not_a_date", (text[:40],)) from None
