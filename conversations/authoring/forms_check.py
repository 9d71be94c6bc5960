"""What is wrong with a form, in words, and what forms there are.

Returns data for `xueji form check` and `form list`; the panel shows the same.
"""

from collections.abc import Mapping

from conversations.authoring.odk import has_validator, second_opinion
from conversations.form import Form, Language
from conversations.xlsform.columns import SILENT
from conversations.xlsform.problems import FormProblem
from conversations.xlsform.reader import inspect
from conversations.xlsform.sheets import Workbook, read_markdown
from conversations.xlsform.shelf import FormShelf
from locales import say
from registry.frozen import frozen


@frozen
class Check:
    """The outcome: `form` is None when it cannot be used. `validated`: ODK Validate has run."""

    form: Form | None
    problems: tuple[FormProblem, ...]
    validated: bool = False


@frozen
class Listed:
    """One form of the shelf in a list."""

    id: str
    version: str
    title: str
    questions: int
    route: str


def check_form(source: str | Workbook) -> Check:
    """Every problem at once; ODK is asked only about a form that is sound to us."""
    workbook = read_markdown(source) if isinstance(source, str) else source
    form, problems = inspect(workbook)
    if form is None:
        return Check(None, problems)
    validates = has_validator()
    refused = second_opinion(workbook, validates=validates)
    return Check(None if refused else form, (*problems, *refused), validates)


def list_forms(shelf: FormShelf, language: Language) -> tuple[Listed, ...]:
    """Every form and version, by id."""
    forms = (shelf.by_key[key] for key in sorted(shelf.by_key))
    return tuple(
        Listed(
            form.id,
            form.version,
            form.title.within(language),
            sum(question.type not in (*SILENT, "note") for question in form.questions.values()),
            form.route or "",
        )
        for form in forms
    )


def worded(problem: FormProblem, language: Language) -> str:
    """Where, what is wrong and what to write, in one line."""
    return say(_place_key(problem), language, _place(problem)) + advice(problem, language)


def advice(problem: FormProblem, language: Language) -> str:
    """What is wrong and what to write, for a page that shows the place beside it."""
    params: Mapping[str, str | int] = {**problem.params, "column": problem.column}
    words = say(problem.code, language, {**params, "sheet": problem.sheet})
    if problem.params.get("nearest"):
        words += say("author.nearest", language, params)
    return words


def _place_key(problem: FormProblem) -> str:
    if not problem.row:
        return "author.at_sheet"
    return "author.at_cell" if problem.column else "author.at_row"


def _place(problem: FormProblem) -> Mapping[str, str | int]:
    return {"sheet": problem.sheet, "row": problem.row, "column": problem.column}
