"""Once a day the registrar gets a task for what is due or late; it goes when the case moves on."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from admin.routes import room
from registry.records import Task, TaskKind
from registry.schools import Settings
from registry.submissions import Act, Flag, State
from storage import jobs, queries
from storage import tables as t
from storage.unit import Unit
from tests.admin import desk
from tests.support.site import ZONE, Site, running_site
from xueji import work

SETTINGS = Settings(committee_helps=True, committee_days=3, outside_days=7, undo_minutes=0)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A case sent on Tuesday the first of September; Friday is the committee's last day."""
    async with running_site(tmp_path, room(), settings=SETTINGS) as site:
        await desk.name_classes(site)
        await desk.add_case(site)
        yield site


async def watch(site: Site, month: int, day: int) -> list[str]:
    """The job of that morning; then the phrases of what the registrar has to do."""
    site.clock.now = datetime(2026, month, day, 8, 0, tzinfo=ZONE)
    await site.house.db.write(
        lambda unit: work.schedule_daily(unit, site.house.school_id, site.clock.now)
    )
    site.clock.wait(minutes=11)
    await work.exhaust(site.house)
    return [task.phrase for task in await tasks(site)]


async def tasks(site: Site) -> list[Task]:
    def find(unit: Unit) -> list[Task]:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        found = queries.tasks_of(unit, registrar, site.clock().date())
        return [task for task in found if task.kind is TaskKind.limit]

    return await site.house.db.read(find)


async def test_a_task_comes_on_the_last_day_and_changes_when_it_is_past(site: Site) -> None:
    assert await watch(site, 9, 3) == []
    assert await watch(site, 9, 4) == ["panel.task.limit_near"]
    assert await watch(site, 9, 4) == ["panel.task.limit_near"], "once"
    assert await watch(site, 9, 7) == ["panel.task.limit_over"]
    (task,) = await tasks(site)
    assert (task.ids["used"], task.ids["limit"], task.ids["day"]) == (4, 3, 4)
    assert task.ids["submission"] == site.ids["case"]


async def test_the_first_page_says_it(site: Site) -> None:
    await watch(site, 9, 7)
    async with site.browser() as registrar:
        await desk.sign_in(registrar, site, "registrar")
        page = await registrar.get("/panel")
    assert "这件限 3 个工作日，已用 4 天，9 月 4 日就到期了。请马上办，并告诉家长。" in page
    assert f'href="/panel/case/{site.ids["case"]}"' in page


async def test_it_goes_when_the_family_is_asked(site: Site) -> None:
    assert await watch(site, 9, 4) == ["panel.task.limit_near"]
    flags = (Flag(desk.PAPER, "unreadable"),)
    await desk.decide(site, "committee", Act.return_, flags=flags)
    assert await watch(site, 9, 30) == []
    closed = await site.house.db.read(
        lambda reader: reader.connection.execute(select(t.task.c.done_by, t.task.c.done_at)).all()
    )
    assert [(row.done_by, row.done_at is None) for row in closed] == [(None, False)]


async def test_what_a_person_closed_stays_closed(site: Site) -> None:
    await watch(site, 9, 4)
    (task,) = await tasks(site)
    registrar = site.ids["registrar"]
    await site.house.db.write(
        lambda unit: unit.close_task(task.school_id, task.key, registrar, site.clock())
    )
    assert await watch(site, 9, 4) == []


async def test_two_days_before_the_authoritys_end_it_asks_to_decide(site: Site) -> None:  # R247
    def hand_over(unit: Unit) -> None:
        case = unit.load_submission(site.house.school_id, site.ids["case"])
        to = {"route": "transfer_in", "step": 2, "state": State.awaiting_outside}
        unit.save_submission(replace(case, **to, outside_since=date(2026, 9, 1)))  # type: ignore[arg-type]

    await site.house.db.write(hand_over)
    assert await watch(site, 9, 7) == []
    assert await watch(site, 9, 8) == ["panel.task.limit_decide"]
    assert await watch(site, 9, 11) == ["panel.task.limit_over"]


async def test_a_school_without_days_has_nothing_to_watch(site: Site) -> None:  # U4
    def unset(unit: Unit) -> None:
        school = unit.load_school(site.house.school_id)
        unit.save_school(replace(school, settings=Settings(committee_helps=True)))

    await watch(site, 9, 4)
    await site.house.db.write(unset)
    assert await watch(site, 12, 4) == []


async def test_it_runs_again_the_next_night(site: Site) -> None:
    await watch(site, 9, 4)
    due = await site.house.db.read(jobs.next_due)
    assert due == datetime(2026, 9, 5, 3, 30, tzinfo=ZONE)
