"""A picture from a family on its way to a turn: cleaned, sealed, whole on the disk.

Not for deciding whether one is wanted (the dialogue does), nor for the bytes' way here (the
channel's). Called by channels.
"""

import asyncio
from collections.abc import Iterator
from typing import Final

from bot.turns import Arrived
from conversations.turn import Sent
from registry.problems import Problem
from storage.evidence import NewFile
from storage.images import MIB, ImageRefused
from web.house import House

MAX_KEPT_BYTES: Final = 20 * MIB
_PIECE: Final = 64 * 1024


async def keep(house: House, actor_id: str, data: bytes) -> tuple[Sent, Arrived | None]:
    """What the dialogue is told, and the file to give to the draft in the same unit."""
    cleaned = await house.images.clean(data)
    if isinstance(cleaned, ImageRefused):
        return Sent(None, Problem(cleaned.code, cleaned.params)), None
    stored = await asyncio.to_thread(
        house.files.write, _pieces(cleaned.data), max_bytes=MAX_KEPT_BYTES
    )
    preview = await asyncio.to_thread(
        house.files.write, _pieces(cleaned.preview), max_bytes=MAX_KEPT_BYTES
    )
    new = NewFile(
        school_id=house.school_id,
        draft_id="",
        added_by=actor_id,
        stored=stored,
        preview_id=preview.id,
        width=cleaned.width,
        height=cleaned.height,
    )
    return Sent(stored.id, hint=cleaned.hint), Arrived(new)


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
