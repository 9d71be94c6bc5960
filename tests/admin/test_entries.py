"""「待录入国家系统」 in the panel: the list, the ticks, what case and child say then, and the
record that follows a child (R10, R226, R237).
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from admin.entries import changed
from registry.national import EntryKey, Part
from registry.students import Status
from registry.submissions import NationalEntry
from storage.national_books import entries_of
from tests.admin import desk, later_papers
from tests.admin.later_papers import KEY_CHANGE, NEW_NUMBER, SUSPENSION, TRANSFER_IN
from tests.support.site import Browser, Site
from web.visits import Visit

SignIn = Callable[[str], Awaitable[Browser]]
PATH = "/panel/entries"
TODAY = "2026-09-01"


@pytest.fixture
async def registrar(site: Site, as_person: SignIn) -> Browser:
    """With one paper of each of two children to be typed."""
    await later_papers.enter(site, SUSPENSION, "赵清越", serial=102)
    await later_papers.enter(site, KEY_CHANGE, "钱多福", key="other", serial=103)
    return await as_person("registrar")


def key(site: Site, name: str = "case", part: Part = Part.whole) -> str:
    return str(EntryKey(site.ids[name], part))


async def tick(browser: Browser, on: str, *keys: str, act: str = "") -> str:
    await browser.get(PATH)
    ticked = [("entry", one) for one in keys]
    return await browser.post(f"{PATH}{act}", {"on": on}, *ticked)


async def test_the_list_names_child_class_paper_fields_and_day(
    registrar: Browser, site: Site
) -> None:
    page = await registrar.get(PATH)
    row = page[page.index("赵清越") : page.index("钱多福")]
    for words in ("休学申请", "（1）班", "在读 → 休学：休学开始", "2026年9月1日"):
        assert words in row
    assert page.count('name="entry"') == 2
    assert NEW_NUMBER not in page
    assert "<b>2</b>" in page
    home = await registrar.get("/panel")
    assert "件待录入国家系统" in home
    assert f'href="{PATH}"' in home


async def test_a_tick_takes_it_off_and_the_case_and_the_child_say_so(
    registrar: Browser, site: Site
) -> None:
    case, child = site.ids["case"], site.ids["case_child"]
    page = await registrar.get(f"/panel/case/{case}")
    assert "学校办结" in page
    assert "等学籍老师录入" in page
    assert "待录入国家系统</span>" in await registrar.get(f"/panel/child/{child}")
    page = await tick(registrar, TODAY, key(site))
    assert "记下了：已录入国家系统。" in page
    assert "赵清越" not in page
    page = await registrar.get(f"/panel/case/{case}")
    stage = page[page.index("<b>已录入国家系统</b>") :][:300]
    assert "林登记" in stage
    assert "2026年9月1日" in stage
    line = await registrar.get(f"/panel/child/{child}")
    line = line[line.index("已录入国家系统</span>") :][:200]
    assert "2026年9月1日 林登记" in line
    assert "赵清越" in await registrar.get(f"{PATH}?view=noted")


async def test_several_are_ticked_at_once_and_one_is_taken_back(
    registrar: Browser, site: Site
) -> None:
    both = [key(site), key(site, "other")]
    page = await tick(registrar, TODAY, *both)
    assert "没有待录入的" in page
    page = await tick(registrar, TODAY, key(site, "other"), act="/withdraw")
    assert "已撤回" in page
    assert "钱多福" in page
    assert "赵清越" not in page
    assert await desk.events(site, "register.entry.noted") == 2
    assert await desk.events(site, "register.entry.withdrawn") == 1


@pytest.mark.parametrize(
    ("on", "is_ticked", "words"),
    [
        ("2026-09-02", True, "录入日期不对"),
        ("", True, "录入日期不对"),
        ("2026-02-30", True, "录入日期不对"),
        (TODAY, False, "还没有勾选"),
    ],
)
async def test_a_wrong_day_or_no_tick_is_said_and_the_ticks_stay(
    registrar: Browser, site: Site, on: str, is_ticked: bool, words: str
) -> None:
    page = await tick(registrar, on, *([key(site)] if is_ticked else []))
    assert registrar.status == 422
    assert words in page
    assert page.count(" checked") == int(is_ticked)
    found = await site.house.db.read(
        lambda unit: entries_of(unit, site.house.school_id, [site.ids["case"]])
    )
    assert [one.at for one in found] == [None]


async def test_the_list_is_filtered_by_class_and_paper(registrar: Browser, site: Site) -> None:
    await desk.name_classes(site)
    page = await registrar.get(f"{PATH}?paper=suspension")
    assert "赵清越" in page
    assert "钱多福" not in page
    page = await registrar.get(f"{PATH}?class={site.ids['other_class']}")
    assert "这个班、这个事项没有" in page
    page = await registrar.get(f"{PATH}?class={site.ids['class']}&paper=info_change")
    assert "赵清越" not in page
    assert "钱多福" in page


async def test_the_case_still_says_what_it_was(registrar: Browser, site: Site) -> None:
    """Who types it there reads old → new after the register has the new value."""
    page = await registrar.get(f"/panel/case/{site.ids['other']}")
    old = desk.values("钱多福", 103)["id_number"]
    assert f"{old}</del>" in page
    assert NEW_NUMBER in page


async def test_nobody_but_the_registrar_has_the_list(
    registrar: Browser, as_person: SignIn
) -> None:
    for person in ("teacher", "committee"):
        browser = await as_person(person)
        assert PATH not in await browser.get("/panel")
        await browser.get(PATH)
        assert browser.status == 403


async def test_a_line_that_is_not_there_is_not_found(registrar: Browser, site: Site) -> None:
    for wrong in ("nothing", "nothing.whole", f"{site.ids['case']}.other"):
        await tick(registrar, TODAY, wrong)
        assert registrar.status == 404


async def test_after_a_transfer_in_the_record_is_asked_for(
    site: Site, as_person: SignIn
) -> None:  # R237
    await later_papers.enter(site, TRANSFER_IN, "孙嘉树", serial=104, status=Status.expected)
    registrar = await as_person("registrar")
    page = await registrar.get("/panel")
    assert "学籍调过来了吗？" in page
    assert "孙嘉树已经转入" in page
    assert "光明小学" in page
    await registrar.post("/panel/task/close", {"key": f"record_moved:{site.ids['case']}"})
    assert "学籍调过来了吗？" not in await registrar.get("/panel")
    assert "学籍调转，核对全部信息（不要新建）" in await registrar.get(PATH)
    assert await desk.events(site, "family.task.done") == 1


@pytest.mark.parametrize(
    ("before", "is_said"),
    [
        ({"suspended_from": "", "suspended_until": ""}, True),
        ({"suspended_from": "2026-09-01", "suspended_until": "2027-07-15"}, False),
    ],
    ids=["the first", "new days only"],
)
def test_a_suspension_that_only_brings_new_days_moves_no_status(
    before: dict[str, str], is_said: bool
) -> None:
    entry = NationalEntry("case", Part.whole, datetime(2026, 9, 1, tzinfo=UTC), before)
    visit = cast(Visit, SimpleNamespace(language="zh_Hans"))
    said = changed(visit, "suspend", entry)
    assert ("在读 → 休学" in said) is is_said
    assert "休学开始" in said
