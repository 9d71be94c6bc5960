"""`/chat/news`: one stream of server-sent events that says only that there is something new.

No answer travels here: the page asks for itself again. Ends when the session ends, when the house
closes, or after a while, and the browser opens it anew.
"""

import time
from contextlib import suppress
from typing import Final

from aiohttp import web

from storage import sessions
from web.errors import Refused
from web.sessions import SESSION, read_cookie
from web.visits import Visit

BEAT_SECONDS: Final = 15.0
LIFE_SECONDS: Final = 600.0
MAX_STREAMS: Final = 6
"""Of one person: a family has a few devices, an attacker has many."""

RETRY: Final = b"retry: 3000\n\n"
BEAT: Final = b": beat\n\n"
NEWS: Final = b"event: news\ndata: 1\n\n"
END: Final = b"event: end\ndata: 1\n\n"


async def show_news(visit: Visit) -> web.StreamResponse:
    """Wait with the person's page, for as long as he may see it."""
    house, person = visit.house, visit.person()
    if house.news.listeners(person.id) >= MAX_STREAMS:
        raise Refused(429)
    response = web.StreamResponse(headers={"X-Accel-Buffering": "no"})
    response.content_type = "text/event-stream"
    await response.prepare(visit.request)
    until = time.monotonic() + LIFE_SECONDS
    with suppress(ConnectionError):
        await response.write(RETRY)
        while time.monotonic() < until and not house.news.is_closed:
            is_news = await house.news.wait(person.id, BEAT_SECONDS)
            if house.news.is_closed:
                break
            if not await _is_signed_in(visit):
                await response.write(END)
                break
            await response.write(NEWS if is_news else BEAT)
    return response


async def _is_signed_in(visit: Visit) -> bool:
    token, house = read_cookie(visit.house, visit.request, SESSION), visit.house
    if token is None:
        return False
    now = house.clock()
    return await house.db.read(lambda reader: sessions.find(reader, token, now)) is not None
