"""A school's own table of county codes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "county_table",
        sa.Column("school_id", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", name="pk_county_table"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_county_table_school_id"),
    )
    op.create_table(
        "county",
        sa.Column("school_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("school_id", "code", "line", name="pk_county"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_county_school_id"),
    )


def downgrade() -> None:
    op.drop_table("county")
    op.drop_table("county_table")
