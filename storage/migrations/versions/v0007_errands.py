"""Links for one thing only: a photo of one page, a guardian's signature; the staff's note of a tie."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Sealed

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("entry", sa.Column("draft_id", sa.Text(), nullable=True))
    op.add_column("entry", sa.Column("path", sa.Text(), nullable=False, server_default=""))
    op.add_column("entry", sa.Column("taken_by", sa.Text(), nullable=True))
    op.add_column("entry", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_entry_draft_id", "entry", ["draft_id"])
    op.add_column("tie", sa.Column("note", Sealed(), nullable=True))


def downgrade() -> None:
    op.drop_column("tie", "note")
    op.drop_index("ix_entry_draft_id", "entry")
    for name in ("tries", "taken_by", "path", "draft_id"):
        op.drop_column("entry", name)
