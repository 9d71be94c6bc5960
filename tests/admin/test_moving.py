"""The class in the panel: chosen on the page of a return, changed by 调班 on the child's page.

R69 R93 R94 R99 R105 R186 R206 R242 K12 K19.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

from registry import setup
from registry.actors import Role
from registry.schools import Settings, Stage
from registry.students import Status, Student
from registry.submissions import Act, State
from storage import tables
from storage.unit import Unit
from tests.admin import desk, later_papers
from tests.admin.later_papers import Paper
from tests.support.site import Browser, Site

SignIn = Callable[[str], Awaitable[Browser]]
RETURN = Paper(
    "resumption",
    "resumption",
    "resume",
    "resumption",
    {},
    ("recovery_proof",),
    {"placing": "school"},
)
CHILD = "case_child"


async def change(site: Site, **settings: object) -> None:
    def carry_out(unit: Unit) -> None:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        wanted = replace(Settings(), **settings)  # type: ignore[arg-type]
        setup.change_settings(unit, registrar, wanted, site.clock())

    await site.house.db.write(carry_out)


async def come_back(site: Site, *, leader: str = "principal") -> None:
    """A child left 一年级(1)班 a school year ago; this year's first grade has two classes."""
    await change(site, leader_major=leader, undo_minutes=5)
    await desk.add_person(site, "principal", "何校长", Role.principal)

    def grow(unit: Unit) -> None:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        unit.run(update(tables.grade).values(number=2), {})  # what the old one is called by now
        grade = setup.add_grade(unit, registrar, Stage.primary, 1, 2027, site.clock())
        made = setup.add_classes(unit, registrar, grade.id, (1, 2), site.clock())
        site.ids["fresh"], site.ids["second"] = made[0].id, made[1].id

    site.clock.now = site.clock.now.replace(year=2027, month=9, day=6)
    await site.house.db.write(grow)
    await later_papers.add_paper(site, RETURN, "赵清越", serial=102, status=Status.suspended)
    await desk.set_field(site, CHILD, "suspended_from", "2026-09-07")
    await desk.set_field(site, CHILD, "suspended_until", "2027-08-31")


async def add_return(site: Site, key: str) -> None:
    """One at the registrar, who decides the class."""
    await later_papers.add_paper(
        site, RETURN, "石小雨", key=key, serial=180, status=Status.suspended
    )
    await desk.decide(site, "teacher", Act.approve, key=key)


async def add_grade7(site: Site, key: str) -> None:
    """One of a child who enters grade 7 and brings no national number. R106"""

    def grow(unit: Unit) -> None:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        grade = setup.add_grade(unit, registrar, Stage.junior, 7, 2026, site.clock())
        (made,) = setup.add_classes(unit, registrar, grade.id, (1,), site.clock())
        site.ids["junior"] = made.id

    await site.house.db.write(grow)
    await desk.add_case(site, "石小雪", key=key, serial=181, place="junior")


async def child(site: Site, key: str = CHILD) -> Student:
    school_id = site.house.school_id
    return await site.house.db.read(lambda unit: unit.load_student(school_id, site.ids[key]))


async def approve(browser: Browser, site: Site, **fields: str) -> str:
    path = f"/panel/case/{site.ids['case']}"
    await browser.get(path)
    sent = {"revision": browser.hidden("revision"), "act": "approve", **fields}
    return await browser.post(f"{path}/decide", sent)


def offered(page: str) -> list[str]:
    """The classes of the list, each with what stands beside it."""
    (box,) = re.findall(r'<select id="class_id".*?</select>', page, re.DOTALL)
    return [re.sub(r"\s+", " ", one).strip() for one in re.findall(r"<option[^>]*>([^<]*)", box)]


async def test_the_leader_chooses_and_the_registrar_reads_it(
    site: Site, as_person: SignIn
) -> None:  # K12 R99
    await come_back(site)
    path = f"/panel/case/{site.ids['case']}"
    teacher = await as_person("teacher")
    page = await teacher.get(path)
    assert "按「原年级、原班」，最后由学校定" in page
    assert 'id="class_id"' not in page
    await later_papers.pass_inside(site)
    principal = await as_person("principal")
    page = await principal.get(path)
    assert (
        offered(page)
        == [
            "一年级（1）班 · 原年级、原班 · 连这个孩子 1 人",
            "一年级（2）班 · 连这个孩子 1 人",
            "一年级（1）班 · 连这个孩子 2 人 · 原来的同学",
            "一年级（2）班 · 连这个孩子 1 人",
        ]
        or len(offered(page)) == 4
    )
    assert f'value="{site.ids["fresh"]}" selected' in page
    await approve(principal, site, class_id=site.ids["second"])
    assert principal.status == 200
    registrar = await as_person("registrar")
    page = await registrar.get(path)
    assert "<strong>一年级（2）班</strong>" in page
    assert "何校长" in page[page.index('id="returning"') :][:400]
    assert 'id="class_id"' not in page
    await later_papers.hand_in(site)
    await desk.wait(site, minutes=6)
    await later_papers.accept(site)
    await desk.apply(site)
    assert (await child(site)).class_id == site.ids["second"]
    page = await registrar.get(f"/panel/child/{site.ids[CHILD]}")
    assert "班级变动" in page
    assert "<strong>一年级（2）班</strong> 复学" in page


async def test_where_no_leader_looks_the_registrar_chooses(
    site: Site, as_person: SignIn
) -> None:  # K12
    await come_back(site, leader="")
    await desk.decide(site, "teacher", Act.approve)
    await desk.wait(site, minutes=6)
    registrar = await as_person("registrar")
    await approve(registrar, site, class_id=site.ids["class"])
    case = await desk.load(site)
    assert case.state is State.awaiting_outside
    assert [one.class_id for one in await desk.decisions(site)] == ["", site.ids["class"]]


async def test_a_class_that_was_not_offered_is_refused_and_the_page_stays(
    site: Site, as_person: SignIn
) -> None:  # R94
    await come_back(site)
    await later_papers.pass_inside(site)
    principal = await as_person("principal")
    page = await approve(principal, site, class_id="0" * 32)
    assert principal.status == 422
    assert "请选一个可以去的班" in page
    assert (await desk.load(site)).state is State.in_review


async def test_a_return_with_flags_needs_no_class(site: Site, as_person: SignIn) -> None:
    await come_back(site)
    await later_papers.pass_inside(site)
    principal = await as_person("principal")
    path = f"/panel/case/{site.ids['case']}"
    await principal.get(path)
    sent = {"revision": principal.hidden("revision"), "act": "return", "class_id": ""}
    await principal.post(f"{path}/decide", {**sent, "flag:why/placing": "check_again"})
    assert (await desk.load(site)).state is State.returned


# ---- 调班


async def enrolled(site: Site) -> None:
    await later_papers.add_paper(site, later_papers.INFO_CHANGE, "赵清越", serial=102)


async def move(browser: Browser, site: Site, **fields: str) -> str:
    path = f"/panel/child/{site.ids[CHILD]}/class"
    await browser.get(path)
    sent = {
        "revision": browser.hidden("revision"),
        "class_id": site.ids["other_class"],
        "reason": "asked",
        "note": "",
        "on": site.clock().date().isoformat(),
    }
    return await browser.post(path, {**sent, **fields})


async def test_a_child_changes_his_class_and_the_new_teacher_sees_him(
    site: Site, as_person: SignIn
) -> None:  # R79 R105 R186 R206
    await enrolled(site)
    registrar, old, new = [
        await as_person(who) for who in ("registrar", "teacher", "other_teacher")
    ]
    child_page, class_page = f"/panel/child/{site.ids[CHILD]}", "/panel/class/"
    assert f"{child_page}/class" in await registrar.get(child_page)
    assert f"{child_page}/class" not in await old.get(child_page)
    page = await move(registrar, site, note="校长九月一日同意")
    assert "调好班了" in page
    assert "<strong>一年级（2）班</strong> 家长申请，校领导同意" in page
    assert "校长九月一日同意" in page
    assert "赵清越" not in await old.get(class_page + site.ids["class"])
    await old.get(child_page)
    assert old.status == 404
    assert "赵清越" in await new.get(class_page + site.ids["other_class"])
    page = await new.get(child_page)
    assert "<strong>一年级（2）班</strong>" in page
    assert "校长九月一日同意" not in page  # the registrar's own words
    await new.get(f"/panel/case/{site.ids['case']}")
    assert await desk.events(site, "register.class.changed") == 1


@pytest.mark.parametrize(
    ("fields", "place", "words"),
    [
        ({"class_id": ""}, "class_id", "请选一个可以去的班"),
        ({"reason": ""}, "reason", "请选为什么调班"),
        ({"reason": "other"}, "note", "选了「别的原因」，请写一句说明"),
        ({"on": "2026-09-30"}, "on", "请写今天或者以前的一天"),
        ({"on": ""}, "on", "请写今天或者以前的一天"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_typed_is_lost(
    site: Site, as_person: SignIn, fields: dict[str, str], place: str, words: str
) -> None:
    await enrolled(site)
    registrar = await as_person("registrar")
    page = await move(registrar, site, **{"note": "", **fields})
    assert registrar.status == 422
    assert f'<a href="#{place}">{words}' in page
    assert f'id="{place}-error"' in page
    for name in ("class_id", "reason"):
        if name not in fields:
            assert re.search(rf'<select id="{name}".*?selected', page, re.DOTALL)
    assert (await child(site)).class_id == site.ids["class"]


async def test_whoever_comes_second_is_told(site: Site, as_person: SignIn) -> None:
    await enrolled(site)
    registrar = await as_person("registrar")
    page = await move(registrar, site, revision="0")
    assert registrar.status == 409
    assert "这个孩子的信息有了变化" in page
    assert (await child(site)).class_id == site.ids["class"]


async def test_a_full_class_is_shown_and_closed(site: Site, as_person: SignIn) -> None:  # R242
    await enrolled(site)

    def crowd(unit: Unit) -> None:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        rows = [setup.RosterRow(site.ids["other_class"], "某某") for _ in range(54)]
        setup.add_roster(unit, registrar, rows, site.clock())

    await site.house.db.write(crowd)
    registrar = await as_person("registrar")
    page = await registrar.get(f"/panel/child/{site.ids[CHILD]}/class")
    assert "连这个孩子 56 人 · 班额已满" in page
    assert f'value="{site.ids["other_class"]}" disabled' in page
    page = await move(registrar, site)
    assert registrar.status == 422
    assert "班额已经满了" in page


@pytest.mark.parametrize("person", ["teacher", "other_teacher", "committee"])
async def test_nobody_else_opens_the_page(site: Site, as_person: SignIn, person: str) -> None:
    await enrolled(site)
    browser = await as_person(person)
    path = f"/panel/child/{site.ids[CHILD]}/class"
    await browser.get(path)
    status = browser.status
    await browser.get(f"/panel/child/{'0' * 32}/class")
    assert status == browser.status
    assert status in (403, 404)
