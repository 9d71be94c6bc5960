"""What a machine can notice about a case before a person looks: hints, never verdicts.

Pure. Codes are `check.<what>` with parameters that hold no value of the child. Called by the case
page. Rule: R16, R72 (number, birth date and sex must agree), R119 (the county of a number).
"""

from collections.abc import Callable, Mapping
from datetime import date

from registry.fields import FIELDS
from registry.frozen import frozen
from registry.regions import Regions, has_county
from registry.schools import Stage
from registry.values import derive

SCHOOL_AGE = 6
"""义务教育法 art. 11: six years by 31 August of the year of entry; seven where conditions lack."""
LATE_AGE = 9
RESIDENT_ID = ("", "1")
"""Kinds of the child's paper whose number has a county; "" = none was said."""
_GUARDIANS = ("guardian1_id_number",)
_REGIONS = tuple(code for code, field in FIELDS.items() if field.kind == "region_code")


@frozen
class Known:
    """What the checks look at; nothing of it is shown."""

    fields: Mapping[str, str]  # as proposed, over what the register holds
    stage: Stage
    entry_number: int
    entry_year: int
    same_id: bool  # another child of the school holds this number
    same_name_and_birth: bool
    regions: Regions | None = None  # of the school's table, for `county_codes`; None = no table


@frozen
class Finding:
    """One hint. `fields`: where it is shown as well."""

    code: str
    fields: tuple[str, ...] = ()


def findings(known: Known) -> tuple[Finding, ...]:
    """Everything noticed, in the order of the table."""
    return tuple(finding for look in _CHECKS if (finding := look(known)) is not None)


def county_codes(fields: Mapping[str, str]) -> frozenset[str]:
    """What is to be looked up in the school's table for these fields."""
    numbers = (derive(fields.get(code, "")) for code in _numbers(fields))
    typed = (fields.get(code, "") for code in _REGIONS)
    return frozenset(code for code in (*(it.region for it in numbers if it), *typed) if code)


def _birth_differs(known: Known) -> Finding | None:
    derived = derive(known.fields.get("id_number", ""))
    birth = known.fields.get("birth_date", "")
    if derived is None or not birth or derived.birth_date.isoformat() == birth:
        return None
    return Finding("check.id_birth", ("id_number", "birth_date"))


def _sex_differs(known: Known) -> Finding | None:
    derived = derive(known.fields.get("id_number", ""))
    sex = known.fields.get("sex", "")
    if derived is None or not sex or derived.sex == sex:
        return None
    return Finding("check.id_sex", ("id_number", "sex"))


def _too_young(known: Known) -> Finding | None:
    age = _age_at_entry(known)
    return (
        Finding("check.too_young", ("birth_date",))
        if age is not None and age < SCHOOL_AGE
        else None
    )


def _late(known: Known) -> Finding | None:
    age = _age_at_entry(known)
    return Finding("check.late", ("birth_date",)) if age is not None and age >= LATE_AGE else None


def _same_id(known: Known) -> Finding | None:
    return Finding("check.same_id", ("id_number",)) if known.same_id else None


def _same_name(known: Known) -> Finding | None:
    return Finding("check.same_name", ("full_name",)) if known.same_name_and_birth else None


def _county_unknown(known: Known) -> Finding | None:
    """The code is the one valid when the number was given, on the day of birth or later."""
    regions = known.regions
    if regions is None:
        return None
    derived = {code: derive(known.fields.get(code, "")) for code in _numbers(known.fields)}
    unknown = tuple(
        code
        for code, it in derived.items()
        if it and has_county(it.region) and not regions.may_issue(it.region, it.birth_date)
    )
    return Finding("check.id_county", unknown) if unknown else None


def _numbers(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Fields that hold a resident ID number."""
    is_resident = fields.get("id_type", "") in RESIDENT_ID
    return ("id_number", *_GUARDIANS) if is_resident else _GUARDIANS


def _age_at_entry(known: Known) -> int | None:
    """Years on 31 August of the year of entry; only asked of first graders."""
    if known.stage is not Stage.primary or known.entry_number != 1:
        return None
    try:
        birth = date.fromisoformat(known.fields.get("birth_date", ""))
    except ValueError:
        return None
    day = date(known.entry_year, 8, 31)
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


_CHECKS: tuple[Callable[[Known], Finding | None], ...] = (
    _same_id,
    _same_name,
    _birth_differs,
    _sex_differs,
    _too_young,
    _late,
    _county_unknown,
)
