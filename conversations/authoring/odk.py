"""The second opinion: pyxform, and ODK Validate where Java is, read the form as ODK would.

The only file that imports pyxform, and not before an author asks: it takes a third of a second
that the start of the program should not pay. Our own reader has told every problem it knows with
its cell;
what remains is told in ODK's English. Called by the check of a form, never while a family writes.
"""

import shutil
from importlib import import_module

from conversations.xlsform.problems import FormProblem
from conversations.xlsform.sheets import Workbook, write_markdown

MAX_WORDS = 300


def has_validator() -> bool:
    """Whether ODK Validate can run here."""
    return shutil.which("java") is not None


def second_opinion(workbook: Workbook, *, validates: bool) -> tuple[FormProblem, ...]:
    """What ODK refuses; `validates` also starts ODK Validate: a second, and Java."""
    convert = import_module("pyxform.xls2xform").convert
    form_error = import_module("pyxform.errors").PyXFormError
    validate_error = import_module("pyxform.validators.odk_validate").ODKValidateError
    try:
        convert(write_markdown(workbook), validate=validates, file_type=".md")
    except (form_error, validate_error) as error:
        words = " ".join(str(error).split())[:MAX_WORDS]
        return (FormProblem("author.odk", "survey", params={"words": words}),)
    return ()
