"""On which occasion a paper is filled: once for the entry, each year, each term, or case by case.

A draft is unique by form, child and occasion, so the occasion's text decides whether there is a
new paper to begin. Called when the lobby lists papers and when one is opened.
"""

from collections.abc import Collection
from datetime import date

FIRST_MONTH = 9
"""A school year begins on 1 September; the second term after the winter holidays, in February."""
SECOND_TERM = 2


def school_year(today: date) -> int:
    """The year in which the present school year began."""
    return today.year if today.month >= FIRST_MONTH else today.year - 1


def term(today: date) -> int:
    """1 from September to January, 2 from February to August."""
    return 2 if SECOND_TERM <= today.month < FIRST_MONTH else 1


def occasion(kind: str, today: date, entry_year: int, past: Collection[str] = ()) -> str:
    """The text under which a new draft is kept; `past`: occasions whose case is finished.

    Of `case` papers it is the first number that is not finished.
    """
    match kind:
        case "year":
            return f"year-{school_year(today)}"
        case "term":
            return f"term-{school_year(today)}-{term(today)}"
        case "case":
            number = 1
            while f"case-{number}" in past:
                number += 1
            return f"case-{number}"
    return str(entry_year)
