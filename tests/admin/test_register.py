"""The register: found by whole number, masked, shown in full once and on record (R33, T3)."""

import re
from base64 import urlsafe_b64decode

import pytest

from registry import families
from registry.fields import FieldClass
from registry.policy import POLICY, Action, Sight, sight
from registry.submissions import Act
from storage.queries import panel
from tests.admin import desk
from tests.admin.conftest import SignIn
from tests.support.site import Browser, Site

NUMBER = desk.values("林小满", 101)["id_number"]


@pytest.fixture
async def enrolled(site: Site) -> Site:
    """The child's case has reached the register."""
    await desk.decide(site, "committee", Act.approve)
    await desk.decide(site, "registrar", Act.approve)
    await desk.apply(site)
    return site


async def reveal(browser: Browser, site: Site, **fields: str) -> str:
    path = f"/panel/child/{site.ids['case_child']}"
    await browser.get(path)
    whole = {"field": "id_number", "purpose": "check_paper", **fields}
    return await browser.post(f"{path}/reveal", whole)


async def test_the_register_lists_number_and_status(enrolled: Site, as_person: SignIn) -> None:
    page = await (await as_person("registrar")).get("/panel/register?status=enrolled")
    assert "林小满" in page
    assert "202601010101" in page
    assert "张小涵" not in page


@pytest.mark.parametrize(
    "number", [NUMBER, f" {NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]} ", "202601010101"]
)
async def test_a_child_is_found_by_the_whole_number(
    number: str, enrolled: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    await registrar.get("/panel/register")
    page = await registrar.post("/panel/register/search", {"wanted": number})
    assert registrar.path == f"/panel/child/{enrolled.ids['case_child']}"
    assert NUMBER not in page
    assert await desk.events(enrolled, "register.student.searched") == 1


@pytest.mark.parametrize("number", [NUMBER[:-1], "999999"])
async def test_a_part_of_a_number_finds_nobody(
    number: str, enrolled: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    await registrar.get("/panel/register")
    page = await registrar.post("/panel/register/search", {"wanted": number})
    assert registrar.status == 404
    assert "名册里没有这个号码" in page


async def search(browser: Browser, wanted: str) -> str:
    await browser.get("/panel/register")
    return await browser.post("/panel/register/search", {"wanted": wanted})


async def test_a_name_or_a_part_of_it_finds_a_child(enrolled: Site, as_person: SignIn) -> None:
    registrar = await as_person("registrar")
    await search(registrar, "小满")
    assert registrar.path == f"/panel/child/{enrolled.ids['case_child']}"
    await search(registrar, "古丽米热 艾比布力")
    assert "古丽米热·艾比布力" in registrar.page, "the dot is not asked for"
    assert await desk.events(enrolled, "register.student.searched") == 2


async def test_several_of_that_name_are_listed_and_no_address_names_them(
    enrolled: Site, as_person: SignIn
) -> None:
    registrar, teacher = await as_person("registrar"), await as_person("teacher")
    page = await search(registrar, "小")
    rows = re.findall(r'href="/panel/child/\w+">([^<]+)<', page)
    assert sorted(rows) == ["张小涵", "林小满"]
    assert "姓名里有「小」的，2 个" in page
    sealed = re.findall(r"find=([\w-]+)", page)[0]
    assert "小".encode() not in urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    enrolled_only = await registrar.get(f"/panel/register?status=enrolled&find={sealed}")
    assert re.findall(r'href="/panel/child/\w+">([^<]+)<', enrolled_only) == ["林小满"]
    for other, wrong in ((teacher, sealed), (registrar, sealed[:-8]), (registrar, "x")):
        assert "姓名里有" not in await other.get(f"/panel/register?find={wrong}")


async def test_a_name_is_found_within_reach_only(enrolled: Site, as_person: SignIn) -> None:
    other = await as_person("other_teacher")
    page = await search(other, "林小满")
    assert other.status == 404
    assert "名册里没有找到" in page
    teacher = await as_person("teacher")
    assert "写完整的身份证号" not in await teacher.get("/panel/register")
    await search(teacher, NUMBER)
    assert teacher.status == 404, "numbers are the registrar's"
    await search(teacher, "林小满")
    assert teacher.path == f"/panel/child/{enrolled.ids['case_child']}"


@pytest.mark.parametrize("wanted", ["", "  ", "·", "-"])
async def test_no_letters_find_nobody(wanted: str, enrolled: Site, as_person: SignIn) -> None:
    registrar = await as_person("registrar")
    await search(registrar, wanted)
    assert registrar.status == 404


def test_whoever_searches_sees_names_in_full() -> None:  # T2: nothing hidden can be searched
    for role in POLICY[Action.register_see]:
        assert sight(role, FieldClass.name) is Sight.full


async def test_a_number_is_shown_once_for_a_purpose_on_record(
    enrolled: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    page = await reveal(registrar, enrolled)
    assert NUMBER in page
    assert NUMBER not in await registrar.get(f"/panel/child/{enrolled.ids['case_child']}")
    assert await desk.events(enrolled, "register.value.revealed") == 1


@pytest.mark.parametrize("fields", [{"purpose": ""}, {"purpose": "fun"}, {"field": "password"}])
async def test_without_a_purpose_nothing_is_shown(
    fields: dict[str, str], enrolled: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    page = await reveal(registrar, enrolled, **fields)
    assert registrar.status == 404
    assert NUMBER not in page
    assert await desk.events(enrolled, "register.value.revealed") == 0


async def test_a_class_teacher_cannot_have_a_number_shown(
    enrolled: Site, as_person: SignIn
) -> None:
    teacher = await as_person("teacher")
    page = await reveal(teacher, enrolled)
    assert teacher.status == 403
    assert NUMBER not in page
    assert await desk.events(enrolled, "register.value.revealed") == 0


async def test_the_way_into_the_register_is_told(enrolled: Site, as_person: SignIn) -> None:
    page = await (await as_person("registrar")).get(f"/panel/child/{enrolled.ids['case_child']}")
    assert "2026年9月1日" in page
    assert f"/panel/case/{enrolled.ids['case']}" in page
    assert "<strong>在读</strong>" in page


async def test_a_bug_says_what_was_lost_and_what_was_not(
    site: Site, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who only looked has stored nothing and is not told that storing failed."""

    def broken(*_: object) -> None:
        raise KeyError

    registrar = await as_person("registrar")
    monkeypatch.setattr(panel, "status_changes", broken)
    page = await registrar.get(f"/panel/child/{site.ids['child']}")
    assert registrar.status == 500
    assert "这一页没有打开" in page
    assert "没有存上" not in page
    await registrar.get("/panel")
    monkeypatch.setattr(families, "close_task", broken)
    page = await registrar.post("/panel/task/close", {"key": "x"})
    assert registrar.status == 500
    assert "刚才没有存上" in page
