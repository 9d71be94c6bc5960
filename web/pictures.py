"""A picture of a paper on its way to the disk: cleaned, sealed, whole before anybody refers to it.

Not for deciding whether one is wanted, nor for the bytes' way here. Called by the channels and by
the panel; the row of the file is written with what it belongs to, in one unit.
"""

import asyncio
from collections.abc import Iterator
from typing import Final

from registry.frozen import frozen
from storage.evidence import NewFile
from storage.images import MIB, ImageRefused
from web.house import House

MAX_KEPT_BYTES: Final = 20 * MIB
_PIECE: Final = 64 * 1024


@frozen
class KeptPicture:
    """A picture whole on the disk, still without a draft, and what a person should hear of it."""

    file: NewFile
    hint: str | None = None


async def keep_picture(house: House, actor_id: str, data: bytes) -> KeptPicture | ImageRefused:
    """The picture and its smaller copy, sealed; or why it cannot be taken."""
    cleaned = await house.images.clean(data)
    if isinstance(cleaned, ImageRefused):
        return cleaned
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
    return KeptPicture(new, cleaned.hint)


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
