"""What is wrong with a form, for its author: where it stands, a code and parameters.

The sentence is `author.…` or `expression.…` in the catalogue. Made by the reader and the linter;
shown by the command line and the panel.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import TypeAlias

from registry.frozen import frozen

Params: TypeAlias = Mapping[str, str | int]


@frozen
class FormProblem:
    """One thing to mend. `row` is the line the author sees (0 = the sheet as a whole)."""

    code: str
    sheet: str
    row: int = 0
    column: str = ""
    params: Params = field(default_factory=dict)
    is_warning: bool = False  # the form loads all the same


class FormError(Exception):
    """A form that cannot be loaded, with everything that is wrong with it at once."""

    def __init__(self, problems: Iterable[FormProblem]) -> None:
        """Keep them all; the message names the places for whoever starts the program."""
        self.problems = tuple(problems)
        places = (f"{p.sheet}:{p.row}:{p.column} {p.code} {dict(p.params)}" for p in self.problems)
        super().__init__("; ".join(places))
