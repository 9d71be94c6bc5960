"""What a visitor of an errand's link did last, sealed in his own browser until the next page.

Every POST ends in a redirect, so reloading and the browser's Back send nothing twice; what the
next page must know (a problem, what was typed, thanks) may stand in no address. Nobody but this
house can read the cookie, and for another link it says nothing. Called by the link's pages.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, field
from datetime import timedelta
from typing import Final

from aiohttp import web

from registry.frozen import frozen
from storage.sealing import SealingError
from web.sessions import read_cookie, set_cookie
from web.templates import page, see_other
from web.visits import Visit

COOKIE: Final = "errand"
MAX_COOKIE: Final = 3500


@frozen
class Note:
    """`thanks` ends it; else `problem` stands above the page, `typed` in its fields."""

    thanks: str = ""
    problem: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict, repr=False)  # path → code
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_poor: bool = False


NOTHING: Final = Note()


def read_note(visit: Visit) -> Note:
    """What was noted for this link; nothing where it is foreign, old or none."""
    text = read_cookie(visit.house, visit.request, COOKIE, longest=MAX_COOKIE)
    if text is None:
        return NOTHING
    try:
        sealed = urlsafe_b64decode(text.encode())
        kept = visit.house.sealer.unseal(COOKIE, visit.parameter("token"), "note", sealed)
        return Note(**json.loads(kept))
    except (SealingError, binascii.Error, ValueError, TypeError):  # the last: of another version
        return NOTHING


def go_on(visit: Visit, note: Note = NOTHING, step: str = "") -> web.Response:
    """303 to the link's page, which says the rest."""
    kept = json.dumps(asdict(note)).encode("utf-8", "surrogatepass")
    sealed = visit.house.sealer.seal(COOKIE, visit.parameter("token"), "note", kept)
    response = see_other(visit.path + step)
    text = urlsafe_b64encode(sealed).decode()
    keep = timedelta(hours=visit.school.settings.errand_hours)
    set_cookie(visit.house, response, COOKIE, text, keep=keep)
    return response


def thank(visit: Visit, note: Note) -> web.Response:
    """The last page; reloading shows it again."""
    values = {"thanks": note.thanks, "params": note.params, "is_done": True}
    return page(visit, "errand_done.html", values)
