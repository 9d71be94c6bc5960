"""The ways beside the main road: class link, helper, declined committee, second device, stop."""

import pytest

from registry.actors import Role
from registry.masks import mask
from registry.submissions import State
from storage.queries.panel import cases_of_child
from storage.unit import Unit
from tests.admin import desk
from tests.e2e.conftest import People
from tests.e2e.office import Office
from tests.e2e.phone import Phone
from tests.e2e.town import BIRTHPLACE, Child, Town


async def test_answers_given_before_the_claim_is_accepted_are_kept(
    town: Town, people: People
) -> None:
    child = await town.add_child("司马青禾")
    father = await people.family()
    await father.open(town.address_of(await town.site.class_link()))
    await father.assert_fits("class link")
    await father.come_by(father.page.url, relation="father", child=child.name)
    await father.expect_words("确认您是孩子的家人")
    await father.assert_fits("waiting for the teacher")
    await father.press("开始填")
    await father.fill(child.answers(), until="什么民族")
    assert await town.draft(child) is None

    teacher = await people.staff("teacher")
    await teacher.go(f"/panel/class/{town.site.ids['class']}")
    named = teacher.page.locator("strong", has_text=child.name)
    claim = teacher.page.locator(".item.claim").filter(has=named)
    await teacher.assert_fits("class with a claim")
    assert await claim.locator("select option:checked").inner_text() == child.name
    async with teacher.page.expect_navigation():
        await claim.get_by_role("button", name="确认", exact=True).click()
    await teacher.expect_words("家长可以接着填了")

    await father.page.reload()
    await father.expect_words("什么民族")
    draft = await town.draft(child)
    assert draft is not None
    assert draft.answers["child/id_number"].text == child.id_number


async def test_a_helper_fills_and_the_guardian_signs_on_paper(town: Town, people: People) -> None:
    child = await town.add_child("公孙小禾")
    async with town.site.browser() as neighbour:
        asked = await town.fill(neighbour, child, relation="helper")
        assert not any("作为签字" in it or "您同意请他们帮忙" in it for it in asked)
        assert "请监护人在打印的表上签字" in neighbour.text()
        await neighbour.press("都对，交给学校")
        assert "已交给学校" in neighbour.text()

    teacher = await people.staff("teacher")
    await teacher.open_case(child.name)
    await teacher.approve()  # completeness is the class teacher's here: nobody could consent
    registrar = await people.staff("registrar")
    await registrar.open_case(child.name)
    await registrar.approve()
    await registrar.expect_words("还差监护人在纸上签字")
    await registrar.assert_fits("a missing signature")
    assert await _state(town, child) is State.in_review

    await _open_from_class(teacher, town, child)
    await teacher.press("button[form=tick]")
    await teacher.expect_words("记下了：监护人已在纸上签字")
    await registrar.open_case(child.name)
    await registrar.approve()
    assert await _state(town, child) in (State.approved, State.effective)


async def test_a_declined_committee_sees_nothing_and_the_class_teacher_takes_its_step(
    town: Town, people: People
) -> None:
    child = await town.add_child("令狐小麦")
    async with town.site.browser() as mother:
        await town.fill(mother, child, 家委会="不同意，请班主任核对")
        await mother.press("都对，去签字确认")
        await mother.say("林晓月")
        assert "先由班主任核对是否齐全" in mother.text()

    committee = await people.staff("committee")
    await committee.go("/panel/queue?view=all")
    assert mask("name", child.name) not in await committee.html()
    teacher = await people.staff("teacher")
    await teacher.open_case(child.name)
    assert child.id_number not in await teacher.html()
    await teacher.assert_fits("case for the class teacher")
    await teacher.approve()
    registrar = await people.staff("registrar")
    await registrar.open_case(child.name)
    await registrar.approve()
    assert await _state(town, child) in (State.approved, State.effective)


async def test_two_devices_answer_one_conversation(town: Town, people: People) -> None:
    child = await town.add_child("诸葛小满")
    phone, tablet = await people.family(), await people.family()
    await phone.come_by(await town.slip(child), relation="mother")
    await phone.press("开始填")
    await phone.fill(child.answers(), until="都对吗")
    door = town.address_of(await _door(phone))
    await phone.open(f"{town.site.address}/chat")
    await tablet.come_by(door)
    await tablet.expect_words("都对吗")

    await tablet.press("都对")
    await phone.expect_words("在哪里出生")  # by itself
    await tablet.page.fill("#text", "写到一半")
    await phone.write(BIRTHPLACE)
    await tablet.page.get_by_role("button", name="看一看").click()
    await tablet.expect_words("籍贯")
    assert phone.faults == tablet.faults == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "by plain forms"])
async def test_a_stopped_person_is_out_at_once_and_his_case_is_free(
    town: Town, people: People, *, javascript: bool
) -> None:
    name = "尉迟小竹" if javascript else "尉迟小梅"
    key = f"case of {name}"
    await desk.add_case(town.site, name, key=key, serial=700 + javascript)
    await town.add_person("leaver", f"离{name[-1]}老师", Role.committee)
    leaver = await people.staff("leaver", javascript=javascript)
    await leaver.open_case(mask("name", name))
    committee = await people.staff("committee")
    await committee.go("/panel/queue")
    await committee.expect_words("正在看")

    registrar = await people.staff("registrar", javascript=javascript)
    await registrar.go("/panel/setup/staff")
    row = registrar.page.locator("tr").filter(has_text=f"离{name[-1]}老师")
    await row.locator("summary").click()
    await registrar.assert_fits("stopping somebody")
    async with registrar.page.expect_navigation():
        await row.get_by_role("button", name="确定停用").click()
    await registrar.expect_words("已停用。登录已经断开")

    await leaver.page.click("button.approve[name=act]")
    await leaver.expect_words("请重新登录")
    assert (await desk.load(town.site, key)).state is State.in_review
    await committee.go("/panel/queue")
    assert "正在看" not in await committee.words()


async def test_staff_read_the_panel_in_their_own_language(town: Town, people: People) -> None:
    await town.add_person("reader", "林读者", Role.registrar)
    reader = await people.staff("reader")
    await reader.page.click(".menu summary")
    await reader.press("button[value=en]")
    await reader.go("/panel/queue")
    assert await reader.page.get_attribute("html", "lang") == "en"
    assert await reader.page.locator(".bar-nav").get_by_text("待办").count() == 0


async def _door(phone: Phone) -> str:
    """The token of a way to another device, as the family makes one."""
    await phone.page.click(".menu summary")
    await phone.page.click(".menu a[href='/chat/door']")
    await phone.page.click("main form button.main")
    await phone.assert_fits("door")
    address = await phone.page.inner_text(".address")
    return address.rsplit("/", 1)[1]


async def _open_from_class(teacher: Office, town: Town, child: Child) -> None:
    await teacher.go(f"/panel/class/{town.site.ids['class']}")
    await teacher.page.locator("tr").filter(has_text=child.name).locator("a.small").click()
    await teacher.page.wait_for_selector("#decision")


async def _state(town: Town, child: Child) -> State:
    site = town.site

    def read(unit: Unit) -> State:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        return cases_of_child(unit, registrar, child.id, site.clock().date())[0].state

    return await site.house.db.read(read)
