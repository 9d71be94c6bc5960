"""A photo on its way from a browser: read within limits, never to disk in clear.

Read only if the question in hand asks for one.
"""

import asyncio
from typing import Final

from bot import pictures, turns
from bot.facts import WEB
from bot.turns import Arrived
from conversations.turn import Chose, Input, Sent
from registry.problems import Problem
from storage.dialogue import was_answered
from storage.images import MIB
from web.replies import present_ask
from web.uploads import drain, read_part
from web.visits import Visit

PICTURE_BYTES: Final = 20 * MIB
UPLOAD_BYTES: Final = 64 * 1024
"""Of the fields beside the picture."""
AT_ONCE: Final = 4
"""Pictures held in memory together."""

places = asyncio.Semaphore(AT_ONCE)


async def receive_picture(visit: Visit, message_id: str) -> tuple[Input, Arrived | None]:
    """What the dialogue is told, and the file to go with it."""
    house, person, part = visit.house, visit.person(), visit.upload
    if part is None:
        return Sent(None, Problem("file.empty")), None
    done = await house.db.read(lambda reader: was_answered(reader, person.id, message_id))
    shown = await turns.look(house, person.id, WEB)
    ask = present_ask(shown)
    if done or ask is None or ask.kind not in ("photo", "file"):
        await drain(part)
        return Chose(-1, "old"), None
    async with places:
        data = await read_part(part, PICTURE_BYTES)
        if data is None:
            return Sent(None, Problem("file.too_large", {"max_mib": PICTURE_BYTES // MIB})), None
        return await pictures.keep(house, person.id, data)
