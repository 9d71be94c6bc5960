"""The registrar keeps the school's calendar of working days (R247, U4)."""

from datetime import date

import pytest
from sqlalchemy import select

from registry.actors import Role
from registry.working_days import Calendar, DayKind
from storage import tables as t
from tests.admin import desk
from tests.admin.conftest import SignIn
from tests.support.site import Browser, Site

PATH = "/panel/setup/calendar"


async def stored(site: Site) -> Calendar:
    return await site.house.db.read(lambda unit: unit.load_calendar(site.house.school_id))


@pytest.fixture
async def registrar(as_person: SignIn) -> Browser:
    browser = await as_person("registrar")
    await browser.get(PATH)
    return browser


async def test_a_year_nobody_confirmed_says_so(registrar: Browser) -> None:
    assert "2026 年的校历还没有确认" in registrar.page
    assert f'action="{PATH}/fill"' in registrar.page
    assert "可能变动" in registrar.page


async def test_a_year_is_filled_checked_and_published(site: Site, registrar: Browser) -> None:
    page = await registrar.post(f"{PATH}/fill", {"year": "2026"})
    assert "填好了" in page
    filled = await stored(site)
    assert filled.kinds[date(2026, 10, 10)] is DayKind.make_up
    assert filled.published == frozenset()
    page = await registrar.post(f"{PATH}/publish", {"year": "2026"})
    assert "✓ 2026 年的校历已确认" in page
    assert "这一年有 248 个工作日" in page
    assert (await stored(site)).published == {2026}
    page = await registrar.post(f"{PATH}/withdraw", {"year": "2026"})
    assert "还没有确认" in page
    assert await stored(site) == Calendar(filled.kinds, frozenset())


async def test_a_year_the_program_does_not_know_is_not_guessed(
    site: Site, registrar: Browser
) -> None:
    page = await registrar.get(f"{PATH}?year=2027")
    assert f'action="{PATH}/fill"' not in page, "no button that would only say no"
    assert "程序里还没有 2027 年的放假安排" in page
    page = await registrar.post(f"{PATH}/fill", {"year": "2027"})
    assert registrar.status == 422
    assert "程序里还没有 2027 年的放假安排" in page
    assert await stored(site) == Calendar({}, frozenset())


async def test_days_are_marked_and_marked_back(site: Site, registrar: Browser) -> None:
    await registrar.post(PATH, {"year": "2026", "day": "2026-09-10", "kind": "holiday"})
    await registrar.post(PATH, {"year": "2026", "day": "2026-09-12", "kind": "make_up"})
    await registrar.post(PATH, {"year": "2026", "day": "2026-09-19", "kind": "school"})
    expected = {
        date(2026, 9, 10): DayKind.holiday,
        date(2026, 9, 12): DayKind.make_up,
        date(2026, 9, 19): DayKind.school,
    }
    assert (await stored(site)).kinds == expected
    assert 'aria-label="9月10日，放假"' in registrar.page
    await registrar.post(PATH, {"year": "2026", "day": "2026-09-10", "kind": "school"})
    await registrar.post(PATH, {"year": "2026", "day": "2026-09-12", "kind": "holiday"})
    assert (await stored(site)).kinds == {date(2026, 9, 19): DayKind.school}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "holiday"}, "还没有选日子"),
        ({"day": "2026-09-10"}, "还没有选日子"),
        ({"day": "2026-09-10", "kind": "party"}, "还没有选日子"),
        ({"day": "2027-09-10", "kind": "holiday"}, "还没有选日子"),
        ({"day": "2026-09-31", "kind": "holiday"}, "还没有选日子"),
        ({"day": "2026-09-10", "kind": "make_up"}, "调休上班只能标在周六或周日"),
    ],
    ids=["no day", "no kind", "kind", "other year", "no such day", "weekday"],
)
async def test_what_cannot_be_marked_says_why(
    fields: dict[str, str], words: str, site: Site, registrar: Browser
) -> None:
    page = await registrar.post(PATH, {"year": "2026", **fields})
    assert registrar.status == 422
    assert words in page
    assert await stored(site) == Calendar({}, frozenset())


async def test_every_change_is_on_record(site: Site, registrar: Browser) -> None:  # R231
    await registrar.post(PATH, {"year": "2026", "day": "2026-09-10", "kind": "holiday"})
    for act in ("fill", "publish", "withdraw", "withdraw"):
        await registrar.post(f"{PATH}/{act}", {"year": "2026"})

    names = await site.house.db.read(
        lambda reader: reader.connection.scalars(select(t.event.c.name)).all()
    )
    kept = [name for name in names if name.startswith(("school.day", "school.year"))]
    assert sorted(kept) == [
        "school.day.marked",
        "school.year.filled",
        "school.year.published",
        "school.year.withdrawn",
    ]


async def test_a_principal_looks_and_changes_nothing(site: Site, as_person: SignIn) -> None:
    await desk.add_person(site, "principal", "周校长", Role.principal)
    principal = await as_person("principal")
    page = await principal.get(PATH)
    assert principal.status == 200
    assert "10月1日，平日" in page
    assert 'type="checkbox"' not in page
    assert "/calendar/publish" not in page
    await principal.post(PATH, {"year": "2026", "day": "2026-09-10", "kind": "holiday"})
    assert principal.status == 403
    assert await stored(site) == Calendar({}, frozenset())


async def test_only_the_registrar_changes_it(site: Site, as_person: SignIn) -> None:
    teacher = await as_person("teacher")
    await teacher.get("/panel")
    await teacher.post(PATH, {"year": "2026", "day": "2026-09-10", "kind": "holiday"})
    assert teacher.status == 403
    assert await stored(site) == Calendar({}, frozenset())
