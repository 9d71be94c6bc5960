"""`xueji form list` and `xueji form check FILE`: the school's papers, what is wrong in one.

Opens no data and runs beside the program.
"""

from argparse import Namespace
from pathlib import Path

from conversations.authoring.forms_check import check_form, list_forms, worded
from conversations.xlsform.shelf import load_shelf
from xueji.console import Console
from xueji.form_files import read_workbook
from xueji.settings import ProcessSettings


def run(arguments: Namespace, _: ProcessSettings, console: Console) -> int:
    """0 = nothing wrong; warnings alone are not wrong."""
    return _check(arguments.file, console) if arguments.act == "check" else _list(console)


def _list(console: Console) -> int:
    for form in list_forms(load_shelf(), console.language):
        params = {"id": form.id, "version": form.version, "title": form.title}
        console.say("cli.form_line", {**params, "count": form.questions})
    return 0


def _check(path: Path, console: Console) -> int:
    check = check_form(read_workbook(path))
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
