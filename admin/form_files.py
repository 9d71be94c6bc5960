"""A paper of the school as files to take away: a spreadsheet with every language, and its lists.

Written beside the loop, every cell as text. Called for `/panel/forms/version/…`.
"""

import asyncio
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace

from aiohttp import web

from admin.papers import BUILTIN, Version, find_version, next_version
from admin.uploads import FORMS_AT_ONCE
from conversations.authoring.exporting import export
from conversations.xlsform.problems import FormError
from conversations.xlsform.sheets import Line, Workbook
from registry.problems import NotThere
from storage.school_forms import FormState
from web import form_desk
from web.form_pictures import picture_of
from web.visits import Visit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


async def download(visit: Visit) -> web.StreamResponse:
    """The whole paper, under a number that is free to be published."""
    paper, version = await find_version(visit, visit.parameter("id"))
    workbook, number = await _tables(visit, version), version.version
    if version.state != FormState.draft:
        number = next_version(paper, visit.today)
    async with FORMS_AT_ONCE:
        content = await asyncio.to_thread(_spreadsheet, workbook, number)
    return _file(content, f"{paper.id}-{number}.xlsx", XLSX)


async def download_list(visit: Visit) -> web.StreamResponse:
    """A list or a picture of the author's, handed in beside the form."""
    _, version = await find_version(visit, visit.parameter("id"))
    name = visit.parameter("name")
    workbook = await _tables(visit, version)
    if name in workbook.pictures:
        data = await picture_of(visit.house, workbook.pictures[name])
        if data is None:
            raise NotThere
        return _file(data, name, "application/octet-stream")
    lines = workbook.files.get(name)
    if lines is None:
        raise NotThere
    text = io.StringIO(newline="")
    csv.writer(text).writerows(line.cells for line in lines)
    # With the mark at the front spreadsheets read Chinese as it is.
    return _file(text.getvalue().encode("utf-8-sig"), name, CSV)


async def list_names(visit: Visit, version: Version) -> tuple[str, ...]:
    """The author's own lists and pictures of a version."""
    workbook = await _tables(visit, version)
    return (*workbook.files, *workbook.pictures)


async def _tables(visit: Visit, version: Version) -> Workbook:
    if version.state == BUILTIN:
        return form_desk.builtin_tables(visit.house, visit.person(), version.form_id)
    return await form_desk.tables(visit.house, visit.person(), version.id)


def _spreadsheet(workbook: Workbook, number: str) -> bytes:
    # A tenth of a second that the start of the program should not pay.
    from documents.xlsx import write_xlsx

    try:
        whole = export(workbook)
    except FormError:
        whole = workbook  # what cannot be read any more is taken away to be mended
    sheets = {**whole.sheets, "settings": _numbered(whole.sheets.get("settings", ()), number)}
    return write_xlsx({name: [line.cells for line in lines] for name, lines in sheets.items()})


def _numbered(settings: Sequence[Line], number: str) -> tuple[Line, ...]:
    """The same settings under another version."""
    if len(settings) < 2 or "version" not in settings[0].cells:
        return tuple(settings)
    head, row, *more = settings
    at = head.cells.index("version")
    cells = (*row.cells[:at], number, *row.cells[at + 1 :])
    return (head, replace(row, cells=cells), *more)


def _file(content: bytes, name: str, kind: str) -> web.Response:
    told = f'attachment; filename="{_UNSAFE.sub("_", name)}"'
    return web.Response(body=content, content_type=kind, headers={"Content-Disposition": told})
