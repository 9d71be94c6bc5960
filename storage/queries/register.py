"""The register: children of the school by class and status, found by exact number."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select

from registry.actors import Actor
from registry.frozen import frozen
from registry.names import plain_name
from registry.policy import Action
from registry.students import Status, Student
from storage import tables as t
from storage.children_books import id_lookup, student_from
from storage.queries.reach import reach_of
from storage.reader import Reader

PAGE_ROWS: Final = 50
COUNT_CAP: Final = 1001
_NAMES: Final = ("full_name", "used_name", "name_pinyin")
_CHANGES: Final = (
    "register.class.changed",
    "register.fields.changed",
    "register.fields.filled",
    "register.number.fetched",
    "register.student.enrolled",
    "register.student.resumed",
    "register.student.suspended",
    "register.suspension.extended",
    "register.suspension.planned",
)


@frozen
class LastChange:
    """Who changed a child's entry last; None = a paper took effect."""

    actor_id: str | None
    at: datetime


@frozen
class RegisterFilter:
    """What of the register is wanted; a number is found only whole."""

    class_id: str | None = None
    grade_id: str | None = None
    status: Status | None = None
    id_number: str | None = None
    student_number: str | None = None


def register_list(
    reader: Reader,
    actor: Actor,
    filters: RegisterFilter,
    today: date,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> tuple[Student, ...]:
    """In clear, for the page to mask; the next page comes `after` the id of the last row."""
    listed = select(t.student).where(_wanted(reader, actor, filters, today))
    if after is not None:
        listed = listed.where(t.student.c.id > after)
    rows = reader.every(listed.order_by(t.student.c.id).limit(limit), {})
    return tuple(student_from(reader, row) for row in rows)


def register_named(
    reader: Reader, actor: Actor, filters: RegisterFilter, name: str, today: date
) -> tuple[Student, ...]:
    """All whose name, former name or spelling holds that. Names are sealed, so the children he
    reaches are opened one by one. Only for who sees names in full (T2).
    """
    listed = select(t.student).where(_wanted(reader, actor, filters, today))
    letters = plain_name(name)
    if not letters:
        return ()
    rows = reader.every(listed.order_by(t.student.c.id), {})
    opened = (student_from(reader, row) for row in rows)
    return tuple(
        child
        for child in opened
        if any(letters in plain_name(child.fields.get(code, "")) for code in _NAMES)
    )


def register_count(reader: Reader, actor: Actor, filters: RegisterFilter, today: date) -> int:
    """Exact below COUNT_CAP."""
    wanted = _wanted(reader, actor, filters, today)
    some = select(t.student.c.id).where(wanted).limit(COUNT_CAP).subquery()
    return int(reader.scalar(select(func.count()).select_from(some), {}))


def last_change(reader: Reader, actor: Actor, student_id: str, today: date) -> LastChange | None:
    """For who finds an entry changed under his hands; walks the trail, so only then asked."""
    reach = reach_of(actor, Action.register_see, today)
    found = (
        select(t.event.c.actor_id, t.event.c.at)
        .join(t.student, t.student.c.school_id == t.event.c.school_id)
        .where(
            reach.within(t.student),
            t.student.c.id == student_id,
            t.event.c.name.in_(_CHANGES),
            t.event.c.ids.contains(f'"student":"{student_id}"', autoescape=True),
        )
        .order_by(t.event.c.seq.desc())
        .limit(1)
    )
    row = reader.first(found, {})
    return LastChange(row.actor_id, row.at) if row is not None else None


def _wanted(
    reader: Reader, actor: Actor, filters: RegisterFilter, today: date
) -> ColumnElement[bool]:
    wanted = {
        t.student.c.class_id: filters.class_id,
        t.student.c.grade_id: filters.grade_id,
        t.student.c.status: filters.status and filters.status.value,
        t.student.c.student_number: filters.student_number,
        t.student.c.id_lookup: filters.id_number
        and id_lookup(reader, actor.school_id, filters.id_number),
    }
    reach = reach_of(actor, Action.register_see, today)
    asked = [column == value for column, value in wanted.items() if value is not None]
    return and_(reach.within(t.student), *asked)
