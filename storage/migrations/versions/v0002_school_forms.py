"""A school's own versions of its papers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WORDS = ("school_id", "id", "form_id", "version", "digest", "source", "state")


def upgrade() -> None:
    op.create_table(
        "school_form",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _WORDS),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_school_form"),
        sa.UniqueConstraint(
            "school_id", "form_id", "version", name="uq_school_form_school_id_form_id_version"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_school_form_school_id"),
    )


def downgrade() -> None:
    op.drop_table("school_form")
