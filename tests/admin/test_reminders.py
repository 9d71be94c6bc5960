"""The first page reminds of what the school itself has set (K8, R31, R83, R253, U2)."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from admin.passwords import Passwords
from registry import calendars
from registry.schools import Settings
from storage.unit import Unit
from tests.admin.conftest import SignIn
from tests.support.site import ZONE, Site


async def decide(site: Site, settings: Settings) -> None:
    def change(unit: Unit) -> None:
        school = unit.load_school(site.house.school_id)
        unit.save_school(replace(school, settings=settings))

    await site.house.db.write(change)


async def test_who_has_set_nothing_is_reminded_of_nothing(site: Site, as_person: SignIn) -> None:
    registrar = await as_person("registrar")
    assert 'class="reminders"' not in await registrar.get("/panel")


async def test_milestones_stand_with_the_days_left_the_earliest_first(
    site: Site, as_person: SignIn
) -> None:  # K8, R83, R253
    dates = Settings(term_start=date(2026, 9, 1), grade1_until=date(2026, 9, 30))
    await decide(site, dates)
    for person in ("registrar", "teacher"):
        browser = await as_person(person)
        page = await browser.get("/panel")
        first = page.index("开学后核对学籍：9月16日以前，还有 15 天")
        assert first < page.index("一年级新生学籍注册：9月30日以前，还有 29 天")
    site.clock.now = datetime(2026, 9, 17, 9, 0, tzinfo=ZONE)
    page = await (await as_person("registrar")).get("/panel")
    assert '<li class="late">开学后核对学籍：9月16日已经过了 1 天' in page


async def test_the_committee_has_no_milestones(site: Site, as_person: SignIn) -> None:
    await decide(site, Settings(grade1_until=date(2026, 9, 30)))
    committee = await as_person("committee")
    assert "学籍注册" not in await committee.get("/panel")


async def test_a_calendar_nobody_confirmed_is_asked_for_where_limits_are_counted(
    site: Site, as_person: SignIn
) -> None:
    words = "2026 年的校历还没有确认"
    registrar, teacher = await as_person("registrar"), await as_person("teacher")
    assert words not in await registrar.get("/panel"), "no limit, no calendar needed"
    await decide(site, Settings(school_days=5))
    assert words in await registrar.get("/panel")
    assert words not in await teacher.get("/panel")

    def publish(unit: Unit) -> None:
        actor = unit.load_actor(site.house.school_id, site.ids["registrar"])
        calendars.publish_year(unit, actor, 2026, site.clock())

    await site.house.db.write(publish)
    assert "校历还没有确认" not in await registrar.get("/panel")
    site.clock.now = datetime(2026, 11, 1, 9, 0, tzinfo=ZONE)
    assert "2027 年的校历还没有确认" in await (await as_person("registrar")).get("/panel")


@pytest.mark.parametrize(
    ("days", "kept_at", "is_reminded"),
    [
        (None, None, False),
        (90, None, True),  # nobody knows since when
        (90, datetime(2026, 6, 1, tzinfo=ZONE), True),
        (90, datetime(2026, 6, 4, 9, 0, tzinfo=ZONE), False),
    ],
)
async def test_an_old_password_is_to_be_changed_where_the_school_says_so(
    days: int | None,
    kept_at: datetime | None,
    is_reminded: bool,
    site: Site,
    as_person: SignIn,
) -> None:  # R31, U2
    kept = await Passwords().make("a long enough one")
    person = site.ids["teacher"]
    await site.house.db.write(lambda unit: unit.set_password(person, "王老师", kept, kept_at))
    await decide(site, Settings(password_days=days))
    teacher = await as_person("teacher")
    page = await teacher.get("/panel")
    assert ('href="/panel/welcome">换密码' in page) == is_reminded
    if is_reminded:
        fields = {"name": "王老师", "login": "王老师", "password": "another long one"}
        await teacher.get("/panel/welcome")
        assert "换密码" not in await teacher.post("/panel/welcome", fields)


async def test_who_has_no_password_is_not_asked_to_change_it(
    site: Site, as_person: SignIn
) -> None:
    await decide(site, Settings(password_days=1))
    assert "换密码" not in await (await as_person("teacher")).get("/panel")
