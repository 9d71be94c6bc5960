"""The people of a child: rights, the staff's note, an end; each change on record.

Rules: K21, R78, R79; T1, T2.
"""

import re
from dataclasses import replace

import pytest

from registry.actors import GUARDIANS, Link, Relation
from registry.guardians import is_entrusted, kept_relation, name_in_register
from registry.students import Status, Student
from tests.admin import desk
from tests.e2e.conftest import People
from tests.e2e.errands import PAGE, link_on, to_the_photo
from tests.e2e.town import Child, Town
from tests.storage.test_canaries import read_disk
from tests.support.site import Browser

NOTE = "法院判决由母亲抚养，放学只交给母亲"
ALL = {"may_fill": "yes", "may_see": "yes", "gets_notices": "yes"}


async def _come(town: Town, browser: Browser, child: Child, relation: str) -> None:
    town.site.ids[child.id] = child.id
    await browser.come_in(await town.site.slip(child.id), relation=relation)


async def _person(staff: Browser, child: Child, relation: str) -> str:
    """The person of that relation, as the page names him."""
    page = await staff.get(f"/panel/child/{child.id}/family")
    for part in page.split('class="fields card-like person"')[1:]:
        if f'value="{relation}" selected' in part:
            return re.findall(r'name="person" value="(\w{32})"', part)[0]
    raise AssertionError(staff.text())


async def _set(staff: Browser, child: Child, person: str, **fields: str) -> None:
    sent = {"act": "save", "person": person, **fields}
    await staff.post(f"/panel/child/{child.id}/family", sent)


async def test_a_father_who_may_not_fill_reads_and_writes_nothing(town: Town) -> None:
    child = await town.add_child("慕容小禾")
    async with (
        town.site.browser() as mother,
        town.site.browser() as father,
        town.site.browser() as teacher,
    ):
        await _come(town, mother, child, "mother")
        await mother.press("开始填")
        await _come(town, father, child, "father")
        await desk.sign_in(teacher, town.site, "teacher")
        person = await _person(teacher, child, "father")
        events = await desk.events(town.site)
        await _set(teacher, child, person, relation="father", may_see="yes", gets_notices="yes")
        assert "改好了，已记下" in teacher.text()
        assert await desk.events(town.site) == events + 1
        before = await town.draft(child)
        await father.get("/chat")
        assert 'id="text"' not in father.page
        button = re.search(r'name="token" value="(\d+:open\.\d+)"', father.page)
        assert button is not None, father.text()
        await father.post("/chat", {**father.keys(), "token": button[1]})
        assert "学校没有请您来填" in father.text()
        assert await town.draft(child) == before
        await mother.get("/chat")
        assert mother.status == 200


async def test_who_may_not_see_finds_nothing_of_the_child(town: Town) -> None:
    child = await town.add_child("慕容小麦")
    async with town.site.browser() as father, town.site.browser() as teacher:
        await _come(town, father, child, "father")
        await father.press("开始填")
        await desk.sign_in(teacher, town.site, "teacher")
        person = await _person(teacher, child, "father")
        await _set(teacher, child, person, relation="father", may_fill="yes")
        assert teacher.status == 422  # who may fill must see
        await _set(teacher, child, person, relation="father")
        assert teacher.status == 200
        await father.get("/chat")
        assert child.name not in father.page


async def test_an_ended_tie_ends_what_was_open_through_it(town: Town) -> None:
    child = await town.add_child("慕容小豆")
    async with (
        town.site.browser() as aunt,
        town.site.browser() as stranger,
        town.site.browser() as registrar,
    ):
        await to_the_photo(town, aunt, child, relation="helper")
        await aunt.press(PAGE)
        token = link_on(aunt)
        await desk.sign_in(registrar, town.site, "registrar")
        person = await _person(registrar, child, "helper")
        await registrar.post(f"/panel/child/{child.id}/family", {"act": "end", "person": person})
        assert "联系已经取消" in registrar.text()
        await aunt.get("/chat")
        assert child.name not in aunt.page
        await stranger.get(f"/l/{token}")
        assert stranger.status == 410


async def test_the_note_stays_with_the_staff_and_sealed(town: Town) -> None:
    """T2: in no page of the family, in no file in clear."""
    child = await town.add_child("慕容小稻")
    async with (
        town.site.browser() as mother,
        town.site.browser() as teacher,
        town.site.browser() as committee,
    ):
        await _come(town, mother, child, "mother")
        await desk.sign_in(teacher, town.site, "teacher")
        person = await _person(teacher, child, "mother")
        await _set(teacher, child, person, relation="mother", note=NOTE, **ALL)
        await teacher.get(f"/panel/child/{child.id}/family")
        assert NOTE in teacher.page
        await mother.press("开始填")
        for path in ("/chat", "/", f"/panel/child/{child.id}/family"):
            await mother.get(path)
            assert NOTE not in mother.page
        await desk.sign_in(committee, town.site, "committee")
        await committee.get(f"/panel/child/{child.id}/family")
        assert committee.status == 403
    assert NOTE.encode() not in read_disk([town.site.home])


async def test_the_page_shows_no_telephone_and_no_address_of_anybody(town: Town) -> None:
    child = await town.add_child("慕容小粟")
    async with town.site.browser() as mother, town.site.browser() as teacher:
        await town.fill(mother, child)
        await desk.sign_in(teacher, town.site, "teacher")
        await teacher.get(f"/panel/child/{child.id}/family")
        assert child.phone not in teacher.page
        assert "登记页：能联系到" in teacher.text()
        assert "监护人，可以签字" in teacher.text()


@pytest.mark.parametrize("who", ["other_teacher", "committee"])
async def test_other_staff_change_nothing(town: Town, who: str) -> None:
    child = await town.add_child("慕容小" + ("黍" if who == "committee" else "稷"))
    async with (
        town.site.browser() as mother,
        town.site.browser() as teacher,
        town.site.browser() as other,
    ):
        await _come(town, mother, child, "mother")
        await desk.sign_in(teacher, town.site, "teacher")
        person = await _person(teacher, child, "mother")
        await desk.sign_in(other, town.site, who)
        await other.get("/panel")
        events = await desk.events(town.site)
        for act in ("save", "end"):
            fields = {"act": act, "person": person, "relation": "helper"}
            await other.post(f"/panel/child/{child.id}/family", fields)
            assert other.status in (403, 404)
        assert await desk.events(town.site) == events
        await teacher.get(f"/panel/child/{child.id}/family")
        assert 'value="mother" selected' in teacher.page


async def test_nobody_names_a_person_of_another_child(town: Town) -> None:
    """T1: the person must be this child's."""
    first, second = await town.add_child("慕容小葵"), await town.add_child("慕容小葱")
    async with (
        town.site.browser() as mother,
        town.site.browser() as teacher,
    ):
        await _come(town, mother, first, "mother")
        await desk.sign_in(teacher, town.site, "teacher")
        person = await _person(teacher, first, "mother")
        await _set(teacher, second, person, relation="helper")
        assert teacher.status == 404
        await _set(teacher, first, person, relation="emperor")
        assert teacher.status == 404


async def test_the_page_fits_at_the_desk_and_on_a_phone(town: Town, people: People) -> None:
    child = await town.add_child("慕容小兰")
    async with town.site.browser() as mother, town.site.browser() as carer:
        await _come(town, mother, child, "mother")
        await _come(town, carer, child, "entrusted_carer")
    teacher = await people.staff("teacher")
    await teacher.go(f"/panel/child/{child.id}")
    await teacher.page.get_by_role("link", name="孩子的家里人").click()
    await teacher.expect_words("还没有《委托照护情况告知书》")
    await teacher.assert_fits("the child's family")


# ---- K21, as plain rules


@pytest.mark.parametrize("was", Relation)
@pytest.mark.parametrize("said", Relation)
def test_nobody_becomes_a_guardian_by_saying_so(was: Relation, said: Relation) -> None:
    kept = kept_relation(Link("child", was), said)
    assert kept is (was if said in GUARDIANS and was not in GUARDIANS else said)


def test_a_carer_is_entrusted_by_the_guardians_paper() -> None:
    place = ("s", "school", "grade", "class", Status.expected)
    assert not is_entrusted(Student(*place, {}))
    assert is_entrusted(Student(*place, {"carer_name": "林阿婆"}))


def test_the_register_names_the_one_person_of_a_relation() -> None:
    fields = {
        "guardian1_name": "慕容月",
        "guardian1_relation": "mother",
        "guardian2_name": "慕容山",
        "guardian2_relation": "father",
    }
    known = Student("s", "school", "g", "c", Status.enrolled, fields)
    names = {one: name_in_register(known, one) for one in Relation}
    assert {one: name for one, name in names.items() if name} == {
        Relation.mother: "慕容月",
        Relation.father: "慕容山",
    }
    two = {**fields, "guardian2_relation": "mother"}
    assert name_in_register(replace(known, fields=two), Relation.mother) == ""


async def test_staff_read_whom_the_register_names(town: Town) -> None:
    child = await town.add_child("慕容小岸")
    async with (
        town.site.browser() as mother,
        town.site.browser() as aunt,
        town.site.browser() as teacher,
    ):
        await _come(town, mother, child, "mother")
        await desk.set_field(town.site, child.id, "guardian1_name", "慕容月")
        await desk.set_field(town.site, child.id, "guardian1_relation", "mother")
        await desk.sign_in(teacher, town.site, "teacher")
        await teacher.get(f"/panel/child/{child.id}/family")
        assert "妈妈 名册上是慕容月" in teacher.text()
        await _come(town, aunt, child, "mother")
        await teacher.get(f"/panel/child/{child.id}/family")
        assert "慕容月" not in teacher.text(), "which of the two it is nobody knows"
