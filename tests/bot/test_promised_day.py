"""A family is told a day only where the school has set days, and told when it may move (U4)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.facts import gather
from conversations.turn import Paper
from registry import calendars
from registry.schools import Settings
from registry.submissions import Act, Flag, State
from storage.unit import Unit
from tests.admin import desk, later_papers
from tests.support.site import ZONE, Site, running_site

DAYS = Settings(committee_helps=True, committee_days=3, school_days=5, undo_minutes=0)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path, settings=DAYS) as site:
        await desk.add_case(site)
        yield site


async def told(site: Site) -> Paper:
    def look(unit: Unit) -> Paper:
        (parent,) = unit.linked_actors(site.house.school_id, site.ids["case_child"])
        papers = gather(unit, site.house, parent.id, "web", whole=True).facts.papers
        return next(one for one in papers if one.state is not None)

    return await site.house.db.read(look)


async def decide(site: Site, settings: Settings) -> None:
    def change(unit: Unit) -> None:
        unit.save_school(replace(unit.load_school(site.house.school_id), settings=settings))

    await site.house.db.write(change)


async def test_the_result_is_promised_by_the_last_day_of_all_steps(site: Site) -> None:
    paper = await told(site)
    assert (paper.due, paper.due_of) == (date(2026, 9, 11), "result")
    assert not paper.is_due_certain, "2026 is not confirmed yet"

    def publish(unit: Unit) -> None:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        calendars.publish_year(unit, registrar, 2026, site.clock())

    await site.house.db.write(publish)
    assert (await told(site)).is_due_certain


async def test_a_school_without_days_promises_none(site: Site) -> None:
    await decide(site, replace(DAYS, committee_days=None))
    assert (await told(site)).due is None
    await decide(site, replace(DAYS, school_days=None))
    paper = await told(site)
    assert (paper.due, paper.due_of) == (date(2026, 9, 4), "step")


async def test_a_day_that_has_passed_is_not_hidden(site: Site) -> None:
    site.clock.now = datetime(2026, 9, 8, 9, 0, tzinfo=ZONE)
    paper = await told(site)
    assert (paper.due, paper.due_of) == (date(2026, 9, 4), "late")


async def test_nothing_is_promised_while_the_family_is_asked(site: Site) -> None:
    flags = (Flag(desk.PAPER, "unreadable"),)
    await desk.decide(site, "committee", Act.return_, flags=flags)
    site.clock.wait(minutes=1)
    assert (await told(site)).due is None


async def test_the_day_of_the_collection_is_of_no_other_paper(site: Site) -> None:
    await decide(site, replace(DAYS, collection_until=date(2026, 9, 20)))
    flags = (Flag(desk.PATHS["home_address"], "incomplete"),)
    await desk.decide(site, "committee", Act.return_, flags=flags)
    assert (await told(site)).due == date(2026, 9, 20)
    await later_papers.add_paper(site, later_papers.INFO_CHANGE, "赵清越", serial=102)
    await desk.decide(site, "teacher", Act.return_, flags=(Flag("new/phone", "incomplete"),))
    paper = await told(site)
    assert (paper.form_id, paper.state, paper.due) == ("info_change", State.returned, None)


async def test_every_step_that_is_behind_has_its_day(site: Site) -> None:
    await later_papers.enter(site, later_papers.SUSPENSION, "赵清越", serial=102)
    days = (await told(site)).passed
    today = site.clock().date()
    steps = ("submitted", "class_check", "school_review", "outside", "end")
    assert days == dict.fromkeys(steps, today)
