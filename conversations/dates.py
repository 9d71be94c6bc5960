"""Dates and times inside expressions: reading canonical text, day numbers, `format-date`.

A date without a time is a `date`, one with a time an aware `datetime` in the school's zone.
What a parent types is not read here. Called by the expression engine.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from conversations.syntax import ExpressionError

DAY_SECONDS: Final = 86_400
EPOCH: Final = date(1970, 1, 1)

_EPOCH_ORDINAL: Final = EPOCH.toordinal()
_DATE: Final = re.compile(r"\+?([0-9]{1,9})-\+?([0-9]{1,9})-\+?([0-9]{1,9})")
_TIME: Final = re.compile(
    r"([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2}(?:\.[0-9]{0,9})?)[^0-9+\-Z]*)?"
    r"(?:(Z)|([+-])([0-9]{1,2})(?::([0-9]{1,2}))?)?"
)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def read_date(text: str, zone: tzinfo) -> date:
    """A date, or a moment where the text holds a time. Raises: `expression.not_a_date`."""
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


def fraction_of_day(value: date) -> float:
    """0 at midnight, 0.5 at noon."""
    if not isinstance(value, datetime):
        return 0.0
    elapsed = timedelta(
        hours=value.hour,
        minutes=value.minute,
        seconds=value.second,
        microseconds=value.microsecond,
    )
    return elapsed.total_seconds() / DAY_SECONDS


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
    clock = moment.timetz() if moment else None
    hour, minute, second, millis = (
        (clock.hour, clock.minute, clock.second, clock.microsecond // 1000)
        if clock
        else (0, 0, 0, 0)
    )
    match letter:
        case "Y":
            return f"{value.year:04d}"
        case "y":
            return f"{value.year:04d}"[2:]
        case "m":
            return f"{value.month:02d}"
        case "n":
            return str(value.month)
        case "b":
            return _MONTHS[value.month - 1]
        case "d":
            return f"{value.day:02d}"
        case "e":
            return str(value.day)
        case "H":
            return f"{hour:02d}"
        case "h":
            return str(hour)
        case "M":
            return f"{minute:02d}"
        case "S":
            return f"{second:02d}"
        case "3":
            return f"{millis:03d}"
        case "a":
            return _WEEKDAYS[value.weekday()]
        case "W":
            return str(value.isocalendar().week)
        case _:
            raise ExpressionError("expression.date_format", ("%" + letter,))


def _day(text: str, day: str) -> date:
    found = _DATE.fullmatch(day)
    if found is None:
        raise ExpressionError("expression.not_a_date", (text[:40],))
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
            int((seconds - int(seconds)) * 1000) * 1000, tzinfo=UTC if utc or sign else zone,
        )  # fmt: skip
        if sign:
            offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes or 0))
            wall = wall - offset if sign == "+" else wall + offset
        return wall.astimezone(zone)
    except (ValueError, OverflowError):
        raise ExpressionError("expression.not_a_date", (text[:40],)) from None
