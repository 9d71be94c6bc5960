"""A school's working days, and when a password was set."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("school_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "day", name="pk_calendar_day"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_calendar_day_school_id"),
    )
    op.create_table(
        "calendar_year",
        sa.Column("school_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "year", name="pk_calendar_year"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_calendar_year_school_id"),
    )
    op.add_column("actor", sa.Column("password_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("actor", "password_at")
    op.drop_table("calendar_year")
    op.drop_table("calendar_day")
