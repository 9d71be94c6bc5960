"""The first calendar of a new school: this year and the next, as far as they are published.

Called by `init` and the demonstration. The days are filled, not confirmed: that is the
registrar's (`/panel/setup/calendar`).
"""

from datetime import datetime
from importlib import import_module

from registry.actors import Actor
from registry.books import Books
from registry.calendars import fill_year


def seed_calendar(books: Books, registrar: Actor, now: datetime) -> tuple[int, ...]:
    """The years filled; one whose holidays nobody has published stays empty.

    Every start comes past here, the library is wanted once in a school's life: hence by name.
    """
    marks = import_module("documents.public_holidays").marks
    filled = []
    for year in (now.year, now.year + 1):
        kinds = marks(year)
        if kinds is not None:
            fill_year(books, registrar, year, kinds, now)
            filled.append(year)
    return tuple(filled)
