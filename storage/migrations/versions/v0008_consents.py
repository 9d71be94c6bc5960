"""What families agreed to, remembered per child, purpose and person."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("school_id", sa.Text(), nullable=False),
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("student_id", "purpose", "actor_id", name="pk_consent"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_consent_school_id"),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_consent_student_id"),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_consent_actor_id"),
    )


def downgrade() -> None:
    op.drop_table("consent")
