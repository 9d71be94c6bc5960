"""The registrar's list of what stands to be typed into the national system, page by page (R10)."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, func, select, tuple_

from registry.actors import Actor
from registry.frozen import frozen
from registry.policy import Action
from registry.submissions import NationalEntry
from storage import tables as t
from storage.national_books import entry_from
from storage.queries.reach import reach_of
from storage.reader import AnyRow, Reader

PAGE_ROWS: Final = 50

_FROM: Final = t.national_entry.join(
    t.submission, t.submission.c.id == t.national_entry.c.submission_id
).join(t.student, t.student.c.id == t.submission.c.student_id)
_OPEN_ORDER: Final = (
    t.national_entry.c.since,
    t.national_entry.c.submission_id,
    t.national_entry.c.part,
)
_NOTED_ORDER: Final = (t.national_entry.c.noted_at, *_OPEN_ORDER[1:])


@frozen
class EntryFilter:
    """What of the list is wanted: to be typed, or noted as typed already."""

    is_noted: bool = False
    class_id: str | None = None
    form_id: str | None = None


@frozen
class EntryPage:
    """Where the next page begins: behind this row."""

    at: datetime
    submission_id: str
    part: str


@frozen
class EntryItem:
    """One line; the child's name in clear, for the registrar."""

    entry: NationalEntry
    number: int
    student_id: str
    child_name: str
    class_id: str  # where the child is now
    route: str
    effect: str


@frozen
class Entries:
    """One page of the list."""

    items: tuple[EntryItem, ...]
    total: int
    next: EntryPage | None


def entries(
    reader: Reader,
    actor: Actor,
    filters: EntryFilter,
    today: date,
    after: EntryPage | None = None,
    limit: int = PAGE_ROWS,
) -> Entries:
    """To be typed: the longest waiting first. Typed: the last one ticked first."""
    wanted = _wanted(actor, filters, today)
    order = _NOTED_ORDER if filters.is_noted else _OPEN_ORDER
    listed = (
        select(
            t.national_entry,
            t.submission.c.number,
            t.submission.c.student_id,
            t.submission.c.route,
            t.submission.c.effect,
            t.student.c.class_id,
            t.student.c.fields,
        )
        .select_from(_FROM)
        .where(wanted)
        .order_by(*(one.desc() if filters.is_noted else one.asc() for one in order))
        .limit(limit + 1)
    )
    if after is not None:
        here, there = tuple_(*order), tuple_(*_key(after))
        listed = listed.where(here < there if filters.is_noted else here > there)
    rows = reader.every(listed, {})
    items = tuple(_item(reader, row) for row in rows[:limit])
    total = count_entries(reader, actor, filters, today)
    return Entries(items, total, _page(items[-1].entry) if len(rows) > limit else None)


def count_entries(reader: Reader, actor: Actor, filters: EntryFilter, today: date) -> int:
    """How many lines the whole list has."""
    counted = select(func.count()).select_from(_FROM).where(_wanted(actor, filters, today))
    return int(reader.scalar(counted, {}) or 0)


def longest_open(reader: Reader, actor: Actor, today: date) -> datetime | None:
    """Since when the oldest one waits."""
    oldest = select(func.min(t.national_entry.c.since)).select_from(_FROM)
    found: datetime | None = reader.scalar(oldest.where(_wanted(actor, EntryFilter(), today)), {})
    return found


def entry_forms(reader: Reader, actor: Actor, today: date, *, is_noted: bool) -> tuple[str, ...]:
    """The papers that the list has lines of."""
    found = select(t.submission.c.form_id).select_from(_FROM).distinct()
    wanted = _wanted(actor, EntryFilter(is_noted), today)
    return tuple(sorted(row.form_id for row in reader.every(found.where(wanted), {})))


def _wanted(actor: Actor, filters: EntryFilter, today: date) -> ColumnElement[bool]:
    noted = t.national_entry.c.noted_at
    conditions = [
        reach_of(actor, Action.entry_note, today).within(t.student),
        t.national_entry.c.school_id == actor.school_id,
        noted.is_not(None) if filters.is_noted else noted.is_(None),
    ]
    own = sorted(link.student_id for link in actor.links)
    if own:
        conditions.append(t.submission.c.student_id.not_in(own))
    if filters.class_id is not None:
        conditions.append(t.student.c.class_id == filters.class_id)
    if filters.form_id is not None:
        conditions.append(t.submission.c.form_id == filters.form_id)
    return and_(*conditions)


def _page(entry: NationalEntry) -> EntryPage:
    return EntryPage(entry.at or entry.since, entry.submission_id, entry.part)


def _key(after: EntryPage) -> tuple[ColumnElement[object], ...]:
    return (
        bindparam(None, after.at, type_=t.Moment()),
        bindparam(None, after.submission_id),
        bindparam(None, after.part),
    )


def _item(reader: Reader, row: AnyRow) -> EntryItem:
    fields = reader.sealer.unseal_json("student", row.student_id, "fields", row.fields)
    name = fields.get("full_name", "") if isinstance(fields, dict) else ""
    return EntryItem(
        entry_from(reader, row),
        row.number,
        row.student_id,
        str(name),
        row.class_id,
        row.route,
        row.effect,
    )
