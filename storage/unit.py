"""The unit of work: the school's books, open for one transaction.

The only implementation of `registry.books.Books`; the functions of `storage.dialogue`,
`storage.links` and the others take it too. Made by `Database.write` and, on a connection that
cannot write, by `Database.read`.
"""

from registry.books import Books
from storage import ids
from storage.calendar_books import CalendarBooks
from storage.children_books import ChildrenBooks
from storage.class_books import ClassBooks
from storage.consent_books import ConsentBooks
from storage.national_books import NationalBooks
from storage.originals_books import OriginalsBooks
from storage.people_books import PeopleBooks
from storage.region_books import RegionBooks
from storage.review_books import ReviewBooks
from storage.school_books import SchoolBooks
from storage.trace_books import TraceBooks


class Unit(
    SchoolBooks,
    CalendarBooks,
    RegionBooks,
    PeopleBooks,
    ChildrenBooks,
    ClassBooks,
    ConsentBooks,
    ReviewBooks,
    OriginalsBooks,
    NationalBooks,
    TraceBooks,
):
    """Everything of one transaction; gone when it ends."""

    __slots__ = ()

    def new_id(self) -> str:
        return ids.new_id()


def as_books(unit: Unit) -> Books:
    """The same, as the use cases know it; the type checker holds us to it here."""
    return unit
