"""A case is decided on its page: once, by two people, with nothing lost (T24; R15–R23, K21)."""

import pytest

from registry import setup
from registry.actors import Relation, Role
from registry.schools import Settings
from registry.submissions import Act, Flag, State
from storage.unit import Unit
from tests.admin import desk, later_papers
from tests.admin.conftest import SignIn
from tests.support.site import Browser, Site

ADDRESS, PAPER = desk.PATHS["home_address"], desk.PAPER


async def press(browser: Browser, site: Site, act: str, **fields: str) -> str:
    """Open the case and decide with what its page carries."""
    await browser.get(f"/panel/case/{site.ids['case']}")
    revision = browser.hidden("revision")
    path = f"/panel/case/{site.ids['case']}/decide"
    return await browser.post(path, {"revision": revision, "act": act, **fields})


async def test_opening_a_case_is_recorded_before_it_is_shown(
    site: Site, as_person: SignIn
) -> None:  # R231
    committee = await as_person("committee")
    await committee.get(f"/panel/case/{site.ids['case']}")
    assert await desk.events(site, "review.submission.opened") == 1


async def test_two_steps_by_two_people(site: Site, as_person: SignIn) -> None:  # R15, R18
    page = await press(await as_person("committee"), site, "approve")
    assert "已通过" in page
    assert (await desk.load(site)).step == 1
    await press(await as_person("registrar"), site, "approve")
    assert (await desk.load(site)).state is State.approved


async def test_one_person_cannot_take_both_steps(site: Site, as_person: SignIn) -> None:
    await desk.decide(site, "committee", Act.approve)
    await desk.grant(site, "committee", Role.registrar)
    page = await press(await as_person("committee"), site, "approve")
    assert "这一步要请另一位老师" in page
    assert (await desk.load(site)).state is State.in_review


async def test_a_return_names_the_places(site: Site, as_person: SignIn) -> None:
    fields = {
        f"flag:{ADDRESS}": "incomplete",
        f"note:{ADDRESS}": "请写到门牌号",
        f"flag:{PAPER}": "unreadable",
        f"flag:{desk.PATHS['phone']}": "",
    }
    await press(await as_person("committee"), site, "return", **fields)
    case = await desk.load(site)
    made = await desk.decisions(site)
    assert case.state is State.returned
    assert set(made[-1].flags) == {
        Flag(ADDRESS, "incomplete", "请写到门牌号"),
        Flag(PAPER, "unreadable"),
    }


@pytest.mark.parametrize(
    ("act", "fields", "words"),
    [
        ("return", {}, "请先在要家长改的地方点「标记」"),
        ("return", {"flag:nowhere": "incomplete"}, "请先在要家长改的地方点「标记」"),
        ("return", {f"flag:{ADDRESS}": "ugly"}, "请选一个原因"),
        ("return", {f"flag:{ADDRESS}": "other"}, "请写一句家长看得懂的话"),
        ("approve", {f"flag:{ADDRESS}": "incomplete"}, "您标了 1 处"),
        ("reject", {"reason": "duplicate"}, "所以不能决定"),
    ],
    ids=[
        "return without flags",
        "return of a foreign path",
        "return for an unknown reason",
        "return in own words without words",
        "approval with flags left",
        "rejection by the committee",
    ],
)
async def test_a_refused_decision_says_why_and_changes_nothing(
    act: str, fields: dict[str, str], words: str, site: Site, as_person: SignIn
) -> None:
    committee = await as_person("committee")
    page = await press(committee, site, act, **fields)
    assert committee.status == 422
    assert words in page
    assert (await desk.load(site)).state is State.in_review


@pytest.mark.parametrize(
    ("fields", "words"),
    [({}, "请选一个原因"), ({"reason": "other"}, "请写一句家长看得懂的话")],
    ids=["without a reason", "in own words without words"],
)
async def test_a_rejection_says_why(
    fields: dict[str, str], words: str, site: Site, as_person: SignIn
) -> None:
    await desk.decide(site, "committee", Act.approve)
    registrar = await as_person("registrar")
    page = await press(registrar, site, "reject", **fields)
    assert registrar.status == 422
    assert words in page
    assert (await desk.load(site)).state is State.in_review


@pytest.mark.parametrize("person", ["committee", "teacher"])
async def test_who_looks_first_is_offered_no_rejection(
    site: Site, as_person: SignIn, person: str
) -> None:  # R1 K1
    await desk.add_case(site, "赵清越", key="case", serial=102, helps=person == "committee")
    page = await (await as_person(person)).get(f"/panel/case/{site.ids['case']}")
    assert 'value="return"' in page
    assert 'value="reject"' not in page
    await desk.decide(site, person, Act.approve)
    page = await (await as_person("registrar")).get(f"/panel/case/{site.ids['case']}")
    assert 'value="reject"' in page


async def test_who_comes_second_is_told_and_keeps_what_he_wrote(
    site: Site, as_person: SignIn
) -> None:  # T24
    await desk.add_person(site, "second", "高老师", Role.registrar)
    await desk.decide(site, "committee", Act.approve)
    second = await as_person("second")
    await second.get(f"/panel/case/{site.ids['case']}")
    revision = second.hidden("revision")
    await desk.decide(site, "registrar", Act.return_, flags=(Flag(PAPER, "unreadable"),))
    page = await second.post(
        f"/panel/case/{site.ids['case']}/decide",
        {
            "revision": revision,
            "act": "reject",
            "reason": "other",
            "note": "我写了很久的一段话",
        },
    )
    assert second.status == 409
    assert "林登记在今天 08:30：退回修改" in page
    assert "我写了很久的一段话" in page
    assert len(await desk.decisions(site)) == 2


async def test_typed_flags_survive_a_conflict(site: Site, as_person: SignIn) -> None:
    committee = await as_person("committee")
    await committee.get(f"/panel/case/{site.ids['case']}")
    revision = committee.hidden("revision")
    await desk.tick(site)
    fields = {f"flag:{ADDRESS}": "other", f"note:{ADDRESS}": "我写了很久的一段话"}
    page = await committee.post(
        f"/panel/case/{site.ids['case']}/decide",
        {"revision": revision, "act": "return", **fields},
    )
    assert committee.status == 409
    assert "我写了很久的一段话" in page
    assert await desk.decisions(site) == ()


async def test_a_double_press_decides_once(site: Site, as_person: SignIn) -> None:
    committee = await as_person("committee")
    await committee.get(f"/panel/case/{site.ids['case']}")
    fields = {"revision": committee.hidden("revision"), "act": "approve"}
    path = f"/panel/case/{site.ids['case']}/decide"
    await committee.post(path, fields)
    await committee.post(path, fields)
    assert committee.status in (404, 409)
    assert len(await desk.decisions(site)) == 1


async def test_undo_within_the_window_tells_nobody(site: Site, as_person: SignIn) -> None:
    committee = await as_person("committee")
    page = await press(committee, site, "approve")
    assert f"/panel/case/{site.ids['case']}/undo" in page
    revision = str((await desk.load(site)).revision)
    await committee.post(f"/panel/case/{site.ids['case']}/undo", {"revision": revision})
    case = await desk.load(site)
    assert (case.state, case.step) == (State.in_review, 0)
    assert await desk.notices(site) == 0


async def test_undo_comes_too_late_after_the_window(site: Site, as_person: SignIn) -> None:
    committee = await as_person("committee")
    await press(committee, site, "approve")
    await desk.wait(site, minutes=6)
    revision = str((await desk.load(site)).revision)
    page = await committee.post(f"/panel/case/{site.ids['case']}/undo", {"revision": revision})
    assert committee.status == 422
    assert "已经过了可以撤销的时间" in page


async def test_after_deciding_comes_the_next_case_of_the_same_queue(
    site: Site, as_person: SignIn
) -> None:
    await desk.add_case(site, "赵清越", key="next", serial=102)
    committee = await as_person("committee")
    await press(committee, site, "approve", query="class=" + site.ids["class"])
    assert committee.path == f"/panel/case/{site.ids['next']}"
    assert "赵*越" in committee.page


async def test_the_last_one_leads_back_to_the_queue(site: Site, as_person: SignIn) -> None:
    committee = await as_person("committee")
    page = await press(committee, site, "approve")
    assert committee.path == "/panel/queue"
    assert "都办完了" in page


async def test_a_colleague_is_said_to_be_looking(site: Site, as_person: SignIn) -> None:
    await desk.add_person(site, "second", "高家委", Role.committee)
    await (await as_person("committee")).get(f"/panel/case/{site.ids['case']}")
    second = await as_person("second")
    assert "周家委正在看" in await second.get("/panel/queue")
    assert "周家委正在看" in await second.get(f"/panel/case/{site.ids['case']}")


async def test_a_paper_signature_is_ticked_by_staff_before_the_last_step(
    site: Site, as_person: SignIn
) -> None:  # K21
    await desk.add_case(
        site, "赵清越", key="case", serial=102, helps=False, relation=Relation.grandparent
    )
    teacher, registrar = await as_person("teacher"), await as_person("registrar")
    await press(teacher, site, "approve")
    page = await press(registrar, site, "approve")
    assert "还差监护人在纸上签字" in page
    await teacher.get(f"/panel/case/{site.ids['case']}")
    await teacher.post(f"/panel/case/{site.ids['case']}/signature", {})
    await press(registrar, site, "approve")
    assert (await desk.load(site)).state is State.approved


async def test_old_and_new_value_stand_side_by_side(site: Site, as_person: SignIn) -> None:
    await desk.set_field(site, "case_child", "phone", "13700000000")
    await desk.decide(site, "committee", Act.approve)
    page = await (await as_person("registrar")).get(f"/panel/case/{site.ids['case']}")
    assert "13700000000</del>" in page
    assert desk.PHONE in page


async def test_the_machine_points_at_a_number_that_contradicts_the_birth_date(
    site: Site, as_person: SignIn
) -> None:
    number = desk.id_number("2019-01-02", 103)
    await desk.add_case(site, "赵清越", serial=102, fields={"id_number": number})
    page = await (await as_person("committee")).get(f"/panel/case/{site.ids['case']}")
    assert "身份证号里的出生日期和填的不一样" in page


async def test_an_insisted_answer_is_marked(site: Site, as_person: SignIn) -> None:
    await desk.add_case(site, "赵清越", serial=102, insisted="id_number")
    page = await (await as_person("committee")).get(f"/panel/case/{site.ids['case']}")
    assert "家长说：户口本就是这样" in page


async def test_only_the_second_round_shows_what_was_mended(site: Site, as_person: SignIn) -> None:
    await desk.decide(
        site, "committee", Act.return_, flags=(Flag(desk.PATHS["phone"], "differs"),)
    )
    await desk.send_again(site, phone="13600000000")
    page = await (await as_person("committee")).get(f"/panel/case/{site.ids['case']}")
    assert "第 2 次提交" in page
    assert page.count("这次改过") == 1


@pytest.mark.parametrize("minutes", [0, 5])
async def test_undoing_is_spoken_of_only_where_it_can_be(
    site: Site, as_person: SignIn, minutes: int
) -> None:
    def change(unit: Unit) -> None:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        settings = Settings(committee_helps=True, undo_minutes=minutes)
        setup.change_settings(unit, registrar, settings, site.clock())

    await site.house.db.write(change)
    path = f"/panel/case/{site.ids['case']}"
    for person in ("committee", "registrar"):
        browser = await as_person(person)
        page = await press(browser, site, "approve") + await browser.get(path)
        assert ("撤销" in page) == bool(minutes)
    assert (await desk.load(site)).state is State.approved
    await desk.wait(site, minutes=6)
    page = await (await as_person("registrar")).get(path)
    assert "撤销" not in page
    assert "审核通过，正在记入名册" in page


@pytest.mark.parametrize("minutes", [0, 5])
async def test_a_bureaus_agreement_is_not_undone_where_it_cannot_be(
    site: Site, as_person: SignIn, minutes: int
) -> None:
    def change(unit: Unit) -> None:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        setup.change_settings(unit, registrar, Settings(undo_minutes=minutes), site.clock())

    await site.house.db.write(change)
    await later_papers.add_paper(site, later_papers.SUSPENSION, "赵清越", serial=102)
    await later_papers.pass_inside(site)
    await later_papers.hand_in(site)
    await desk.wait(site, minutes=6)
    await later_papers.accept(site)
    page = await (await as_person("registrar")).get(f"/panel/case/{site.ids['case']}")
    assert "教育局同意" in page
    assert ("前可以撤销" in page) == bool(minutes)
