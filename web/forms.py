"""The fields of a POST, read within limits, and its file, left unread for the handler to stream.

In a form with a file the hidden fields come first, so the token is known before the first byte of
the file is taken.
"""

from typing import Final
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, web
from multidict import MultiDict, MultiDictProxy

from registry.frozen import frozen
from web.errors import Refused

MAX_FIELDS = 2000  # a roster's dry run confirms row by row
_URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


@frozen
class Body:
    """What a POST brought."""

    fields: MultiDictProxy[str]
    upload: BodyPartReader | None = None
    rest: MultipartReader | None = None  # what comes after that file, not yet read


NO_BODY: Final = Body(MultiDictProxy(MultiDict()))


async def read_body(request: web.Request, max_bytes: int) -> Body:
    """Raises: Refused 400 (not a form), 413 (too much)."""
    if request.content_type == _MULTIPART:
        return await _read_multipart(request, max_bytes)
    if request.content_type == _URLENCODED or not request.can_read_body:
        return _parse(await _read_all(request, max_bytes))
    raise Refused(400)


async def _read_all(request: web.Request, max_bytes: int) -> bytes:
    if (request.content_length or 0) > max_bytes:
        raise Refused(413)
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > max_bytes:
            raise Refused(413)
    return bytes(body)


def _parse(body: bytes) -> Body:
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:
        raise Refused(400) from None
    return Body(MultiDictProxy(MultiDict(pairs)))


async def _read_multipart(request: web.Request, max_bytes: int) -> Body:
    fields: MultiDict[str] = MultiDict()
    left = max_bytes
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader) or len(fields) >= MAX_FIELDS:
                raise Refused(400)
            if part.filename is not None:
                return Body(MultiDictProxy(fields), part, reader)
            text = bytearray()
            while chunk := await part.read_chunk():
                text += chunk
                left -= len(chunk)
                if left < 0:
                    raise Refused(413)
            fields.add(part.name or "", text.decode("utf-8", "replace"))
    except (ValueError, AssertionError):  # what aiohttp raises at a malformed body
        raise Refused(400) from None
    return Body(MultiDictProxy(fields))
