"""The choice lists of a form: its `choices` sheet, and the register's own lists by file name.

`select_one_from_file ethnic_group.csv` takes a list of `registry.options`: the codes the register
keeps, the national names as labels. Called by the reader.
"""

from collections.abc import Iterable, Mapping, Sequence

from conversations.form import Choice, Picture
from conversations.xlsform.pictures import PictureFiles
from conversations.xlsform.problems import FormProblem
from conversations.xlsform.rows import Row
from conversations.xlsform.texts import PathOf, Wordbook, make_text
from registry.frozen import frozen
from registry.options import OPTIONS


@frozen
class ChoiceList:
    """The choices of one list and the columns its filters may read."""

    choices: tuple[Choice, ...]
    columns: frozenset[str]


def read_lists(
    rows: Sequence[Row],
    book: Wordbook,
    path_of: PathOf,
    pictures: PictureFiles,
    *,
    allow_twice: bool,
) -> tuple[Mapping[str, ChoiceList], list[FormProblem]]:
    """List name → choices in order."""
    problems: list[FormProblem] = []
    by_list: dict[str, list[Row]] = {}
    for row in rows:
        problems.extend(_row_problems(row))
        if row.get("list_name") and row.get("name"):
            by_list.setdefault(row.get("list_name"), []).append(row)
    if not allow_twice:
        problems.extend(_twice(by_list.values()))
    lists = {
        name: _read_list(name, members, book, path_of, pictures)
        for name, members in by_list.items()
    }
    return lists, problems


def register_list(stem: str, book: Wordbook) -> ChoiceList | None:
    """A list of the register as choices, or None where there is none of that name."""
    options = OPTIONS.get(stem)
    if options is None:
        return None
    choices = (
        Choice(
            code,
            make_text(
                book.complete({"zh_Hans": name}, f"{stem}/{code}:choice"), lambda name: None
            ),
        )
        for code, name in options.items()
    )
    return ChoiceList(tuple(choices), frozenset({"name", "label"}))


def _read_list(
    list_name: str,
    rows: Sequence[Row],
    book: Wordbook,
    path_of: PathOf,
    pictures: PictureFiles,
) -> ChoiceList:
    choices = tuple(
        _read_choice(list_name, row, book, path_of, pictures.read(row)) for row in rows
    )
    extra = {column for row in rows for column in row.extra}
    return ChoiceList(choices, frozenset({"name", "label", *extra}))


def _read_choice(
    list_name: str, row: Row, book: Wordbook, path_of: PathOf, picture: Picture | None
) -> Choice:
    name = row.get("name")
    label = book.text(row.words("label", book.default), f"{list_name}/{name}:choice", path_of)
    return Choice(name, label, {**row.extra, "name": name}, picture)


def _row_problems(row: Row) -> Iterable[FormProblem]:
    for column in ("list_name", "name", "label"):
        if not row.get(column):
            yield row.problem("cell_empty", column)
    if any(blank.isspace() for blank in row.get("name")):
        yield row.problem("choice_space", "name", {"name": row.get("name")})


def _twice(lists: Iterable[Sequence[Row]]) -> Iterable[FormProblem]:
    for rows in lists:
        seen: dict[str, int] = {}
        for row in rows:
            first = seen.setdefault(row.get("name"), row.number)
            if first != row.number:
                yield row.problem(
                    "choice_twice", "name", {"name": row.get("name"), "first": first}
                )
