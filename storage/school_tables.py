"""The tables of the installation, the school, its people and its children."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Index, LargeBinary, MetaData, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import METADATA, Digest, Moment, Row, Sealed, key

# ---- the installation and the school


class InstallationRow(SQLModel, table=True):
    metadata: ClassVar[MetaData] = METADATA
    __tablename__ = "installation"
    id: int = Field(primary_key=True)
    witness: bytes = Field(sa_type=Sealed)


class SchoolRow(SQLModel, table=True):
    metadata: ClassVar[MetaData] = METADATA
    __tablename__ = "school"
    id: str = key()
    name: str = Field(sa_type=Text)
    telephone: str = Field(sa_type=Text)
    settings: str = Field(sa_type=Text)


class TallyRow(Row, table=True):
    """What a school counts up. Apart from the school's row, which every foreign key touches."""

    __tablename__ = "tally"
    school_id: str = Field(primary_key=True, foreign_key="school.id", sa_type=Text)
    receipts: int
    events: int
    last_hash: bytes = Field(sa_type=Digest)


class GradeRow(Row, table=True):
    __tablename__ = "grade"
    __table_args__ = (UniqueConstraint("school_id", "stage", "entry_year"),)
    id: str = key()
    stage: str = Field(sa_type=Text)
    number: int
    entry_year: int
    entry_number: int


class SchoolClassRow(Row, table=True):
    __tablename__ = "school_class"
    __table_args__ = (UniqueConstraint("grade_id", "number"),)
    id: str = key()
    grade_id: str = Field(foreign_key="grade.id", sa_type=Text)
    number: int
    teacher_id: str | None = Field(default=None, foreign_key="actor.id", sa_type=Text)


class SchoolFormRow(Row, table=True):
    """A paper as a table of text; no answer ever comes here."""

    __tablename__ = "school_form"
    __table_args__ = (UniqueConstraint("school_id", "form_id", "version"),)
    id: str = key()
    form_id: str = Field(sa_type=Text)
    version: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    uploaded_by: str = Field(sa_type=Text)
    uploaded_at: datetime = Field(sa_type=Moment)
    changed_by: str = Field(sa_type=Text)
    changed_at: datetime = Field(sa_type=Moment)


class FormPictureRow(Row, table=True):
    """A picture that a paper shows, cleaned; never a family's."""

    __tablename__ = "form_picture"
    __table_args__ = (Index(None, "school_id", "digest"),)
    school_form_id: str = Field(primary_key=True, foreign_key="school_form.id", sa_type=Text)
    digest: str = Field(primary_key=True, sa_type=Text)
    data: bytes = Field(sa_type=LargeBinary)


class CalendarDayRow(Row, table=True):
    """A day that is not, or not certainly, as its weekday says."""

    __tablename__ = "calendar_day"
    school_id: str = Field(primary_key=True, foreign_key="school.id", sa_type=Text)
    day: date = Field(primary_key=True)
    kind: str = Field(sa_type=Text)


class CalendarYearRow(Row, table=True):
    """A year whose calendar the school has published."""

    __tablename__ = "calendar_year"
    school_id: str = Field(primary_key=True, foreign_key="school.id", sa_type=Text)
    year: int = Field(primary_key=True)
    published_by: str | None = Field(default=None, sa_type=Text)
    published_at: datetime = Field(sa_type=Moment)


class CountyTableRow(Row, table=True):
    """That a school has imported a table of county codes, and when."""

    __tablename__ = "county_table"
    school_id: str = Field(primary_key=True, foreign_key="school.id", sa_type=Text)
    imported_at: datetime = Field(sa_type=Moment)


class CountyRow(Row, table=True):
    """One county of it, as published; a code may stand there again with other days."""

    __tablename__ = "county"
    school_id: str = Field(primary_key=True, foreign_key="school.id", sa_type=Text)
    code: str = Field(primary_key=True, sa_type=Text)
    line: int = Field(primary_key=True)
    name: str = Field(sa_type=Text)
    valid_from: date | None = None
    valid_to: date | None = None


# ---- people


class ActorRow(Row, table=True):
    __tablename__ = "actor"
    __table_args__ = (UniqueConstraint("login_lookup"), Index(None, "school_id"))
    id: str = key()
    language: str = Field(sa_type=Text)
    is_active: bool
    name: bytes = Field(sa_type=Sealed)
    login: bytes | None = Field(default=None, sa_type=Sealed)
    login_lookup: bytes | None = Field(default=None, sa_type=Digest)
    password: bytes | None = Field(default=None, sa_type=Sealed)
    password_at: datetime | None = Field(default=None, sa_type=Moment)


class GrantRow(Row, table=True):
    __tablename__ = "grant"
    __table_args__ = (Index(None, "actor_id"), Index(None, "school_id", "place_id"))
    id: str = key()
    actor_id: str = Field(foreign_key="actor.id", sa_type=Text)
    role: str = Field(sa_type=Text)
    scope: str = Field(sa_type=Text)
    place_id: str = Field(sa_type=Text)
    since: date
    until: date | None = None
    is_ended: bool = False


class TieRow(Row, table=True):
    """A `registry.actors.Link`."""

    __tablename__ = "tie"
    __table_args__ = (Index(None, "student_id"),)
    actor_id: str = Field(primary_key=True, foreign_key="actor.id", sa_type=Text)
    student_id: str = Field(primary_key=True, foreign_key="student.id", sa_type=Text)
    relation: str = Field(sa_type=Text)
    may_fill: bool
    may_see: bool
    gets_notices: bool
    note: bytes | None = Field(default=None, sa_type=Sealed)  # of staff, for staff


class AddressRow(Row, table=True):
    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("channel", "lookup"), Index(None, "actor_id"))
    id: str = key()
    actor_id: str = Field(foreign_key="actor.id", sa_type=Text)
    channel: str = Field(sa_type=Text)
    lookup: bytes = Field(sa_type=Digest)
    value: bytes = Field(sa_type=Sealed)
    is_reachable: bool = True
    added_at: datetime = Field(sa_type=Moment)


class SessionRow(Row, table=True):
    __tablename__ = "session"
    __table_args__ = (Index(None, "actor_id"), Index(None, "expires_at"))
    token_hash: bytes = Field(primary_key=True, sa_type=Digest)
    actor_id: str = Field(foreign_key="actor.id", sa_type=Text)
    kind: str = Field(sa_type=Text)
    csrf_seed: bytes = Field(sa_type=Digest)
    created_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)


class EntryRow(Row, table=True):
    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(None, "class_id", "kind"),
        Index(None, "student_id"),
        Index(None, "draft_id"),
    )
    id: str = key()
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
    draft_id: str | None = Field(default=None, sa_type=Text)  # of an errand; the draft may go
    path: str = Field(default="", sa_type=Text)
    taken_by: str | None = Field(default=None, sa_type=Text)
    tries: int = 0


# ---- children


class StudentRow(Row, table=True):
    __tablename__ = "student"
    __table_args__ = (
        UniqueConstraint("school_id", "id_lookup"),
        UniqueConstraint("school_id", "student_number"),
        Index(None, "school_id", "class_id", "status"),
    )
    id: str = key()
    grade_id: str = Field(foreign_key="grade.id", sa_type=Text)
    class_id: str = Field(foreign_key="school_class.id", sa_type=Text)
    status: str = Field(sa_type=Text)
    student_number: str | None = Field(default=None, sa_type=Text)
    id_lookup: bytes | None = Field(default=None, sa_type=Digest)
    fields: bytes = Field(sa_type=Sealed)
    revision: int


class NumberRow(Row, table=True):
    """Every 学号 ever allotted; rows are never deleted. Rule: R207."""

    __tablename__ = "number"
    school_id: str = Field(primary_key=True, foreign_key="school.id", sa_type=Text)
    number: str = Field(primary_key=True, sa_type=Text)
    student_id: str = Field(foreign_key="student.id", sa_type=Text)


class StatusChangeRow(Row, table=True):
    __tablename__ = "status_change"
    __table_args__ = (Index(None, "student_id"),)
    id: str = key()
    student_id: str = Field(foreign_key="student.id", sa_type=Text)
    was: str = Field(sa_type=Text)
    becomes: str = Field(sa_type=Text)
    on: date
    reason: str = Field(sa_type=Text)
    submission_id: str | None = Field(default=None, sa_type=Text)
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=Moment)
    until: date | None = None


class ClassChangeRow(Row, table=True):
    """From one class to another; `note` is what staff wrote beside the reason."""

    __tablename__ = "class_change"
    __table_args__ = (Index(None, "student_id"),)
    id: str = key()
    student_id: str = Field(foreign_key="student.id", sa_type=Text)
    was: str = Field(foreign_key="school_class.id", sa_type=Text)
    becomes: str = Field(foreign_key="school_class.id", sa_type=Text)
    on: date
    reason: str = Field(sa_type=Text)
    submission_id: str | None = Field(default=None, sa_type=Text)
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=Moment)
    note: bytes = Field(sa_type=Sealed)


class ClaimRow(Row, table=True):
    __tablename__ = "claim"
    __table_args__ = (Index(None, "school_id", "class_id", "state"), Index(None, "actor_id"))
    id: str = key()
    class_id: str = Field(foreign_key="school_class.id", sa_type=Text)
    actor_id: str = Field(foreign_key="actor.id", sa_type=Text)
    child_name: bytes = Field(sa_type=Sealed)
    relation: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    state: str = Field(sa_type=Text)
    student_id: str | None = Field(default=None, foreign_key="student.id", sa_type=Text)
    decided_by: str | None = Field(default=None, sa_type=Text)


class ConsentRow(Row, table=True):
    """The last word of one person on one purpose; every word stands in the submissions' rounds."""

    __tablename__ = "consent"
    student_id: str = Field(primary_key=True, foreign_key="student.id", sa_type=Text)
    purpose: str = Field(primary_key=True, sa_type=Text)
    actor_id: str = Field(primary_key=True, foreign_key="actor.id", sa_type=Text)
    agreed: bool
    version: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
