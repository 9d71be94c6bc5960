"""A photo on its way from a browser: read within limits, never to disk in clear.

Read only if the question in hand asks for one; what is too large is read to its end and thrown
away, so that the browser hears the answer instead of a broken line.
"""

import asyncio
from typing import Final

from aiohttp import BodyPartReader

from bot import pictures, turns
from bot.facts import WEB
from bot.turns import Arrived
from conversations.turn import Chose, Input, Sent
from registry.problems import Problem
from storage.dialogue import was_answered
from storage.images import MIB
from web.errors import Refused
from web.replies import present_ask
from web.visits import Visit

PICTURE_BYTES: Final = 20 * MIB
DRAIN_BYTES: Final = 80 * MIB
"""Beyond this the line is cut: nobody's camera makes such a picture."""
UPLOAD_BYTES: Final = 64 * 1024
"""Of the fields beside the picture."""
AT_ONCE: Final = 4
"""Pictures held in memory together."""

_places = asyncio.Semaphore(AT_ONCE)


async def receive_picture(visit: Visit, message_id: str) -> tuple[Input, Arrived | None]:
    """What the dialogue is told, and the file to go with it."""
    house, person, part = visit.house, visit.person(), visit.upload
    if part is None:
        return Sent(None, Problem("file.empty")), None
    done = await house.db.read(lambda reader: was_answered(reader, person.id, message_id))
    shown = await turns.look(house, person.id, WEB)
    ask = present_ask(shown)
    if done or ask is None or ask.kind not in ("photo", "file"):
        await _drain(part)
        return Chose(-1, "old"), None
    async with _places:
        data = await _read(part)
        if data is None:
            return Sent(None, Problem("file.too_large", {"max_mib": PICTURE_BYTES // MIB})), None
        return await pictures.keep(house, person.id, data)


async def _read(part: BodyPartReader) -> bytes | None:
    """The bytes, or None if they are too many."""
    data = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        data += chunk
        if len(data) > PICTURE_BYTES:
            data.clear()
            await _drain(part)
            return None
    return bytes(data)


async def _drain(part: BodyPartReader) -> None:
    """Raises: Refused 413 when there is no end to it."""
    left = DRAIN_BYTES
    while chunk := await part.read_chunk(64 * 1024):
        left -= len(chunk)
        if left < 0:
            raise Refused(413)
