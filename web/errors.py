"""Every refusal as a page in the reader's language: what is the matter, and what helps."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from locales import WORDING, catalogue
from web.templates import page
from web.visits import Visit

PAGES: Final = frozenset({400, 401, 403, 404, 409, 413, 422, 429, 500})
RETRY_SECONDS: Final = 2
STAFF_OUT: Final = "error.staff_out"
TITLES: Final[Mapping[str, str]] = {
    STAFF_OUT: "error.staff_out_title",
    "link.gone_words": "link.gone_title",
}
"""Words that need another heading than their status has."""


class Refused(Exception):
    """The gate or a handler refuses. `code` is a catalogue key that says more than the status."""

    def __init__(
        self, status: int, code: str | None = None, params: Mapping[str, str | int] | None = None
    ) -> None:
        """Keep codes only; the message holds no data."""
        super().__init__(f"{status} {code or ''}".strip())
        self.status = status
        self.code = code
        self.params: Mapping[str, str | int] = params or {}


def error_page(visit: Visit, refused: Refused, *, entrance: str = "/") -> web.Response:
    """The page of a refusal; foreign and missing things get the very same one (T1)."""
    status = refused.status if refused.status in PAGES else 404
    is_panel = entrance != "/"
    code = STAFF_OUT if status == 401 and is_panel else refused.code
    known = code is not None and code in catalogue(WORDING)
    is_look = status == 500 and visit.request.method in ("GET", "HEAD")
    said = "500_look" if is_look else str(status)
    values = {
        "status": status,
        "title": TITLES.get(code or "", f"error.{said}.title"),
        "words": code if known else f"error.{said}.words",
        "params": refused.params if known else {},
        "entrance": entrance,
    }
    response = page(visit, "error.html", values, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
