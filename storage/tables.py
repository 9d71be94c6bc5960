"""The tables of the house, declared for the schema only: no row object is ever made.

A column of type `Sealed` holds what `storage.sealing` sealed under (table, row id, column);
every other column can be read on disk and stands in `storage.plain` with its reason. Every row
belongs to a school, except the one that says which key the installation was made with.
"""

from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Final

from sqlalchemy import BigInteger, Index, LargeBinary, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

# Written on every turn: one tree to touch on SQLite instead of two.
_NO_ROWID: Final = {"sqlite_with_rowid": False}


class Moment(TypeDecorator[datetime]):
    """Microseconds since 1970 UTC: exact, and ordered alike in both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Sealed(TypeDecorator[bytes]):
    """Sealed bytes; opened only in memory."""

    impl = LargeBinary
    cache_ok = True


class Digest(TypeDecorator[bytes]):
    """A hash or a blind index."""

    impl = LargeBinary
    cache_ok = True


class _Row(SQLModel):
    metadata: ClassVar[MetaData] = METADATA
    school_id: str = Field(foreign_key="school.id", sa_type=Text)


def _key() -> str:
    key: str = Field(primary_key=True, sa_type=Text)
    return key


# ---- the installation and the school


class InstallationRow(SQLModel, table=True):
    metadata: ClassVar[MetaData] = METADATA
    __tablename__ = "installation"
    id: int = Field(primary_key=True)
    witness: bytes = Field(sa_type=Sealed)


class SchoolRow(SQLModel, table=True):
    metadata: ClassVar[MetaData] = METADATA
    __tablename__ = "school"
    id: str = _key()
    name: str = Field(sa_type=Text)
    telephone: str = Field(sa_type=Text)
    settings: str = Field(sa_type=Text)


class TallyRow(_Row, table=True):
    """What a school counts up. Apart from the school's row, which every foreign key touches."""

    __tablename__ = "tally"
    school_id: str = Field(primary_key=True, foreign_key="school.id", sa_type=Text)
    receipts: int
    events: int
    last_hash: bytes = Field(sa_type=Digest)


class GradeRow(_Row, table=True):
    __tablename__ = "grade"
    __table_args__ = (UniqueConstraint("school_id", "stage", "entry_year"),)
    id: str = _key()
    stage: str = Field(sa_type=Text)
    number: int
    entry_year: int
    entry_number: int


class SchoolClassRow(_Row, table=True):
    __tablename__ = "school_class"
    __table_args__ = (UniqueConstraint("grade_id", "number"),)
    id: str = _key()
    grade_id: str = Field(foreign_key="grade.id", sa_type=Text)
    number: int
    teacher_id: str | None = Field(default=None, foreign_key="actor.id", sa_type=Text)


class SchoolFormRow(_Row, table=True):
    """A paper as a table of text; no answer ever comes here."""

    __tablename__ = "school_form"
    __table_args__ = (UniqueConstraint("school_id", "form_id", "version"),)
    id: str = _key()
    form_id: str = Field(sa_type=Text)
    version: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    uploaded_by: str = Field(sa_type=Text)
    uploaded_at: datetime = Field(sa_type=Moment)
    changed_by: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_type=Moment)


# ---- people


class ActorRow(_Row, table=True):
    __tablename__ = "actor"
    __table_args__ = (UniqueConstraint("login_lookup"), Index(None, "school_id"))
    id: str = _key()
    language: str = Field(sa_type=Text)
    is_active: bool
    name: bytes = Field(sa_type=Sealed)
    login: bytes | None = Field(default=None, sa_type=Sealed)
    login_lookup: bytes | None = Field(default=None, sa_type=Digest)
    password: bytes | None = Field(default=None, sa_type=Sealed)


class GrantRow(_Row, table=True):
    __tablename__ = "grant"
    __table_args__ = (Index(None, "actor_id"), Index(None, "school_id", "place_id"))
    id: str = _key()
    actor_id: str = Field(foreign_key="actor.id", sa_type=Text)
    role: str = Field(sa_type=Text)
    scope: str = Field(sa_type=Text)
    place_id: str = Field(sa_type=Text)
    since: date
    until: date | None = None
    is_ended: bool = False


class TieRow(_Row, table=True):
    """A `registry.actors.Link`."""

    __tablename__ = "tie"
    __table_args__ = (Index(None, "student_id"),)
    actor_id: str = Field(primary_key=True, foreign_key="actor.id", sa_type=Text)
    student_id: str = Field(primary_key=True, foreign_key="student.id", sa_type=Text)
    relation: str = Field(sa_type=Text)
    may_fill: bool
    may_see: bool
    gets_notices: bool


class AddressRow(_Row, table=True):
    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("channel", "lookup"), Index(None, "actor_id"))
    id: str = _key()
    actor_id: str = Field(foreign_key="actor.id", sa_type=Text)
    channel: str = Field(sa_type=Text)
    lookup: bytes = Field(sa_type=Digest)
    value: bytes = Field(sa_type=Sealed)
    is_reachable: bool = True
    added_at: datetime = Field(sa_type=Moment)


class SessionRow(_Row, table=True):
    __tablename__ = "session"
    __table_args__ = (Index(None, "actor_id"), Index(None, "expires_at"))
    token_hash: bytes = Field(primary_key=True, sa_type=Digest)
    actor_id: str = Field(foreign_key="actor.id", sa_type=Text)
    kind: str = Field(sa_type=Text)
    csrf_seed: bytes = Field(sa_type=Digest)
    created_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)


class EntryRow(_Row, table=True):
    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(None, "class_id", "kind"),
        Index(None, "student_id"),
    )
    id: str = _key()
    kind: str = Field(sa_type=Text)
    token_hash: bytes = Field(sa_type=Digest)
    token: bytes | None = Field(default=None, sa_type=Sealed)
    class_id: str | None = Field(default=None, foreign_key="school_class.id", sa_type=Text)
    student_id: str | None = Field(default=None, foreign_key="student.id", sa_type=Text)
    actor_id: str | None = Field(default=None, foreign_key="actor.id", sa_type=Text)
    channel: str = Field(default="", sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


# ---- children


class StudentRow(_Row, table=True):
    __tablename__ = "student"
    __table_args__ = (
        UniqueConstraint("school_id", "id_lookup"),
        UniqueConstraint("school_id", "student_number"),
        Index(None, "school_id", "class_id", "status"),
    )
    id: str = _key()
    grade_id: str = Field(foreign_key="grade.id", sa_type=Text)
    class_id: str = Field(foreign_key="school_class.id", sa_type=Text)
    status: str = Field(sa_type=Text)
    student_number: str | None = Field(default=None, sa_type=Text)
    id_lookup: bytes | None = Field(default=None, sa_type=Digest)
    fields: bytes = Field(sa_type=Sealed)
    revision: int


class NumberRow(_Row, table=True):
    """Every 学号 ever allotted; rows are never deleted. Rule: R207."""

    __tablename__ = "number"
    school_id: str = Field(primary_key=True, foreign_key="school.id", sa_type=Text)
    number: str = Field(primary_key=True, sa_type=Text)
    student_id: str = Field(foreign_key="student.id", sa_type=Text)


class StatusChangeRow(_Row, table=True):
    __tablename__ = "status_change"
    __table_args__ = (Index(None, "student_id"),)
    id: str = _key()
    student_id: str = Field(foreign_key="student.id", sa_type=Text)
    was: str = Field(sa_type=Text)
    becomes: str = Field(sa_type=Text)
    on: date
    reason: str = Field(sa_type=Text)
    submission_id: str | None = Field(default=None, sa_type=Text)
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=Moment)


class ClaimRow(_Row, table=True):
    __tablename__ = "claim"
    __table_args__ = (Index(None, "school_id", "class_id", "state"), Index(None, "actor_id"))
    id: str = _key()
    class_id: str = Field(foreign_key="school_class.id", sa_type=Text)
    actor_id: str = Field(foreign_key="actor.id", sa_type=Text)
    child_name: bytes = Field(sa_type=Sealed)
    relation: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    state: str = Field(sa_type=Text)
    student_id: str | None = Field(default=None, foreign_key="student.id", sa_type=Text)
    decided_by: str | None = Field(default=None, sa_type=Text)


# ---- the dialogue


class PlaceRow(_Row, table=True):
    __tablename__ = "place"
    __table_args__ = (_NO_ROWID,)
    actor_id: str = Field(primary_key=True, foreign_key="actor.id", sa_type=Text)
    turn: int
    place: bytes = Field(sa_type=Sealed)


class DraftRow(_Row, table=True):
    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("school_id", "form_id", "subject_id", "occasion"),
        Index(None, "student_id"),
        Index(None, "claim_id"),
    )
    id: str = _key()
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


class AnsweredRow(_Row, table=True):
    __tablename__ = "answered"
    __table_args__ = (_NO_ROWID,)
    actor_id: str = Field(primary_key=True, foreign_key="actor.id", sa_type=Text)
    message_id: str = Field(primary_key=True, sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class InboxRow(_Row, table=True):
    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("channel", "message_id"), Index(None, "state", "id"))
    id: int | None = Field(default=None, primary_key=True)  # in the order of arrival
    channel: str = Field(sa_type=Text)
    message_id: str = Field(sa_type=Text)
    payload: bytes | None = Field(default=None, sa_type=Sealed)
    state: str = Field(sa_type=Text)
    tries: int = 0
    received_at: datetime = Field(sa_type=Moment)


class FileRow(_Row, table=True):
    __tablename__ = "file"
    __table_args__ = (Index(None, "draft_id"), Index(None, "preview_id"))
    id: str = _key()
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


class SubmissionRow(_Row, table=True):
    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("school_id", "number"),
        Index(None, "school_id", "state", "waiting_since", "id"),
        Index(None, "class_id", "state", "waiting_since", "id"),
        Index(None, "student_id"),
        Index(None, "draft_id"),
        Index(None, "leased_by"),
    )
    id: str = _key()
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


class SubmissionRoundRow(_Row, table=True):
    __tablename__ = "submission_round"
    submission_id: str = Field(primary_key=True, foreign_key="submission.id", sa_type=Text)
    round: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    submitted_by: str = Field(sa_type=Text)
    submitted_at: datetime = Field(sa_type=Moment)
    content: bytes = Field(sa_type=Sealed)


class DecisionRow(_Row, table=True):
    __tablename__ = "decision"
    __table_args__ = (Index(None, "submission_id", "at"),)
    id: str = _key()
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


# ---- what is left behind


class EventRow(_Row, table=True):
    __tablename__ = "event"
    school_id: str = Field(primary_key=True, foreign_key="school.id", sa_type=Text)
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str = Field(sa_type=Text)
    actor_id: str | None = Field(default=None, sa_type=Text)
    ids: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    previous: bytes = Field(sa_type=Digest)
    hash: bytes = Field(sa_type=Digest)


class NoticeRow(_Row, table=True):
    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("cause", "actor_id"), Index(None, "state", "due"))
    id: str = _key()
    cause: str = Field(sa_type=Text)
    actor_id: str = Field(foreign_key="actor.id", sa_type=Text)
    phrase: str = Field(sa_type=Text)
    ids: str = Field(sa_type=Text)
    due: datetime = Field(sa_type=Moment)
    state: str = Field(sa_type=Text)
    tries: int = 0
    lease: str | None = Field(default=None, sa_type=Text)
    leased_until: datetime | None = Field(default=None, sa_type=Moment)


class AttemptRow(_Row, table=True):
    __tablename__ = "attempt"
    __table_args__ = (Index(None, "notice_id"),)
    id: str = _key()
    notice_id: str = Field(foreign_key="notice.id", sa_type=Text)
    channel: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    outcome: str = Field(sa_type=Text)


class JobRow(_Row, table=True):
    __tablename__ = "job"
    __table_args__ = (Index(None, "state", "due"),)
    key: str = _key()
    kind: str = Field(sa_type=Text)
    ids: str = Field(sa_type=Text)
    due: datetime = Field(sa_type=Moment)
    state: str = Field(sa_type=Text)
    tries: int = 0
    lease: str | None = Field(default=None, sa_type=Text)
    leased_until: datetime | None = Field(default=None, sa_type=Moment)
    problem: str = Field(default="", sa_type=Text)


class TaskRow(_Row, table=True):
    __tablename__ = "task"
    __table_args__ = (Index(None, "school_id", "class_id", "done_at"),)
    school_id: str = Field(primary_key=True, foreign_key="school.id", sa_type=Text)
    key: str = _key()
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


def _table(row: type[SQLModel]) -> Table:
    return METADATA.tables[str(row.__tablename__)]


actor = _table(ActorRow)
address = _table(AddressRow)
answered = _table(AnsweredRow)
attempt = _table(AttemptRow)
claim = _table(ClaimRow)
decision = _table(DecisionRow)
draft = _table(DraftRow)
entry = _table(EntryRow)
event = _table(EventRow)
file = _table(FileRow)
grade = _table(GradeRow)
grant = _table(GrantRow)
inbox = _table(InboxRow)
installation = _table(InstallationRow)
job = _table(JobRow)
notice = _table(NoticeRow)
number = _table(NumberRow)
place = _table(PlaceRow)
school = _table(SchoolRow)
school_class = _table(SchoolClassRow)
school_form = _table(SchoolFormRow)
session = _table(SessionRow)
status_change = _table(StatusChangeRow)
student = _table(StudentRow)
submission = _table(SubmissionRow)
submission_round = _table(SubmissionRoundRow)
tally = _table(TallyRow)
task = _table(TaskRow)
tie = _table(TieRow)
