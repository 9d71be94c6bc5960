"""Pictures of the school's papers, by digest: for the chat, the panel's preview, other channels.

They show what the school asks, never what a family answered. An address is a digest, so what is
behind it never changes and a browser may keep it. Foreign and missing answer alike.
"""

import re
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from conversations.xlsform.problems import FormProblem
from conversations.xlsform.shelf import builtin_picture
from registry.policy import Action
from registry.problems import NotThere
from storage.images import MIB, CleanImage, Limits
from storage.school_forms import find_picture
from web.house import House
from web.routes import route
from web.visits import Visit

KEEP: Final = "private, max-age=31536000, immutable"
_TOO_BIG: Final = frozenset({"file.too_large", "file.too_many_pixels"})
_LIMITS: Final = {
    "max_mib": Limits().max_bytes // MIB,
    "max_megapixels": Limits().max_pixels // 1_000_000,
}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_TYPES: Final[Mapping[bytes, str]] = {b"\x89PNG": "image/png", b"RIFF": "image/webp"}


async def picture_of(house: House, digest: str) -> bytes | None:
    """A picture of any version of the school's papers, its own or built in."""
    if not _DIGEST.fullmatch(digest):
        return None
    found = builtin_picture(digest)
    if found is not None:
        return found
    return await house.db.read(lambda reader: find_picture(reader, house.school_id, digest))


async def show_picture(visit: Visit) -> web.StreamResponse:
    """Raises: NotThere."""
    data = await picture_of(visit.house, visit.parameter("digest"))
    if data is None:
        raise NotThere
    kind = _TYPES.get(data[:4], "image/jpeg")
    return web.Response(body=data, content_type=kind, headers={"Cache-Control": KEEP})


async def clean_pictures(
    house: House, pictures: Mapping[str, bytes]
) -> tuple[Mapping[str, bytes], tuple[FormProblem, ...]]:
    """As they will be served: our own JPEG of at most 1200 pixels, nothing hidden inside.

    Or what is wrong with those that cannot be taken.
    """
    cleaned: dict[str, bytes] = {}
    problems: list[FormProblem] = []
    for name, data in pictures.items():
        image = await house.images.clean(data)
        if isinstance(image, CleanImage):
            cleaned[name] = image.preview
        else:
            params = {**_LIMITS, **image.params}
            code = "big" if image.code in _TOO_BIG else "broken"
            problems.append(FormProblem(f"author.picture_{code}", name, params=params))
    return cleaned, tuple(problems)


ROUTES = (
    route("GET", "/chat/picture/{digest}", show_picture, action=Action.chat_use),
    route("GET", "/panel/forms/picture/{digest}", show_picture, action=Action.form_see),
)
