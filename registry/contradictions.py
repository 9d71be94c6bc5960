"""What cannot be as it was filled in: dates out of range, a guardian who is the child, one number
for two people. Said before the paper is signed and checked again when it is sent.

A row reads register fields and codes of the paper beside the child's circumstances. Called by the
dialogue and by `sending`. Rule: R236, K21, U3.
"""

from collections.abc import Callable, Collection, Mapping

from registry.frozen import frozen
from registry.legality import Circumstances, Objection, day_of
from registry.students import Status


@frozen
class ContentRule:
    """One row: what it reads, and whether the values cannot be as they are."""

    code: str
    field: str  # the answer that is meant
    holds: Callable[[Mapping[str, str], Circumstances], bool]
    stops: bool = True


def _same(values: Mapping[str, str], one: str, other: str) -> bool:
    return bool(values.get(one)) and values.get(one) == values.get(other)


def _ends_before_it_begins(values: Mapping[str, str], c: Circumstances) -> bool:
    since, until = day_of(values, "suspended_from"), day_of(values, "suspended_until")
    return until is not None and until <= (since or c.today)


def _is_over(values: Mapping[str, str], c: Circumstances) -> bool:
    until = day_of(values, "suspended_until")
    return until is not None and until <= c.today


def _is_too_long(values: Mapping[str, str], c: Circumstances) -> bool:
    since, until = day_of(values, "suspended_from"), day_of(values, "suspended_until")
    if until is None or c.suspension_months is None:
        return False
    start = since or c.suspended_until or c.today
    months = (until.year - start.year) * 12 + until.month - start.month
    return (months, until.day) > (c.suspension_months, start.day)


def _shortens(values: Mapping[str, str], c: Circumstances) -> bool:
    """An extension (续休) ends after what is granted already."""
    until = day_of(values, "suspended_until")
    is_extension = c.status is Status.suspended and c.suspended_until is not None
    return is_extension and until is not None and until <= (c.suspended_until or until)


def _guardian_is_child(values: Mapping[str, str], _: Circumstances) -> bool:
    return any(_same(values, "id_number", f"guardian{n}_id_number") for n in (1, 2)) or _same(
        values, "full_name", "guardian1_name"
    )


def _second_is_child(values: Mapping[str, str], _: Circumstances) -> bool:
    return _same(values, "full_name", "guardian2_name")


def _guardians_are_one(values: Mapping[str, str], _: Circumstances) -> bool:
    return _same(values, "guardian1_id_number", "guardian2_id_number")


def _is_other_grade(values: Mapping[str, str], c: Circumstances) -> bool:
    said = values.get("record_grade", "")
    return said.isdecimal() and int(said) != c.grade_number


CONTENT_RULES: tuple[ContentRule, ...] = (
    ContentRule("suspension_over", "suspended_until", _is_over),
    ContentRule("suspension_dates", "suspended_until", _ends_before_it_begins),
    ContentRule("suspension_shorter", "suspended_until", _shortens),
    ContentRule("suspension_long", "suspended_until", _is_too_long),  # U3
    ContentRule("guardian_is_child", "guardian1_name", _guardian_is_child),
    ContentRule("guardian_is_child", "guardian2_name", _second_is_child),
    ContentRule("guardians_are_one", "guardian2_id_number", _guardians_are_one),
    ContentRule("other_grade", "record_grade", _is_other_grade),  # R236
)


def content_objections(
    values: Mapping[str, str], c: Circumstances, insisted: Collection[str] = ()
) -> tuple[Objection, ...]:
    """What cannot be as it was filled in, by register field or code; what the family insisted on
    is left to the reviewer. Twins are fine: nothing here compares two children.
    """
    return tuple(
        Objection(rule.code, rule.stops, field=rule.field)
        for rule in CONTENT_RULES
        if rule.field not in insisted and rule.holds(values, c)
    )
