"""A file on its way from a browser: read within limits, never to disk.

What is too large is read to its end and thrown away, so that the browser hears the answer
instead of a broken line. Called by pages that take a file.
"""

from typing import Final

from aiohttp import BodyPartReader, MultipartReader

from web.errors import Refused

DRAIN_BYTES: Final = 80 * 1024 * 1024
"""Beyond this the line is cut: nobody has such a photo or table."""
_CHUNK: Final = 64 * 1024


async def read_part(part: BodyPartReader, limit: int) -> bytes | None:
    """The bytes, or None if they are too many. Raises: Refused 413 when there is no end to it."""
    data = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        data += chunk
        if len(data) > limit:
            data.clear()
            await drain(part)
            return None
    return bytes(data)


async def next_file(reader: MultipartReader) -> BodyPartReader | None:
    """The part that follows the one just read. Raises: Refused 400."""
    try:
        part = await reader.next()
    except (ValueError, AssertionError):  # what aiohttp raises at a malformed body
        raise Refused(400) from None
    return part if isinstance(part, BodyPartReader) else None


async def drain(part: BodyPartReader) -> None:
    """Raises: Refused 413 when there is no end to it."""
    left = DRAIN_BYTES
    while chunk := await part.read_chunk(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise Refused(413)
