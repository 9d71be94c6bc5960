"""The web chat: one page, plain forms, and the same forms sent by its small script.

Each message carries the number its page printed, so a double tap, a reload or a resent request is
one turn. What the page shows is `bot.turns`'s; this only lays it out. `room()` is all the server
needs.
"""

from dataclasses import replace
from pathlib import Path

from aiohttp import web

from bot import notices, turns
from bot.entrances import Entrances
from bot.facts import WEB
from bot.news_stream import show_news
from bot.outcomes import doorways, make_door
from bot.qr import qr_picture
from bot.turns import Message, View
from bot.uploads import UPLOAD_BYTES, receive_picture
from conversations.turn import Chose, Input, Look, Said
from locales import LANGUAGES
from registry.policy import Action
from registry.problems import NotThere
from registry.records import Event
from storage import sessions
from storage.unit import Unit
from web.replies import mark_of
from web.routes import Room, Route, route
from web.sessions import SESSION, drop_cookie, read_cookie
from web.templates import new_message_id, page, see_other
from web.visits import Visit

HERE = Path(__file__).parent
PRESENT = "/chat#now"
MAX_MESSAGE_ID = 64
MAX_TURN = 12  # digits


def room() -> Room:
    """The chat's pages, for `web.app.make_app`."""
    return Room(routes=(*Entrances().routes, *ROUTES), templates=HERE / "templates")


async def show_chat(visit: Visit) -> web.StreamResponse:
    """Where the person is, under what the school has told him meanwhile. Changes no answer."""
    house, person = visit.house, visit.person()
    view = await turns.see(house, person.id, WEB)
    told = await notices.look_at(house, person.id)
    return _page(visit, replace(view, shown=notices.above(view.shown, told)))


async def take_turn(visit: Visit) -> web.StreamResponse:
    """A pressed button or a written answer."""
    message = Message(visit.person().id, WEB, message_id(visit), _given(visit), seen_turn(visit))
    return _answer(visit, await turns.take_message(visit.house, message))


async def take_picture(visit: Visit) -> web.StreamResponse:
    """A photo: streamed, cleaned and sealed before the turn; not even read if none was asked."""
    person = visit.person()
    given, file = await receive_picture(visit, message_id(visit))
    message = Message(person.id, WEB, message_id(visit), given, seen_turn(visit), file)
    return _answer(visit, await turns.take_message(visit.house, message))


async def choose_language(visit: Visit) -> web.StreamResponse:
    """The person's own language, on every channel from now on."""
    chosen, person = visit.fields.get("language", ""), visit.person()
    if chosen not in visit.house.languages or chosen not in LANGUAGES:
        raise NotThere
    await visit.house.db.write(lambda unit: unit.set_language(person.id, chosen))
    visit.house.news.tell(person.id)
    return see_other("/chat")


async def show_door(visit: Visit) -> web.StreamResponse:
    """What a door is, and a button that makes one."""
    return page(visit, "door.html", {"addresses": (), "picture": ""})


async def open_door(visit: Visit) -> web.StreamResponse:
    """A fresh door. Shown here and not behind a redirect: its address is a secret."""
    person, minutes = visit.person(), visit.school.settings.door_minutes
    house = visit.house
    token = await house.db.write(lambda unit: make_door(unit, house, person.id, minutes))
    addresses = doorways(house, token)
    values = {"addresses": addresses, "picture": qr_picture(addresses[0])}
    return page(visit, "door.html", values)


async def leave(visit: Visit) -> web.StreamResponse:
    """Sign out here; every answer stays where it is."""
    token, person = read_cookie(visit.house, visit.request, SESSION), visit.person()

    def end(unit: Unit) -> None:
        if token is not None and sessions.end(unit, token):
            name, ids = "access.session.ended", {"person": person.id}
            unit.record(Event(name, person.school_id, person.id, visit.now, ids))

    await visit.house.db.write(end)
    visit.house.news.tell(person.id)
    response = see_other("/?left")
    drop_cookie(visit.house, response, SESSION)
    return response


ROUTES: tuple[Route, ...] = (
    route("GET", "/chat", show_chat, action=Action.chat_use),
    route("POST", "/chat", take_turn, action=Action.chat_use),
    route("POST", "/chat/photo", take_picture, action=Action.chat_use, max_bytes=UPLOAD_BYTES),
    route("GET", "/chat/news", show_news, action=Action.chat_use),
    route("GET", "/chat/door", show_door, action=Action.door_make),
    route("POST", "/chat/door", open_door, action=Action.door_make),
    route("POST", "/chat/language", choose_language, action=Action.language_choose),
    route("POST", "/chat/leave", leave, action=Action.session_end),
)


def message_id(visit: Visit) -> str:
    """The number printed into the form; a form without one is a message by itself."""
    return visit.fields.get("message", "")[:MAX_MESSAGE_ID] or new_message_id()


def seen_turn(visit: Visit) -> int | None:
    """The turn of the page it was written on."""
    text = visit.fields.get("turn", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_TURN else None


def _given(visit: Visit) -> Input:
    """Typed words are taken as typed; a browser writes each line's end as two characters."""
    token = visit.fields.get("token")
    if token is not None:
        number, _, op = token.partition(":")
        is_ours = number.isascii() and number.isdecimal() and len(number) <= MAX_TURN
        return Chose(int(number) if is_ours else -1, op)
    text = visit.fields.get("text")
    return Look() if text is None else Said(text.replace("\r\n", "\n"))


def _answer(visit: Visit, view: View) -> web.Response:
    return _page(visit, view) if visit.wants_fragment else see_other(PRESENT)


def _page(visit: Visit, view: View) -> web.Response:
    values = {
        "shown": view.shown,
        "history": view.history,
        "turn": view.shown.turn,
        "teacher": view.teacher,
        "mark": mark_of(view.shown),
    }
    return page(visit, "turn.html" if visit.wants_fragment else "chat.html", values)
