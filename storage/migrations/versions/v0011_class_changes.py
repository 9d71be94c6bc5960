"""When a child came from one class into another, and why."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Sealed

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "class_change",
        sa.Column("school_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("becomes", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("note", Sealed(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_class_change"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_class_change_school_id"),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_class_change_student_id"),
        sa.ForeignKeyConstraint(["was"], ["school_class.id"], name="fk_class_change_was"),
        sa.ForeignKeyConstraint(["becomes"], ["school_class.id"], name="fk_class_change_becomes"),
    )
    op.create_index("ix_class_change_student_id", "class_change", ["student_id"])


def downgrade() -> None:
    op.drop_table("class_change")
