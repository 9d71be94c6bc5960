"""Who waits for news of whom: wakes the open streams of a person after a commit about him.

In this process only; a page whose stream broke asks again by itself, so a lost call costs
seconds, never an answer. Told by the turns of a channel, the panel's decisions and the sender
of notices; waited for by `/chat/news`.
"""

import asyncio


class News:
    """Call `tell` in the event loop, after the commit."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self.is_closed = False

    def tell(self, *actor_ids: str) -> None:
        """Something about these people changed: a turn, a decision, an ended session."""
        for actor_id in actor_ids:
            for event in self._waiting.get(actor_id, ()):
                event.set()

    def close(self) -> None:
        """The program stops: wake every stream, and let none begin to wait again."""
        self.is_closed = True
        self.tell(*self._waiting)

    def listeners(self, actor_id: str) -> int:
        """How many streams of this person are open."""
        return len(self._waiting.get(actor_id, ()))

    async def wait(self, actor_id: str, wait_seconds: float) -> bool:
        """Whether news came before the time was over."""
        event = asyncio.Event()
        self._waiting.setdefault(actor_id, set()).add(event)
        try:
            async with asyncio.timeout(wait_seconds):
                await event.wait()
            return True
        except TimeoutError:
            return False
        finally:
            self._leave(actor_id, event)

    def _leave(self, actor_id: str, event: asyncio.Event) -> None:
        events = self._waiting[actor_id]
        events.discard(event)
        if not events:
            del self._waiting[actor_id]
