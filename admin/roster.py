"""The roster pasted: read and shown row by row first, stored only when a person says so.

The text travels with the form, so nothing is kept between the dry run and storing. Called for
`/panel/setup/roster`. Rule: R195.
"""

from collections.abc import Sequence

from aiohttp import web

from admin.home import class_lines
from admin.pages import back_to, show
from admin.places import read_places
from admin.settings import problem_values
from documents.roster import KnownClass, RosterLine, read_roster
from registry import setup
from registry.frozen import frozen
from registry.problems import Problem
from registry.setup import RosterRow
from storage.queries import panel
from storage.reader import Reader
from storage.unit import Unit
from web.visits import Visit

MAX_TEXT = 100_000


@frozen
class Dry:
    """A dry run."""

    text: str
    lines: tuple[RosterLine, ...]

    def rows(self, *, with_doubtful: bool) -> tuple[RosterRow, ...]:
        """What would be stored."""
        fitting = (line for line in self.lines if with_doubtful or line.doubt is None)
        return tuple(row for line in fitting if (row := line.row()) is not None)


EMPTY = Dry("", ())


async def show_roster(visit: Visit) -> web.StreamResponse:
    """The empty form, and the classes that wait for children."""
    return await _page(visit, EMPTY)


async def take_roster(visit: Visit) -> web.StreamResponse:
    """The dry run, or storing what it found good."""
    text, actor = visit.fields.get("roster", "")[:MAX_TEXT], visit.person()
    with_doubtful = visit.fields.get("doubtful") == "yes"
    if visit.fields.get("act") != "store":
        dry = await visit.house.db.read(lambda reader: _read(reader, visit, text))
        problem = None if dry.lines else Problem("roster.empty")
        return await _page(visit, dry, problem)

    def store(unit: Unit) -> int:
        rows = _read(unit, visit, text).rows(with_doubtful=with_doubtful)
        return len(setup.add_roster(unit, actor, rows, visit.now)) if rows else 0

    if not await visit.house.db.write(store):
        dry = await visit.house.db.read(lambda reader: _read(reader, visit, text))
        return await _page(visit, dry, Problem("roster.empty"))
    return back_to("/panel/setup/roster", done="roster_added")


def _read(reader: Reader, visit: Visit, text: str) -> Dry:
    return Dry(text, read_roster(text, known_classes(reader, visit)))


def known_classes(reader: Reader, visit: Visit) -> Sequence[KnownClass]:
    """Every class with the names already on it."""
    school_id = visit.person().school_id
    return [
        KnownClass(
            place.id,
            place.grade.number,
            place.school_class.number,
            place.label,
            panel.names_of_class(reader, school_id, place.id),
        )
        for place in read_places(reader, school_id, visit.language).values()
    ]


async def _page(visit: Visit, dry: Dry, problem: Problem | None = None) -> web.StreamResponse:
    actor = visit.person()

    def gather(reader: Reader) -> object:
        places = read_places(reader, actor.school_id, visit.language)
        return class_lines(reader, actor, tuple(places.values()), visit)

    doubts = sum(line.doubt is not None for line in dry.lines)
    values = {
        "part": "setup_roster",
        "lines": dry.lines,
        "text": dry.text,
        "good": len(dry.rows(with_doubtful=False)),
        "bad": sum(line.problem is not None for line in dry.lines),
        "doubts": doubts,
        "classes": await visit.house.db.read(gather),
        **problem_values(problem, "roster"),
    }
    status = 422 if problem else 200
    return await show(visit, "setup_roster.html", values, here="setup", status=status)
