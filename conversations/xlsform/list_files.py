"""The author's own lists in files beside the form: `select_one_from_file towns.csv`, `pulldata`.

They arrive as tables of text like the form itself; nothing is opened here. A row is a choice: its
code in `name`, its words in `label` (or in the columns the question's parameters name), all other
columns for choice filters. Called by `survey` and the reader.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from conversations.form import Choice, Language, Text
from conversations.xlsform.columns import language_of
from conversations.xlsform.lists import ChoiceList
from conversations.xlsform.problems import FormProblem, Params
from conversations.xlsform.rows import nearest
from conversations.xlsform.sheets import Line
from registry.frozen import frozen

ENDING = ".csv"
MAX_ROWS = 20_000


@frozen
class Columns:
    """Which columns of a file hold the codes and the words."""

    value: str = "name"
    label: str = "label"


@dataclass(slots=True)
class ListFiles:
    """Every file handed in; each is read once for each way of reading it."""

    files: Mapping[str, tuple[Line, ...]]
    default: Language
    problems: list[FormProblem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    _read: dict[tuple[str, Columns], ChoiceList] = field(default_factory=dict)

    def choices(self, name: str, columns: Columns) -> ChoiceList | None:
        """The file as choices; None where no such file was handed in."""
        lines = self.files.get(name)
        if lines is None:
            return None
        self.used.add(name)
        found = self._read.get((name, columns))
        if found is None:
            found = self._read[name, columns] = self._choices(name, lines, columns)
        return found

    def rows(self, stem: str) -> tuple[Mapping[str, str], ...] | None:
        """The file as a table for expressions; None where no such file was handed in."""
        lines = self.files.get(stem + ENDING)
        if lines is None:
            return None
        self.used.add(stem + ENDING)
        head = lines[0].cells if lines else ()
        return tuple(dict(zip(head, line.cells, strict=False)) for line in lines[1:])

    def unused(self) -> Iterator[FormProblem]:
        """Files no question and no expression reads."""
        for name in self.files:
            if name not in self.used:
                yield FormProblem("author.file_unused", name, is_warning=True)

    def _choices(self, name: str, lines: Sequence[Line], columns: Columns) -> ChoiceList:
        head = lines[0].cells if lines else ()
        wordings = dict(_wordings(head, columns.label, self.default))
        if columns.value not in head or not wordings:
            missing = columns.value if columns.value not in head else columns.label
            params: Params = {"name": missing, "nearest": nearest(missing, filter(None, head))}
            self.problems.append(FormProblem("author.file_column", name, 1, missing, params))
            return ChoiceList((), frozenset({"name", "label", *head}))
        if len(lines) > MAX_ROWS:
            self.problems.append(FormProblem("author.file_long", name, 0, "", {"limit": MAX_ROWS}))
            return ChoiceList((), frozenset({"name", "label", *head}))
        at = head.index(columns.value)
        extra = [i for i, column in enumerate(head) if column and i != at and i not in wordings]
        choices: dict[str, Choice] = {}
        first: dict[str, int] = {}
        for line in lines[1:]:
            cells = line.cells + ("",) * (len(head) - len(line.cells))
            code = cells[at]
            words = {language: cells[i] for i, language in wordings.items() if cells[i]}
            fault = _fault(name, line.number, columns, code, words, first)
            if fault is not None:
                self.problems.append(fault)
                continue
            own = {head[i]: cells[i] for i in extra}
            choices[code] = Choice(code, Text(words), {**own, columns.value: code, "name": code})
        return ChoiceList(
            tuple(choices.values()), frozenset({"name", "label", *filter(None, head)})
        )


def nearest_file(name: str, known: Iterable[str]) -> str:
    """The known file with the most similar name; "" when none is."""
    stem = nearest(name.rpartition(".")[0] or name, (one.removesuffix(ENDING) for one in known))
    return stem + ENDING if stem else ""


def _wordings(
    head: Sequence[str], label: str, default: Language
) -> Iterator[tuple[int, Language]]:
    """Places of the columns `label`, `label::English (en)` and their languages."""
    for place, written in enumerate(head):
        column, _, language = written.partition("::")
        if column.strip() == label:
            yield place, language_of(language.strip()) if language else default


def _fault(
    name: str,
    number: int,
    columns: Columns,
    code: str,
    words: Mapping[Language, str],
    first: dict[str, int],
) -> FormProblem | None:
    """What keeps a row from being a choice."""
    if not code or not words:
        column = columns.label if code else columns.value
        return FormProblem("author.cell_empty", name, number, column)
    if any(blank.isspace() for blank in code):
        return FormProblem("author.choice_space", name, number, columns.value, {"name": code})
    if first.setdefault(code, number) != number:
        params: Params = {"name": code, "first": first[code]}
        return FormProblem("author.choice_twice", name, number, columns.value, params)
    return None
