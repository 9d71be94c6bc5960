"""Opens a spreadsheet somebody uploads and gives its tables as text, or says kindly why not.

Looks before it opens: size, members, what they unpack to, macros, links to other files, a sheet
stretched to the edge. Cells become text as people see them: leading zeros stay, dates are ISO.
Called by the panel and the command line, for forms and for lists.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from conversations.xlsform.sheets import Line, Workbook, read_markdown, read_rows
from registry.frozen import frozen
from registry.problems import RuleError

MAX_BYTES = 10 * 1024 * 1024
MAX_MEMBERS = 200
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
MAX_ROWS = 50_000
MAX_COLUMNS = 500
MAX_AREA = 1_000_000
"""Cells between the first and the last of a sheet; a reader keeps room for all of them."""
MAX_DIGITS = 15
"""A number cell of a spreadsheet keeps no more; longer ones have lost their end already."""

Table = tuple[tuple[str, ...], ...]

_CHUNK = 256 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK\x03\x04"
_FORBIDDEN: Mapping[str, str] = {
    "xl/activex": "sheets.macros",
    "xl/embeddings": "sheets.embedded",
    "xl/externallinks": "sheets.links",
    "xl/macrosheets": "sheets.macros",
    "xl/vbaproject": "sheets.macros",
}
"""Beginning of a member's name, in lower case → why the file is refused."""
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]{0,200}?\br=[\"']([0-9]{1,9})")
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]{0,200}?\br=[\"']([A-Z]{1,9})([0-9]{1,9})")
_ENCODINGS = ("utf-8-sig", "gb18030")
"""What Chinese spreadsheets save as CSV is GB 18030; every text that is not UTF-8 can be that."""


@frozen
class Tables:
    """The sheets of a file by name, in its order. Says nothing of what is in them."""

    by_name: Mapping[str, Table]

    def __repr__(self) -> str:
        """Sizes only: a roster is personal data."""
        return f"Tables({len(self.by_name)} sheets)"


def open_tables(content: bytes, name: str) -> Tables:
    """The tables of an .xlsx or .csv file; `name` decides by its ending.

    Raises: RuleError `sheets.*`.
    """
    if len(content) > MAX_BYTES:
        raise RuleError("sheets.too_big", {"limit": MAX_BYTES // 1024 // 1024})
    if not content:
        raise RuleError("sheets.empty")
    if content.startswith(_OLE):
        is_locked = _ENCRYPTED in content
        raise RuleError("sheets.encrypted" if is_locked else "sheets.old_excel")
    if content.startswith(_ZIP):
        return _open_xlsx(content)
    if _ending(name) == "csv":
        return Tables({_stem(name): tuple(map(tuple, _csv_rows(content)))})
    raise RuleError("sheets.unknown_kind")


def open_form(content: bytes, name: str) -> Workbook:
    """The form in an uploaded file: .xlsx, .csv with the sheet's name in front, or .md.

    Raises: RuleError `sheets.*`.
    """
    if _ending(name) == "md":
        if len(content) > MAX_BYTES:
            raise RuleError("sheets.too_big", {"limit": MAX_BYTES // 1024 // 1024})
        return read_markdown(_text(content))
    tables = open_tables(content, name).by_name
    return _of_csv(next(iter(tables.values()))) if _ending(name) == "csv" else read_rows(tables)


def open_form_files(files: Mapping[str, bytes]) -> Workbook:
    """A form and the author's own lists handed in with it, by file name.

    The form is the one that is no .csv; of .csv files alone, the one with a `survey` sheet.
    Raises: RuleError `sheets.*`.
    """
    names = [name for name in files if _ending(name) != "csv"]
    if len(names) > 1:
        raise RuleError("sheets.two_forms")
    tables = {
        name: next(iter(open_tables(files[name], name).by_name.values()))
        for name in files
        if name not in names
    }
    names += [name for name, rows in tables.items() if "survey" in _of_csv(rows).sheets]
    form = (names or [*files])[0]
    lists = {name: rows for name, rows in tables.items() if name != form}
    return Workbook(open_form(files[form], form).sheets, read_rows({}, lists).files)


def _of_csv(rows: Table) -> Workbook:
    """As ODK reads it: a first cell names a new sheet; rows keep the numbers of the file."""
    sheets: dict[str, list[Line]] = {}
    lines: list[Line] = []
    for number, row in enumerate(rows, start=1):
        first, *cells = (cell.strip() for cell in row) if row else ("",)
        if first:
            lines = sheets.setdefault(first.lower(), [])
        if any(cells):
            lines.append(Line(number, tuple(cells)))
    return Workbook({name: tuple(found) for name, found in sheets.items()})


# ---- .xlsx


def _open_xlsx(content: bytes) -> Tables:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _inspect(archive, len(content))
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {
            name: tuple(_cells_of(workbook.get_sheet_by_name(name).to_python(False)))
            for name in workbook.sheet_names
        }
    except (zipfile.BadZipFile, CalamineError, NotImplementedError, EOFError, OSError):
        raise RuleError("sheets.damaged") from None
    return Tables(sheets)


def _inspect(archive: zipfile.ZipFile, packed: int) -> None:
    """Refuse before anything is trusted; what is unpacked is counted, not what is claimed."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise RuleError("sheets.bomb")
    for member in members:
        name = member.filename.lower().replace("\\", "/").lstrip("/")
        for beginning, code in _FORBIDDEN.items():
            if name.startswith(beginning):
                raise RuleError(code)
        if member.flag_bits & 1:
            raise RuleError("sheets.encrypted")
    room = min(MAX_UNPACKED, MAX_RATIO * packed)
    for member in members:
        text = _unpack(archive, member, room)
        room -= len(text)
        if b"macroEnabled" in text and member.filename == "[Content_Types].xml":
            raise RuleError("sheets.macros")
        _measure(text)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> bytes:
    parts: list[bytes] = []
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            parts.append(chunk)
            room -= len(chunk)
            if room < 0:
                raise RuleError("sheets.bomb")
    return b"".join(parts)


def _measure(member: bytes) -> None:
    """One cell in the last corner would make a reader reserve seventeen thousand million.

    Any member may serve as a sheet, whatever its name.
    """
    rows = max((int(found[1]) for found in _ROW.finditer(member)), default=0)
    columns = cells = 0
    for found in _CELL.finditer(member):
        rows = max(rows, int(found[2]))
        columns = max(columns, _column(found[1]))
        cells += 1
    if rows > MAX_ROWS or columns > MAX_COLUMNS or max(rows * columns, cells) > MAX_AREA:
        raise RuleError("sheets.too_wide", {"rows": MAX_ROWS, "columns": MAX_COLUMNS})


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _cells_of(rows: Sequence[Sequence[object]]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        yield tuple(map(_cell, row))


def _cell(value: object) -> str:
    """As text. A date at midnight is a day; a number without a fraction has no point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return ""


def _number(value: float) -> str:
    whole = int(value) if value == value and abs(value) != float("inf") else 0
    if value == whole:
        if len(str(abs(whole))) > MAX_DIGITS:
            raise RuleError("sheets.long_number", {"digits": MAX_DIGITS})
        return str(whole)
    return repr(value)


# ---- .csv


def _csv_rows(content: bytes) -> list[list[str]]:
    text = _text(content)
    first = text.partition("\n")[0]
    mark = max(",\t;", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error:
        raise RuleError("sheets.damaged") from None
    if len(rows) > MAX_ROWS or max(map(len, rows), default=0) > MAX_COLUMNS:
        raise RuleError("sheets.too_wide", {"rows": MAX_ROWS, "columns": MAX_COLUMNS})
    return rows


def _text(content: bytes) -> str:
    if b"\0" in content:
        raise RuleError("sheets.unknown_kind")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RuleError("sheets.unknown_kind")


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _stem(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or "survey"
