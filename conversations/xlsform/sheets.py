"""The tables of a form as text: sheets of numbered lines, before anything is understood.

Markdown is read here; spreadsheets are opened elsewhere and arrive as rows of text. The rules of
the Markdown table are pyxform's, so that one file means the same to both. Called by `reader`.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TypeAlias

from registry.frozen import frozen

_COMMENT = re.compile(r"\s*#")
_COMMENT_AFTER = re.compile(r"(.*)(#[^|]+)$")
_TABLE_LINE = re.compile(r"\s*\|(.*)\|\s*")
_RULER = re.compile(r"[|-]+")
_LINE_BREAK = re.compile(r"\s*[\r\n]\s*")
_PIPE = re.compile(r"(?<!\\)\|")
_TRIMMED = " \t\r\n\u00a0\u3000\ufeff"


@frozen
class Line:
    """One row of a sheet: its number as the author sees it, and its cells, trimmed."""

    number: int
    cells: tuple[str, ...]


@frozen
class Workbook:
    """Every sheet by its name in lower case; the first line of each is its header.

    `files` are the author's own lists beside the form, by file name ("towns.csv"); of pictures
    only the digest is here.
    """

    sheets: Mapping[str, tuple[Line, ...]]
    files: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 over the cells: layout, blank lines and comments do not count."""
        tables = [*self.sheets.items(), *sorted(self.files.items())]
        cells: list[object] = [[name, [line.cells for line in lines]] for name, lines in tables]
        cells += map(list, sorted(self.pictures.items()))
        return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()


def read_markdown(text: str) -> Workbook:
    """Tables of which the first cell of a line names a new sheet. `#` begins a comment."""
    sheets: dict[str, list[Line]] = {}
    lines: list[Line] | None = None
    for number, typed in enumerate(text.split("\n"), start=1):
        cells = _cells(typed)
        if cells is None:
            continue
        if cells[0]:
            lines = sheets.setdefault(cells[0].lower(), [])
        if lines is not None and any(cells[1:]):
            lines.append(Line(number, cells[1:]))
    return Workbook({name: tuple(rows) for name, rows in sheets.items()})


Rows: TypeAlias = Mapping[str, Sequence[Sequence[str]]]
"""Name → rows of text as a spreadsheet or a CSV file holds them, empty rows included."""


def read_rows(sheets: Rows, files: Rows | None = None) -> Workbook:
    """Rows numbered from one; `files` are the author's own lists by file name."""
    return Workbook(
        {name.strip().lower(): _lines(rows) for name, rows in sheets.items()},
        {name.strip(): _lines(rows) for name, rows in (files or {}).items()},
    )


def _lines(rows: Sequence[Sequence[str]]) -> tuple[Line, ...]:
    return tuple(
        Line(number, tuple(cell.strip(_TRIMMED) for cell in row))
        for number, row in enumerate(rows, start=1)
        if any(cell.strip(_TRIMMED) for cell in row)
    )


def write_source(workbook: Workbook) -> str:
    """The whole workbook as one text that `read_source` gives back unchanged."""
    packed = [_packed(workbook.sheets), _packed(workbook.files), dict(workbook.pictures)]
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":"))


def read_source(text: str) -> Workbook:
    """A workbook that was kept by `write_source`."""
    sheets, files, *pictures = json.loads(text)  # older ones know no pictures
    return Workbook(_unpacked(sheets), _unpacked(files), *pictures)


def _packed(tables: Mapping[str, tuple[Line, ...]]) -> Mapping[str, list[list[object]]]:
    return {name: [[line.number, *line.cells] for line in lines] for name, lines in tables.items()}


def _unpacked(tables: Mapping[str, list[list[str]]]) -> Mapping[str, tuple[Line, ...]]:
    return {
        name: tuple(Line(int(number), tuple(cells)) for number, *cells in lines)
        for name, lines in tables.items()
    }


def _cells(typed: str) -> tuple[str, ...] | None:
    if _COMMENT.match(typed):
        return None
    if commented := _COMMENT_AFTER.match(typed):
        typed = commented.group(1)
    line = _TABLE_LINE.match(typed)
    if line is None or _RULER.fullmatch(line.group(1)):
        return None
    return tuple(cell.strip(_TRIMMED).replace(r"\|", "|") for cell in _PIPE.split(line.group(1)))


def write_markdown(workbook: Workbook) -> str:
    """The same tables as Markdown."""
    out: list[str] = []
    for name, lines in workbook.sheets.items():
        out.append(f"| {name} |")
        out.extend(f"| | {' | '.join(map(_escaped, line.cells))} |" for line in lines)
    return "\n".join(out) + "\n"


def _escaped(cell: str) -> str:
    return _LINE_BREAK.sub(" ", cell.replace("|", r"\|"))
