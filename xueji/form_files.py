"""The file of a form as it is named at the terminal, and the pictures beside it.

Called by `papers` and `form_acts`.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from conversations.xlsform.pictures import digest_of, is_picture
from conversations.xlsform.sheets import Workbook
from conversations.xlsform.shelf import MEDIA
from documents.sheets import open_form
from registry.problems import RuleError

MOST_READ = 11 * 1024 * 1024
"""A little more than is taken: larger files are refused by name, not read."""


def read_workbook(path: Path) -> Workbook:
    """The tables of a form's file, and its pictures.

    Raises: RuleError `cli.file_unreadable`, `sheets.*`.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_READ)
    except OSError:
        raise RuleError("cli.file_unreadable", {"path": str(path)}) from None
    workbook = open_form(content, path.name)
    paths = picture_paths(path, workbook)
    digests = {name: digest_of(one.read_bytes()) for name, one in paths.items()}
    return replace(workbook, pictures=digests)


def picture_paths(path: Path, workbook: Workbook) -> Mapping[str, Path]:
    """The pictures that the form names: in its own folder, or in `media` there."""
    cells = (cell for lines in workbook.sheets.values() for line in lines for cell in line.cells)
    names = sorted({cell for cell in cells if is_picture(cell) and Path(cell).name == cell})
    places = ((name, path.parent / MEDIA / name) for name in names)
    own = ((name, path.parent / name) for name in names)
    return {name: place for name, place in (*places, *own) if place.is_file()}
