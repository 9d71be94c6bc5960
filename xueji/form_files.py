"""The file of a form as it is named at the terminal. Called by `papers` and `form_acts`."""

from pathlib import Path

from conversations.xlsform.sheets import Workbook
from documents.sheets import open_form
from registry.problems import RuleError

MOST_READ = 11 * 1024 * 1024
"""A little more than is taken: larger files are refused by name, not read."""


def read_workbook(path: Path) -> Workbook:
    """The tables of a form's file. Raises: RuleError `cli.file_unreadable`, `sheets.*`."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_READ)
    except OSError:
        raise RuleError("cli.file_unreadable", {"path": str(path)}) from None
    return open_form(content, path.name)
