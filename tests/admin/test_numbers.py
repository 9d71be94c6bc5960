"""The national number of a child who enters grade 7, on the case's page. R106 R107."""

import re
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import update

from registry.submissions import Act, State
from storage import tables
from storage.unit import Unit
from tests.admin import desk
from tests.support.site import Browser, Site

SignIn = Callable[[str], Awaitable[Browser]]
NUMBER = "G" + desk.id_number("2013-03-12", 901)


@pytest.fixture
async def grade7(site: Site) -> Site:
    """A case of a child who enters grade 7, whose family lets the school fetch the number."""

    def rename(unit: Unit) -> None:
        unit.run(update(tables.grade).values(number=7), {})

    await site.house.db.write(rename)
    await desk.add_case(site, "赵清越", serial=102)
    return site


async def keep(browser: Browser, site: Site, text: str, **more: str) -> str:
    path = f"/panel/case/{site.ids['case']}"
    await browser.get(path)
    sent = {"revision": browser.hidden("revision"), "fetched": text, **more}
    return await browser.post(f"{path}/number", sent)


async def test_everybody_who_looks_reads_that_it_is_missing(
    grade7: Site, as_person: SignIn
) -> None:
    path = f"/panel/case/{grade7.ids['case']}"
    for person in ("committee", "registrar"):
        page = await (await as_person(person)).get(path)
        assert "家长找不到，要向小学调取" in page
        assert ('id="fetched"' in page) == (person == "registrar")
    page = await (await as_person("registrar")).get("/panel")
    assert "赵清越升入七年级，还没有全国学籍号" in page


async def test_the_registrar_types_it_and_may_then_approve(
    grade7: Site, as_person: SignIn
) -> None:
    await desk.decide(grade7, "committee", Act.approve)
    registrar = await as_person("registrar")
    path = f"/panel/case/{grade7.ids['case']}"
    await registrar.get(path)
    sent = {"revision": registrar.hidden("revision"), "act": "approve"}
    page = await registrar.post(f"{path}/decide", sent)
    assert registrar.status == 422
    assert "升入七年级的孩子要有全国学籍号" in page
    page = await keep(registrar, grade7, NUMBER)
    assert "学籍号存好了" in page
    assert NUMBER in page
    assert "林登记 今天" in page[page.index('id="number"') :][:400]
    await registrar.post(f"{path}/decide", {**sent, "revision": registrar.hidden("revision")})
    assert (await desk.load(grade7)).state is State.approved
    page = await registrar.get("/panel")
    assert "还没有全国学籍号" not in page
    page = await (await as_person("committee")).get(path)
    assert NUMBER not in page  # masked for the committee
    assert await desk.events(grade7, "register.number.fetched") == 1


async def test_a_wrong_one_is_named_and_nothing_typed_is_lost(
    grade7: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    page = await keep(registrar, grade7, "G123")
    assert registrar.status == 422
    assert '<a href="#fetched">' in page
    assert 'id="fetched-error"' in page
    assert 'value="G123"' in page
    assert "请再对一遍" in page
    assert "老师会补" not in page, "the reader is the teacher"


@pytest.mark.parametrize(
    ("number", "doubt"),
    [
        ("G" + desk.values("赵清越", 102)["id_number"], ""),
        ("L" + NUMBER[1:-1] + "9", ""),  # a temporary number need not check
        (NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2"), "最后一位对不上"),
        (NUMBER, "和表上的身份证号不一样"),
    ],
)
async def test_a_number_that_does_not_fit_is_kept_and_doubted(
    grade7: Site, as_person: SignIn, number: str, doubt: str
) -> None:  # K5
    page = await keep(await as_person("registrar"), grade7, number)
    section = page[page.index('id="number"') :].split("</section>")[0]
    assert number in section
    assert re.findall(r'<p class="warn">[^<]*</p>', section) == re.findall(
        rf'<p class="warn">[^<]*{doubt}[^<]*</p>' if doubt else "$^", section
    )
    assert ('class="warn"' in section) == bool(doubt)


async def test_flags_stay_when_the_number_is_kept(grade7: Site, as_person: SignIn) -> None:
    await desk.decide(grade7, "committee", Act.approve)
    registrar = await as_person("registrar")
    flag = {f"flag:{desk.PATHS['home_address']}": "incomplete"}
    page = await keep(registrar, grade7, NUMBER, **flag)
    assert registrar.status == 200
    box = re.search(rf'name="flag:{desk.PATHS["home_address"]}".*?</select>', page, re.DOTALL)
    assert box is not None
    assert 'value="incomplete" selected' in box[0]
    assert NUMBER in page


async def test_another_grade_has_no_such_section(site: Site, as_person: SignIn) -> None:
    page = await (await as_person("registrar")).get(f"/panel/case/{site.ids['case']}")
    assert 'id="number"' not in page


@pytest.mark.parametrize("person", ["committee", "teacher"])
async def test_nobody_else_types_it(grade7: Site, as_person: SignIn, person: str) -> None:
    browser = await as_person(person)
    await keep(browser, grade7, NUMBER)
    assert browser.status in (403, 404)
    assert await desk.events(grade7, "register.number.fetched") == 0
