"""What a turn needs of storage: whose address, where he is, the draft in hand, what was answered.

A place and a draft are stored by compare-and-set: `Conflict` says that another turn or another
guardian came first, and the caller runs the turn again. Called by `bot.turns`.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Text, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from conversations.draft import Draft, DraftState, Place
from registry.actors import Actor
from registry.frozen import frozen
from registry.problems import Conflict, NotThere
from storage import tables as t
from storage.codec import pack, unpack
from storage.draft_codec import pack_answers, unpack_answers
from storage.ids import new_id
from storage.people_books import find_address
from storage.quick import quick
from storage.reader import AnyRow, Reader, Writing

_ADDRESSES: Final = (
    select(t.address)
    .where(t.address.c.actor_id == bindparam("actor_id"))
    .order_by(t.address.c.added_at, t.address.c.id)
)
_SCHOOL_OF: Final = select(t.actor.c.school_id).where(t.actor.c.id == bindparam("actor_id"))
_ADD_ADDRESS: Final = upsert(t.address).on_conflict_do_nothing(
    index_elements=["channel", "lookup"]
)
_REACHABLE: Final = update(t.address).where(t.address.c.id == bindparam("of_address"))
_FORGET_ADDRESS: Final = delete(t.address).where(
    t.address.c.channel == bindparam("of_channel"), t.address.c.lookup == bindparam("of_lookup")
)
_PLACE: Final = quick(select(t.place).where(t.place.c.actor_id == bindparam("actor_id")))
_SAVE_PLACE: Final = quick(
    update(t.place).where(
        t.place.c.actor_id == bindparam("of_actor"), t.place.c.turn == bindparam("seen")
    )
)
_ADD_PLACE: Final = upsert(t.place).on_conflict_do_nothing(index_elements=["actor_id"])
_DRAFT: Final = quick(
    select(t.draft).where(
        t.draft.c.id == bindparam("draft_id"), t.draft.c.school_id == bindparam("school_id")
    )
)
_FIND_DRAFT: Final = select(t.draft).where(
    t.draft.c.school_id == bindparam("school_id"),
    t.draft.c.form_id == bindparam("form_id"),
    t.draft.c.subject_id == bindparam("subject_id"),
    t.draft.c.occasion == bindparam("occasion"),
)
_ADD_DRAFT: Final = upsert(t.draft).on_conflict_do_nothing(
    index_elements=["school_id", "form_id", "subject_id", "occasion"]
)
_SAVE_DRAFT: Final = quick(
    update(t.draft).where(
        t.draft.c.id == bindparam("of_draft"),
        t.draft.c.school_id == bindparam("of_school"),
        t.draft.c.revision == bindparam("seen"),
    )
)
_ANSWERED: Final = select(t.answered.c.at).where(
    t.answered.c.actor_id == bindparam("actor_id"),
    t.answered.c.message_id == bindparam("message_id"),
)
_MARK: Final = quick(
    upsert(t.answered)
    .from_select(
        ["school_id", "actor_id", "message_id", "at"],
        select(
            t.actor.c.school_id,
            t.actor.c.id,
            bindparam("of_message", type_=Text),
            bindparam("now", type_=t.Moment),
        ).where(t.actor.c.id == bindparam("of_actor")),
    )
    .on_conflict_do_nothing(index_elements=["actor_id", "message_id"])
)
_FORGET: Final = delete(t.answered).where(t.answered.c.at < bindparam("before"))


@frozen
class Address:
    """One way to reach a person."""

    id: str
    channel: str
    value: str = field(repr=False)
    is_reachable: bool = True


def actor_at(reader: Reader, channel: str, address: str) -> Actor | None:
    """Whose address that is; an address belongs to one person of the installation."""
    return find_address(reader, channel, _lookup(reader, channel, address))


def add_address(unit: Writing, actor_id: str, channel: str, address: str) -> None:
    """Tie an address to a person. Raises: `Conflict` address.taken."""
    school_id = unit.scalar(_SCHOOL_OF, {"actor_id": actor_id})
    if school_id is None:
        raise NotThere
    address_id = new_id()
    added = unit.run(
        _ADD_ADDRESS,
        {
            "id": address_id,
            "school_id": school_id,
            "actor_id": actor_id,
            "channel": channel,
            "lookup": _lookup(unit, channel, address),
            "value": unit.seal_text("address", address_id, "value", address),
            "is_reachable": True,
            "added_at": datetime.now(UTC),
        },
    )
    owner = actor_at(unit, channel, address) if not added else None
    if owner is not None and owner.id != actor_id:
        raise Conflict("address.taken")


def forget_address(unit: Writing, channel: str, address: str) -> None:
    """The address leads to nobody any more."""
    key = {"of_channel": channel, "of_lookup": _lookup(unit, channel, address)}
    unit.run(_FORGET_ADDRESS, key)


def addresses(reader: Reader, actor_id: str) -> tuple[Address, ...]:
    """Oldest first, the unreachable ones too."""
    return tuple(
        Address(
            row.id,
            row.channel,
            reader.open_text("address", row.id, "value", row.value),
            row.is_reachable,
        )
        for row in reader.every(_ADDRESSES, {"actor_id": actor_id})
    )


def mark_reachable(unit: Writing, address_id: str, is_reachable: bool) -> None:
    """What the last message to that address showed."""
    unit.run(_REACHABLE, {"of_address": address_id, "is_reachable": is_reachable})


def load_place(reader: Reader, actor_id: str) -> Place:
    """Where the person is; at home, turn 0, who was nowhere yet."""
    row = reader.first(_PLACE, {"actor_id": actor_id})
    if row is None:
        return Place(actor_id)
    return unpack(Place, reader.sealer.unseal_json("place", actor_id, "place", row.place))


def save_place(unit: Writing, place: Place, seen_turn: int) -> None:
    """Raises: `Conflict` place.moved when another turn came first."""
    sealed = unit.sealer.seal_json("place", place.actor_id, "place", pack(place))
    columns = {"turn": place.turn, "place": sealed}
    if unit.run(_SAVE_PLACE, {"of_actor": place.actor_id, "seen": seen_turn, **columns}):
        return
    school_id = unit.scalar(_SCHOOL_OF, {"actor_id": place.actor_id}) if not seen_turn else None
    key = {"actor_id": place.actor_id, "school_id": school_id}
    if school_id is None or not unit.run(_ADD_PLACE, {**key, **columns}):
        raise Conflict("place.moved")


def load_draft(reader: Reader, school_id: str, draft_id: str) -> Draft | None:
    row = reader.first(_DRAFT, {"school_id": school_id, "draft_id": draft_id})
    return None if row is None else draft_from(reader, row)


def find_draft(
    reader: Reader,
    school_id: str,
    form_id: str,
    student_id: str | None,
    claim_id: str | None,
    occasion: str,
) -> Draft | None:
    """The one draft of that paper about that child (or claim) on that occasion."""
    key = {"school_id": school_id, "form_id": form_id, "occasion": occasion}
    row = reader.first(_FIND_DRAFT, {**key, "subject_id": student_id or claim_id})
    return None if row is None else draft_from(reader, row)


def add_draft(unit: Writing, draft: Draft, now: datetime | None = None) -> None:
    """Raises: `Conflict` draft.exists when the other guardian opened the paper first."""
    columns = {**_walked(unit, draft), "updated_at": now or datetime.now(UTC)}
    counts = {"revision": draft.revision, "done": 0, "total": 0, "asking": ""}
    if not unit.run(_ADD_DRAFT, {**_draft_key(draft), **columns, **counts}):
        raise Conflict("draft.exists")


def save_draft(
    unit: Writing,
    draft: Draft,
    seen_revision: int,
    done: int,
    total: int,
    asking: str,
    now: datetime | None = None,
) -> None:
    """Store it as revision `seen_revision` + 1. Raises: `Conflict` draft.changed."""
    key = {"of_draft": draft.id, "of_school": draft.school_id, "seen": seen_revision}
    counts = {"revision": seen_revision + 1, "done": done, "total": total, "asking": asking}
    columns = {**_walked(unit, draft), "updated_at": now or datetime.now(UTC)}
    if not unit.run(_SAVE_DRAFT, {**key, **columns, **counts}):
        raise Conflict("draft.changed")


def was_answered(reader: Reader, actor_id: str, message_id: str) -> bool:
    """Whether that message of that person has had its effect."""
    key = {"actor_id": actor_id, "message_id": message_id}
    return reader.first(_ANSWERED, key) is not None


def mark_answered(unit: Writing, actor_id: str, message_id: str, now: datetime) -> None:
    """In the same unit as the effect. Raises: `Conflict` message.answered."""
    if not unit.run(_MARK, {"of_actor": actor_id, "of_message": message_id, "now": now}):
        raise Conflict("message.answered")


def forget_answered(unit: Writing, before: datetime) -> int:
    """Marks older than any resending."""
    return unit.run(_FORGET, {"before": before})


def draft_from(reader: Reader, row: AnyRow) -> Draft:
    """A row of the drafts, opened."""
    document = reader.sealer.unseal_json("draft", row.id, "answers", row.answers)
    return Draft(
        id=row.id,
        school_id=row.school_id,
        form_id=row.form_id,
        form_version=row.form_version,
        student_id=row.student_id,
        claim_id=row.claim_id,
        occasion=row.occasion,
        revision=row.revision,
        state=DraftState(row.state),
        submission_id=row.submission_id,
        **unpack_answers(document),
    )


def _draft_key(draft: Draft) -> Mapping[str, object]:
    return {
        "id": draft.id,
        "school_id": draft.school_id,
        "form_id": draft.form_id,
        "student_id": draft.student_id,
        "claim_id": draft.claim_id,
        "subject_id": draft.student_id or draft.claim_id,
        "occasion": draft.occasion,
    }


def _walked(unit: Writing, draft: Draft) -> Mapping[str, object]:
    """What a turn may change: no column of an index, so that a turn touches few pages."""
    return {
        "form_version": draft.form_version,
        "state": draft.state.value,
        "submission_id": draft.submission_id,
        "answers": unit.sealer.seal_json("draft", draft.id, "answers", pack_answers(draft)),
    }


def _lookup(reader: Reader, channel: str, address: str) -> bytes:
    return reader.sealer.lookup(f"address.{channel}", "", address)
