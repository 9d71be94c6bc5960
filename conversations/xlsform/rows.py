"""The rows of a form with their columns known: the first reading after the bare tables.

Header names are checked against the closed lists of `columns`; each problem names its cell.
Called by `reader`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from difflib import get_close_matches

from conversations.form import Language
from conversations.xlsform.columns import (
    PER_LANGUAGE,
    REFUSED_COLUMNS,
    SHEETS,
    Holds,
    language_of,
)
from conversations.xlsform.problems import FormProblem, Params
from conversations.xlsform.sheets import Line, Workbook
from registry.frozen import frozen

_HOUSE = "chat"
_YES = frozenset({"yes", "true", "true()", "1", "是"})
_NO = frozenset({"", "no", "false", "false()", "0", "否"})


@frozen
class Row:
    """One row: (column, language) → text, where there is any; language "" = none named."""

    sheet: str
    number: int
    cells: Mapping[tuple[str, Language], str]
    extra: Mapping[str, str] = field(default_factory=dict)  # choices: columns for filters

    def get(self, column: str) -> str:
        """The cell without a language, else the first there is."""
        plain = self.cells.get((column, ""))
        if plain is not None:
            return plain
        return next((text for (name, _), text in self.cells.items() if name == column), "")

    def words(self, column: str, default: Language) -> dict[Language, str]:
        """Language → text of a column of words; the one without a language is the default's."""
        found = {
            code or default: text for (name, code), text in self.cells.items() if name == column
        }
        plain = self.cells.get((column, ""))
        return found if plain is None else {**found, default: plain}

    def is_yes(self, column: str) -> bool:
        """A yes/no cell; anything else was reported by `check_yes_no`."""
        return self.get(column).lower() in _YES

    def problem(self, code: str, column: str = "", params: Params | None = None) -> FormProblem:
        """Something wrong in this row."""
        return FormProblem(f"author.{code}", self.sheet, self.number, column, params or {})


@frozen
class _Head:
    """One header cell, understood."""

    column: str
    language: Language
    holds: Holds
    is_extra: bool = False


def read_sheets(workbook: Workbook) -> tuple[Mapping[str, tuple[Row, ...]], list[FormProblem]]:
    """Every known sheet as rows, and what is wrong with names of sheets and columns."""
    problems: list[FormProblem] = []
    for name in workbook.sheets:
        if name not in SHEETS:
            problems.append(
                FormProblem(
                    "author.sheet_unknown", name, params={"nearest": nearest(name, SHEETS)}
                )
            )
    sheets = {name: _read_sheet(name, workbook.sheets.get(name, ()), problems) for name in SHEETS}
    return sheets, problems


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like it; "" when none is."""
    return next(iter(get_close_matches(word.lower(), tuple(known), n=1, cutoff=0.5)), "")


def is_yes_no(text: str) -> bool:
    """Whether a yes/no cell can be understood; an empty one means no."""
    return text.lower() in _YES or text.lower() in _NO


def is_yes(text: str) -> bool:
    """Whether it means yes."""
    return text.lower() in _YES


def _read_sheet(name: str, lines: Sequence[Line], problems: list[FormProblem]) -> tuple[Row, ...]:
    if not lines:
        return ()
    heads = _read_header(name, lines[0], problems)
    rows = tuple(_read_row(name, heads, line, problems) for line in lines[1:])
    for row in rows:
        problems.extend(_not_yes_no(row))
    return rows


def _read_header(sheet: str, line: Line, problems: list[FormProblem]) -> tuple[_Head | None, ...]:
    heads: list[_Head | None] = []
    for written in line.cells:
        head = _head(sheet, written)
        if isinstance(head, str):
            near = nearest(written, SHEETS[sheet]) if head == "column_unknown" else ""
            advice = {"nearest": near} if near else {}
            problems.append(FormProblem(f"author.{head}", sheet, line.number, written, advice))
        elif head in heads and head is not None:
            problems.append(FormProblem("author.column_twice", sheet, line.number, written))
        heads.append(None if isinstance(head, str) else head)
    return tuple(heads)


def _head(sheet: str, written: str) -> _Head | str | None:
    """A header cell understood, or the code of what is wrong with it; None for an empty one."""
    if not written:
        return None
    name, language = _split(written)
    known = SHEETS[sheet].get(name)
    if name in REFUSED_COLUMNS:
        return f"column_{REFUSED_COLUMNS[name]}"
    if known is None and sheet == "choices" and "::" not in written:
        return _Head(written, "", Holds.plain, is_extra=True)
    if known is None or (language and known.holds not in PER_LANGUAGE):
        return "column_unknown"
    return _Head(known.name, language_of(language) if language else "", known.holds)


def _split(written: str) -> tuple[str, str]:
    """`label::English (en)` → (label, English (en)); a prefix stays with its name."""
    parts = [part.strip() for part in written.split("::")]
    width = 2 if parts[0].lower() in (_HOUSE, "media", "bind", "instance", "body") else 1
    return "::".join(parts[:width]).lower(), "::".join(parts[width:])


def _read_row(
    sheet: str, heads: Sequence[_Head | None], line: Line, problems: list[FormProblem]
) -> Row:
    cells: dict[tuple[str, Language], str] = {}
    extra: dict[str, str] = {}
    for place, text in enumerate(line.cells):
        head = heads[place] if place < len(heads) else None
        if not text:
            continue
        if head is None:
            if place >= len(heads):
                found = {"text": text[:20]}
                problems.append(FormProblem("author.cell_outside", sheet, line.number, "", found))
        elif head.is_extra:
            extra[head.column] = text
        else:
            cells[head.column, head.language] = text
    return Row(sheet, line.number, cells, extra)


def _not_yes_no(row: Row) -> Iterable[FormProblem]:
    for (column, _), text in row.cells.items():
        known = SHEETS[row.sheet][column]
        if known.holds is Holds.yes_no and not is_yes_no(text):
            yield row.problem("yes_no", column, {"text": text[:20]})
