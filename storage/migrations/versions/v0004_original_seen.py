"""Who has seen the original of a picture, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "original_seen",
        sa.Column("school_id", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", "file_id", name="pk_original_seen"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_original_seen_school_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_original_seen_submission_id"
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_original_seen_actor_id"),
    )


def downgrade() -> None:
    op.drop_table("original_seen")
