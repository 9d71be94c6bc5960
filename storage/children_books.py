"""The children's part of the books: students, numbers ever allotted, status changes, claims."""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from registry.problems import Conflict, NotThere
from registry.records import Claim, ClaimState
from registry.students import Status, StatusChange, Student
from storage import tables as t
from storage.claimed import erase_claimed, move_claimed
from storage.reader import AnyRow, Reader, Writing

STUDENT: Final = select(t.student)
_BY_ID: Final = STUDENT.where(
    t.student.c.id == bindparam("student_id"), t.student.c.school_id == bindparam("school_id")
)
_BY_ID_NUMBER: Final = select(t.student.c.id).where(
    t.student.c.school_id == bindparam("school_id"), t.student.c.id_lookup == bindparam("lookup")
)
_SAVE: Final = update(t.student).where(
    t.student.c.id == bindparam("of_student"),
    t.student.c.school_id == bindparam("of_school"),
    t.student.c.revision == bindparam("seen"),
)
_ALLOT: Final = upsert(t.number).on_conflict_do_nothing()
_OWNER: Final = select(t.number.c.student_id).where(
    t.number.c.school_id == bindparam("school_id"), t.number.c.number == bindparam("number")
)
_TAKEN: Final = select(t.number.c.number).where(
    t.number.c.school_id == bindparam("school_id"),
    t.number.c.number >= bindparam("first"),
    t.number.c.number < bindparam("beyond"),
)
_CLAIM: Final = select(t.claim).where(
    t.claim.c.id == bindparam("claim_id"), t.claim.c.school_id == bindparam("school_id")
)
_SAVE_CLAIM: Final = update(t.claim).where(
    t.claim.c.id == bindparam("of_claim"),
    t.claim.c.school_id == bindparam("of_school"),
    t.claim.c.state == ClaimState.open.value,
)


class ChildrenBooks(Writing):
    """Part of the unit of work."""

    __slots__ = ()

    def load_student(self, school_id: str, student_id: str) -> Student:
        row = self.first(_BY_ID, {"school_id": school_id, "student_id": student_id})
        if row is None:
            raise NotThere
        return student_from(self, row)

    def add_student(self, student: Student) -> None:
        self._refuse_second(student)
        key = {"id": student.id, "school_id": student.school_id, "revision": student.revision}
        self.run(insert(t.student), {**key, **self._student_columns(student)})
        self._keep_number(student)

    def save_student(self, student: Student) -> None:
        self._refuse_second(student)
        key = {
            "of_student": student.id,
            "of_school": student.school_id,
            "seen": student.revision,
            "revision": student.revision + 1,
        }
        if not self.run(_SAVE, {**key, **self._student_columns(student)}):
            self.load_student(student.school_id, student.id)
            raise Conflict("student.changed")
        self._keep_number(student)

    def student_with_id_number(self, school_id: str, id_number: str) -> str | None:
        return find_id_number(self, school_id, id_number)

    def taken_numbers(self, school_id: str, prefix: str) -> Collection[str]:
        self.lock(school_id)
        # Digits only: the colon stands right behind the nine, in every collation "C".
        bounds = {"first": prefix, "beyond": prefix + ":"}
        rows = self.every(_TAKEN, {"school_id": school_id, **bounds})
        return frozenset(row.number for row in rows)

    def add_status_change(self, change: StatusChange) -> None:
        self.run(
            insert(t.status_change),
            {
                "id": change.id,
                "school_id": change.school_id,
                "student_id": change.student_id,
                "was": change.was.value,
                "becomes": change.becomes.value,
                "on": change.on,
                "reason": change.reason,
                "submission_id": change.submission_id,
                "recorded_by": change.recorded_by,
                "recorded_at": change.recorded_at,
                "until": change.until,
            },
        )

    def load_claim(self, school_id: str, claim_id: str) -> Claim:
        row = self.first(_CLAIM, {"school_id": school_id, "claim_id": claim_id})
        if row is None:
            raise NotThere
        return claim_from(self, row)

    def add_claim(self, claim: Claim) -> None:
        key = {"id": claim.id, "school_id": claim.school_id, "at": claim.at}
        self.run(insert(t.claim), {**key, **self._claim_columns(claim)})

    def save_claim(self, claim: Claim) -> None:
        """An open claim is decided once."""
        key = {"of_claim": claim.id, "of_school": claim.school_id}
        if not self.run(_SAVE_CLAIM, {**key, **self._claim_columns(claim)}):
            self.load_claim(claim.school_id, claim.id)
            raise Conflict("claim.already_decided")

    def move_claim_draft(self, claim_id: str, student_id: str) -> None:
        move_claimed(self, claim_id, student_id)

    def erase_claim_draft(self, claim_id: str) -> None:
        erase_claimed(self, claim_id)

    def _refuse_second(self, student: Student) -> None:
        number = student.fields.get("id_number")
        other = number and find_id_number(self, student.school_id, number)
        if other and other != student.id:
            raise Conflict("student.id_number_taken")

    def _keep_number(self, student: Student) -> None:
        """A number once allotted belongs to that child for ever. Rule: R207."""
        if student.student_number is None:
            return
        key = {"school_id": student.school_id, "number": student.student_number}
        is_new = self.run(_ALLOT, {**key, "student_id": student.id}) > 0
        if not is_new and self.scalar(_OWNER, key) != student.id:
            raise Conflict("student.number_taken")

    def _student_columns(self, student: Student) -> Mapping[str, object]:
        id_number = student.fields.get("id_number")
        return {
            "grade_id": student.grade_id,
            "class_id": student.class_id,
            "status": student.status.value,
            "student_number": student.student_number,
            "id_lookup": id_lookup(self, student.school_id, id_number) if id_number else None,
            "fields": self.sealer.seal_json("student", student.id, "fields", dict(student.fields)),
        }

    def _claim_columns(self, claim: Claim) -> Mapping[str, object]:
        return {
            "class_id": claim.class_id,
            "actor_id": claim.actor_id,
            "child_name": self.seal_text("claim", claim.id, "child_name", claim.child_name),
            "relation": claim.relation,
            "state": claim.state.value,
            "student_id": claim.student_id,
            "decided_by": claim.decided_by,
        }


def student_from(reader: Reader, row: AnyRow) -> Student:
    """A row of `STUDENT`."""
    fields = reader.sealer.unseal_json("student", row.id, "fields", row.fields)
    return Student(
        row.id,
        row.school_id,
        row.grade_id,
        row.class_id,
        Status(row.status),
        fields if isinstance(fields, dict) else {},  # type: ignore[arg-type]  # written as text
        row.student_number,
        row.revision,
    )


def claim_from(reader: Reader, row: AnyRow) -> Claim:
    """A row of the claims."""
    return Claim(
        row.id,
        row.school_id,
        row.class_id,
        row.actor_id,
        reader.open_text("claim", row.id, "child_name", row.child_name),
        row.relation,
        row.at,
        ClaimState(row.state),
        row.student_id,
        row.decided_by,
    )


def find_id_number(reader: Reader, school_id: str, id_number: str) -> str | None:
    """The student with exactly that number, by blind index."""
    lookup = id_lookup(reader, school_id, id_number)
    found: str | None = reader.scalar(_BY_ID_NUMBER, {"school_id": school_id, "lookup": lookup})
    return found


def id_lookup(reader: Reader, school_id: str, id_number: str) -> bytes:
    """One spelling: no spaces, capital X."""
    return reader.sealer.lookup("id_number", school_id, id_number.strip().upper())
