"""What families agreed to, per child, purpose and person (K22): part of the books."""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from registry.records import KeptConsent
from registry.students import Status
from storage import tables as t
from storage.reader import Reader, Writing

PLACED: Final = (Status.expected.value, Status.enrolled.value)
"""Children who have a place in their class; a suspended child's is kept in the cohort he joins."""

_ADD = upsert(t.consent)
_KEEP: Final = _ADD.on_conflict_do_update(
    index_elements=["student_id", "purpose", "actor_id"],
    set_={
        name: _ADD.excluded[name] for name in ("agreed", "version", "digest", "at", "withdrawn_at")
    },
)
_KEPT: Final = (
    select(t.consent)
    .where(
        t.consent.c.student_id == bindparam("student_id"),
        t.consent.c.school_id == bindparam("school_id"),
    )
    .order_by(t.consent.c.at, t.consent.c.purpose, t.consent.c.actor_id)
)
_WITHDRAW: Final = update(t.consent).where(
    t.consent.c.student_id == bindparam("of_student"),
    t.consent.c.purpose == bindparam("of_purpose"),
    t.consent.c.agreed.is_(True),
    t.consent.c.withdrawn_at.is_(None),
)
_PLACES: Final = select(func.count()).where(
    t.student.c.status.in_(PLACED), t.student.c.id != bindparam("without")
)
_CLASS_SIZE: Final = _PLACES.where(t.student.c.class_id == bindparam("class_id"))
_GRADE_SIZE: Final = _PLACES.where(
    t.student.c.school_id == bindparam("school_id"), t.student.c.grade_id == bindparam("grade_id")
)


class ConsentBooks(Writing):
    """Part of the unit of work."""

    __slots__ = ()

    def kept_consents(self, school_id: str, student_id: str) -> tuple[KeptConsent, ...]:
        return kept_consents(self, school_id, student_id)

    def keep_consent(self, school_id: str, student_id: str, kept: KeptConsent) -> None:
        self.run(
            _KEEP,
            {
                "school_id": school_id,
                "student_id": student_id,
                "purpose": kept.purpose,
                "actor_id": kept.actor_id,
                "agreed": kept.agreed,
                "version": kept.version,
                "digest": kept.digest,
                "at": kept.at,
                "withdrawn_at": kept.withdrawn_at,
            },
        )

    def withdraw_consent(self, student_id: str, purpose: str, at: datetime) -> bool:
        key = {"of_student": student_id, "of_purpose": purpose}
        return self.run(_WITHDRAW, {**key, "withdrawn_at": at}) > 0

    def class_size(self, class_id: str, without: str) -> int:
        return class_size(self, class_id, without)

    def grade_size(self, school_id: str, grade_id: str, without: str) -> int:
        return grade_size(self, school_id, grade_id, without)


def kept_consents(reader: Reader, school_id: str, student_id: str) -> tuple[KeptConsent, ...]:
    """The last word of each person on each purpose, oldest first."""
    rows = reader.every(_KEPT, {"school_id": school_id, "student_id": student_id})
    return tuple(
        KeptConsent(
            row.purpose,
            row.agreed,
            row.version,
            row.digest,
            row.at,
            row.actor_id,
            row.withdrawn_at,
        )
        for row in rows
    )


def class_size(reader: Reader, class_id: str, without: str) -> int:
    """Children who have a place in the class, that one not counted."""
    return int(reader.scalar(_CLASS_SIZE, {"class_id": class_id, "without": without}) or 0)


def grade_size(reader: Reader, school_id: str, grade_id: str, without: str) -> int:
    """The same of a grade."""
    key = {"school_id": school_id, "grade_id": grade_id, "without": without}
    return int(reader.scalar(_GRADE_SIZE, key) or 0)
