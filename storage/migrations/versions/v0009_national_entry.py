"""What has reached the register and stands to be typed into the national system by hand."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Sealed

revision = "0009"
down_revision = "0008"

_EFFECTIVE = """
INSERT INTO national_entry (school_id, submission_id, part, since)
SELECT school_id, id, 'whole', waiting_since FROM submission
WHERE state = 'effective' AND effect <> 'entrust'
"""


def upgrade() -> None:
    op.create_table(
        "national_entry",
        sa.Column("school_id", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("before", Sealed(), nullable=True),
        sa.Column("noted_on", sa.Date(), nullable=True),
        sa.Column("noted_by", sa.Text(), nullable=True),
        sa.Column("noted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("submission_id", "part", name="pk_national_entry"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_national_entry_school_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_national_entry_submission_id"
        ),
        sa.ForeignKeyConstraint(["noted_by"], ["actor.id"], name="fk_national_entry_noted_by"),
    )
    op.create_index(
        "ix_national_entry_school_id_noted_at_since_submission_id",
        "national_entry",
        ["school_id", "noted_at", "since", "submission_id"],
    )
    op.execute(_EFFECTIVE)  # nobody has said of these that they were typed


def downgrade() -> None:
    op.drop_table("national_entry")
