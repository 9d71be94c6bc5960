"""「原件已核对」: its own tick for every picture, with who and when (R12)."""

from collections.abc import Awaitable, Callable

import pytest

from registry.submissions import Act, State
from tests.admin import desk
from tests.support.site import Browser, Site

SignIn = Callable[[str], Awaitable[Browser]]
TICK = {"seen": desk.PAPER}
UNTICK = {"unseen": desk.PAPER}


async def press(browser: Browser, site: Site, fields: dict[str, str], key: str = "case") -> str:
    path = f"/panel/case/{site.ids[key]}"
    await browser.get(path)
    return await browser.post(f"{path}/original", {"revision": "0", **fields})


async def test_the_original_is_ticked_with_who_and_when(
    site: Site, as_person: SignIn
) -> None:  # R12
    page = await press(await as_person("registrar"), site, TICK)
    assert "原件已核对" in page
    assert "林登记 今天 08:30" in page
    assert await desk.events(site, "review.original.seen") == 1
    assert (await desk.load(site)).state is State.in_review


async def test_a_second_tick_leaves_the_first_name(site: Site, as_person: SignIn) -> None:
    registrar = await as_person("registrar")
    await press(registrar, site, TICK)
    await desk.wait(site, minutes=10)
    page = await press(registrar, site, TICK)
    assert "林登记 今天 08:30" in page
    assert await desk.events(site, "review.original.seen") == 1


async def test_a_wrong_tick_is_taken_back_and_both_are_on_record(
    site: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    await press(registrar, site, TICK)
    page = await press(registrar, site, UNTICK)
    assert "看过原件了" in page
    assert await desk.events(site, "review.original.seen") == 1
    assert await desk.events(site, "review.original.unseen") == 1


async def test_a_tick_after_the_decision_moves_no_revision(site: Site, as_person: SignIn) -> None:
    await desk.decide(site, "committee", Act.approve)
    before = await desk.load(site)
    await press(await as_person("registrar"), site, TICK)
    assert (await desk.load(site)).revision == before.revision


async def test_typed_flags_survive_the_tick(site: Site, as_person: SignIn) -> None:
    await desk.decide(site, "committee", Act.approve)
    typed = {"flag:home/home_address": "other", "note:home/home_address": "我写了很久的话"}
    page = await press(await as_person("registrar"), site, {**TICK, **typed})
    assert "我写了很久的话" in page
    assert "林登记 今天 08:30" in page


async def test_enter_in_a_field_decides_nothing_and_loses_nothing(
    site: Site, as_person: SignIn
) -> None:
    committee, path = await as_person("committee"), f"/panel/case/{site.ids['case']}"
    await committee.get(path)
    typed = {"flag:home/home_address": "other", "note:home/home_address": "我写了很久的话"}
    page = await committee.post(f"{path}/decide", {"act": "stay", "revision": "0", **typed})
    assert "我写了很久的话" in page
    assert await desk.decisions(site) == ()


@pytest.mark.parametrize(("person", "key"), [("committee", "case"), ("other_teacher", "no_help")])
async def test_only_the_class_teacher_and_the_registrar_tick(
    person: str, key: str, site: Site, as_person: SignIn
) -> None:
    await desk.add_case(site, "赵清越", key="no_help", serial=102, helps=False)
    browser = await as_person(person)
    await browser.get("/panel")
    await browser.post(f"/panel/case/{site.ids[key]}/original", TICK)
    assert browser.status in (403, 404)
    assert await desk.events(site, "review.original.seen") == 0


async def test_the_class_teacher_ticks_for_her_own_class(site: Site, as_person: SignIn) -> None:
    await desk.add_case(site, "赵清越", key="no_help", serial=102, helps=False)
    page = await press(await as_person("teacher"), site, TICK, key="no_help")
    assert "原件已核对" in page


async def test_a_picture_that_is_not_there_is_refused(site: Site, as_person: SignIn) -> None:
    registrar = await as_person("registrar")
    page = await press(registrar, site, {"seen": "papers/nothing"})
    assert registrar.status == 422
    assert "这张图片家长已经换过了" in page
