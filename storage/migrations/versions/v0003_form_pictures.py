"""Pictures of a school's own papers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "form_picture",
        sa.Column("school_id", sa.Text(), nullable=False),
        sa.Column("school_form_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("school_form_id", "digest", name="pk_form_picture"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_form_picture_school_id"),
        sa.ForeignKeyConstraint(
            ["school_form_id"], ["school_form.id"], name="fk_form_picture_school_form_id"
        ),
    )
    op.create_index("ix_form_picture_school_id_digest", "form_picture", ["school_id", "digest"])


def downgrade() -> None:
    op.drop_table("form_picture")
