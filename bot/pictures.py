"""A picture from a family on its way to a turn: cleaned, sealed, whole on the disk.

Not for deciding whether one is wanted (the dialogue does), nor for the bytes' way here (the
channel's). Called by channels.
"""

from bot.turns import Arrived
from conversations.turn import Sent
from registry.problems import Problem
from storage.images import ImageRefused
from web.house import House
from web.pictures import keep_picture


async def keep(house: House, actor_id: str, data: bytes) -> tuple[Sent, Arrived | None]:
    """What the dialogue is told, and the file to give to the draft in the same unit."""
    kept = await keep_picture(house, actor_id, data)
    if isinstance(kept, ImageRefused):
        return Sent(None, Problem(kept.code, kept.params)), None
    return Sent(kept.file.stored.id, hint=kept.hint), Arrived(kept.file)
