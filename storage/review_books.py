"""The review's part of the books: submissions round by round, and what was decided about them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, insert, select, update

from registry.actors import Role
from registry.frozen import frozen
from registry.problems import Conflict, NotThere
from registry.submissions import Act, Content, Decision, Flag, Outside, State, Submission
from storage import tables as t
from storage.codec import pack, unpack
from storage.reader import AnyRow, Reader, Writing

CLOSED: Final = (State.rejected.value, State.refused.value, State.effective.value)

_BY_ID: Final = select(t.submission).where(
    t.submission.c.id == bindparam("submission_id"),
    t.submission.c.school_id == bindparam("school_id"),
)
_OPEN: Final = (
    select(t.submission)
    .where(
        t.submission.c.draft_id == bindparam("draft_id"),
        t.submission.c.school_id == bindparam("school_id"),
        t.submission.c.state.not_in(CLOSED),
    )
    .order_by(t.submission.c.number.desc())
    .limit(1)
)
_LAST: Final = (
    select(t.submission)
    .where(
        t.submission.c.draft_id == bindparam("draft_id"),
        t.submission.c.school_id == bindparam("school_id"),
    )
    .order_by(t.submission.c.number.desc())
    .limit(1)
)
_OF_STUDENT: Final = (
    select(t.submission)
    .where(
        t.submission.c.student_id == bindparam("student_id"),
        t.submission.c.school_id == bindparam("school_id"),
        t.submission.c.state.not_in(CLOSED),
    )
    .order_by(t.submission.c.number)
)
_SAVE: Final = update(t.submission).where(
    t.submission.c.id == bindparam("of_submission"),
    t.submission.c.school_id == bindparam("of_school"),
    t.submission.c.revision == bindparam("seen"),
)
_RECEIPT: Final = (
    update(t.tally)
    .where(t.tally.c.school_id == bindparam("of_school"))
    .values(receipts=t.tally.c.receipts + 1)
    .returning(t.tally.c.receipts)
)
_SCHOOL_OF: Final = select(t.submission.c.school_id).where(
    t.submission.c.id == bindparam("submission_id")
)
_ROUNDS: Final = (
    select(t.submission_round)
    .where(
        t.submission_round.c.submission_id == bindparam("submission_id"),
        t.submission_round.c.school_id == bindparam("school_id"),
    )
    .order_by(t.submission_round.c.round)
)
_ROUND_TIMES: Final = (
    select(t.submission_round.c.submitted_at)
    .where(t.submission_round.c.submission_id == bindparam("submission_id"))
    .order_by(t.submission_round.c.round)
)
_DECISIONS: Final = (
    select(t.decision)
    .where(t.decision.c.submission_id == bindparam("submission_id"))
    .order_by(t.decision.c.at, t.decision.c.id)
)
_UNDO: Final = update(t.decision).where(
    t.decision.c.id == bindparam("of_decision"), t.decision.c.undone_at.is_(None)
)


@frozen
class _Said:
    """What a reviewer wrote: sealed."""

    flags: tuple[Flag, ...] = ()
    note: str = ""
    outside: Outside | None = None
    joined_by: Role | None = None
    class_id: str = ""


class ReviewBooks(Writing):
    """Part of the unit of work."""

    __slots__ = ()

    def load_submission(self, school_id: str, submission_id: str) -> Submission:
        row = self.first(_BY_ID, {"school_id": school_id, "submission_id": submission_id})
        if row is None:
            raise NotThere
        return submission_from(self, row)

    def add_submission(self, submission: Submission) -> None:
        key = {
            "id": submission.id,
            "school_id": submission.school_id,
            "number": submission.number,
            "revision": submission.revision,
        }
        columns = {**self._columns(submission), **_lease_columns(submission)}
        self.run(insert(t.submission), {**key, **columns})

    def save_submission(self, submission: Submission) -> None:
        columns = {**self._columns(submission), **_lease_columns(submission)}
        self._save_case(submission, {**columns, "revision": submission.revision + 1})

    def save_lease(self, submission: Submission) -> None:
        self._save_case(submission, _lease_columns(submission))

    def keep_round(self, submission: Submission, content: Content) -> None:
        row = f"{submission.id}.{submission.round}"
        self.run(
            insert(t.submission_round),
            {
                "school_id": submission.school_id,
                "submission_id": submission.id,
                "round": submission.round,
                "submitted_by": submission.submitted_by,
                "submitted_at": submission.submitted_at,
                "content": seal_content(self, "submission_round", row, content),
            },
        )

    def open_submission_of_draft(self, school_id: str, draft_id: str) -> Submission | None:
        row = self.first(_OPEN, {"school_id": school_id, "draft_id": draft_id})
        return None if row is None else submission_from(self, row)

    def last_submission_of_draft(self, school_id: str, draft_id: str) -> Submission | None:
        row = self.first(_LAST, {"school_id": school_id, "draft_id": draft_id})
        return None if row is None else submission_from(self, row)

    def open_submissions(self, school_id: str, student_id: str) -> tuple[Submission, ...]:
        key = {"school_id": school_id, "student_id": student_id}
        return tuple(submission_from(self, row) for row in self.every(_OF_STUDENT, key))

    def next_receipt(self, school_id: str) -> int:
        self.lock(school_id)
        number: int | None = self.scalar(_RECEIPT, {"of_school": school_id})
        if number is None:
            raise NotThere
        return number

    def decisions(self, submission_id: str) -> tuple[Decision, ...]:
        return decisions(self, submission_id)

    def add_decision(self, decision: Decision) -> None:
        school_id = self.scalar(_SCHOOL_OF, {"submission_id": decision.submission_id})
        if school_id is None:
            raise NotThere
        said = pack(
            _Said(
                decision.flags,
                decision.note,
                decision.outside,
                decision.joined_by,
                decision.class_id,
            )
        )
        self.run(
            insert(t.decision),
            {
                "id": decision.id,
                "school_id": school_id,
                "submission_id": decision.submission_id,
                "act": decision.act.value,
                "actor_id": decision.actor_id,
                "role": decision.role.value,
                "round": decision.round,
                "step": decision.step,
                "was": decision.was.value,
                "at": decision.at,
                "settles_at": decision.settles_at,
                "reason": decision.reason,
                "flag_count": len(decision.flags),
                "said": self.sealer.seal_json("decision", decision.id, "said", said),
                "undone_at": decision.undone_at,
            },
        )

    def mark_undone(self, decision_id: str, at: datetime) -> None:
        if not self.run(_UNDO, {"of_decision": decision_id, "undone_at": at}):
            raise Conflict("review.changed")

    def _save_case(self, submission: Submission, columns: Mapping[str, object]) -> None:
        key = {
            "of_submission": submission.id,
            "of_school": submission.school_id,
            "seen": submission.revision,
        }
        if not self.run(_SAVE, {**key, **columns}):
            self.load_submission(submission.school_id, submission.id)
            raise Conflict("review.changed")

    def _columns(self, submission: Submission) -> Mapping[str, object]:
        return {
            "grade_id": submission.grade_id,
            "class_id": submission.class_id,
            "student_id": submission.student_id,
            "draft_id": submission.draft_id,
            "form_id": submission.form_id,
            "form_version": submission.form_version,
            "route": submission.route,
            "effect": submission.effect,
            "state": submission.state.value,
            "step": submission.step,
            "round": submission.round,
            "submitted_by": submission.submitted_by,
            "submitted_at": submission.submitted_at,
            "waiting_since": submission.waiting_since,
            "committee_helps": submission.committee_helps,
            "joined_by": submission.joined_by and submission.joined_by.value,
            "outside_since": submission.outside_since,
            "content": seal_content(self, "submission", submission.id, submission.content),
        }


def submission_from(reader: Reader, row: AnyRow) -> Submission:
    """A row of the submissions, opened."""
    return Submission(
        id=row.id,
        school_id=row.school_id,
        grade_id=row.grade_id,
        class_id=row.class_id,
        student_id=row.student_id,
        draft_id=row.draft_id,
        number=row.number,
        form_id=row.form_id,
        form_version=row.form_version,
        route=row.route,
        effect=row.effect,
        state=State(row.state),
        step=row.step,
        round=row.round,
        revision=row.revision,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        waiting_since=row.waiting_since,
        committee_helps=row.committee_helps,
        content=open_content(reader, "submission", row.id, row.content),
        leased_by=row.leased_by,
        leased_until=row.leased_until,
        joined_by=None if row.joined_by is None else Role(row.joined_by),
        outside_since=row.outside_since,
    )


def rounds(reader: Reader, school_id: str, submission_id: str) -> tuple[Content, ...]:
    """What was sent in each round, round 1 first."""
    key = {"school_id": school_id, "submission_id": submission_id}
    return tuple(
        open_content(reader, "submission_round", f"{row.submission_id}.{row.round}", row.content)
        for row in reader.every(_ROUNDS, key)
    )


def round_times(reader: Reader, submission_id: str) -> tuple[datetime, ...]:
    """When each round was sent, round 1 first; their contents stay closed."""
    rows = reader.every(_ROUND_TIMES, {"submission_id": submission_id})
    return tuple(row.submitted_at for row in rows)


def decisions(reader: Reader, submission_id: str) -> tuple[Decision, ...]:
    """Oldest first, undone ones too."""
    return decisions_from(reader, reader.every(_DECISIONS, {"submission_id": submission_id}))


def decisions_from(reader: Reader, rows: Sequence[AnyRow]) -> tuple[Decision, ...]:
    """Rows of the decisions, opened."""
    return tuple(_decision(reader, row) for row in rows)


def seal_content(reader: Reader, table: str, row: str, content: Content) -> bytes:
    """One round's content for that place."""
    return reader.sealer.seal_json(table, row, "content", pack(content))


def open_content(reader: Reader, table: str, row: str, sealed: bytes) -> Content:
    """One round's content from that place."""
    return unpack(Content, reader.sealer.unseal_json(table, row, "content", sealed))


def _decision(reader: Reader, row: AnyRow) -> Decision:
    said = unpack(_Said, reader.sealer.unseal_json("decision", row.id, "said", row.said))
    return Decision(
        id=row.id,
        submission_id=row.submission_id,
        act=Act(row.act),
        actor_id=row.actor_id,
        role=Role(row.role),
        round=row.round,
        step=row.step,
        was=State(row.was),
        at=row.at,
        settles_at=row.settles_at,
        flags=said.flags,
        reason=row.reason,
        note=said.note,
        outside=said.outside,
        joined_by=said.joined_by,
        class_id=said.class_id,
        undone_at=row.undone_at,
    )


def _lease_columns(submission: Submission) -> Mapping[str, object]:
    return {"leased_by": submission.leased_by, "leased_until": submission.leased_until}
