"""Every page of the panel by role: his own opens, foreign and missing answer alike (T1, T2)."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from admin.routes import routes
from registry.actors import Role
from registry.policy import POLICY
from tests.admin import desk
from tests.support.site import Browser, Site

STAFF = ("registrar", "teacher", "other_teacher", "committee")
GETS = [row.path for row in routes() if row.method == "GET" and "{id}" not in row.path]
OPEN_TO = {
    "/panel": STAFF,
    "/panel/sign-in": STAFF,
    "/panel/welcome": STAFF,
    "/panel/entries": ("registrar",),
    "/panel/queue": STAFF,
    "/panel/class": ("registrar", "teacher", "other_teacher"),
    "/panel/register": ("registrar", "teacher", "other_teacher"),
    "/panel/setup": ("registrar",),
    "/panel/setup/calendar": ("registrar",),
    "/panel/setup/regions": ("registrar",),
    "/panel/setup/classes": ("registrar",),
    "/panel/setup/staff": ("registrar",),
    "/panel/setup/roster": ("registrar",),
    "/panel/forms": ("registrar",),
}
OBJECTS = {
    # page: who sees it; everybody else gets the answer of a missing one
    "/panel/case/{case}": ("registrar", "committee"),
    "/panel/case/{no_help}": ("registrar", "teacher"),
    "/panel/case/{elsewhere}": ("registrar", "other_teacher"),
    "/panel/class/{class}": ("registrar", "teacher"),
    "/panel/class/{other_class}": ("registrar", "other_teacher"),
    "/panel/class/{class}/slips": ("registrar", "teacher"),
    "/panel/child/{child}": ("registrar", "teacher"),
    "/panel/child/{child}/class": ("registrar",),
    "/panel/child/{child}/school": ("registrar",),
    "/panel/child/{other_child}": ("registrar", "other_teacher"),
}
CANARIES = {
    "id number": desk.values("孙嘉树", 103)["id_number"],
    "name": "孙嘉树",
    "telephone": desk.PHONE,
    "address": "丁香巷十五号",
    "birth date": "2020年3月12日",
    "guardian": "林长河",
    "signature": "林晓月",
}


@pytest.fixture(scope="module")
async def people(still_site: Site) -> AsyncIterator[dict[str, Browser]]:
    """Everybody signed in, once for the module."""
    async with AsyncExitStack() as stack:
        found = {}
        for person in STAFF:
            browser = await stack.enter_async_context(still_site.browser())
            await desk.sign_in(browser, still_site, person)
            found[person] = browser
        found["nobody"] = await stack.enter_async_context(still_site.browser())
        yield found


def test_every_page_without_an_object_is_in_the_table() -> None:
    assert set(GETS) == set(OPEN_TO)


def test_every_page_names_an_action_of_the_policy() -> None:
    assert {row.action for row in routes()} <= set(POLICY)


@pytest.mark.parametrize("path", GETS)
async def test_a_page_opens_for_its_roles_only(path: str, people: dict[str, Browser]) -> None:
    for person in STAFF:
        await people[person].get(path)
        is_open = people[person].status == 200
        assert is_open == (person in OPEN_TO[path]), f"{person}: {people[person].status}"


@pytest.mark.parametrize("path", [path for path in GETS if path != "/panel/sign-in"])
async def test_a_stranger_is_shown_the_way_to_sign_in(
    path: str, people: dict[str, Browser]
) -> None:
    page = await people["nobody"].get(path)
    assert people["nobody"].status == 401
    assert "/panel/sign-in" in page


@pytest.mark.parametrize("path", OBJECTS)
async def test_foreign_and_missing_answer_alike(
    path: str, people: dict[str, Browser], still_site: Site
) -> None:
    for person in STAFF:
        browser = people[person]
        own = await browser.get(path.format(**still_site.ids))
        status = browser.status
        missing = await browser.get(re.sub(r"\{\w+\}", "0" * 32, path))
        if person in OBJECTS[path]:
            assert (status, browser.status) == (200, 404), person
        else:
            assert status == browser.status, person
            assert _plain(own) == _plain(missing), person


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("path", ["/panel/queue", "/panel/queue?view=all", "/panel/case/{case}"])
async def test_the_committee_never_receives_a_masked_value(
    path: str, canary: str, people: dict[str, Browser], still_site: Site
) -> None:
    page = await people["committee"].get(path.format(**still_site.ids))
    assert people["committee"].status == 200
    assert CANARIES[canary] not in page
    assert "/file/" not in page


async def test_the_registrar_sees_them_all(people: dict[str, Browser], still_site: Site) -> None:
    page = await people["registrar"].get(f"/panel/case/{still_site.ids['case']}")
    assert [name for name, canary in CANARIES.items() if canary not in page] == []


async def test_a_class_teacher_sees_no_whole_number_and_nothing_delicate(
    people: dict[str, Browser], still_site: Site
) -> None:
    page = await people["teacher"].get(f"/panel/case/{still_site.ids['no_help']}")
    assert desk.values("赵清越", 102)["id_number"] not in page
    assert "999999********" in page
    assert "特殊情况" not in page


async def test_the_committee_is_offered_no_case_that_declined_its_help(
    people: dict[str, Browser], still_site: Site
) -> None:
    page = await people["committee"].get("/panel/queue?view=all")
    assert still_site.ids["case"] in page
    assert still_site.ids["no_help"] not in page


@pytest.mark.parametrize("role", ["principal", "vice_principal"])
async def test_a_leader_sees_no_case_that_has_no_step_of_his(role: str, site: Site) -> None:  # R69
    await desk.add_person(site, role, "何老师", Role(role))
    async with site.browser() as browser:
        await desk.sign_in(browser, site, role)
        for view in ("mine", "all"):
            assert "林小满" not in await browser.get(f"/panel/queue?view={view}")
            assert browser.status == 200
        await browser.get(f"/panel/case/{site.ids['case']}")
        assert browser.status == 404
        for path in ("/panel/register", "/panel/class"):
            await browser.get(path)
            assert browser.status == 403


@pytest.mark.parametrize("role", ["supervisor", "operator"])
async def test_watchers_and_the_operator_come_in_and_see_no_child(
    role: str, site: Site
) -> None:  # R51, R192
    await desk.add_person(site, role, "何老师", Role(role))
    async with site.browser() as browser:
        await desk.sign_in(browser, site, role)
        page = await browser.get("/panel")
        assert browser.status == 200
        assert "林小满" not in page
        for path in ("/panel/queue", "/panel/register", "/panel/class"):
            await browser.get(path)
            assert browser.status == 403


async def test_nobody_meets_his_own_child_in_the_panel(site: Site) -> None:
    await desk.tie(site, "committee", "case_child")
    async with site.browser() as browser:
        await desk.sign_in(browser, site, "committee")
        assert site.ids["case"] not in await browser.get("/panel/queue?view=all")
        await browser.get(f"/panel/case/{site.ids['case']}")
        assert browser.status == 404


@pytest.mark.parametrize("path", [row.path for row in routes() if row.method == "POST"])
async def test_a_post_without_our_token_or_from_elsewhere_has_no_effect(
    path: str, people: dict[str, Browser], still_site: Site
) -> None:  # T12
    registrar, before = people["registrar"], await desk.events(still_site)
    await registrar.get("/panel")
    path = path.replace("{id}", still_site.ids["case"])
    for fields, headers in (({"csrf": "x"}, {}), ({}, {"Sec-Fetch-Site": "cross-site"})):
        await registrar.post(path, fields, **headers)
        assert registrar.status == 403
        await registrar.get("/panel")
    assert registrar.status == 200
    assert await desk.events(still_site) == before


def _plain(page: str) -> str:
    """Without the tokens that differ on every page."""
    return re.sub(r'(name="csrf" value=|name="back" value=)"[^"]*"', "", page)
