"""`xueji form list` and `xueji form check FILE`: the school's papers, what is wrong in one.

Opens no data and runs beside the program.
"""

from argparse import Namespace
from pathlib import Path

from conversations.problems import FormProblem
from conversations.reader import inspect
from conversations.sheets import read_markdown
from conversations.shelf import load_shelf
from registry.problems import RuleError
from xueji.console import Console, Params
from xueji.settings import ProcessSettings

MAX_BYTES = 2 * 1024 * 1024


def run(arguments: Namespace, _: ProcessSettings, console: Console) -> int:
    """0 = nothing wrong; warnings alone are not wrong."""
    return _check(arguments.file, console) if arguments.act == "check" else _list(console)


def _list(console: Console) -> int:
    for form in load_shelf().newest.values():
        title = form.title.within(console.language, form.default_language)
        params = {"id": form.id, "version": form.version, "title": title}
        console.say("cli.form_line", {**params, "count": len(form.questions)})
    return 0


def _check(path: Path, console: Console) -> int:
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8-sig")
    except OSError:
        raise RuleError("cli.file_unreadable", {"path": str(path)}) from None
    except UnicodeDecodeError:
        raise RuleError("cli.file_not_text", {"path": str(path)}) from None
    form, problems = inspect(read_markdown(text))
    for problem in problems:
        _tell(problem, console)
    if form is None:
        console.say("cli.form_faulty", {"count": sum(not found.is_warning for found in problems)})
        return 1
    console.say("cli.form_sound", {"count": len(form.questions)})
    return 0


def _tell(problem: FormProblem, console: Console) -> None:
    kind = "warning" if problem.is_warning else "fault"
    where: Params = {"sheet": problem.sheet, "row": problem.row, "column": problem.column}
    place = console.words("cli.form_cell" if problem.row else "cli.form_sheet", where)
    words = console.words(problem.code, problem.params)
    console.show(f"{console.words(f'cli.form_{kind}')} {place} {words}")
