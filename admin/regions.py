"""The school's table of county codes: checked line by line first, imported when a person says so.

What was read waits in memory under a key between the check and the import; a county is nobody's
secret, but a table is larger than a form should carry. Called for `/panel/setup/regions`.
Rule: R119.
"""

import asyncio
from dataclasses import field

from aiohttp import web

from admin.once import Once
from admin.pages import back_to, show
from admin.settings import problem_values
from admin.uploads import FORMS_AT_ONCE, receive_table
from registry import counties
from registry.frozen import frozen
from registry.problems import Problem, RuleError
from registry.regions import County, read_regions
from storage.region_books import regions_state
from web.visits import Visit

PATH = "/panel/setup/regions"
MOST_LISTED = 100
"""Lines with a problem that are shown; somebody mends them in the file, not here."""
MOST_WAITING = 4
"""Tables checked and not yet imported; the oldest is forgotten beyond this."""


@frozen
class Checked:
    """What a check found. `key` stands for the counties that can be imported."""

    key: str
    good: int
    problems: tuple[tuple[int, Problem], ...]

    @property
    def listed(self) -> tuple[tuple[int, Problem], ...]:
        """Those that are shown."""
        return self.problems[:MOST_LISTED]


@frozen
class RegionPages:
    """The page, and the tables that wait to be imported."""

    waiting: Once[tuple[County, ...]] = field(default_factory=lambda: Once(MOST_WAITING))

    async def show(self, visit: Visit) -> web.StreamResponse:
        """What there is, and where to bring another."""
        return await _page(visit)

    async def check(self, visit: Visit) -> web.StreamResponse:
        """Read and told; nothing is stored."""
        try:
            table = await receive_table(visit)
        except RuleError as refused:
            return await _page(visit, Problem(refused.code, refused.params))
        if table is None:
            return await _page(visit, Problem("region.no_file"))
        async with FORMS_AT_ONCE:
            rows, problems = await asyncio.to_thread(read_regions, table)
        key = self.waiting.keep(visit.person().id, rows) if rows else ""
        problem = None if rows else Problem("region.none")
        return await _page(visit, problem, Checked(key, len(rows), problems))

    async def replace(self, visit: Visit) -> web.StreamResponse:
        """What was checked takes the place of what was there."""
        actor = visit.person()
        rows = self.waiting.take(actor.id, visit.fields.get("key", ""))
        if rows is None:
            return await _page(visit, Problem("region.gone"))
        await visit.house.db.write(
            lambda unit: counties.replace_regions(unit, actor, rows, visit.now)
        )
        return back_to(PATH, done="regions_replaced")

    async def remove(self, visit: Visit) -> web.StreamResponse:
        """From now on nothing is checked."""
        actor = visit.person()
        await visit.house.db.write(lambda unit: counties.remove_regions(unit, actor, visit.now))
        return back_to(PATH, done="regions_removed")


async def _page(
    visit: Visit, problem: Problem | None = None, checked: Checked | None = None
) -> web.StreamResponse:
    school_id = visit.person().school_id
    state = await visit.house.db.read(lambda reader: regions_state(reader, school_id))
    values = {
        "part": "setup_regions",
        "state": state,
        "checked": checked,
        **problem_values(problem, "file"),
    }
    status = 422 if problem else 200
    return await show(visit, "setup_regions.html", values, here="setup", status=status)
