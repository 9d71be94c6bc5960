"""Answers worth trying at a question: at, just below and just above whatever a condition names.

Canonical texts, the plainest first; the dialogue decides which of them it takes. Called by
`exploring` only.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from conversations.authoring.clues import Clues
from conversations.authoring.samples import KIND_SAMPLES, sample_of
from conversations.form import Choice
from conversations.plan import Step
from conversations.walk import Route
from registry.fields import FIELDS

MAX_TRIALS = 16
SHORT_LIST = 10
MAX_MEMBERS = 2
AGE_YEARS = 8
"""A date nobody compares with anything is the birthday of a child in school."""

SKIP = ""
"""Trial that leaves an optional question out."""
FILE = "trial-file"
_NO_CLUES = Clues()


def trials(
    route: Route, step: Step, clues: Mapping[str, Clues], *, may_skip: bool
) -> tuple[str, ...]:
    """What to answer here, each in canonical form; `SKIP` last where it may stay empty."""
    question = step.node.question
    known = clues.get(question.path, _NO_CLUES)
    found = _BY_TYPE[question.type](route, step, known)
    plain = tuple(dict.fromkeys(text for text in found if text))[:MAX_TRIALS]
    return (*plain, SKIP) if may_skip else plain


def most_members(known: Clues | None) -> int:
    """How many members of a repeat to try: one more than a condition names."""
    wanted = (int(number) + 1 for number in (known or _NO_CLUES).numbers if 0 < number < 20)
    return max((MAX_MEMBERS, *wanted))


def numbers_around(step: Step, clues: Mapping[str, Clues]) -> tuple[str, ...]:
    """For a condition that reckons with a number: small ones, and all near those it names."""
    if step.node.question.type not in ("decimal", "integer"):
        return ()
    named = clues.get(step.node.question.path, _NO_CLUES).numbers
    near = {int(number) + change for number in named for change in range(-12, 13)}
    return tuple(map(str, sorted(near | set(range(121)))))


# ---- one type each


def _texts(route: Route, step: Step, known: Clues) -> Iterable[str]:
    question = step.node.question
    field = FIELDS.get(question.save_to or "")
    kinds = sorted(known.kinds) + ([field.kind] if field else [])
    yield from (KIND_SAMPLES[kind] for kind in kinds if kind in KIND_SAMPLES)
    yield from map(sample_of, sorted(known.patterns))
    yield from sorted(known.texts - known.patterns - known.kinds)
    yield from _of_others(route, step, known)
    if known.is_measured:
        yield from (
            "5" * length for number in sorted(known.numbers) for length in _lengths(number)
        )
    else:
        yield from _near(known.numbers)
    yield "12" if "numbers" in question.appearance else "一些字"


def _integers(route: Route, step: Step, known: Clues) -> Iterable[str]:
    if known.counts:
        yield from ("2", "0", "1")
    yield from _of_others(route, step, known)
    yield from _near({float(int(number)) for number in known.numbers})
    yield from ("3", "0")


def _decimals(route: Route, step: Step, known: Clues) -> Iterable[str]:
    yield from _of_others(route, step, known)
    yield from _near(known.numbers)
    yield from ("36.5", "3")


def _ranges(route: Route, step: Step, known: Clues) -> Iterable[str]:
    given = step.node.question.parameters
    start, end = float(given.get("start", "1")), float(given.get("end", "10"))
    stride = abs(float(given.get("step", "1"))) * (1 if end >= start else -1)
    low, high = min(start, end), max(start, end)
    inside = {number for number in known.numbers if low <= number <= high}
    near = (number + change for number in inside for change in (0, stride, -stride))
    marks = {start, end, start + stride, *(n for n in near if low <= n <= high)}
    yield from map(_plain, sorted(marks))


def _dates(route: Route, step: Step, known: Clues) -> Iterable[str]:
    today = route.facts.now.date()
    yield _years_before(today, AGE_YEARS).isoformat()
    days = [day for text in known.texts if (day := _day(text)) is not None]
    days += [day for path in known.others if (day := _day(_value(route, step, path))) is not None]
    for number in sorted(known.numbers):
        if 0 < number < 150:
            days += (_years_before(today, int(number)), _years_before(today, int(number) + 1))
        if 0 < number < 40_000:
            days += (today - timedelta(days=int(number)), today + timedelta(days=int(number)))
    for day in (*days, today):
        yield from ((day + timedelta(days=change)).isoformat() for change in (0, -1, 1))


def _times(route: Route, step: Step, known: Clues) -> Iterable[str]:
    yield from (text[:5] for text in sorted(known.texts) if len(text) >= 5 and text[2] == ":")
    yield from ("08:30", "20:30", "00:00")


def _moments(route: Route, step: Step, known: Clues) -> Iterable[str]:
    for day in _dates(route, step, known):
        yield f"{day} 08:30"


def _one(route: Route, step: Step, known: Clues) -> Iterable[str]:
    return _names(route, step, known)


def _several(route: Route, step: Step, known: Clues) -> Iterable[str]:
    names = _names(route, step, known)
    yield from names[:2]
    yield " ".join(names[:2])
    yield " ".join(names)
    yield from names[2:]
    yield from (" ".join(names[:count]) for count in range(3, len(names)))


def _ranked(route: Route, step: Step, known: Clues) -> Iterable[str]:
    names = [choice.name for _, choice in route.choices(step)]
    yield " ".join(names)
    yield " ".join(reversed(names))
    yield from (" ".join((name, *(n for n in names if n != name))) for name in names)


def _file(route: Route, step: Step, known: Clues) -> Iterable[str]:
    yield FILE


def _acknowledged(route: Route, step: Step, known: Clues) -> Iterable[str]:
    yield "OK"


_BY_TYPE: Mapping[str, Callable[[Route, Step, Clues], Iterable[str]]] = {
    "acknowledge": _acknowledged,
    "date": _dates,
    "dateTime": _moments,
    "decimal": _decimals,
    "file": _file,
    "image": _file,
    "integer": _integers,
    "range": _ranges,
    "rank": _ranked,
    "select_multiple": _several,
    "select_one": _one,
    "text": _texts,
    "time": _times,
}


# ---- their material


def _names(route: Route, step: Step, known: Clues) -> tuple[str, ...]:
    """Every choice of a short list; of a long one those that conditions name, and a few."""
    choices: list[Choice] = [choice for _, choice in route.choices(step)]
    names = [choice.name for choice in choices]
    if len(names) <= SHORT_LIST:
        return tuple(names)
    said = {_value(route, step, path) for path in known.others} | known.texts
    told = [choice.name for choice in choices if not said.isdisjoint(choice.columns.values())]
    return tuple(dict.fromkeys((names[0], names[-1], *told, *names[1:4])))[:SHORT_LIST]


def _of_others(route: Route, step: Step, known: Clues) -> Iterable[str]:
    """The answers it is compared with, and their neighbours."""
    values = [_value(route, step, path) for path in sorted(known.others)]
    numbers = [float(text) for text in values if _is_number(text)]
    yield from _near([*numbers, *([sum(numbers)] if len(numbers) > 1 else [])])
    yield from (text for text in values if not _is_number(text))


def _value(route: Route, step: Step, path: str) -> str:
    node = route.plan.by_path.get(path)
    if node is None:
        return ""
    is_beside = step.member and node.repeat == step.node.repeat and not node.is_repeat
    return route.values.get(node.path_of(step.member) if is_beside else path, "")


def _near(numbers: Iterable[float]) -> Iterable[str]:
    for number in sorted(set(numbers)):
        yield from (_plain(number + change) for change in (0, 1, -1))


def _lengths(number: float) -> Iterable[int]:
    return (int(number) + change for change in (0, 1, -1) if 0 < int(number) + change <= 200)


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(round(number, 9))


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e9 and bool(text.strip())
    except ValueError:
        return False


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28))
