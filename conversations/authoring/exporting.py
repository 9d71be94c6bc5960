"""A paper as one complete XLSForm: every wording in every language, ready for a spreadsheet.

The papers of the house keep Chinese in the file and the rest in the catalogues; here both come
together in `label::…` columns, so that ODK, Kobo and the school's own changes need nothing else.
Rows of text; writing a file belongs to `documents`. Called by the panel and the command line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from conversations.form import Language
from conversations.xlsform.columns import PER_LANGUAGE, SHEETS, Holds, language_of
from conversations.xlsform.outline import read_outline, walk
from conversations.xlsform.reader import read_form
from conversations.xlsform.rows import Row, read_sheets
from conversations.xlsform.sheets import Line, Workbook, read_markdown
from conversations.xlsform.texts import Wordbook
from locales import LANGUAGES, WORDING
from registry.options import OPTIONS

_BRIEF = "chat::brief"
_FIRST = (
    "list_name", "type", "name", "label", "hint", "guidance_hint", _BRIEF, "required",
    "required_message", "relevant", "constraint", "constraint_message", "calculation",
    "choice_filter", "repeat_count", "appearance", "parameters", "default",
    "media::image",
)  # fmt: skip


def export(source: str | Workbook) -> Workbook:
    """The same paper with all its languages; reading it again gives the same questions.

    Raises: FormError for a paper that cannot be read.
    """
    workbook = read_markdown(source) if isinstance(source, str) else source
    form = read_form(workbook)
    sheets, _ = read_sheets(workbook)
    languages = tuple(code for code in LANGUAGES if code != form.default_language)
    book = Wordbook(form.id, form.default_language, languages)
    places = _places(sheets["survey"])
    worded = {
        name: [(row, _words(row, book, places)) for row in sheets[name]]
        for name in SHEETS
        if name != "settings" and sheets[name]
    }
    spoken = _spoken(worded.values(), form.default_language)
    tables = {name: _table(rows, spoken) for name, rows in worded.items()}
    tables["settings"] = _settings(sheets["settings"], spoken)
    order = [name for name in workbook.sheets if name in tables]
    return replace(workbook, sheets={name: tables[name] for name in order})


def register_lists(source: str | Workbook) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """The lists of the register a paper takes from a file, as ODK wants them: file name → rows."""
    workbook = read_markdown(source) if isinstance(source, str) else source
    sheets, _ = read_sheets(workbook)
    outline, _ = read_outline(sheets["survey"])
    names = {node.list_name for node in walk(outline.children) if node.from_file}
    return {
        name: (("name", "label"), *OPTIONS[stem].items())
        for name in sorted(names - set(workbook.files))
        if (stem := name.rpartition(".")[0]) in OPTIONS
    }


def header_of(code: Language) -> str:
    """`English (en)`: as a spreadsheet names a language, and as we read it back."""
    known = LANGUAGES.get(code)
    return f"{known} ({code.replace('_', '-')})" if known else code


Worded = tuple[Row, Mapping[str, Mapping[Language, str]]]
"""A row, and column → language → words."""


def _places(rows: Sequence[Row]) -> Mapping[int, str]:
    """Number of a row → the path of its question or group."""
    outline, _ = read_outline(rows)
    nodes = walk(outline.children)
    return {n.row.number: n.path for n in nodes if n.name == n.row.get("name")}


def _words(
    row: Row, book: Wordbook, places: Mapping[int, str]
) -> Mapping[str, Mapping[Language, str]]:
    found: dict[str, Mapping[Language, str]] = {}
    for column in {name for name, _ in row.cells}:
        holds = SHEETS[row.sheet][column].holds
        if holds in PER_LANGUAGE:
            found[column] = row.words(column, book.default)
        if holds is Holds.text:
            found[column] = book.complete(found[column], _context(row, column, book, places))
    return found


def _context(row: Row, column: str, book: Wordbook, places: Mapping[int, str]) -> str:
    """Where the catalogue keeps that wording; see `texts`."""
    if row.sheet == "choices":
        return f"{book.form_id}/{row.get('list_name')}/{row.get('name')}:choice"
    part = "brief" if column == _BRIEF else column
    return f"{book.form_id}/{places.get(row.number, '')}:{part}"


def _spoken(sheets: Iterable[Sequence[Worded]], default: Language) -> tuple[Language, ...]:
    """The languages in use, the default first, ours next."""
    found = {
        code: None
        for rows in sheets
        for _, words in rows
        for by_language in words.values()
        for code in by_language
    }
    ours = [code for code in LANGUAGES if code in found]
    return tuple(dict.fromkeys((default, *ours, *found)))


def _table(rows: Sequence[Worded], spoken: Sequence[Language]) -> tuple[Line, ...]:
    """Columns as authors know them, the others as they come; words once for each language."""
    used = dict.fromkeys(name for row, _ in rows for name, _ in row.cells)
    columns = dict.fromkeys((*(name for name in _FIRST if name in used), *used))
    extra = dict.fromkeys(name for row, _ in rows for name in row.extra)
    texts = {name for _, words in rows for name in words}
    heads: list[str] = []
    for name in columns:
        heads += _heads(name, spoken) if name in texts else [name]
    lines = [Line(1, (*heads, *extra))]
    for number, (row, words) in enumerate(rows, start=2):
        cells: list[str] = []
        for name in columns:
            cells += _cells(words.get(name, {}), spoken) if name in texts else [row.get(name)]
        cells += [row.extra.get(name, "") for name in extra]
        lines.append(Line(number, tuple(cells)))
    return tuple(lines)


def _heads(column: str, spoken: Sequence[Language]) -> list[str]:
    if len(spoken) == 1:
        return [column]
    return [f"{column}::{header_of(code)}" for code in spoken]


def _cells(words: Mapping[Language, str], spoken: Sequence[Language]) -> list[str]:
    """What is not translated stays in the first language: ODK would show a dash."""
    fallback = words.get(spoken[0]) or next(iter(words.values()), "")
    return [words.get(code) or fallback for code in spoken]


def _settings(rows: Sequence[Row], spoken: Sequence[Language]) -> tuple[Line, ...]:
    """As they were, with the name of the first language as the columns spell it."""
    (row,) = rows
    cells = {name: text for (name, _), text in row.cells.items()}
    if len(spoken) > 1 or language_of(cells.get("default_language", "")) not in ("", WORDING):
        cells["default_language"] = header_of(spoken[0])
    return Line(1, tuple(cells)), Line(2, tuple(cells.values()))
