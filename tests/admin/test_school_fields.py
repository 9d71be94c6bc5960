"""「学校填的项目」 of one child: filled, proposed, named when wrong, never lost (R33, R119)."""

import re

import pytest

from registry.actors import Role
from registry.names import is_han
from registry.regions import County
from registry.school_fields import SCHOOL_FIELDS
from registry.students import Student
from registry.submissions import Act
from tests.admin import desk
from tests.admin.conftest import SignIn
from tests.support.site import Browser, Site

CHILD = "case_child"
NUMBER = "G320501202600001"
SECOND = "学籍二号"
GOOD = {
    "birthplace_region": "320508001001",
    "boarding": "1",
    "entry_way": "11",
    "household_region": "320508001002",
    "inclusion": "sight",
    "name_pinyin": "LIN XIAOMAN",
    "politics": "13",
    "postcode": "215000",
    "provincial_number": NUMBER,
    "student_source": "1",
}
DELICATE = "随班就读"


def path(site: Site, child: str = CHILD) -> str:
    return f"/panel/child/{site.ids[child]}/school"


async def stored(site: Site) -> Student:
    school_id, child = site.house.school_id, site.ids[CHILD]
    return await site.house.db.read(lambda unit: unit.load_student(school_id, child))


async def save(browser: Browser, site: Site, **values: str) -> str:
    """As the form sends it: everything on the page, with these changed."""
    page = await browser.get(path(site))
    fields = {code: _value(page, code) for code in SCHOOL_FIELDS}
    fields["revision"] = browser.hidden("revision")
    return await browser.post(path(site), {**fields, **values})


def _value(page: str, code: str) -> str:
    if box := re.search(rf'<input type="text" id="{code}"[^>]* value="([^"]*)"', page):
        return box[1]
    chosen = re.search(rf'<select id="{code}".*?</select>', page, re.DOTALL)
    assert chosen is not None, code
    marked = re.search(r'value="([^"]*)" selected', chosen[0])
    return marked[1] if marked else ""


@pytest.fixture
async def registrar(site: Site, as_person: SignIn) -> Browser:
    await desk.set_field(site, CHILD, "full_name", "林小满")
    await desk.set_field(site, CHILD, "household_place", desk.ADDRESS)
    return await as_person("registrar")


async def test_the_childs_page_says_what_was_saved_once(site: Site, registrar: Browser) -> None:
    page = await registrar.get(f"/panel/child/{site.ids[CHILD]}")
    assert path(site) in page
    assert page.count("还没有填") == len(SCHOOL_FIELDS)
    page = await save(registrar, site, **GOOD)
    assert registrar.path == f"/panel/child/{site.ids[CHILD]}"
    assert "填了：" in page
    for words in ("政治面貌、", "走读", "就近入学", "群众", "320508001002", "LIN XIAOMAN"):
        assert words in page
    assert "还没有填" not in page
    assert {code: (await stored(site)).fields.get(code) for code in GOOD} == GOOD
    assert await desk.events(site, "register.fields.filled") == 1
    assert "填了：" not in await registrar.get(f"/panel/child/{site.ids[CHILD]}")


async def test_what_is_removed_is_said_and_what_is_the_same_changes_nothing(
    site: Site, registrar: Browser
) -> None:
    await save(registrar, site, **GOOD)
    before = await stored(site)
    assert "没有改动" in await save(registrar, site)
    assert await stored(site) == before
    page = await save(registrar, site, postcode="", boarding="2")
    assert "填了：就读方式" in page
    assert "去掉了：邮政编码" in page
    assert "postcode" not in (await stored(site)).fields


async def test_every_problem_is_named_with_a_link_and_nothing_typed_is_lost(
    site: Site, registrar: Browser
) -> None:
    before = await stored(site)
    wrong = {**GOOD, "postcode": "21500", "household_region": "姑苏区", "boarding": "7"}
    page = await save(registrar, site, **wrong)
    assert registrar.status == 422
    for code, label in (
        ("postcode", "邮政编码"),
        ("household_region", "户口所在地区划代码"),
        ("boarding", "就读方式"),
    ):
        assert f'<a href="#{code}">{label}：' in page
        assert f'id="{code}-error"' in page
    assert {code: _value(page, code) for code in wrong} == wrong
    assert await stored(site) == before
    assert await desk.events(site, "register.fields.filled") == 0


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("单小满", "SHAN XIAOMAN"),
        ("尉迟小满", "YUCHI XIAOMAN"),
        ("吕小满", "LYU XIAOMAN"),
        ("林小满", "LIN XIAOMAN"),
        ("阿依古丽·买买提", "AYIGULI MAIMAITI"),
        ("Anna Lin", ""),
        ("林\U0003134f", ""),  # no reading is known
    ],
)
async def test_a_spelling_is_proposed_and_may_be_changed(
    name: str, proposed: str, site: Site, registrar: Browser
) -> None:
    await desk.set_field(site, CHILD, "full_name", name)
    page = await registrar.get(path(site))
    assert _value(page, "name_pinyin") == proposed
    assert ("按姓名拟的拼音" in page) == bool(proposed)
    assert "name_pinyin" not in (await stored(site)).fields
    page = await save(registrar, site, name_pinyin="Lin Xiao-Man")
    assert (await stored(site)).fields["name_pinyin"] == "Lin Xiao-Man"
    page = await registrar.get(path(site))
    assert _value(page, "name_pinyin") == "Lin Xiao-Man"
    assert (f"：{proposed}。" in page) == bool(proposed)


async def test_options_have_their_national_names_and_none_reads_like_another(
    site: Site, registrar: Browser
) -> None:
    page = await registrar.get(path(site))
    for code in ("boarding", "entry_way", "inclusion", "politics", "student_source"):
        box = re.search(rf'<select id="{code}".*?</select>', page, re.DOTALL)
        assert box is not None
        words = re.findall(r"<option[^>]*>([^<]+)", box[0])
        assert len(set(words)) == len(words)
        assert all(any(map(is_han, one)) for one in words)
    assert "99 其他" in page
    assert "走读" in page


async def test_the_familys_words_stand_beside(site: Site, registrar: Browser) -> None:
    assert f"户口住址：{desk.ADDRESS}" in await registrar.get(path(site))


async def test_an_unknown_region_is_stored_with_a_warning(site: Site, registrar: Browser) -> None:
    page = await save(registrar, site, household_region="992101001002")
    assert registrar.status == 200
    assert "没有查到这个区划代码" in page
    assert (await stored(site)).fields["household_region"] == "992101001002"
    assert "没有查到这个区划代码" in await registrar.get(path(site))

    def take(codes: str) -> list[County]:
        return [County(codes, "向阳区")]

    for county, is_odd in (("992101", False), ("320508", True)):
        await site.house.db.write(
            lambda unit, c=county: unit.replace_regions(
                site.house.school_id, take(c), site.clock()
            )
        )
        page = await registrar.get(f"/panel/child/{site.ids[CHILD]}")
        assert ("没有查到这个区划代码" in page) == is_odd


async def test_a_number_in_the_register_is_not_printed_and_an_empty_box_keeps_it(
    site: Site, registrar: Browser
) -> None:  # R33
    await save(registrar, site, provincial_number=NUMBER)
    page = await registrar.get(path(site))
    assert NUMBER not in page
    assert _value(page, "provincial_number") == ""
    await save(registrar, site, boarding="2")
    assert (await stored(site)).fields["provincial_number"] == NUMBER
    page = await save(registrar, site, **{"remove:provincial_number": "yes"})
    assert "去掉了：省学籍辅号" in page
    assert "provincial_number" not in (await stored(site)).fields


async def test_who_comes_second_reads_who_was_first_and_keeps_what_he_typed(
    site: Site, registrar: Browser, as_person: SignIn
) -> None:
    await desk.add_person(site, "second", SECOND, Role.registrar)
    second = await as_person("second")
    await registrar.get(path(site))
    seen = registrar.hidden("revision")
    await save(second, site, boarding="2", politics="03")
    page = await registrar.post(
        path(site), {"revision": seen, "boarding": "1", "politics": "03", "postcode": "215000"}
    )
    assert registrar.status == 409
    assert f"{SECOND}在今天 08:30 改过" in page
    assert "现在存的是：住校" in page
    assert "现在存的是：共青团员" not in page
    assert _value(page, "postcode") == "215000"
    assert (await stored(site)).fields["boarding"] == "2"
    fields = {code: _value(page, code) for code in SCHOOL_FIELDS}
    fields["revision"] = registrar.hidden("revision")
    await registrar.post(path(site), fields)
    after = (await stored(site)).fields
    assert (after["boarding"], after["postcode"]) == ("1", "215000")


@pytest.mark.parametrize("person", ["teacher", "other_teacher", "committee"])
async def test_only_the_registrar_fills(person: str, site: Site, as_person: SignIn) -> None:
    browser = await as_person(person)
    before = await stored(site)
    await browser.get(path(site))
    assert browser.status == 403
    await browser.get("/panel")
    await browser.post(path(site), {"revision": str(before.revision), "boarding": "2"})
    assert browser.status == 403
    assert await stored(site) == before


async def test_a_class_teacher_reads_what_is_not_delicate(
    site: Site, registrar: Browser, as_person: SignIn
) -> None:  # R261
    await save(registrar, site, **GOOD)
    page = await (await as_person("teacher")).get(f"/panel/child/{site.ids[CHILD]}")
    assert "走读" in page
    assert DELICATE not in page
    assert NUMBER not in page
    assert path(site) not in page


async def test_a_field_of_the_family_is_not_taken_from_the_form(
    site: Site, registrar: Browser
) -> None:  # R72
    await save(registrar, site, full_name="王小满", id_number="1", boarding="2")
    fields = (await stored(site)).fields
    assert (fields["full_name"], fields["boarding"]) == ("林小满", "2")
    assert "id_number" not in fields


async def test_nobody_fills_for_his_own_child(site: Site, registrar: Browser) -> None:
    await desk.tie(site, "registrar", CHILD)
    await registrar.get(path(site))
    assert registrar.status == 404
    await registrar.get("/panel")
    await registrar.post(path(site), {"revision": "1", "boarding": "2"})
    assert registrar.status == 404
    assert "boarding" not in (await stored(site)).fields


async def test_a_paper_that_entered_meanwhile_is_named_as_such(
    site: Site, registrar: Browser
) -> None:
    await registrar.get(path(site))
    seen = registrar.hidden("revision")
    await desk.decide(site, "committee", Act.approve)
    await desk.decide(site, "registrar", Act.approve)
    await desk.apply(site)
    page = await registrar.post(path(site), {"revision": seen, "boarding": "1"})
    assert registrar.status == 409
    assert "今天 08:36有一份申请记进了这个孩子的名册" in page
    assert _value(page, "boarding") == "1"
    assert "boarding" not in (await stored(site)).fields
