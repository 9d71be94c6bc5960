"""The panel says how many days are used, the last day, and what is late (R247, R48, R49, U4)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from admin.routes import room
from registry import calendars
from registry.schools import Settings
from registry.submissions import Act, Flag, State
from storage.unit import Unit
from tests.admin import desk
from tests.support.site import ZONE, Site, running_site

SETTINGS = Settings(committee_helps=True, committee_days=3, school_days=4, outside_days=7)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path, room(), settings=SETTINGS) as site:
        await desk.name_classes(site)
        await desk.add_case(site)
        yield site


async def pages(site: Site, person: str) -> tuple[str, str]:
    """The queue and the case."""
    async with site.browser() as browser:
        await desk.sign_in(browser, site, person)
        queue = await browser.get("/panel/queue?view=all")
        return queue, await browser.get(f"/panel/case/{site.ids['case']}")


async def publish(site: Site) -> None:
    def do(unit: Unit) -> None:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        calendars.publish_year(unit, registrar, 2026, site.clock())

    await site.house.db.write(do)


async def test_a_limit_is_said_with_its_last_day_and_that_it_may_change(site: Site) -> None:
    for page in await pages(site, "committee"):
        assert "已用 0 天，限 3 天" in page
        assert "最晚 9月4日（校历未确认，可能变动）" in page
    await publish(site)
    for page in await pages(site, "committee"):
        assert "最晚 9月4日" in page
        assert "可能变动" not in page


async def test_what_is_over_says_by_how_much(site: Site) -> None:
    await publish(site)
    site.clock.now = datetime(2026, 9, 8, 9, 0, tzinfo=ZONE)
    for page in await pages(site, "committee"):
        assert "9月4日到期，已超 2 个工作日" in page
        assert 'class="clock late"' in page


async def test_a_returned_case_stands_still(site: Site) -> None:
    flags = (Flag(desk.PAPER, "unreadable"),)
    await desk.decide(site, "committee", Act.return_, flags=flags)
    site.clock.wait(days=30)
    for page in await pages(site, "committee"):
        assert "等家长补充，暂停计时" in page


async def test_a_school_that_has_set_no_days_reads_nothing_about_days(site: Site) -> None:
    def unset(unit: Unit) -> None:
        school = unit.load_school(site.house.school_id)
        unit.save_school(replace(school, settings=Settings(committee_helps=True)))

    await site.house.db.write(unset)
    for page in await pages(site, "committee"):
        assert 'class="clock' not in page
        assert "期限" not in page


async def test_before_the_authoritys_last_day_both_answers_are_proposed(
    site: Site,
) -> None:  # R247
    await publish(site)

    def hand_over(unit: Unit) -> None:
        case = unit.load_submission(site.house.school_id, site.ids["case"])
        handed = replace(
            case,
            route="transfer_in",
            step=2,
            state=State.awaiting_outside,
            outside_since=date(2026, 9, 1),
        )
        unit.save_submission(handed)

    await site.house.db.write(hand_over)
    site.clock.now = datetime(2026, 9, 7, 9, 0, tzinfo=ZONE)
    _, early = await pages(site, "registrar")
    assert "已用 4 天，限 7 天" in early
    assert "现予驳回" not in early
    site.clock.now = datetime(2026, 9, 8, 9, 0, tzinfo=ZONE)
    _, now = await pages(site, "registrar")
    assert "已用 5 天，限 7 天" in now
    assert "同意，可以这样写" in now
    assert "现予驳回" in now
