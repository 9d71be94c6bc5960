"""The tables of the dialogue, of the review and of what both leave behind."""

from datetime import date, datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import NO_ROWID, Digest, Moment, Row, Sealed, key

# ---- the dialogue


class PlaceRow(Row, table=True):
    __tablename__ = "place"
    __table_args__ = (NO_ROWID,)
    actor_id: str = Field(primary_key=True, foreign_key="actor.id", sa_type=Text)
    turn: int
    place: bytes = Field(sa_type=Sealed)


class DraftRow(Row, table=True):
    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("school_id", "form_id", "subject_id", "occasion"),
        Index(None, "student_id"),
        Index(None, "claim_id"),
    )
    id: str = key()
    form_id: str = Field(sa_type=Text)
    form_version: str = Field(sa_type=Text)
    student_id: str | None = Field(default=None, foreign_key="student.id", sa_type=Text)
    claim_id: str | None = Field(default=None, foreign_key="claim.id", sa_type=Text)
    subject_id: str = Field(sa_type=Text)
    occasion: str = Field(sa_type=Text)
    revision: int
    state: str = Field(sa_type=Text)
    submission_id: str | None = Field(default=None, sa_type=Text)
    answers: bytes = Field(sa_type=Sealed)
    done: int = 0
    total: int = 0
    asking: str = Field(default="", sa_type=Text)
    updated_at: datetime = Field(sa_type=Moment)


class AnsweredRow(Row, table=True):
    __tablename__ = "answered"
    __table_args__ = (NO_ROWID,)
    actor_id: str = Field(primary_key=True, foreign_key="actor.id", sa_type=Text)
    message_id: str = Field(primary_key=True, sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class InboxRow(Row, table=True):
    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("channel", "message_id"), Index(None, "state", "id"))
    id: int | None = Field(default=None, primary_key=True)  # in the order of arrival
    channel: str = Field(sa_type=Text)
    message_id: str = Field(sa_type=Text)
    payload: bytes | None = Field(default=None, sa_type=Sealed)
    state: str = Field(sa_type=Text)
    tries: int = 0
    received_at: datetime = Field(sa_type=Moment)


class FileRow(Row, table=True):
    __tablename__ = "file"
    __table_args__ = (Index(None, "draft_id"), Index(None, "preview_id"))
    id: str = key()
    draft_id: str | None = Field(default=None, foreign_key="draft.id", sa_type=Text)
    preview_id: str | None = Field(default=None, sa_type=Text)
    kind: str = Field(sa_type=Text)
    size: int
    sha256: bytes = Field(sa_type=Sealed)
    width: int
    height: int
    state: str = Field(sa_type=Text)
    added_by: str | None = Field(default=None, sa_type=Text)
    added_at: datetime = Field(sa_type=Moment)


# ---- review


class SubmissionRow(Row, table=True):
    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("school_id", "number"),
        Index(None, "school_id", "state", "waiting_since", "id"),
        Index(None, "class_id", "state", "waiting_since", "id"),
        Index(None, "student_id"),
        Index(None, "draft_id"),
        Index(None, "leased_by"),
    )
    id: str = key()
    grade_id: str = Field(foreign_key="grade.id", sa_type=Text)
    class_id: str = Field(foreign_key="school_class.id", sa_type=Text)
    student_id: str = Field(foreign_key="student.id", sa_type=Text)
    draft_id: str = Field(foreign_key="draft.id", sa_type=Text)
    number: int
    form_id: str = Field(sa_type=Text)
    form_version: str = Field(sa_type=Text)
    route: str = Field(sa_type=Text)
    effect: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    step: int
    round: int
    revision: int
    submitted_by: str = Field(sa_type=Text)
    submitted_at: datetime = Field(sa_type=Moment)
    waiting_since: datetime = Field(sa_type=Moment)
    committee_helps: bool
    content: bytes = Field(sa_type=Sealed)
    leased_by: str | None = Field(default=None, sa_type=Text)
    leased_until: datetime | None = Field(default=None, sa_type=Moment)
    joined_by: str | None = Field(default=None, sa_type=Text)
    outside_since: date | None = None


class SubmissionRoundRow(Row, table=True):
    __tablename__ = "submission_round"
    submission_id: str = Field(primary_key=True, foreign_key="submission.id", sa_type=Text)
    round: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    submitted_by: str = Field(sa_type=Text)
    submitted_at: datetime = Field(sa_type=Moment)
    content: bytes = Field(sa_type=Sealed)


class DecisionRow(Row, table=True):
    __tablename__ = "decision"
    __table_args__ = (Index(None, "submission_id", "at"),)
    id: str = key()
    submission_id: str = Field(foreign_key="submission.id", sa_type=Text)
    act: str = Field(sa_type=Text)
    actor_id: str = Field(foreign_key="actor.id", sa_type=Text)
    role: str = Field(sa_type=Text)
    round: int
    step: int
    was: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    settles_at: datetime = Field(sa_type=Moment)
    reason: str = Field(sa_type=Text)
    flag_count: int
    said: bytes = Field(sa_type=Sealed)
    undone_at: datetime | None = Field(default=None, sa_type=Moment)


class OriginalSeenRow(Row, table=True):
    __tablename__ = "original_seen"
    submission_id: str = Field(primary_key=True, foreign_key="submission.id", sa_type=Text)
    file_id: str = Field(primary_key=True, sa_type=Text)
    actor_id: str = Field(foreign_key="actor.id", sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class NationalEntryRow(Row, table=True):
    """What has reached the register and stands to be typed into the national system by hand."""

    __tablename__ = "national_entry"
    __table_args__ = (Index(None, "school_id", "noted_at", "since", "submission_id"),)
    submission_id: str = Field(primary_key=True, foreign_key="submission.id", sa_type=Text)
    part: str = Field(primary_key=True, sa_type=Text)
    since: datetime = Field(sa_type=Moment)
    before: bytes | None = Field(default=None, sa_type=Sealed)
    noted_on: date | None = None
    noted_by: str | None = Field(default=None, foreign_key="actor.id", sa_type=Text)
    noted_at: datetime | None = Field(default=None, sa_type=Moment)


# ---- what is left behind


class EventRow(Row, table=True):
    __tablename__ = "event"
    school_id: str = Field(primary_key=True, foreign_key="school.id", sa_type=Text)
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str = Field(sa_type=Text)
    actor_id: str | None = Field(default=None, sa_type=Text)
    ids: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    previous: bytes = Field(sa_type=Digest)
    hash: bytes = Field(sa_type=Digest)


class NoticeRow(Row, table=True):
    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("cause", "actor_id"), Index(None, "state", "due"))
    id: str = key()
    cause: str = Field(sa_type=Text)
    actor_id: str = Field(foreign_key="actor.id", sa_type=Text)
    phrase: str = Field(sa_type=Text)
    ids: str = Field(sa_type=Text)
    due: datetime = Field(sa_type=Moment)
    state: str = Field(sa_type=Text)
    tries: int = 0
    lease: str | None = Field(default=None, sa_type=Text)
    leased_until: datetime | None = Field(default=None, sa_type=Moment)


class AttemptRow(Row, table=True):
    __tablename__ = "attempt"
    __table_args__ = (Index(None, "notice_id"),)
    id: str = key()
    notice_id: str = Field(foreign_key="notice.id", sa_type=Text)
    channel: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    outcome: str = Field(sa_type=Text)


class JobRow(Row, table=True):
    __tablename__ = "job"
    __table_args__ = (Index(None, "state", "due"),)
    key: str = key()
    kind: str = Field(sa_type=Text)
    ids: str = Field(sa_type=Text)
    due: datetime = Field(sa_type=Moment)
    state: str = Field(sa_type=Text)
    tries: int = 0
    lease: str | None = Field(default=None, sa_type=Text)
    leased_until: datetime | None = Field(default=None, sa_type=Moment)
    problem: str = Field(default="", sa_type=Text)


class TaskRow(Row, table=True):
    __tablename__ = "task"
    __table_args__ = (Index(None, "school_id", "class_id", "done_at"),)
    school_id: str = Field(primary_key=True, foreign_key="school.id", sa_type=Text)
    key: str = key()
    class_id: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    student_id: str | None = Field(default=None, sa_type=Text)
    actor_id: str | None = Field(default=None, sa_type=Text)
    phrase: str = Field(sa_type=Text)
    ids: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    done_by: str | None = Field(default=None, sa_type=Text)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
