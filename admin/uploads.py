"""The files of a form as a browser hands them in: read within limits, opened beside the loop.

Opening and checking a table takes a second of a processor; few run at once. Called by
`form_pages`.
"""

import asyncio
from typing import Final

from conversations.xlsform.sheets import Workbook
from documents.sheets import MAX_BYTES, open_form_files
from registry.problems import RuleError
from web.uploads import drain, next_file, read_part
from web.visits import Visit

FILES_AT_MOST: Final = 10
"""The form and nine lists of its own."""
FORMS_AT_ONCE: Final = asyncio.Semaphore(2)


async def receive_form(visit: Visit) -> Workbook:
    """The tables handed in. Raises: RuleError `sheets.*`, `panel.forms.no_file`."""
    files = await _receive(visit)
    if not files:
        raise RuleError("panel.forms.no_file")
    async with FORMS_AT_ONCE:
        return await asyncio.to_thread(open_form_files, files)


async def _receive(visit: Visit) -> dict[str, bytes]:
    """By file name; everything is read to its end, so that the browser hears the answer."""
    files: dict[str, bytes] = {}
    room, part = MAX_BYTES, visit.upload
    while part is not None:
        name = (part.filename or "").replace("\\", "/").rpartition("/")[2]
        if len(files) >= FILES_AT_MOST or room < 0:
            await drain(part)
        elif (content := await read_part(part, room)) is None:
            room = -1
        elif name:
            room -= len(content)
            files[name] = content
        part = await next_file(visit.rest) if visit.rest is not None else None
    if room < 0:
        raise RuleError("sheets.too_big", {"limit": MAX_BYTES // 1024 // 1024})
    return files
