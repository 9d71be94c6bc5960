"""The question types of XLSForm, one small class each: how an answer is read, offered and shown.

`TYPES` is the table; the plan looks a question's type up in it. A type reads Said, Chose or Sent
into canonical text or a Problem. Conditions of the form are not checked here.
"""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from conversations.asked import Asked, Given, QuestionType, Read, refuse
from conversations.choosing import Rank, SelectMultiple, SelectOne
from conversations.form import Question
from conversations.moments import DateTimeType, DateType, TimeType
from conversations.turn import Button, Chose, Param, Phrase, Said, Sent
from registry.fields import FIELDS
from registry.problems import Problem
from registry.readings import half_width
from registry.values import KINDS

__all__ = ["TYPES", "Asked", "QuestionType", "Read"]

MAX_LINE = 500
MAX_LINES = 2_000
MAX_DIGITS = 9  # as ODK's integer, which is 32 bits wide
MAX_DECIMAL = 15
MAX_RANGE_BUTTONS = 10
MAX_REJECTED = 60

EXACT = frozenset(
    f"value.{code}"
    for code in (
        "hidden_character",
        "id_birthday",
        "id_length",
        "id_shape",
        "landline_area",
        "mobile_length",
        "mobile_shape",
        "name_digit",
        "name_space",
        "name_unshown",
        "one_line",
        "phone_shape",
        "too_long",
    )
)
"""Problems that say more exactly what is wrong than the form's own message for its valid()."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_VALID = re.compile(r"\s*valid\(\s*'(\w+)'\s*,\s*\.\s*\)\s*")
_KEPT_CONTROLS = frozenset("\n\t")


class TextType:
    """Words. Kept as typed, ends trimmed; a register field's own kind tidies its digits."""

    is_asked = True

    def ask(self, question: Question) -> str:
        """Long text, a row of digits, or a line."""
        if "multiline" in question.appearance:
            return "multiline"
        return "digits" if "numbers" in question.appearance else "text"

    def read(self, asked: Asked, given: Given) -> Read:
        """Anything a person can write, within bounds."""
        if not isinstance(given, Said):
            return refuse("answer.text_wanted")
        question = asked.question
        text = given.text.replace("\r\n", "\n").strip()
        limit = MAX_LINES if "multiline" in question.appearance else MAX_LINE
        if len(text) > limit:
            return refuse("value.too_long", text[:60], limit=limit, count=len(text))
        if not text.isprintable() and any(map(_is_control, text)):
            return refuse("value.hidden_character")
        if "numbers" in question.appearance:
            text = half_width(text)
        kind = _kind(question)
        if not kind:
            return Read(text=text)
        # valid() knows no day; what it accepts is accepted here.
        today = asked.today if question.constraint is None else None
        reading = KINDS[kind].read(text, today)
        if reading.problem is None:
            return Read(text=reading.text)
        if question.constraint is None:
            return Read(problem=reading.problem, rejected=text[:MAX_REJECTED])
        if reading.problem.code in EXACT and _is_just(question.constraint.source, kind):
            return Read(problem=reading.problem, rejected=text)
        return Read(text=text)

    def buttons(self, asked: Asked) -> tuple[Button, ...]:
        """None: it is typed."""
        return ()

    def show(self, question: Question, text: str) -> Param:
        """As typed."""
        return text


class IntegerType(TextType):
    """A whole number."""

    def ask(self, question: Question) -> str:
        """Digits."""
        return "digits"

    def read(self, asked: Asked, given: Given) -> Read:
        """Half or full width; no unit words, no thousands."""
        if not isinstance(given, Said):
            return refuse("answer.text_wanted")
        text = half_width(given.text)
        if not _INTEGER.fullmatch(text):
            return refuse("answer.integer", given.text[:60].strip())
        if len(text.lstrip("+-0")) > MAX_DIGITS:
            return refuse("answer.number_too_long", given.text[:60].strip())
        return Read(text=str(int(text)))


class DecimalType(IntegerType):
    """A number with a point."""

    def read(self, asked: Asked, given: Given) -> Read:
        """Half or full width."""
        if not isinstance(given, Said):
            return refuse("answer.text_wanted")
        text = half_width(given.text).replace("。", ".")
        if not _DECIMAL.fullmatch(text):
            return refuse("answer.decimal", given.text[:60].strip())
        if len(text) > MAX_DECIMAL:
            return refuse("answer.number_too_long", given.text[:60].strip())
        return Read(text=_plain(Decimal(text)))


class RangeType(DecimalType):
    """A number on a scale: few values are buttons."""

    def read(self, asked: Asked, given: Given) -> Read:
        """A button, or a number that is on the scale."""
        start, end, step = _scale(asked.question)
        if isinstance(given, Chose):
            marks = _marks(asked.question)
            index = _index(given.op)
            if index is None or index >= len(marks):
                return refuse("answer.choice_unknown")
            return Read(text=marks[index])
        read = super().read(asked, given)
        if read.text is None:
            return read
        number = Decimal(read.text)
        low, high = min(start, end), max(start, end)
        if not low <= number <= high or (number - start) % step:
            return Read(
                problem=refuse("answer.range", low=_plain(low), high=_plain(high)).problem,
                rejected=read.text,
            )
        return read

    def buttons(self, asked: Asked) -> tuple[Button, ...]:
        """Every mark of a short scale."""
        marks = _marks(asked.question)
        return tuple(Button(f"a.{i}", mark, "answer") for i, mark in enumerate(marks))


class FileType(TextType):
    """A paper or a picture: arrives already checked, cleaned and stored."""

    def ask(self, question: Question) -> str:
        """A photo or any file."""
        return "photo" if question.type == "image" else "file"

    def read(self, asked: Asked, given: Given) -> Read:
        """Its id; a poor picture is asked about, never refused."""
        if not isinstance(given, Sent):
            wanted = "photo" if asked.question.type == "image" else "file"
            return refuse(f"answer.{wanted}_wanted")
        if given.problem is not None:
            return Read(problem=given.problem)
        if given.file_id is None:
            return refuse("answer.photo_wanted")
        if given.hint:
            return Read(doubt=given.file_id, problem=Problem(given.hint))
        return Read(text=given.file_id)

    def show(self, question: Question, text: str) -> Param:
        """That it is there; the picture itself is served elsewhere."""
        return Phrase("answer.photo_given" if question.type == "image" else "answer.file_given")


class AcknowledgeType(TextType):
    """Something to have read."""

    def ask(self, question: Question) -> str:
        """A button."""
        return "none"

    def read(self, asked: Asked, given: Given) -> Read:
        """Only the button counts."""
        if isinstance(given, Chose) and given.op == "ok":
            return Read(text="OK")
        return refuse("answer.press_button")

    def buttons(self, asked: Asked) -> tuple[Button, ...]:
        """One."""
        key = "statement" if asked.question.house.role == "statement" else "acknowledge"
        return (Button("ok", Phrase(f"answer.{key}"), "main"),)

    def show(self, question: Question, text: str) -> Param:
        """That it was read."""
        return Phrase("answer.acknowledged")


class RepeatType(TextType):
    """The question at the end of a repeat: one more?"""

    def ask(self, question: Question) -> str:
        """Buttons."""
        return "none"

    def read(self, asked: Asked, given: Given) -> Read:
        """`add` makes a member, `enough` ends; the walk keeps the list of members."""
        if isinstance(given, Chose) and given.op in ("add", "enough"):
            return Read(text=given.op)
        return refuse("answer.press_button")

    def buttons(self, asked: Asked) -> tuple[Button, ...]:
        """Add, enough, or take one away."""
        members = enumerate(asked.value.split(), 1)
        return (
            Button("add", Phrase("answer.repeat_add"), "answer"),
            Button("enough", Phrase("answer.repeat_enough"), "main"),
            *(
                Button(f"drop.{member}", Phrase("answer.repeat_drop", {"number": i}), "danger")
                for i, member in members
            ),
        )

    def show(self, question: Question, text: str) -> Param:
        """How many."""
        return Phrase("answer.repeat_count", {"count": len(text.split())})


class SilentType(TextType):
    """Shown or worked out, never asked."""

    is_asked = False

    def ask(self, question: Question) -> str:
        """Nothing."""
        return "none"

    def read(self, asked: Asked, given: Given) -> Read:
        """It takes no answer."""
        return refuse("answer.press_button")


_SILENT = ("calculate", "end", "hidden", "note", "start", "today")

TYPES: Mapping[str, QuestionType] = {
    "acknowledge": AcknowledgeType(),
    "date": DateType(),
    "dateTime": DateTimeType(),
    "decimal": DecimalType(),
    "file": FileType(),
    "image": FileType(),
    "integer": IntegerType(),
    "range": RangeType(),
    "rank": Rank(),
    "repeat": RepeatType(),
    "select_multiple": SelectMultiple(),
    "select_one": SelectOne(),
    "text": TextType(),
    "time": TimeType(),
    **{name: SilentType() for name in _SILENT},
}


@lru_cache(maxsize=512)
def _checked_kind(constraint: str) -> str:
    """The kind of value a constraint like valid('phone', .) speaks of."""
    found = _VALID.search(constraint)
    return found[1] if found and found[1] in KINDS else ""


def _is_just(constraint: str, kind: str) -> bool:
    """Whether the form asks for nothing but a value of that kind."""
    found = _VALID.fullmatch(constraint)
    return found is not None and found[1] == kind


def _kind(question: Question) -> str:
    field = FIELDS.get(question.save_to or "")
    if field is not None:
        return field.kind
    return _checked_kind(question.constraint.source) if question.constraint else ""


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scale(question: Question) -> tuple[Decimal, Decimal, Decimal]:
    given = question.parameters
    try:
        start, end = Decimal(given.get("start", "1")), Decimal(given.get("end", "10"))
        step = abs(Decimal(given.get("step", "1")))
    except InvalidOperation:
        return Decimal(1), Decimal(10), Decimal(1)
    return start, end, step or Decimal(1)


def _marks(question: Question) -> tuple[str, ...]:
    start, end, step = _scale(question)
    count = int(abs(end - start) / step) + 1
    if count > MAX_RANGE_BUTTONS:
        return ()
    way = step if end >= start else -step
    return tuple(_plain(start + way * i) for i in range(count))


def _index(op: str) -> int | None:
    letter, _, number = op.partition(".")
    return int(number) if letter == "a" and number.isdecimal() else None


def _is_control(char: str) -> bool:
    """What XML cannot hold and nobody can see; a line break and a tab are meant."""
    return unicodedata.category(char) in ("Cc", "Cs") and char not in _KEPT_CONTROLS
