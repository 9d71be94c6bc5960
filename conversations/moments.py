"""Questions answered with a date or a time, in every way people write them.

A date read from words is said back before it is kept; one with two meanings is asked back with
both. Canonical: 2018-03-12, 08:30:00.000+08:00, 2018-03-12T08:30:00.000+08:00.
"""

import re
from datetime import datetime, time

from conversations.asked import Asked, Given, Read, refuse
from conversations.form import Question
from conversations.turn import Button, Chose, Day, Listing, Param, Said
from registry.fields import FIELDS
from registry.readings import Reading, half_width
from registry.values import KINDS

_TIME = re.compile(
    r"(?P<part>上午|早上|早晨|凌晨|中午|下午|傍晚|晚上|am|pm)?\s*"
    r"(?P<hour>[0-9]{1,2})\s*(?:[:点點时時])\s*"
    r"(?:(?P<half>半)|(?P<minute>[0-9]{1,2})\s*分?)?\s*(?P<after>am|pm)?",
    re.IGNORECASE,
)
_CANONICAL_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):[0-9]{2}\.[0-9]{3}(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "pm"})


class DateType:
    """A day."""

    is_asked = True

    def ask(self, question: Question) -> str:
        """A date."""
        return "date"

    def read(self, asked: Asked, given: Given) -> Read:
        """Typed in any way, or one of the meanings offered."""
        focus = asked.focus
        if isinstance(given, Chose):
            letter, _, number = given.op.partition(".")
            days = _meanings(asked)
            if letter == "is" and number.isdecimal() and int(number) < len(days):
                return Read(text=days[int(number)])
            return refuse("answer.date_wanted")
        if not isinstance(given, Said):
            return refuse("answer.date_wanted")
        typed = given.text.strip()
        reading = _read(asked.question, typed, asked)
        if reading.problem is not None:
            return Read(problem=reading.problem, rejected=typed[:60])
        # A date already in canonical form came from a date picker or was confirmed before.
        is_plain = reading.text == typed or reading.text == focus.unconfirmed
        return Read(text=reading.text) if is_plain else Read(doubt=reading.text)

    def buttons(self, asked: Asked) -> tuple[Button, ...]:
        """The meanings of an ambiguous date."""
        days = _meanings(asked)
        return tuple(Button(f"is.{i}", Day(day), "answer") for i, day in enumerate(days))

    def show(self, question: Question, text: str) -> Param:
        """The way of the language."""
        return Day(text)


class TimeType(DateType):
    """A time of day."""

    def ask(self, question: Question) -> str:
        """Words."""
        return "text"

    def read(self, asked: Asked, given: Given) -> Read:
        """8:30, 8点半, 下午3点."""
        if not isinstance(given, Said):
            return refuse("answer.time_wanted")
        at = _time(given.text)
        if at is None:
            return refuse("answer.time_wanted", given.text[:60].strip())
        return Read(text=_clock(asked.now.replace(hour=at.hour, minute=at.minute)))

    def buttons(self, asked: Asked) -> tuple[Button, ...]:
        """None."""
        return ()

    def show(self, question: Question, text: str) -> Param:
        """Hours and minutes."""
        return text[:5]


class DateTimeType(TimeType):
    """A day and a time."""

    def read(self, asked: Asked, given: Given) -> Read:
        """The date first, then the time."""
        if not isinstance(given, Said):
            return refuse("answer.moment_wanted")
        typed = half_width(given.text).replace("T", " ")
        day, at = _split(typed)
        reading = KINDS["date"].read(day, asked.today) if day else None
        if reading is None or at is None:
            return refuse("answer.moment_wanted", given.text[:60].strip())
        if reading.problem is not None:
            return Read(problem=reading.problem, rejected=given.text[:60].strip())
        moment = asked.now.replace(hour=at.hour, minute=at.minute)
        return Read(text=f"{reading.text}T{_clock(moment)}")

    def show(self, question: Question, text: str) -> Param:
        """Day and time."""
        return Listing((Day(text[:10]), text[11:16]))


def _read(question: Question, typed: str, asked: Asked) -> Reading:
    field = FIELDS.get(question.save_to or "")
    kind = "birth_date" if field is not None and field.code == "birth_date" else "date"
    return KINDS[kind].read(typed, asked.today)


def _meanings(asked: Asked) -> tuple[str, ...]:
    rejected = asked.focus.rejected
    return _read(asked.question, rejected, asked).candidates if rejected else ()


def _split(typed: str) -> tuple[str, time | None]:
    """The longest beginning that leaves a time at the end."""
    for i in range(len(typed)):
        if (at := _time(typed[i:])) is not None and (i == 0 or not typed[i - 1].isdigit()):
            return typed[:i].strip(), at
    return "", None


def _time(text: str) -> time | None:
    typed = half_width(text)
    if found := _CANONICAL_TIME.fullmatch(typed):
        return time(int(found[1]), int(found[2]))
    found = _TIME.fullmatch(typed)
    if found is None:
        return None
    hour = int(found["hour"])
    minute = 30 if found["half"] else int(found["minute"] or 0)
    if (found["part"] or found["after"] or "").lower() in _AFTERNOON and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _clock(moment: datetime) -> str:
    return moment.replace(second=0, microsecond=0).timetz().isoformat(timespec="milliseconds")
