"""The registrar imports a county table; the case page and staff's typing look things up (R119)."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from aiohttp import FormData
from openpyxl import Workbook
from sqlalchemy import select

from admin.checks import Known, county_codes, findings
from conversations.draft import Draft, DraftState
from documents.sheets import MAX_BYTES
from registry import families
from registry.actors import Relation
from registry.identity import check_digit
from registry.regions import Regions
from registry.schools import Stage
from storage import tables as t
from storage.dialogue import add_draft
from storage.unit import Unit
from tests.admin import desk
from tests.admin.conftest import SignIn
from tests.support.site import Browser, Site

PATH = "/panel/setup/regions"
HEAD = "code,name,valid_from,valid_to\n"
TABLE = f"{HEAD}999901,向阳县,,2021-03-31\n999902,向阳区,2021-04-01,\n"
HINT = "号码前 6 位的区县不在区划表里"
APRIL = date(2021, 4, 1)
KEPT = ("999901", "999902", "999999")


@pytest.fixture
async def registrar(as_person: SignIn) -> Browser:
    browser = await as_person("registrar")
    await browser.get(PATH)
    return browser


async def upload(browser: Browser, content: bytes | str, name: str = "counties.csv") -> str:
    form = FormData()
    form.add_field("csrf", browser.hidden("csrf"))
    data = content.encode() if isinstance(content, str) else content
    form.add_field("file", io.BytesIO(data), filename=name, content_type="text/csv")
    told = {"Origin": browser.address, "Sec-Fetch-Site": "same-origin"}
    async with browser.session.post(PATH, data=form, headers=told) as response:
        return await browser._read(response)


async def bring(browser: Browser, content: bytes | str, name: str = "counties.csv") -> str:
    """Checked and imported."""
    await browser.get(PATH)
    await upload(browser, content, name)
    return await browser.post(f"{PATH}/replace", {"key": browser.hidden("key")})


async def stored(site: Site) -> Regions | None:
    school_id = site.house.school_id
    return await site.house.db.read(lambda unit: unit.load_regions(school_id, KEPT))


# ---- the page


async def test_a_table_is_checked_imported_replaced_and_removed(
    site: Site, registrar: Browser
) -> None:
    assert "还没有区划表" in registrar.text()
    assert "民政部" in registrar.text()
    await upload(registrar, TABLE)
    assert "2 条可以导入" in registrar.text()
    assert await stored(site) is None
    page = await registrar.post(f"{PATH}/replace", {"key": registrar.hidden("key")})
    assert "共 2 条 · 表里最新的日期：2021年4月1日 · 2026年9月1日导入" in page
    assert "区划表导入好了" in page
    found = await stored(site)
    assert found is not None
    assert set(found.counties) == {"999901", "999902"}
    await upload(registrar, f"{HEAD}999999,柳树区,,\n")
    assert "现在的 2 条换成新的" in registrar.text()
    await registrar.post(f"{PATH}/replace", {"key": registrar.hidden("key")})
    assert "表里没有写日期" in registrar.text()
    found = await stored(site)
    assert found is not None
    assert set(found.counties) == {"999999"}
    page = await registrar.post(f"{PATH}/remove", {})
    assert "还没有区划表" in page
    assert await stored(site) is None


async def test_a_spreadsheet_with_days_is_read_as_well(site: Site, registrar: Browser) -> None:
    book, sheet = io.BytesIO(), Workbook()
    assert sheet.active is not None
    sheet.active.append(["代码", "名称", "启用日期", "停用日期"])
    sheet.active.append([999902, "向阳区", APRIL, None])
    sheet.save(book)
    await bring(registrar, book.getvalue(), "counties.xlsx")
    found = await stored(site)
    assert found is not None
    assert found.counties["999902"][0].valid_from == APRIL


async def test_lines_that_cannot_be_are_told_and_left_out(site: Site, registrar: Browser) -> None:
    bad = "99990,青年县,,\n999903,青年区,昨天,\n999901001000,向阳街道,,\n"
    await upload(registrar, TABLE + bad)
    rows = re.findall(r"</span>(\d+)</td><td>([^<]+)</td>", registrar.page)
    assert rows == [
        ("4", "这一行要有 6 位或 12 位的代码，还要有名称。"),
        ("5", "日期要写成 2021-04-01 这样，开始在结束之前；没有就空着。"),
        ("6", "12 位的代码只收区县（后 6 位都是 0）；街道、乡镇和村不用写。"),
    ]
    assert "3 行要改" in registrar.text()
    assert "只导入没有问题的 2 条" in registrar.text()
    await registrar.post(f"{PATH}/replace", {"key": registrar.hidden("key")})
    found = await stored(site)
    assert found is not None
    assert set(found.counties) == {"999901", "999902"}


async def test_a_long_list_of_problems_is_not_all_shown(registrar: Browser) -> None:
    await upload(registrar, TABLE + "x,y,,\n" * 130)
    assert registrar.page.count('<tr class="bad">') == 100
    assert "还有 30 行要改" in registrar.text()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ("", "", "还没有选文件"),
        ("姓名,班级\n小明,1\n", "a.csv", "没有找到表头"),
        (HEAD, "a.csv", "没有可以导入的区县"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "xlsx"),
        (b"x" * (MAX_BYTES + 1), "a.csv", "10 MB"),
    ],
    ids=["no file", "no columns", "no rows", "old excel", "too big"],
)
async def test_what_is_no_table_changes_nothing(
    content: bytes | str, name: str, words: str, site: Site, registrar: Browser
) -> None:
    await bring(registrar, TABLE)
    await upload(registrar, content, name)
    assert registrar.status == 422
    assert words in registrar.text()
    assert 'name="key"' not in registrar.page
    found = await stored(site)
    assert found is not None
    assert set(found.counties) == {"999901", "999902"}


async def test_a_check_that_is_gone_says_so(site: Site, registrar: Browser) -> None:
    await upload(registrar, TABLE)
    key = registrar.hidden("key")
    await registrar.post(f"{PATH}/replace", {"key": key})
    await registrar.post(f"{PATH}/remove", {})
    page = await registrar.post(f"{PATH}/replace", {"key": key})
    assert registrar.status == 422
    assert "请再选一次" in page
    assert await stored(site) is None


async def test_every_change_is_on_record(site: Site, registrar: Browser) -> None:  # R231
    await bring(registrar, TABLE)
    for _ in range(2):
        await registrar.post(f"{PATH}/remove", {})
    names = await site.house.db.read(
        lambda reader: reader.connection.scalars(select(t.event.c.name)).all()
    )
    kept = sorted(name for name in names if name.startswith("school.regions"))
    assert kept == ["school.regions.removed", "school.regions.replaced"]


async def test_only_the_registrar_changes_it(
    site: Site, registrar: Browser, as_person: SignIn
) -> None:
    await bring(registrar, TABLE)
    teacher = await as_person("teacher")
    await teacher.get("/panel")
    await upload(teacher, TABLE)
    assert teacher.status == 403
    await teacher.get("/panel")
    await teacher.post(f"{PATH}/remove", {})
    assert teacher.status == 403
    assert await stored(site) is not None


# ---- the case page; the child was born on 2020-03-12 and its number begins with 999999


async def case(browser: Browser, site: Site) -> str:
    await browser.get(f"/panel/case/{site.ids['at_school']}")
    assert browser.status == 200
    return browser.page


@pytest.fixture
async def at_school(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A case before the registrar, with a region code and a guardian's number."""
    guardian = {"guardian1_id_number": desk.id_number("1985-06-01", 7)}
    more = {"birthplace_region": "999901000000", **guardian}
    for code in more:
        monkeypatch.setitem(desk.PATHS, code, f"more/{code}")
    await desk.add_case(site, "赵清越", key="at_school", serial=103, helps=False, fields=more)
    return site


async def test_without_a_table_nothing_is_checked(at_school: Site, registrar: Browser) -> None:
    assert HINT not in await case(registrar, at_school)


@pytest.mark.parametrize(
    ("rows", "hints"),
    [
        ("999901,向阳县,,\n", 3),  # at the top, at the child's number and at the guardian's
        ("999999,柳树区,,\n", 0),
        ("999999,柳树区,,2020-03-12\n", 0),
        ("999999,柳树区,,2020-03-11\n", 2),  # abolished: right for the guardian, not the child
        ("999999,柳树区,,1985-05-31\n", 3),
        ("999999,柳树区,,1985-05-31\n999999,新柳树区,2024-01-01,\n", 0),
    ],
)
async def test_a_county_unknown_since_birth_is_a_hint(
    rows: str, hints: int, at_school: Site, registrar: Browser
) -> None:
    await bring(registrar, HEAD + rows)
    assert (await case(registrar, at_school)).count(HINT) == hints


@pytest.mark.parametrize(
    ("fields", "fields_told"),
    [
        ({"id_type": "1"}, ("id_number",)),
        ({}, ("id_number",)),
        ({"id_type": "9"}, ()),  # a foreigner's card
        ({"id_type": "H"}, ()),  # a residence permit
        ({"id_number": "12345"}, ()),  # what cannot be read is told elsewhere
    ],
    ids=["resident ID", "no kind", "foreigner", "permit", "unread"],
)
def test_only_a_resident_id_has_a_county(
    fields: dict[str, str], fields_told: tuple[str, ...]
) -> None:
    given = {"id_number": desk.id_number("2020-03-12", 1), **fields}
    known = Known(given, Stage.primary, 2, 2025, same_id=False, same_name_and_birth=False)
    assert findings(known) == ()
    told = findings(replace(known, regions=Regions()))
    assert [finding.fields for finding in told] == [fields_told] * bool(fields_told)
    assert county_codes(given) == ({"999999"} if fields_told else set())


async def test_the_hint_stops_nobody(
    at_school: Site, registrar: Browser, as_person: SignIn
) -> None:
    await bring(registrar, TABLE)
    teacher = await as_person("teacher")
    assert HINT in await case(teacher, at_school)
    fields = {"revision": teacher.hidden("revision"), "act": "approve", "seen": "yes"}
    await teacher.post(f"/panel/case/{at_school.ids['at_school']}/decide", fields)
    assert (await desk.load(at_school, "at_school")).step == 1


@pytest.mark.parametrize(
    ("rows", "is_warned"),
    [("999901,向阳县,,2021-03-31\n", False), ("999902,向阳区,,\n", True)],
    ids=["once known", "never known"],
)
async def test_a_region_code_is_looked_up_in_the_table(
    rows: str, is_warned: bool, at_school: Site, registrar: Browser
) -> None:
    await bring(registrar, HEAD + rows)
    assert ("没有查到这个区划代码" in await case(registrar, at_school)) is is_warned


def test_a_guardians_residence_permit_has_no_county() -> None:
    first = "83000019850601007"
    fields = {"guardian1_id_number": first + check_digit(first)}
    known = Known(fields, Stage.primary, 2, 2025, same_id=False, same_name_and_birth=False)
    assert findings(replace(known, regions=Regions())) == ()


# ---- staff type a paper of the school's own that asks for a region code

PAPER = """
| survey |
| | type | name | label | chat::brief | save_to |
| | text | region | 出生地的区划代码是多少？ | 区划代码 | birthplace_region |
| entities |
| | list_name | label |
| | student | ${region} |
| settings |
| | form_title | form_id | version | chat::route | chat::effect |
| | 出生地 | born | 1 | info_change | change |
"""


async def handed_in(site: Site, registrar: Browser) -> str:
    """The paper published, and a draft of it in the registrar's hands."""
    form = FormData()
    form.add_field("csrf", registrar.hidden("csrf"))
    form.add_field("file", io.BytesIO(PAPER.encode()), filename="born.md")
    async with registrar.session.post(
        "/panel/forms", data=form, headers={"Origin": registrar.address}
    ) as response:
        await registrar._read(response)
        version = response.url.path
    assert "/version/" in version, registrar.text()
    await registrar.post(f"{version}/publish", {"digest": registrar.hidden("digest")})

    def hand(unit: Unit) -> str:
        school_id, child, now = site.house.school_id, site.ids["case_child"], site.clock()
        parent = families.arrive(unit, school_id, "zh_Hans", now)
        families.take_slip(unit, parent, child, Relation.mother, now)
        draft = Draft(unit.new_id(), school_id, "born", "1", child, None, "2026")
        add_draft(unit, replace(draft, state=DraftState.handed, photos_by=parent.id), now)
        return draft.id

    return await site.house.db.write(hand)


async def test_what_staff_type_is_looked_up_and_kept_all_the_same(
    site: Site, registrar: Browser
) -> None:
    path = f"/panel/typing/{await handed_in(site, registrar)}"
    await bring(registrar, TABLE)
    await registrar.get(path)
    op = registrar.hidden("field")

    async def write(code: str) -> str:
        sent = {"revision": registrar.hidden("revision"), "field": op, f"v:{op}": code}
        page = await registrar.post(path, {**sent, "act": "save"})
        assert registrar.status == 200
        assert f'value="{code}"' in page
        return page

    assert "没有查到这个区划代码" not in await write("999901000000")
    assert "没有查到这个区划代码" in await write("999903000000")
    await bring(registrar, f"{HEAD}999903,柳树区,,\n")
    assert "没有查到这个区划代码" not in await registrar.get(path)
