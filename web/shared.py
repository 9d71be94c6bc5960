"""Pages that belong to no room: static files, the school's colour, health, language, text size,
evidence.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiohttp import web

from locales import LANGUAGES
from registry.policy import Action
from registry.problems import NotThere
from web import evidence, form_pictures, languages
from web.assets import Assets, colour_sheet
from web.gate import LARGE_TEXT
from web.headers import KEEP_FOR_EVER
from web.routes import Route, route
from web.sessions import MEMORY, set_cookie
from web.templates import see_other
from web.visits import Visit


def routes(assets: Assets) -> tuple[Route, ...]:
    """Rows of the table, before any room's."""
    same_for_all = (
        route("GET", "/healthz", show_health, action=Action.health_see),
        route("GET", "/static/colour/{colour}.css", show_colour, action=Action.front_see),
        route("GET", "/static/{name}", _serve(assets), action=Action.front_see),
    )
    return (
        *(replace(row, knows_caller=False) for row in same_for_all),
        route("POST", "/language", choose_language, action=Action.language_choose),
        route("POST", "/text", choose_text_size, action=Action.language_choose),
        *evidence.ROUTES,
        *form_pictures.ROUTES,
    )


async def show_health(visit: Visit) -> web.StreamResponse:
    """200 once the database answers."""
    house = visit.house
    await house.db.read(lambda reader: reader.load_school(house.school_id))
    return web.json_response({"status": "ready"})


async def show_colour(visit: Visit) -> web.StreamResponse:
    """The school's colour; the address is made by `colour_url`."""
    sheet = colour_sheet(visit.parameter("colour"))
    if sheet is None:
        raise NotThere
    return web.Response(
        text=sheet, content_type="text/css", headers={"Cache-Control": KEEP_FOR_EVER}
    )


async def choose_language(visit: Visit) -> web.StreamResponse:
    """For pages without a conversation; the chat's own switch is a turn."""
    chosen = visit.fields.get("language", "")
    if chosen not in visit.house.languages or chosen not in LANGUAGES:
        raise NotThere
    person = visit.actor
    if person is not None:  # his own language is asked before the browser's
        await visit.house.db.write(lambda unit: unit.set_language(person.id, chosen))
    response = see_other(_way_back(visit))
    set_cookie(visit.house, response, languages.COOKIE, chosen, keep=MEMORY)
    return response


async def choose_text_size(visit: Visit) -> web.StreamResponse:
    """Larger text, or back to normal; remembered by this browser."""
    size = "large" if visit.fields.get("size") == "large" else "normal"
    response = see_other(_way_back(visit))
    set_cookie(visit.house, response, LARGE_TEXT, size, keep=MEMORY)
    return response


def _serve(assets: Assets) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    async def show_asset(visit: Visit) -> web.StreamResponse:
        asset = assets.find(visit.parameter("name"))
        if asset is None:
            raise NotThere
        response = web.Response(body=asset.body, content_type=asset.type, charset="utf-8")
        is_named = visit.request.query.get("v") == asset.version
        response.headers["Cache-Control"] = KEEP_FOR_EVER if is_named else "no-cache"
        response.enable_compression()
        return response

    return show_asset


def _way_back(visit: Visit) -> str:
    """Only a path of our own: one slash, then no second one (`//host` is another host)."""
    back = visit.fields.get("back", "/")
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if is_ours else "/"
