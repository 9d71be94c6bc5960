"""A school's own versions of its papers, as they were uploaded: tables of text, never an answer.

A draft version may be uploaded again; once families can fill it, it is never edited: their drafts
pin it. What a row means as a form is read elsewhere. Called by `web.form_desk`.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from conversations.draft import DraftState
from registry.frozen import frozen
from registry.problems import Conflict, NotThere
from storage import tables as t
from storage.reader import AnyRow, Reader, Writing

_COLUMNS: Final = [column for column in t.school_form.c if column.name != "source"]
_OF_SCHOOL: Final[Select] = (
    select(*_COLUMNS)
    .where(t.school_form.c.school_id == bindparam("school_id"))
    .order_by(t.school_form.c.changed_at, t.school_form.c.id)
)
_PUBLISHED: Final = (
    select(*_COLUMNS)
    .where(t.school_form.c.state == bindparam("state"))
    .order_by(t.school_form.c.form_id, t.school_form.c.version)
)
_ONE: Final = select(*_COLUMNS).where(
    t.school_form.c.school_id == bindparam("school_id"),
    t.school_form.c.id == bindparam("row_id"),
)
_VERSION: Final = select(*_COLUMNS).where(
    t.school_form.c.school_id == bindparam("school_id"),
    t.school_form.c.form_id == bindparam("form_id"),
    t.school_form.c.version == bindparam("version"),
)
_SOURCE: Final = select(t.school_form.c.source).where(
    t.school_form.c.school_id == bindparam("school_id"),
    t.school_form.c.id == bindparam("row_id"),
)
_ADD: Final = upsert(t.school_form).on_conflict_do_nothing(
    index_elements=["school_id", "form_id", "version"]
)
_SAVE: Final = update(t.school_form).where(
    t.school_form.c.school_id == bindparam("of_school"),
    t.school_form.c.id == bindparam("of_row"),
    t.school_form.c.state == bindparam("seen"),
)

_PICTURE: Final = (
    select(t.form_picture.c.data)
    .where(
        t.form_picture.c.school_id == bindparam("school_id"),
        t.form_picture.c.digest == bindparam("digest"),
    )
    .limit(1)
)
_ADD_PICTURE: Final = insert(t.form_picture)
_DROP_PICTURES: Final = delete(t.form_picture).where(
    t.form_picture.c.school_id == bindparam("of_school"),
    t.form_picture.c.school_form_id == bindparam("of_row"),
)
_OPEN_DRAFTS: Final = (
    select(t.draft.c.id, t.draft.c.form_version)
    .where(
        t.draft.c.school_id == bindparam("school_id"),
        t.draft.c.form_id == bindparam("form_id"),
        t.draft.c.state == DraftState.open.value,
        t.draft.c.submission_id.is_(None),
    )
    .order_by(t.draft.c.id)
)
_COUNTS: Final = (
    select(t.draft.c.form_id, t.draft.c.form_version, func.count().label("drafts"))
    .where(
        t.draft.c.school_id == bindparam("school_id"),
        t.draft.c.state == DraftState.open.value,
        t.draft.c.submission_id.is_(None),
    )
    .group_by(t.draft.c.form_id, t.draft.c.form_version)
)


class FormState(StrEnum):
    """Whether families may be asked by it."""

    draft = "draft"
    published = "published"
    withdrawn = "withdrawn"  # opened for nobody any more; drafts that pin it go on


@frozen
class SchoolForm:
    """One version of one paper of a school, without its tables."""

    id: str
    school_id: str
    form_id: str
    version: str
    digest: str
    state: FormState
    uploaded_by: str
    uploaded_at: datetime
    changed_by: str  # who put it into this state
    changed_at: datetime


def school_forms(reader: Reader, school_id: str) -> tuple[SchoolForm, ...]:
    """Every version of every paper; whose state changed last, last."""
    return tuple(map(_form, reader.every(_OF_SCHOOL, {"school_id": school_id})))


def published_forms(reader: Reader) -> tuple[SchoolForm, ...]:
    """Every published version of every school: for whoever looks after the installation."""
    return tuple(map(_form, reader.every(_PUBLISHED, {"state": FormState.published.value})))


def load_form(reader: Reader, school_id: str, row_id: str) -> SchoolForm:
    """Raises: `NotThere`, also for another school's."""
    row = reader.first(_ONE, {"school_id": school_id, "row_id": row_id})
    if row is None:
        raise NotThere
    return _form(row)


def find_form(reader: Reader, school_id: str, form_id: str, version: str) -> SchoolForm | None:
    """That version, in whatever state."""
    key = {"school_id": school_id, "form_id": form_id, "version": version}
    row = reader.first(_VERSION, key)
    return None if row is None else _form(row)


def source_of(reader: Reader, school_id: str, row_id: str) -> str:
    """Its tables as they were kept. Raises: `NotThere`."""
    source = reader.scalar(_SOURCE, {"school_id": school_id, "row_id": row_id})
    if source is None:
        raise NotThere
    return str(source)


def add_form(unit: Writing, form: SchoolForm, source: str) -> None:
    """Raises: `Conflict` form.version_taken."""
    key = {"id": form.id, "school_id": form.school_id, "form_id": form.form_id}
    if not unit.run(_ADD, {**key, "version": form.version, "source": source, **_columns(form)}):
        raise Conflict("form.version_taken")


def save_form(unit: Writing, form: SchoolForm, seen: FormState, source: str | None = None) -> None:
    """`source` replaces the tables of a draft. Raises: `Conflict` form.changed."""
    key = {"of_school": form.school_id, "of_row": form.id, "seen": seen.value}
    tables = {} if source is None else {"source": source}
    if not unit.run(_SAVE, {**key, **_columns(form), **tables}):
        raise Conflict("form.changed")


def put_pictures(unit: Writing, form: SchoolForm, pictures: Mapping[str, bytes]) -> None:
    """By digest; they replace what that version showed before."""
    unit.run(_DROP_PICTURES, {"of_school": form.school_id, "of_row": form.id})
    for digest, data in pictures.items():
        key = {"school_id": form.school_id, "school_form_id": form.id}
        unit.run(_ADD_PICTURE, {**key, "digest": digest, "data": data})


def find_picture(reader: Reader, school_id: str, digest: str) -> bytes | None:
    """A picture of any version of that school's papers."""
    data = reader.scalar(_PICTURE, {"school_id": school_id, "digest": digest})
    return None if data is None else bytes(data)


def open_drafts(reader: Reader, school_id: str, form_id: str) -> tuple[tuple[str, str], ...]:
    """(id, version) of every draft of that paper that was never sent."""
    rows = reader.every(_OPEN_DRAFTS, {"school_id": school_id, "form_id": form_id})
    return tuple((row.id, row.form_version) for row in rows)


def count_open_drafts(reader: Reader, school_id: str) -> Mapping[tuple[str, str], int]:
    """(form id, version) → how many families are in the middle of it."""
    rows = reader.every(_COUNTS, {"school_id": school_id})
    return {(row.form_id, row.form_version): int(row.drafts) for row in rows}


def _columns(form: SchoolForm) -> dict[str, object]:
    return {
        "digest": form.digest,
        "state": form.state.value,
        "uploaded_by": form.uploaded_by,
        "uploaded_at": form.uploaded_at,
        "changed_by": form.changed_by,
        "changed_at": form.changed_at,
    }


def _form(row: AnyRow) -> SchoolForm:
    return SchoolForm(
        row.id,
        row.school_id,
        row.form_id,
        row.version,
        row.digest,
        FormState(row.state),
        row.uploaded_by,
        row.uploaded_at,
        row.changed_by,
        row.changed_at,
    )
