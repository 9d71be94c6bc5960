"""Writes tables of text as an .xlsx file: every cell is text, nothing is ever a formula.

Leading zeros and long numbers stay as they are when the file is opened. Called by the panel and
the command line for forms and lists.
"""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

NARROW, WIDE = 12, 48
MAX_CELL = 32_767
"""More characters a spreadsheet does not keep in one cell."""


def write_xlsx(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """One sheet for each table, its first row standing still as the header."""
    book = Workbook(write_only=True)
    book.properties.creator = "xueji"
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for number, width in enumerate(_widths(rows), start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        for index, row in enumerate(rows):
            sheet.append([_text_cell(sheet, text, is_head=index == 0) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text_cell(sheet: object, text: str, *, is_head: bool) -> object:
    cell = WriteOnlyCell(sheet, value="")
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:MAX_CELL]
    # After the value: openpyxl takes a text that begins with "=" for a formula.
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if is_head:
        cell.font = Font(bold=True)
    return cell


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """Room for what stands there, within reason; a Chinese character takes two places."""
    columns = max(map(len, rows), default=0)
    longest = [0] * columns
    for row in rows:
        for i, text in enumerate(row):
            line = max(text.split("\n"), key=len)
            longest[i] = max(longest[i], len(line) + sum(not char.isascii() for char in line))
    return [min(max(width + 2, NARROW), WIDE) for width in longest]
