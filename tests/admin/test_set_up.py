"""A school is set up in the panel: settings, classes, staff, roster (R11, R77, R195; T5)."""

import re

import pytest

from admin.structure import read_numbers
from registry.submissions import State
from storage import school_books
from storage.links import EntryKind, find_entry
from storage.queries import RegisterFilter, panel, register_count
from storage.unit import Unit
from tests.admin import desk
from tests.admin.conftest import SignIn
from tests.support.site import Site

FORM = {
    "name": "向阳小学",
    "telephone": "010-55550199",
    "colour": "#336699",
    "collection_until": "2026-09-20",
    "committee_helps": "yes",
    "committee_days": "3",
    "school_days": "",
    "undo_minutes": "10",
    "number_branch": "02",
    "claim_days": "30",
}
PASTE = "班级\t姓名\t电话\n一年级1班\t吴小雨\t13800000011\n一年级9班\t郑一\n2班\t张3\n1班\t林小满"


async def test_the_school_decides_its_settings(site: Site, as_person: SignIn) -> None:
    registrar = await as_person("registrar")
    await registrar.get("/panel/setup")
    page = await registrar.post("/panel/setup", FORM)
    school = await site.house.db.read(lambda unit: unit.load_school(site.house.school_id))
    assert "存好了" in page
    assert (school.telephone, school.settings.committee_days) == ("010-55550199", 3)
    assert (school.settings.school_days, school.settings.undo_minutes) == (None, 10)
    assert school.settings.number_branch == "02"


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("name", "", "这里还没有写"),
        ("telephone", "12", "没有看懂这个电话号码"),
        ("undo_minutes", "soon", "请写 0 到 120 的整数"),
        ("committee_days", "0", "请写 1 到 60 的整数"),
        ("number_branch", "x", "校区代码是两位数字"),
        ("collection_until", "2026-02-30", "没有看懂这个日期"),
    ],
    ids=["name", "telephone", "minutes", "days", "branch", "date"],
)
async def test_a_setting_that_does_not_fit_is_named_and_nothing_is_stored(
    field: str, text: str, words: str, site: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    await registrar.get("/panel/setup")
    page = await registrar.post("/panel/setup", {**FORM, field: text})
    school = await site.house.db.read(lambda unit: unit.load_school(site.house.school_id))
    assert registrar.status == 422
    assert re.search(rf'<a href="#{field}">[^<]+：', page), "the summary names the field"
    assert words in page
    assert school.settings.number_branch == "01"
    assert 'value="#336699"' in page, "what was typed is kept"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1-4", (1, 2, 3, 4)),
        ("1 — 3，7", (1, 2, 3, 7)),
        ("1 2 2", (1, 2)),
        ("5到6", (5, 6)),
        ("", ()),
        ("先锋班", ()),
        ("1-99", ()),
    ],
)
def test_class_numbers_are_read(text: str, numbers: tuple[int, ...]) -> None:
    assert read_numbers(text) == numbers


async def test_grades_and_classes_are_added_once(site: Site, as_person: SignIn) -> None:
    registrar = await as_person("registrar")
    await registrar.get("/panel/setup/classes")
    await registrar.post("/panel/setup/grades", {"grade": "7", "entry_year": "2026"})
    page = await registrar.post("/panel/setup/grades", {"grade": "7", "entry_year": "2026"})
    assert "这一届已经有了" in page
    grades = await site.house.db.read(lambda unit: school_books.grades(unit, site.house.school_id))
    seventh = next(one for one in grades if one.number == 7)
    for _ in range(2):
        await registrar.post("/panel/setup/classes", {"grade": seventh.id, "numbers": "1-3"})
    classes = await site.house.db.read(
        lambda unit: school_books.classes(unit, site.house.school_id)
    )
    assert [one.number for one in classes if one.grade_id == seventh.id] == [1, 2, 3]
    page = await registrar.post("/panel/setup/classes", {"grade": seventh.id, "numbers": "4-x"})
    assert "班号没有看懂" in page
    assert page.count('value="4-x"') == 1, "what was typed is kept, at its grade alone"


async def test_an_invitation_is_shown_once_and_opens_for_its_person(
    site: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    await registrar.get("/panel/setup/staff")
    fields = {"name": "何老师", "role": "class_teacher", "class": site.ids["class"]}
    page = await registrar.post("/panel/setup/staff", fields)
    token = re.search(r"/l/([\w-]+)", page)
    assert token is not None
    entry = await site.house.db.read(lambda unit: find_entry(unit, token.group(1)))
    assert entry is not None
    assert entry.kind is EntryKind.invite
    assert "/l/" not in await registrar.get("/panel/setup/staff")
    async with site.browser() as newcomer:
        await newcomer.come_in(token.group(1))
        assert newcomer.path == "/panel/welcome"
        assert "何老师" in newcomer.page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "何1"}, "名字里有数字"),
        ({"class": ""}, "班主任要选一个班"),
        ({"role": "guardian"}, "请选一个身份"),
    ],
    ids=["name", "class", "role"],
)
async def test_staff_that_cannot_be_added_says_why(
    fields: dict[str, str], words: str, site: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    await registrar.get("/panel/setup/staff")
    whole = {"name": "何老师", "role": "class_teacher", "class": site.ids["class"], **fields}
    page = await registrar.post("/panel/setup/staff", whole)
    assert registrar.status == 422
    assert words in page


async def test_stopping_somebody_ends_his_session_at_once(
    site: Site, as_person: SignIn
) -> None:  # T5
    committee, registrar = await as_person("committee"), await as_person("registrar")
    await committee.get(f"/panel/case/{site.ids['case']}")
    assert (await desk.load(site)).leased_by == site.ids["committee"]
    await registrar.get("/panel/setup/staff")
    page = await registrar.post(f"/panel/setup/staff/{site.ids['committee']}/stop", {})
    assert "已停用" in page
    await committee.get("/panel")
    assert committee.status == 401
    case = await desk.load(site)
    assert (case.state, case.leased_by) == (State.in_review, None)


async def test_nobody_stops_himself(site: Site, as_person: SignIn) -> None:
    registrar = await as_person("registrar")
    await registrar.get("/panel/setup/staff")
    page = await registrar.post(f"/panel/setup/staff/{site.ids['registrar']}/stop", {})
    assert "不能停用自己" in page
    await registrar.get("/panel")
    assert registrar.status == 200


async def test_a_roster_is_tried_before_anything_is_stored(
    site: Site, as_person: SignIn
) -> None:  # R195
    registrar = await as_person("registrar")
    await registrar.get("/panel/setup/roster")
    before = await _children(site)
    page = await registrar.post("/panel/setup/roster", {"roster": PASTE, "act": "try"})
    assert await _children(site) == before
    assert "学校里还没有这个班" in page
    assert "名字里有数字" in page
    assert "这个班已经有同名的孩子" in page
    assert page.count("✓ 可以存") == 1
    assert "只存可以的 1 行" in page


async def test_doubtful_rows_that_nobody_ticked_stay_on_the_page(
    site: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    await registrar.get("/panel/setup/roster")
    twin = "一年级1班 林小满"
    page = await registrar.post("/panel/setup/roster", {"roster": twin, "act": "store"})
    assert registrar.status == 422
    assert f">{twin}</textarea>" in page
    assert "存勾选的" in page


@pytest.mark.parametrize(("doubtful", "added"), [("", 1), ("yes", 2)], ids=["", "doubtful too"])
async def test_only_good_rows_are_stored(
    doubtful: str, added: int, site: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    await registrar.get("/panel/setup/roster")
    before = await _children(site)
    fields = {"roster": PASTE, "act": "store", "doubtful": doubtful}
    page = await registrar.post("/panel/setup/roster", fields)
    assert "名单存好了" in page
    assert await _children(site) == before + added


async def test_an_empty_paste_says_so(site: Site, as_person: SignIn) -> None:
    registrar = await as_person("registrar")
    await registrar.get("/panel/setup/roster")
    page = await registrar.post("/panel/setup/roster", {"roster": "\n\n", "act": "try"})
    assert "没有读到可以存的行" in page


async def _children(site: Site) -> int:
    def count(unit: Unit) -> int:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        return register_count(unit, registrar, RegisterFilter(), site.clock().date())

    return await site.house.db.read(count)


async def test_a_school_without_children_is_led_through_its_first_steps(
    site: Site, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    registrar = await as_person("registrar")
    assert 'id="first-steps"' not in await registrar.get("/panel")
    monkeypatch.setattr(panel, "class_counts", lambda *_: {})
    page = await registrar.get("/panel")
    for part in ("classes", "staff", "roster", "calendar"):
        assert f'<a href="/panel/setup/{part}">' in page
        await registrar.get(f"/panel/setup/{part}")
        assert registrar.status == 200
    for person in ("teacher", "committee"):
        assert 'id="first-steps"' not in await (await as_person(person)).get("/panel")
