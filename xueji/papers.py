"""`xueji form list` and `xueji form check FILE`: the school's papers, what is wrong in one.

Opens no data and runs beside the program.
"""

from argparse import Namespace
from pathlib import Path

from conversations.forms_check import check_form, list_forms, worded
from conversations.shelf import load_shelf
from registry.problems import RuleError
from xueji.console import Console
from xueji.settings import ProcessSettings

MAX_BYTES = 2 * 1024 * 1024


def run(arguments: Namespace, _: ProcessSettings, console: Console) -> int:
    """0 = nothing wrong; warnings alone are not wrong."""
    return _check(arguments.file, console) if arguments.act == "check" else _list(console)


def _list(console: Console) -> int:
    for form in list_forms(load_shelf(), console.language):
        params = {"id": form.id, "version": form.version, "title": form.title}
        console.say("cli.form_line", {**params, "count": form.questions})
    return 0


def _check(path: Path, console: Console) -> int:
    check = check_form(_read(path))
    for problem in check.problems:
        mark = console.words("cli.form_warning" if problem.is_warning else "cli.form_fault")
        console.show(f"{mark} {worded(problem, console.language)}")
    if check.form is None:
        faults = sum(not problem.is_warning for problem in check.problems)
        console.say("cli.form_faulty", {"count": faults})
        return 1
    console.say("cli.form_sound")
    if not check.validated:
        console.say("cli.form_not_validated")
    return 0


def _read(path: Path) -> str:
    """Raises: RuleError `cli.file_unreadable`, `cli.file_not_text`."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES).decode("utf-8-sig")
    except OSError:
        raise RuleError("cli.file_unreadable", {"path": str(path)}) from None
    except UnicodeDecodeError:
        raise RuleError("cli.file_not_text", {"path": str(path)}) from None
