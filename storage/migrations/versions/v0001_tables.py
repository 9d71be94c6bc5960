"""The first tables."""

from functools import partial

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        *blobs("witness"),
        primary("installation", "id"),
    )
    op.create_table(
        "school",
        *texts("id", "name", "telephone", "settings"),
        primary("school", "id"),
    )
    op.create_table(
        "actor",
        *texts("school_id", "id", "language"),
        *flags("is_active"),
        *blobs("name"),
        *blobs("login", "login_lookup", "password", nullable=True),
        primary("actor", "id"),
        unique("actor", "login_lookup"),
        *references("actor", school_id="school"),
    )
    index("actor", "school_id")
    op.create_table(
        "event",
        *texts("school_id", "name", "ids"),
        *numbers("seq"),
        *texts("actor_id", nullable=True),
        *moments("at"),
        *blobs("previous", "hash"),
        primary("event", "school_id", "seq"),
        *references("event", school_id="school"),
    )
    op.create_table(
        "grade",
        *texts("school_id", "id", "stage"),
        *numbers("number", "entry_year", "entry_number"),
        primary("grade", "id"),
        unique("grade", "school_id", "stage", "entry_year"),
        *references("grade", school_id="school"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        *texts("school_id", "channel", "message_id", "state"),
        *blobs("payload", nullable=True),
        *numbers("tries"),
        *moments("received_at"),
        primary("inbox", "id"),
        unique("inbox", "channel", "message_id"),
        *references("inbox", school_id="school"),
    )
    index("inbox", "state", "id")
    op.create_table(
        "job",
        *texts("school_id", "key", "kind", "ids", "state", "problem"),
        *moments("due"),
        *numbers("tries"),
        *texts("lease", nullable=True),
        *moments("leased_until", nullable=True),
        primary("job", "key"),
        *references("job", school_id="school"),
    )
    index("job", "state", "due")
    op.create_table(
        "tally",
        *texts("school_id"),
        *numbers("receipts", "events"),
        *blobs("last_hash"),
        primary("tally", "school_id"),
        *references("tally", school_id="school"),
    )
    op.create_table(
        "task",
        *texts("school_id", "key", "class_id", "role", "kind", "phrase", "ids"),
        *texts("student_id", "actor_id", "done_by", nullable=True),
        *moments("at"),
        *moments("done_at", nullable=True),
        primary("task", "school_id", "key"),
        *references("task", school_id="school"),
    )
    index("task", "school_id", "class_id", "done_at")
    op.create_table(
        "address",
        *texts("school_id", "id", "actor_id", "channel"),
        *blobs("lookup", "value"),
        *flags("is_reachable"),
        *moments("added_at"),
        primary("address", "id"),
        unique("address", "channel", "lookup"),
        *references("address", actor_id="actor", school_id="school"),
    )
    index("address", "actor_id")
    op.create_table(
        "answered",
        *texts("school_id", "actor_id", "message_id"),
        *moments("at"),
        primary("answered", "actor_id", "message_id"),
        *references("answered", actor_id="actor", school_id="school"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "grant",
        *texts("school_id", "id", "actor_id", "role", "scope", "place_id"),
        *days("since"),
        *days("until", nullable=True),
        *flags("is_ended"),
        primary("grant", "id"),
        *references("grant", actor_id="actor", school_id="school"),
    )
    index("grant", "actor_id")
    index("grant", "school_id", "place_id")
    op.create_table(
        "notice",
        *texts("school_id", "id", "cause", "actor_id", "phrase", "ids", "state"),
        *moments("due"),
        *numbers("tries"),
        *texts("lease", nullable=True),
        *moments("leased_until", nullable=True),
        primary("notice", "id"),
        unique("notice", "cause", "actor_id"),
        *references("notice", actor_id="actor", school_id="school"),
    )
    index("notice", "state", "due")
    op.create_table(
        "place",
        *texts("school_id", "actor_id"),
        *numbers("turn"),
        *blobs("place"),
        primary("place", "actor_id"),
        *references("place", actor_id="actor", school_id="school"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "school_class",
        *texts("school_id", "id", "grade_id"),
        *numbers("number"),
        *texts("teacher_id", nullable=True),
        primary("school_class", "id"),
        unique("school_class", "grade_id", "number"),
        *references("school_class", grade_id="grade", school_id="school", teacher_id="actor"),
    )
    op.create_table(
        "session",
        *texts("school_id", "actor_id", "kind"),
        *blobs("token_hash", "csrf_seed"),
        *moments("created_at", "seen_at", "expires_at"),
        primary("session", "token_hash"),
        *references("session", actor_id="actor", school_id="school"),
    )
    index("session", "actor_id")
    index("session", "expires_at")
    op.create_table(
        "attempt",
        *texts("school_id", "id", "notice_id", "channel", "outcome"),
        *moments("at"),
        primary("attempt", "id"),
        *references("attempt", notice_id="notice", school_id="school"),
    )
    index("attempt", "notice_id")
    op.create_table(
        "student",
        *texts("school_id", "id", "grade_id", "class_id", "status"),
        *texts("student_number", nullable=True),
        *blobs("id_lookup", nullable=True),
        *blobs("fields"),
        *numbers("revision"),
        primary("student", "id"),
        unique("student", "school_id", "id_lookup"),
        unique("student", "school_id", "student_number"),
        *references("student", class_id="school_class", grade_id="grade", school_id="school"),
    )
    index("student", "school_id", "class_id", "status")
    op.create_table(
        "claim",
        *texts("school_id", "id", "class_id", "actor_id", "relation", "state"),
        *blobs("child_name"),
        *moments("at"),
        *texts("student_id", "decided_by", nullable=True),
        primary("claim", "id"),
        *references(
            "claim",
            actor_id="actor",
            class_id="school_class",
            school_id="school",
            student_id="student",
        ),
    )
    index("claim", "actor_id")
    index("claim", "school_id", "class_id", "state")
    op.create_table(
        "entry",
        *texts("school_id", "id", "kind", "channel"),
        *blobs("token_hash"),
        *blobs("token", nullable=True),
        *texts("class_id", "student_id", "actor_id", nullable=True),
        *moments("created_at"),
        *moments("expires_at", "used_at", nullable=True),
        primary("entry", "id"),
        unique("entry", "token_hash"),
        *references(
            "entry",
            actor_id="actor",
            class_id="school_class",
            school_id="school",
            student_id="student",
        ),
    )
    index("entry", "class_id", "kind")
    index("entry", "student_id")
    op.create_table(
        "number",
        *texts("school_id", "number", "student_id"),
        primary("number", "school_id", "number"),
        *references("number", school_id="school", student_id="student"),
    )
    op.create_table(
        "status_change",
        *texts("school_id", "id", "student_id", "was", "becomes", "reason", "recorded_by"),
        *days("on"),
        *texts("submission_id", nullable=True),
        *moments("recorded_at"),
        primary("status_change", "id"),
        *references("status_change", school_id="school", student_id="student"),
    )
    index("status_change", "student_id")
    op.create_table(
        "tie",
        *texts("school_id", "actor_id", "student_id", "relation"),
        *flags("may_fill", "may_see", "gets_notices"),
        primary("tie", "actor_id", "student_id"),
        *references("tie", actor_id="actor", school_id="school", student_id="student"),
    )
    index("tie", "student_id")
    op.create_table(
        "draft",
        *texts(
            "school_id",
            "id",
            "form_id",
            "form_version",
            "subject_id",
            "occasion",
            "state",
            "asking",
        ),
        *texts("student_id", "claim_id", "submission_id", nullable=True),
        *numbers("revision", "done", "total"),
        *blobs("answers"),
        *moments("updated_at"),
        primary("draft", "id"),
        unique("draft", "school_id", "form_id", "subject_id", "occasion"),
        *references("draft", claim_id="claim", school_id="school", student_id="student"),
    )
    index("draft", "claim_id")
    index("draft", "student_id")
    op.create_table(
        "file",
        *texts("school_id", "id", "kind", "state"),
        *texts("draft_id", "preview_id", "added_by", nullable=True),
        *numbers("size", "width", "height"),
        *blobs("sha256"),
        *moments("added_at"),
        primary("file", "id"),
        *references("file", draft_id="draft", school_id="school"),
    )
    index("file", "draft_id")
    index("file", "preview_id")
    op.create_table(
        "submission",
        *texts(
            "school_id",
            "id",
            "grade_id",
            "class_id",
            "student_id",
            "draft_id",
            "form_id",
            "form_version",
            "route",
            "effect",
            "state",
            "submitted_by",
        ),
        *numbers("number", "step", "round", "revision"),
        *moments("submitted_at", "waiting_since"),
        *flags("committee_helps"),
        *blobs("content"),
        *texts("leased_by", nullable=True),
        *moments("leased_until", nullable=True),
        primary("submission", "id"),
        unique("submission", "school_id", "number"),
        *references(
            "submission",
            class_id="school_class",
            draft_id="draft",
            grade_id="grade",
            school_id="school",
            student_id="student",
        ),
    )
    index("submission", "class_id", "state", "waiting_since", "id")
    index("submission", "draft_id")
    index("submission", "leased_by")
    index("submission", "school_id", "state", "waiting_since", "id")
    index("submission", "student_id")
    op.create_table(
        "decision",
        *texts("school_id", "id", "submission_id", "act", "actor_id", "role", "was", "reason"),
        *numbers("round", "step", "flag_count"),
        *moments("at", "settles_at"),
        *blobs("said"),
        *moments("undone_at", nullable=True),
        primary("decision", "id"),
        *references("decision", actor_id="actor", school_id="school", submission_id="submission"),
    )
    index("decision", "submission_id", "at")
    op.create_table(
        "submission_round",
        *texts("school_id", "submission_id", "submitted_by"),
        *numbers("round"),
        *moments("submitted_at"),
        *blobs("content"),
        primary("submission_round", "submission_id", "round"),
        *references("submission_round", school_id="school", submission_id="submission"),
    )


def _columns(
    kind: type[sa.types.TypeEngine], *names: str, nullable: bool = False
) -> list[sa.Column]:
    # Never counted up by the database: every key is made by the program.
    return [sa.Column(name, kind(), nullable=nullable, autoincrement=False) for name in names]


blobs = partial(_columns, sa.LargeBinary)
days = partial(_columns, sa.Date)
flags = partial(_columns, sa.Boolean)
moments = partial(_columns, sa.BigInteger)  # microseconds since 1970 UTC
numbers = partial(_columns, sa.Integer)
texts = partial(_columns, sa.Text)


def primary(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=f"pk_{table}")


def unique(table: str, *names: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*names, name=f"uq_{table}_{'_'.join(names)}")


def references(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_{table}_{name}")
        for name, target in targets.items()
    ]


def index(table: str, *names: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(names)}", table, list(names))
