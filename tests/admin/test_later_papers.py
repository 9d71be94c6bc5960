"""Papers of enrolled children in the panel: whose queue they are in, joint and leader's steps, the
register meanwhile (R41, R69, R71, R72, R158, R160, R171).
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from registry.actors import Role
from registry.register import apply_effect, begin_status
from registry.submissions import Act, State
from storage.unit import Unit
from tests.admin import desk, later_papers
from tests.admin.later_papers import INFO_CHANGE, KEY_CHANGE, NEW_NUMBER, SUSPENSION, TERM_CHECK
from tests.support.site import Browser, Site

SignIn = Callable[[str], Awaitable[Browser]]


async def set_up(site: Site, **settings: object) -> None:
    """The school decides who looks at what; a vice-principal and a principal are there."""

    def change(unit: object) -> None:
        school = unit.load_school(site.house.school_id)  # type: ignore[attr-defined]
        changed = replace(school.settings, **settings)
        unit.save_school(replace(school, settings=changed))  # type: ignore[attr-defined]

    await site.house.db.write(change)
    await desk.add_person(site, "vice", "何副校长", Role.vice_principal)
    await desk.add_person(site, "principal", "周校长", Role.principal)


async def press(browser: Browser, site: Site, key: str = "case") -> str:
    path = f"/panel/case/{site.ids[key]}"
    await browser.get(path)
    fields = {"revision": browser.hidden("revision"), "act": "approve", "query": ""}
    return await browser.post(f"{path}/decide", fields)


@pytest.mark.parametrize("paper", [KEY_CHANGE, SUSPENSION, TERM_CHECK], ids=lambda it: it.form)
async def test_what_the_committee_never_sees_begins_with_the_class_teacher(
    paper: later_papers.Paper, site: Site, as_person: SignIn
) -> None:  # K1
    await later_papers.add_paper(site, paper, "赵清越", serial=102)
    case = site.ids["case"]
    assert case in await (await as_person("teacher")).get("/panel/queue")
    for person in ("other_teacher", "committee"):
        browser = await as_person(person)
        assert case not in await browser.get("/panel/queue?view=all")
        await browser.get(f"/panel/case/{case}")
        assert browser.status == 404


async def test_the_queue_names_the_matter(site: Site, as_person: SignIn) -> None:
    await later_papers.add_paper(site, SUSPENSION, "赵清越", serial=102)
    assert "休学申请" in await (await as_person("teacher")).get("/panel/queue")


async def test_the_leaders_step_is_in_his_queue_and_nobody_elses(
    site: Site, as_person: SignIn
) -> None:  # R69, R71, R171
    await set_up(site, leader_major="principal")
    await later_papers.add_paper(site, KEY_CHANGE, "赵清越", serial=102)
    await later_papers.pass_inside(site)
    case = await desk.load(site)
    assert (case.route, case.state) == ("key_change.principal", State.in_review)
    principal = await as_person("principal")
    page = await principal.get("/panel/queue")
    assert site.ids["case"] in page
    assert site.ids["case"] not in await (await as_person("vice")).get("/panel/queue?view=all")
    page = await principal.get(f"/panel/case/{site.ids['case']}")
    assert "等校长" in page
    assert "/file/" not in page
    await press(principal, site)
    assert (await desk.load(site)).state is State.awaiting_outside


async def test_a_leader_reads_the_change_he_decides_and_not_before_it_is_his(
    site: Site, as_person: SignIn
) -> None:  # R69, R99: who decides sees to what; R33
    await set_up(site, leader_major="principal")
    change = replace(KEY_CHANGE, codes={"reason": "公安机关更正"})
    await later_papers.add_paper(site, change, "赵清越", serial=102)
    principal, path = await as_person("principal"), f"/panel/case/{site.ids['case']}"
    old = desk.values("赵清越", 102)
    numbers = (NEW_NUMBER, old["id_number"], "13700000009", old["phone"])
    page = await principal.get(path)
    assert principal.status == 200
    for hidden in numbers:
        assert hidden not in page
    await later_papers.pass_inside(site)
    page = await principal.get(path)
    for seen in numbers:
        assert seen in page
    assert f"</span>{old['id_number']}</del>" in page
    page = await (await as_person("vice")).get(path)
    for hidden in numbers:
        assert hidden not in page


async def test_a_leader_reads_no_reason_of_a_suspension(site: Site, as_person: SignIn) -> None:
    """R40: neither the reason nor that a diagnosis is there."""
    await set_up(site, leader_major="vice_principal")
    await later_papers.add_paper(site, SUSPENSION, "赵清越", serial=102)
    await later_papers.pass_inside(site)
    vice = await as_person("vice")
    page = await vice.get(f"/panel/case/{site.ids['case']}")
    assert vice.status == 200
    assert "2027年8月31日" in page  # whoever agrees sees to what
    for hidden in (later_papers.SECRET, "诊断", "/file/"):
        assert hidden not in page


@pytest.mark.parametrize("first", ["registrar", "vice"])
async def test_a_joint_step_takes_two_people_in_either_order(
    first: str, site: Site, as_person: SignIn
) -> None:  # R160
    await set_up(site, joint_review=True)
    await desk.add_case(site, "赵清越", key="case", serial=102)
    await desk.decide(site, "committee", Act.approve)
    await desk.wait(site, minutes=6)
    second = {"registrar": "vice", "vice": "registrar"}[first]
    one, other = await as_person(first), await as_person(second)
    page = await press(one, site)
    case = await desk.load(site)
    assert case.state is State.in_review
    assert case.joined_by is not None
    names = {"registrar": "学籍老师", "vice": "分管副校长"}
    page = await other.get(f"/panel/case/{site.ids['case']}")
    assert f"{names[first]}：" in page
    assert f"{names[second]}：还没有审核" in page
    assert f"等{names[second]}" in page
    assert f"{names[first]}已审核" in await other.get("/panel/queue")
    assert site.ids["case"] not in await one.get("/panel/queue")
    await press(other, site)
    assert (await desk.load(site)).state is State.approved


async def test_the_first_half_of_a_joint_step_can_be_undone(site: Site, as_person: SignIn) -> None:
    await set_up(site, joint_review=True)
    await desk.add_case(site, "赵清越", key="case", serial=102)
    await desk.decide(site, "committee", Act.approve)
    registrar = await as_person("registrar")
    await press(registrar, site)
    page = await registrar.get(f"/panel/case/{site.ids['case']}")
    assert "还等分管副校长审核" in page
    revision = str((await desk.load(site)).revision)
    await registrar.post(f"/panel/case/{site.ids['case']}/undo", {"revision": revision})
    assert (await desk.load(site)).joined_by is None


async def test_a_key_field_under_correction_keeps_its_old_value(
    site: Site, as_person: SignIn
) -> None:  # R72
    await later_papers.add_paper(site, KEY_CHANGE, "赵清越", serial=102)
    await later_papers.pass_inside(site)
    child = f"/panel/child/{site.ids['case_child']}"
    for person in ("teacher", "registrar"):
        browser = await as_person(person)
        page = await browser.get(child)
        assert page.count("更正办理中") == 1
        assert NEW_NUMBER not in page
    await later_papers.hand_in(site)
    await desk.wait(site, minutes=6)


async def test_an_ordinary_change_marks_nothing(site: Site, as_person: SignIn) -> None:
    await later_papers.add_paper(site, INFO_CHANGE, "赵清越", serial=102)
    page = await (await as_person("teacher")).get(f"/panel/child/{site.ids['case_child']}")
    assert "更正办理中" not in page
    assert "信息变更申请" in page


async def test_a_suspended_childs_page_says_from_when_until_when(
    site: Site, as_person: SignIn
) -> None:  # R41
    await later_papers.add_paper(site, SUSPENSION, "赵清越", serial=102)
    await later_papers.pass_inside(site)
    await later_papers.hand_in(site)
    await desk.wait(site, minutes=6)
    await later_papers.accept(site)
    await desk.wait(site, minutes=6)
    await site.house.db.write(
        lambda unit: apply_effect(unit, site.house.school_id, site.ids["case"], site.clock())
    )
    page = await (await as_person("teacher")).get(f"/panel/child/{site.ids['case_child']}")
    assert "休学：2026年9月1日至2027年8月31日。" in page
    assert "（到2027年8月31日）" in page
    await desk.wait(site, days=400)
    page = await (await as_person("registrar")).get(f"/panel/child/{site.ids['case_child']}")
    assert "已经到期，请联系家长办复学" in page


async def test_a_suspension_to_come_stands_beside_the_child_until_it_begins(
    site: Site, as_person: SignIn
) -> None:  # R41: enrolled until that day
    ahead = replace(SUSPENSION, fields={**SUSPENSION.fields, "suspended_from": "2026-09-20"})
    await later_papers.add_paper(site, ahead, "赵清越", serial=102)
    await later_papers.pass_inside(site)
    await later_papers.hand_in(site)
    await desk.wait(site, minutes=6)
    await later_papers.accept(site)
    await desk.apply(site)
    teacher, child = await as_person("teacher"), f"/panel/child/{site.ids['case_child']}"
    lists = ("/panel/register", f"/panel/class/{site.ids['class']}")
    page = await teacher.get(child)
    assert "从2026年9月20日开始；那天以前照常上学" in page
    assert '<span class="state enrolled">' in page
    for path in lists:
        assert "自9月20日起休学" in await teacher.get(path)
    await desk.wait(site, days=19)

    def begin(unit: Unit) -> None:
        begin_status(unit, site.house.school_id, site.ids["case"], site.clock())

    await site.house.db.write(begin)
    teacher = await as_person("teacher")
    page = await teacher.get(child)
    assert '<span class="state suspended">' in page
    assert "那天以前照常上学" not in page
    assert "休学：2026年9月20日至2027年8月31日。" in page
    for path in lists:
        page = await teacher.get(path)
        assert "自9月20日起休学" not in page
        row = page[page.index("赵清越") :][:200]
        assert "休学" in row


async def test_the_first_page_counts_what_the_bureau_has(
    site: Site, as_person: SignIn
) -> None:  # R22
    registrar = await as_person("registrar")
    assert "等教育局结果" not in await registrar.get("/panel")
    await later_papers.add_paper(site, SUSPENSION, "赵清越", serial=102)
    await later_papers.pass_inside(site)
    await later_papers.hand_in(site)
    page = await registrar.get("/panel")
    assert "等教育局结果" in page
    assert site.ids["case"] in await registrar.get("/panel/queue?view=outside")


async def test_the_checklist_says_what_is_met_and_what_contradicts(
    site: Site, as_person: SignIn
) -> None:  # R15, R16
    number = desk.id_number("2019-01-02", 105)
    paper = replace(KEY_CHANGE, fields={"id_number": number})
    await later_papers.add_paper(site, paper, "赵清越", serial=102)
    page = await (await as_person("registrar")).get(f"/panel/case/{site.ids['case']}")
    assert "身份证号的校验位对得上" in page
    assert "出生日期和身份证号对不上" in page


async def test_a_picture_that_was_given_is_not_yet_said_to_match(
    site: Site, as_person: SignIn
) -> None:  # R15
    await later_papers.add_paper(site, SUSPENSION, "赵清越", serial=102)
    page = await (await as_person("registrar")).get(f"/panel/case/{site.ids['case']}")
    given = page[page.index('id="checklist"') :]
    assert '<li class="given"><b>已交</b> <span>县级以上医院的诊断证明' in given


async def test_a_paper_is_compared_with_the_number_only_where_it_brings_one(
    site: Site, as_person: SignIn
) -> None:
    await later_papers.add_paper(site, INFO_CHANGE, "赵清越", serial=102)
    await later_papers.add_paper(site, KEY_CHANGE, "钱清越", key="key", serial=103)
    registrar = await as_person("registrar")
    assert "校验位" not in await registrar.get(f"/panel/case/{site.ids['case']}")
    assert "校验位" in await registrar.get(f"/panel/case/{site.ids['key']}")


async def test_which_hospital_it_was_is_for_a_person_to_look_at(
    site: Site, as_person: SignIn
) -> None:  # K10: the family's word is not the stamp
    await later_papers.add_paper(site, SUSPENSION, "赵清越", serial=102)
    page = await (await as_person("registrar")).get(f"/panel/case/{site.ids['case']}")
    said = "家长写明是县级以上医院，请对照公章"
    assert f'<li class="look"><b>请看</b> <span>{said}</span></li>' in page
