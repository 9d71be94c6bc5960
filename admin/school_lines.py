"""The form of 「学校填的项目」, field by field: what is there, proposed, typed, wrong or odd.

Called by `school_fields` and the child's page. Rule: R33, R119.
"""

from collections.abc import Iterator, Mapping

from locales import say
from registry.fields import FieldClass
from registry.frozen import frozen
from registry.masks import mask
from registry.options import OPTIONS
from registry.problems import Problem
from registry.regions import Regions
from registry.school_fields import SCHOOL_FIELDS
from registry.students import Student
from registry.values import KINDS, read_by_staff
from storage.queries import ChildView, LastChange
from storage.unit import Unit
from web.visits import Visit

BESIDE: Mapping[str, str] = {
    # field of the school: the family's words it is looked up from
    "birthplace_region": "birthplace",
    "household_region": "household_place",
    "name_pinyin": "full_name",
    "postcode": "home_address",
}
_DIGITS = frozenset({"postcode", "region_code"})


@frozen
class Desk:
    """What is read for the page. `name`: who changed the child's entry last."""

    view: ChildView
    regions: Regions | None
    last: LastChange | None = None
    name: str = ""

    @property
    def student(self) -> Student:
        return self.view.student


@frozen
class Line:
    """One field of the form, with everything said about it."""

    code: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...] = ()  # code, national name
    is_digits: bool = False
    hints: tuple[str, ...] = ()
    fault: str = ""
    may_remove: bool = False  # stored, but not printed
    is_removed: bool = False

    def __repr__(self) -> str:
        """Nothing about a child."""
        return f"Line({self.code!r})"


@frozen
class Typed:
    """What stands in the fields of a POST, by code."""

    texts: Mapping[str, str]
    removed: frozenset[str]

    def values(self, student: Student) -> Mapping[str, str]:
        """For the use case: of a number not printed, an empty box changes nothing."""
        texts = {code: "" if code in self.removed else text for code, text in self.texts.items()}
        return {
            code: text
            for code, text in texts.items()
            if text or code in self.removed or not _is_covered(code, student)
        }

    def __repr__(self) -> str:
        """Nothing about a child."""
        return "Typed(…)"


def label_of(code: str, language: str) -> str:
    """What a field is called in the panel."""
    return say(f"panel.field.{code}", language)


def regions_for(unit: Unit, student: Student) -> Regions | None:
    """What the school's table says of this child's codes; None where there is none."""
    codes = {student.fields.get(code, "") for code in SCHOOL_FIELDS if _is_region(code)}
    return unit.load_regions(student.school_id, codes - {""})


def warning_of(visit: Visit, code: str, text: str, regions: Regions | None) -> str:
    """What is odd about a school field that was stored all the same."""
    if not text or code not in SCHOOL_FIELDS:
        return ""
    warnings = read_by_staff(SCHOOL_FIELDS[code].kind, text, regions).warnings
    return " ".join(say(one.code, visit.language, one.params) for one in warnings)


def line_of(
    visit: Visit,
    desk: Desk,
    code: str,
    typed: Typed | None,
    problem: Problem | None,
    *,
    is_changed: bool,
) -> Line:
    kind, stored = SCHOOL_FIELDS[code].kind, desk.student.fields.get(code, "")
    covered, proposed = _is_covered(code, desk.student), _proposed(code, desk.student)
    shown = "" if covered else stored or proposed
    value = typed.texts.get(code, shown) if typed else shown
    return Line(
        code=code,
        label=label_of(code, visit.language),
        value=value,
        options=_options(kind, value),
        is_digits=kind in _DIGITS,
        hints=(
            say(f"panel.school_fields.{code}_hint", visit.language),
            *_beside(visit, desk.student, code),
            *_about(visit, desk, code, proposed),
            *(_now(visit, kind, stored) if is_changed and not covered and value != stored else ()),
        ),
        fault=say(problem.code, visit.language, problem.params) if problem else "",
        may_remove=covered,
        is_removed=typed is not None and code in typed.removed,
    )


def _about(visit: Visit, desk: Desk, code: str, proposed: str) -> Iterator[str]:
    """What is proposed, what is there but not printed, and what is odd about it."""
    stored = desk.student.fields.get(code, "")
    if proposed and proposed != stored:
        yield say("panel.school_fields.proposed", visit.language, {"text": proposed})
    if _is_covered(code, desk.student):
        covered = mask(SCHOOL_FIELDS[code].kind, stored)
        yield say("panel.school_fields.covered", visit.language, {"text": covered})
    elif warning := warning_of(visit, code, stored, desk.regions):
        yield warning


def _now(visit: Visit, kind: str, stored: str) -> tuple[str, ...]:
    words = OPTIONS[kind].get(stored, stored) if kind in OPTIONS else stored
    text = words or say("panel.school_fields.none", visit.language)
    return (say("panel.school_fields.now", visit.language, {"text": text}),)


def _beside(visit: Visit, student: Student, code: str) -> tuple[str, ...]:
    """What the family wrote, so that nobody turns pages."""
    of = BESIDE.get(code, "")
    text = student.fields.get(of, "")
    if not text:
        return ()
    words = {"label": label_of(of, visit.language), "words": text}
    return (say("panel.school_fields.pair", visit.language, words),)


def _proposed(code: str, student: Student) -> str:
    """A spelling of the name as passports have it; nothing where a character cannot be read."""
    if code != "name_pinyin":
        return ""
    # Heavy to import, and only this page of the panel needs it.
    from registry.pinyin import propose

    found = propose(student.fields.get("full_name", ""))
    reading = KINDS["pinyin"].read(found.passport) if found else None
    return reading.text if reading and reading.is_accepted else ""


def _options(kind: str, value: str) -> tuple[tuple[str, str], ...]:
    """National names; with their codes where two have the same. What is unknown is not lost."""
    table = OPTIONS.get(kind)
    if table is None:
        return ()
    is_double = len(set(table.values())) < len(table)
    named = tuple((code, f"{code} {name}" if is_double else name) for code, name in table.items())
    return named if not value or value in table else (*named, (value, value))


def _is_region(code: str) -> bool:
    return SCHOOL_FIELDS[code].kind == "region_code"


def _is_covered(code: str, student: Student) -> bool:
    """A number in the register is shown only on request, with a purpose. Rule: R33."""
    is_number = SCHOOL_FIELDS[code].field_class is FieldClass.identity
    return is_number and bool(student.fields.get(code))
