"""A child's people for the panel: each tie with the staff's note, and whether a channel reaches.

The note is opened for this page alone: neither a turn nor the family's pages load it.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from registry.actors import Link, Relation
from registry.frozen import frozen
from storage import tables as t
from storage.dialogue import addresses
from storage.people_books import open_note
from storage.reader import Reader
from storage.unseen import WEB, has_page

_OF_CHILD: Final = (
    select(t.tie, t.actor.c.name)
    .join(t.actor, t.actor.c.id == t.tie.c.actor_id)
    .where(
        t.tie.c.school_id == bindparam("school_id"),
        t.tie.c.student_id == bindparam("student_id"),
        t.actor.c.is_active.is_(True),
    )
    .order_by(t.tie.c.actor_id)
)


@frozen
class Tie:
    """One person of a child's family as staff see him. `channels`: whether each reaches him."""

    actor_id: str
    name: str
    link: Link
    note: str
    channels: tuple[tuple[str, bool], ...]

    def __repr__(self) -> str:
        """Without name and note."""
        return f"Tie({self.actor_id!r}, {self.link.relation})"


def ties_of(reader: Reader, school_id: str, student_id: str, now: datetime) -> tuple[Tie, ...]:
    """Everybody tied to that child, by when they came."""
    key = {"school_id": school_id, "student_id": student_id}
    return tuple(
        Tie(
            row.actor_id,
            reader.open_text("actor", row.actor_id, "name", row.name),
            Link(
                row.student_id,
                Relation(row.relation),
                row.may_fill,
                row.may_see,
                row.gets_notices,
            ),
            open_note(reader, row.actor_id, student_id, row.note),
            _channels(reader, row.actor_id, now),
        )
        for row in reader.every(_OF_CHILD, key)
    )


def _channels(reader: Reader, actor_id: str, now: datetime) -> tuple[tuple[str, bool], ...]:
    """Yes or no for each; an address itself is nobody's business."""
    reached: dict[str, bool] = {WEB: has_page(reader, actor_id, now)}
    for one in addresses(reader, actor_id):
        reached[one.channel] = reached.get(one.channel, False) or one.is_reachable
    return tuple(reached.items())
