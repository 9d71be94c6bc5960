"""The files of a form, or a table, as a browser hands them in: read within limits, opened beside
the loop.

Opening and checking a table takes a second of a processor; few run at once. Called by
`form_pages` and `regions`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import field
from typing import Final

from conversations.xlsform.pictures import is_picture
from conversations.xlsform.sheets import Workbook
from documents.sheets import MAX_BYTES, Table, open_form_files, open_tables
from registry.frozen import frozen
from registry.problems import RuleError
from web.uploads import drain, next_file, read_part
from web.visits import Visit

FILES_AT_MOST: Final = 40
"""The form, its own lists and its pictures."""
BYTES_AT_MOST: Final = 4 * MAX_BYTES
FORMS_AT_ONCE: Final = asyncio.Semaphore(2)


@frozen
class HandedIn:
    """The tables of a form, and its pictures as they came, by file name."""

    workbook: Workbook
    pictures: Mapping[str, bytes] = field(repr=False)


async def receive_form(visit: Visit) -> HandedIn:
    """What was handed in. Raises: RuleError `sheets.*`, `panel.forms.no_file`."""
    files = await _receive(visit)
    pictures = {name: files.pop(name) for name in tuple(files) if is_picture(name)}
    if not files:
        raise RuleError("panel.forms.no_file")
    async with FORMS_AT_ONCE:
        workbook = await asyncio.to_thread(open_form_files, files)
    return HandedIn(workbook, pictures)


async def receive_table(visit: Visit) -> Table | None:
    """The first sheet of the first file; None where none was chosen. Raises: RuleError
    `sheets.*`.
    """
    files = await _receive(visit)
    if not files:
        return None
    name, content = next(iter(files.items()))
    async with FORMS_AT_ONCE:
        tables = await asyncio.to_thread(open_tables, content, name)
    return next(iter(tables.by_name.values()), ())


async def _receive(visit: Visit) -> dict[str, bytes]:
    """By file name; everything is read to its end, so that the browser hears the answer."""
    files: dict[str, bytes] = {}
    room, part = BYTES_AT_MOST, visit.upload
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
        raise RuleError("sheets.too_big", {"limit": BYTES_AT_MOST // 1024 // 1024})
    return files
