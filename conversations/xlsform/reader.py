"""A file becomes a Form: the tables of an XLSForm read row by row, every problem told at once.

`read_form` gives the Form or raises FormError; `inspect` gives both the Form, where there is one,
and what is wrong. Nothing here opens a file. Called by the shelf, the command line and the panel.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from conversations.form import Form, Group, Language, Question
from conversations.xlsform.columns import NAME, OCCASIONS, language_of
from conversations.xlsform.lint import lint
from conversations.xlsform.list_files import ENDING, ListFiles, nearest_file
from conversations.xlsform.lists import ChoiceList, read_lists, register_list
from conversations.xlsform.outline import read_outline
from conversations.xlsform.pictures import PictureFiles
from conversations.xlsform.problems import FormError, FormProblem
from conversations.xlsform.rows import Row, nearest, read_sheets
from conversations.xlsform.sheets import Workbook, read_markdown
from conversations.xlsform.survey import Survey
from conversations.xlsform.texts import Wordbook
from conversations.xlsform.whole import Read
from locales import LANGUAGES, WORDING
from registry.effects import EFFECTS
from registry.evidence import EVIDENCE
from registry.options import OPTIONS
from registry.routes import ROUTINGS

Table: TypeAlias = tuple[Mapping[str, str], ...]


def read_form(
    source: str | Workbook,
    languages: Sequence[Language] = tuple(LANGUAGES),
    *,
    is_proved: bool = False,
) -> Form:
    """The Form in a Markdown text or a workbook of text, wordings merged from the catalogues.

    `is_proved`: what only the linter finds was looked for before, as the tests do of every
    built-in paper; it is half the time of reading, and every start would pay it again.
    Raises: FormError with every problem at once; warnings alone raise nothing.
    """
    form, problems, _ = _read(source, languages, is_proved=is_proved)
    if form is None:
        raise FormError(problems)
    return form


def inspect(
    source: str | Workbook, languages: Sequence[Language] = tuple(LANGUAGES)
) -> tuple[Form | None, tuple[FormProblem, ...]]:
    """The Form, None if anything is wrong with it, and all that is wrong, in order of the rows."""
    form, problems, _ = _read(source, languages)
    return form, problems


def messages(source: str | Workbook) -> tuple[tuple[str, str], ...]:
    """(context, wording) of every text a translator of this form is asked for, in its order."""
    _, _, found = _read(source, ())
    return found


def _read(
    source: str | Workbook, languages: Sequence[Language], *, is_proved: bool = False
) -> tuple[Form | None, tuple[FormProblem, ...], tuple[tuple[str, str], ...]]:
    workbook = read_markdown(source) if isinstance(source, str) else source
    sheets, problems = read_sheets(workbook)
    settings = _settings(sheets["settings"], problems)
    if not sheets["survey"]:
        problems.append(FormProblem("author.sheet_missing", "survey"))
    outline, outline_problems = read_outline(sheets["survey"])
    default = language_of(settings.get("default_language") or WORDING)
    book = Wordbook(settings.get("form_id"), default, _others(languages, default))
    refs = outline.refs
    pictures = PictureFiles(workbook.pictures, default)
    lists, list_problems = read_lists(
        sheets["choices"],
        book,
        lambda name: refs[name].path if name in refs else None,
        pictures,
        allow_twice=settings.is_yes("allow_choice_duplicates"),
    )
    survey = Survey(outline, book, lists, ListFiles(workbook.files, default), pictures)
    form = _form(settings, survey, survey.read(), workbook.digest)
    read = Read(form, outline, settings, sheets["choices"], bool(sheets["entities"]))
    told = [*survey.problems, *pictures.problems, *pictures.unused()]
    told += (*survey.files.problems, *survey.files.unused())
    problems += [*outline_problems, *list_problems, *told]
    if not is_proved:
        problems += lint(read)
    is_sound = all(problem.is_warning for problem in problems)
    ordered = tuple(sorted(_without_echoes(problems), key=_place))
    return form if is_sound else None, ordered, tuple(book.messages)


def _form(
    settings: Row, survey: Survey, children: tuple[Question | Group, ...], digest: str
) -> Form:
    title = settings.words("form_title", survey.book.default)
    return Form(
        id=settings.get("form_id"),
        version=settings.get("version"),
        title=survey.book.text(title, ":title", survey.path_of),
        default_language=survey.book.default,
        digest=digest,
        children=children,
        questions={question.path: question for question in _questions(children)},
        route=settings.get("chat::route") or None,
        effect=settings.get("chat::effect") or None,
        evidence_rule=settings.get("chat::evidence") or None,
        occasion=settings.get("chat::occasion") or "entry",
        instance_name=survey.compile(settings, "instance_name"),
        tables=dict(_tables(survey)),
    )


def _tables(survey: Survey) -> Iterator[tuple[str, Table]]:
    """The lists that `instance` and `pulldata` read: of the form, of files, of the register."""
    for row in survey.outline.externals:
        if survey.files.rows(row.get("name")) is None:
            file = row.get("name") + ENDING
            params = {"list": file, "nearest": nearest_file(file, survey.files.files)}
            survey.problems.append(row.problem("file_unknown", "name", params))
    for name, (row, column) in survey.tables.items():
        found = survey.lists.get(name) or register_list(name, survey.book)
        table = survey.files.rows(name) or (_table(found, survey.book.default) if found else None)
        if table is None:
            stems = (file.removesuffix(ENDING) for file in survey.files.files)
            params = {"name": name, "nearest": nearest(name, (*survey.lists, *stems, *OPTIONS))}
            survey.problems.append(row.problem("table_unknown", column, params))
        else:
            yield name, table


def _table(found: ChoiceList, language: Language) -> Table:
    return tuple(
        {**choice.columns, "name": choice.name, "label": choice.label.within(language)}
        for choice in found.choices
    )


def _settings(rows: Sequence[Row], problems: list[FormProblem]) -> Row:
    """The one row of settings; what it must say and which tables it may name."""
    if not rows:
        problems.append(FormProblem("author.sheet_missing", "settings"))
        return Row("settings", 0, {})
    row = rows[0]
    problems.extend(extra.problem("settings_twice") for extra in rows[1:])
    for column in ("form_id", "form_title", "version"):
        if not row.get(column):
            problems.append(row.problem("cell_empty", column))
    if row.get("form_id") and not NAME.fullmatch(row.get("form_id")):
        problems.append(row.problem("name_shape", "form_id", {"name": row.get("form_id")}))
    problems.extend(_unknown_rows(row))
    return row


_TABLES: Mapping[str, Collection[str]] = {
    "chat::effect": EFFECTS,
    "chat::evidence": EVIDENCE,
    "chat::occasion": OCCASIONS,
    "chat::route": ROUTINGS,
}


def _unknown_rows(row: Row) -> Iterator[FormProblem]:
    for column, table in _TABLES.items():
        name = row.get(column)
        if name and name not in table:
            params = {"name": name, "nearest": nearest(name, table)}
            yield row.problem("name_unknown", column, params)


def _others(languages: Sequence[Language], default: Language) -> tuple[Language, ...]:
    return tuple(code for code in languages if code != default)


def _questions(children: Sequence[Question | Group]) -> Iterator[Question]:
    for child in children:
        if isinstance(child, Group):
            yield from _questions(child.children)
        else:
            yield child


def _without_echoes(problems: Sequence[FormProblem]) -> Iterator[FormProblem]:
    """A misspelt column is told once, not again for every cell that seems empty without it."""
    meant = {
        (problem.sheet, problem.params.get("nearest"))
        for problem in problems
        if problem.code == "author.column_unknown"
    }
    for problem in problems:
        if problem.code != "author.cell_empty" or (problem.sheet, problem.column) not in meant:
            yield problem


def _place(problem: FormProblem) -> tuple[int, int, str]:
    order = ("settings", "survey", "choices", "entities")
    sheet = order.index(problem.sheet) if problem.sheet in order else len(order)
    return sheet, problem.row, problem.column
