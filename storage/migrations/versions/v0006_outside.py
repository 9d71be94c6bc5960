"""The authority's part of a case, joint steps, and how long a status holds."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("submission", sa.Column("joined_by", sa.Text(), nullable=True))
    op.add_column("submission", sa.Column("outside_since", sa.Date(), nullable=True))
    op.add_column("status_change", sa.Column("until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("status_change", "until")
    op.drop_column("submission", "outside_since")
    op.drop_column("submission", "joined_by")
