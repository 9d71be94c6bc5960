"""The school's part of the books: the school itself, its grades and classes."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from registry.problems import Conflict, NotThere
from registry.schools import Grade, School, SchoolClass, Settings, Stage
from storage import tables as t
from storage.codec import pack, unpack
from storage.quick import quick
from storage.reader import AnyRow, Reader, Writing

_SCHOOL: Final = quick(select(t.school).where(t.school.c.id == bindparam("school_id")))
_SCHOOLS: Final = select(t.school).order_by(t.school.c.id)
_SAVE_SCHOOL: Final = update(t.school).where(t.school.c.id == bindparam("of_school"))
_GRADE: Final = select(t.grade).where(
    t.grade.c.id == bindparam("grade_id"), t.grade.c.school_id == bindparam("school_id")
)
_GRADES: Final = (
    select(t.grade)
    .where(t.grade.c.school_id == bindparam("school_id"))
    .order_by(t.grade.c.stage, t.grade.c.number)
)
_CLASS: Final = select(t.school_class).where(
    t.school_class.c.id == bindparam("class_id"),
    t.school_class.c.school_id == bindparam("school_id"),
)
_CLASSES: Final = (
    select(t.school_class)
    .join(t.grade, t.grade.c.id == t.school_class.c.grade_id)
    .where(t.school_class.c.school_id == bindparam("school_id"))
    .order_by(t.grade.c.number, t.school_class.c.number)
)
_CLASS_OF: Final = (
    select(t.school_class)
    .join(t.grade, t.grade.c.id == t.school_class.c.grade_id)
    .where(
        t.grade.c.school_id == bindparam("school_id"),
        t.grade.c.stage == bindparam("stage"),
        t.grade.c.entry_year == bindparam("entry_year"),
        t.school_class.c.number == bindparam("number"),
    )
)
_ADD_GRADE: Final = upsert(t.grade).on_conflict_do_nothing()
_ADD_CLASS: Final = upsert(t.school_class).on_conflict_do_nothing()
_SAVE_CLASS: Final = update(t.school_class).where(
    t.school_class.c.id == bindparam("of_class"),
    t.school_class.c.school_id == bindparam("of_school"),
)


class SchoolBooks(Writing):
    """Part of the unit of work."""

    __slots__ = ()

    def load_school(self, school_id: str) -> School:
        return load_school(self, school_id)

    def save_school(self, school: School) -> None:
        """A new school also starts its receipts and its audit chain."""
        columns = _school_columns(school)
        if not self.run(_SAVE_SCHOOL, {"of_school": school.id, **columns}):
            self.run(insert(t.school), {"id": school.id, **columns})
            start = {"school_id": school.id, "receipts": 0, "events": 0, "last_hash": b""}
            self.run(insert(t.tally), start)

    def load_grade(self, school_id: str, grade_id: str) -> Grade:
        row = self.first(_GRADE, {"school_id": school_id, "grade_id": grade_id})
        if row is None:
            raise NotThere
        return _grade(row)

    def add_grade(self, grade: Grade) -> None:
        added = self.run(
            _ADD_GRADE,
            {
                "id": grade.id,
                "school_id": grade.school_id,
                "stage": grade.stage.value,
                "number": grade.number,
                "entry_year": grade.entry_year,
                "entry_number": grade.entry_number,
            },
        )
        if not added:
            raise Conflict("setup.grade_exists")

    def load_class(self, school_id: str, class_id: str) -> SchoolClass:
        row = self.first(_CLASS, {"school_id": school_id, "class_id": class_id})
        if row is None:
            raise NotThere
        return _class(row)

    def class_of(
        self, school_id: str, stage: Stage, entry_year: int, number: int
    ) -> SchoolClass | None:
        cohort = {"school_id": school_id, "stage": stage.value, "entry_year": entry_year}
        row = self.first(_CLASS_OF, {**cohort, "number": number})
        return None if row is None else _class(row)

    def every_grade(self, school_id: str) -> tuple[Grade, ...]:
        return grades(self, school_id)

    def every_class(self, school_id: str) -> tuple[SchoolClass, ...]:
        return classes(self, school_id)

    def add_class(self, school_class: SchoolClass) -> None:
        key = {"id": school_class.id, "school_id": school_class.school_id}
        if not self.run(_ADD_CLASS, {**key, **_class_columns(school_class)}):
            raise Conflict("setup.class_exists")

    def save_class(self, school_class: SchoolClass) -> None:
        key = {"of_class": school_class.id, "of_school": school_class.school_id}
        if not self.run(_SAVE_CLASS, {**key, **_class_columns(school_class)}):
            raise NotThere


def load_school(reader: Reader, school_id: str) -> School:
    """Raises: `NotThere`."""
    found = reader.recall(_SCHOOL, {"school_id": school_id}, _schools)
    if not found:
        raise NotThere
    return found[0]


def schools(reader: Reader) -> tuple[School, ...]:
    """All schools of the installation; one in a school's own."""
    return _schools(reader.every(_SCHOOLS, {}))


def _schools(rows: Sequence[AnyRow]) -> tuple[School, ...]:
    return tuple(map(_school, rows))


def grades(reader: Reader, school_id: str) -> tuple[Grade, ...]:
    """By stage and number."""
    return tuple(map(_grade, reader.every(_GRADES, {"school_id": school_id})))


def classes(reader: Reader, school_id: str) -> tuple[SchoolClass, ...]:
    """By grade and number."""
    return tuple(map(_class, reader.every(_CLASSES, {"school_id": school_id})))


def _school(row: AnyRow) -> School:
    return School(row.id, row.name, row.telephone, _settings(row.settings))


@lru_cache(maxsize=64)
def _settings(document: str) -> Settings:
    """Read on every request and hardly ever changed."""
    return unpack(Settings, json.loads(document))


def _school_columns(school: School) -> dict[str, object]:
    settings = json.dumps(pack(school.settings), sort_keys=True)
    return {"name": school.name, "telephone": school.telephone, "settings": settings}


def _grade(row: AnyRow) -> Grade:
    return Grade(
        row.id, row.school_id, Stage(row.stage), row.number, row.entry_year, row.entry_number
    )


def _class(row: AnyRow) -> SchoolClass:
    return SchoolClass(row.id, row.school_id, row.grade_id, row.number, row.teacher_id)


def _class_columns(school_class: SchoolClass) -> dict[str, object]:
    return {
        "grade_id": school_class.grade_id,
        "number": school_class.number,
        "teacher_id": school_class.teacher_id,
    }
