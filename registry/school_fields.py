"""The register's fields that the school fills: typed by the registrar, never asked of a family.

Fields of families and key fields are out of reach here; they change by papers only. A delicate
field is counted on record, not named. Called by the child's page of the panel.
Rule: R72, R107, R119, R261.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime

from registry.actors import Actor
from registry.books import Books
from registry.cases import event, require
from registry.fields import FIELDS, UNNAMED, Field, Source
from registry.frozen import frozen
from registry.policy import Action, Target
from registry.problems import Conflict, NotThere, Problem
from registry.students import Student
from registry.values import KINDS

SCHOOL_FIELDS: Mapping[str, Field] = {
    code: field for code, field in FIELDS.items() if field.source is Source.school
}


@frozen
class Filled:
    """What became of it: codes in the register's order. With a problem nothing is stored."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: Mapping[str, Problem] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many fields changed."""
        return len(self.written) + len(self.removed)


def fill_school_fields(
    books: Books,
    actor: Actor,
    student_id: str,
    revision: int,
    values: Mapping[str, str],
    now: datetime,
) -> Filled:
    """Write what was typed, all or nothing; an empty value removes, a missing one is left.

    Raises: NotThere, also for one's own child or a field that is not the school's;
    Conflict `student.changed`.
    """
    student = _seen(books, actor, student_id, now)
    if not values.keys() <= SCHOOL_FIELDS.keys():
        raise NotThere
    if student.revision != revision:
        raise Conflict("student.changed")
    typed = {code: text for code, text in values.items() if text.strip()}
    readings = {
        code: KINDS[SCHOOL_FIELDS[code].kind].read(text, now.date())
        for code, text in typed.items()
    }
    problems = {code: one.problem for code, one in readings.items() if one.problem is not None}
    if problems:
        return Filled(problems=problems)
    wanted = {code: readings[code].text if code in typed else "" for code in values}
    changed = [
        code
        for code in SCHOOL_FIELDS
        if code in wanted and wanted[code] != student.fields.get(code, "")
    ]
    filled = Filled(
        written=tuple(code for code in changed if wanted[code]),
        removed=tuple(code for code in changed if not wanted[code]),
    )
    if filled.count:
        _store(books, actor, student, wanted, filled, now)
    return filled


def _seen(books: Books, actor: Actor, student_id: str, now: datetime) -> Student:
    student = books.load_student(actor.school_id, student_id)
    target = Target(student.school_id, student.grade_id, student.class_id, student.id)
    require(actor, Action.register_fill, target, now)
    if actor.link_to(student.id) is not None:
        raise NotThere
    return student


def _store(
    books: Books,
    actor: Actor,
    student: Student,
    wanted: Mapping[str, str],
    filled: Filled,
    now: datetime,
) -> None:
    fields = {**student.fields, **wanted}
    kept = {code: text for code, text in fields.items() if text or code not in wanted}
    books.save_student(replace(student, fields=kept))
    named = (
        code
        for code in (*filled.written, *filled.removed)
        if SCHOOL_FIELDS[code].field_class not in UNNAMED
    )
    ids: dict[str, str | int] = {
        "student": student.id,
        "fields": " ".join(named),
        "count": filled.count,
    }
    books.record(event("register.fields.filled", actor, now, **ids))
