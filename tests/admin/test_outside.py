"""The step outside the school: handed in, accepted, more wanted, refused; written down by hand
and never decided by us (R21, R22, R191, K3).
"""

import re
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import FormData

from registry.students import Status
from registry.submissions import Act, Said, State
from storage.evidence import known_ids
from tests.admin import desk, later_papers
from tests.admin.later_papers import KEY_CHANGE, NEW_NUMBER, SECRET, SUSPENSION
from tests.support.site import Browser, Site, photo

SignIn = Callable[[str], Awaitable[Browser]]
WORDS = "出生医学证明与户口本不一致。"


async def open_case(browser: Browser, site: Site) -> str:
    return await browser.get(f"/panel/case/{site.ids['case']}")


async def hand(browser: Browser, site: Site, day: str = "2026-09-01") -> str:
    await open_case(browser, site)
    fields = {"revision": browser.hidden("revision"), "on": day}
    return await browser.post(f"/panel/case/{site.ids['case']}/hand", fields)


async def record(
    browser: Browser,
    site: Site,
    picture: bytes | None = None,
    *,
    confirmed: bool = False,
    path: str = "outside",
    **fields: str,
) -> str:
    """As a browser sends the form: the hidden fields first, the file last."""
    if f"/panel/case/{site.ids['case']}" not in browser.path:
        await open_case(browser, site)
    form = FormData()
    sent = {
        "on": site.clock().date().isoformat(),
        "revision": browser.hidden("revision"),
        **fields,
    }
    if key := browser.hidden("picture_key"):
        sent.setdefault("picture_key", key)
    for name, text in {"csrf": browser.hidden("csrf"), **sent}.items():
        form.add_field(name, text)
    name = "letter.jpg" if picture is not None else ""
    form.add_field("letter", picture or b"", filename=name, content_type="image/jpeg")
    query = "?confirmed=1" if confirmed else ""
    address = f"/panel/case/{site.ids['case']}/{path}{query}"
    told = {"Origin": browser.address, "Sec-Fetch-Site": "same-origin"}
    async with browser.session.post(address, data=form, headers=told) as response:
        return await browser._read(response)


@pytest.fixture
async def handed(site: Site) -> Site:
    """A correction of the ID number that the bureau has had since today."""
    await later_papers.add_paper(site, KEY_CHANGE)
    await later_papers.pass_inside(site)
    await later_papers.hand_in(site)
    await desk.wait(site, minutes=6)
    return site


async def test_after_the_last_step_inside_the_registrar_is_asked_to_hand_it_in(
    site: Site, as_person: SignIn
) -> None:  # R21
    await later_papers.add_paper(site, KEY_CHANGE)
    case = await later_papers.pass_inside(site)
    assert case.state is State.awaiting_outside
    registrar = await as_person("registrar")
    page = await open_case(registrar, site)
    assert "材料还没有交到教育局" in page
    assert site.ids["case"] in await registrar.get("/panel/queue")
    page = await hand(registrar, site)
    assert "已交到教育局，期限从那天算起" in page
    assert "2026年9月1日已交到教育局，等结果" in page
    assert (await desk.load(site)).outside_since is not None


@pytest.mark.parametrize("day", ["", "soon", "2026-09-02"])
async def test_a_day_that_cannot_be_is_explained_at_its_field(
    day: str, site: Site, as_person: SignIn
) -> None:
    await later_papers.add_paper(site, KEY_CHANGE)
    await later_papers.pass_inside(site)
    registrar = await as_person("registrar")
    page = await hand(registrar, site, day)
    assert registrar.status == 422
    assert '<a href="#on">' in page
    assert 'id="on-error"' in page
    assert (await desk.load(site)).outside_since is None


async def test_accepted_waits_for_the_undo_window_and_then_changes_the_register(
    handed: Site, as_person: SignIn
) -> None:  # R23, R72
    registrar = await as_person("registrar")
    page = await record(registrar, handed, result="accepted", paper_number="教籍〔2026〕8号")
    assert "记下了：教育局同意" in page
    assert "教籍〔2026〕8号" in page
    assert (await desk.load(handed)).state is State.approved
    child = await handed.house.db.read(
        lambda unit: unit.load_student(handed.house.school_id, handed.ids["case_child"])
    )
    assert child.fields["id_number"] != NEW_NUMBER
    await desk.apply(handed)
    child = await handed.house.db.read(
        lambda unit: unit.load_student(handed.house.school_id, handed.ids["case_child"])
    )
    assert child.fields["id_number"] == NEW_NUMBER
    assert child.status is Status.enrolled


async def test_accepted_can_be_undone(handed: Site, as_person: SignIn) -> None:
    registrar = await as_person("registrar")
    page = await record(registrar, handed, result="accepted")
    assert f"/panel/case/{handed.ids['case']}/undo" in page
    revision = str((await desk.load(handed)).revision)
    await registrar.post(f"/panel/case/{handed.ids['case']}/undo", {"revision": revision})
    case = await desk.load(handed)
    assert case.state is State.awaiting_outside
    assert case.outside_since is not None


async def test_a_refusal_is_first_shown_as_the_family_will_read_it(
    handed: Site, as_person: SignIn
) -> None:  # R191
    registrar = await as_person("registrar")
    fields = {"result": "refused", "words": WORDS, "family_note": "请到派出所开《更正证明》。"}
    page = await record(registrar, handed, **fields)
    assert registrar.status == 200
    assert (await desk.load(handed)).state is State.awaiting_outside
    for line in (
        "家长会读到这些",
        "教育局这次没有同意更正。",
        f"教育局是这样说的：“{WORDS}”",
        "老师写道：请到派出所开《更正证明》。",
        "材料备齐以后，点「再次申请」",
    ):
        assert line in page
    page = await record(registrar, handed, confirmed=True, **fields)
    assert "记下了：教育局没有同意" in page
    assert (await desk.load(handed)).state is State.refused
    page = await registrar.get(f"/panel/case/{handed.ids['case']}")
    assert "报教育局" in page
    assert "学校办结" not in page, "nothing lies ahead of it"
    made = (await desk.decisions(handed))[-1]
    assert made.outside is not None
    assert (made.outside.result, made.outside.words, made.note) == (
        Said.refused,
        WORDS,
        "请到派出所开《更正证明》。",
    )


async def test_the_preview_of_a_health_matter_shows_the_discreet_message(
    site: Site, as_person: SignIn
) -> None:  # R40
    await later_papers.add_paper(site, SUSPENSION)
    await later_papers.pass_inside(site)
    await later_papers.hand_in(site)
    page = await record(await as_person("registrar"), site, result="refused", words="请补材料。")
    assert "同意交健康材料的照片" in page
    assert "<blockquote>学校有一条消息。请打开登记页看。</blockquote>" in page
    assert "教育局这次没有同意休学。" in page


async def test_a_refusal_without_the_bureaus_words_is_not_taken(
    handed: Site, as_person: SignIn
) -> None:  # R191
    registrar = await as_person("registrar")
    page = await record(registrar, handed, confirmed=True, result="refused")
    assert registrar.status == 422
    assert '<a href="#words">' in page
    assert (await desk.load(handed)).state is State.awaiting_outside


async def test_nothing_typed_is_lost_and_every_fault_leads_to_its_field(
    handed: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    fields = {
        "on": "2026-12-01",
        "paper_number": "教籍〔2026〕9号",
        "words": "我抄了很久的一段话",
        "family_note": "写给家长的一句话",
        "flag:new/id_number": "differs",
    }
    page = await record(registrar, handed, photo(900, 700), **fields)
    assert registrar.status == 422
    assert '<a href="#result">' in page
    for kept in (
        "教籍〔2026〕9号",
        "我抄了很久的一段话",
        "写给家长的一句话",
        "2026-12-01",
        "照片已经收到",
    ):
        assert kept in page
    assert re.search(r'value="differs" selected', page)
    files = await handed.house.db.read(known_ids)
    page = await record(registrar, handed, **{**fields, "on": "2026-09-01", "result": "more"})
    made = (await desk.decisions(handed))[-1]
    assert made.outside is not None
    assert made.outside.file_id is not None
    assert made.outside.file_id not in files
    assert f"/file/{made.outside.file_id}" in page


async def test_more_material_goes_to_the_family_with_flags(
    handed: Site, as_person: SignIn
) -> None:  # R22
    registrar = await as_person("registrar")
    flag = {"flag:papers/id_card": "unreadable"}
    page = await record(registrar, handed, result="more", words="请补清楚的照片。", **flag)
    assert "教育局要补材料" in page
    case = await desk.load(handed)
    assert case.state is State.returned
    assert case.outside_since is not None
    made = (await desk.decisions(handed))[-1]
    assert [one.path for one in made.flags] == ["papers/id_card"]


async def test_more_material_must_say_what(handed: Site, as_person: SignIn) -> None:
    registrar = await as_person("registrar")
    page = await record(registrar, handed, result="more", words="请补材料。")
    assert registrar.status == 422
    assert '<a href="#family_note">' in page


async def test_flags_and_another_result_do_not_go_together(
    handed: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    flag = {"flag:papers/id_card": "unreadable"}
    page = await record(registrar, handed, result="accepted", **flag)
    assert registrar.status == 422
    assert "您标了 1 处" in page
    assert (await desk.load(handed)).state is State.awaiting_outside


@pytest.mark.parametrize("data", [b"no picture", b"%PDF-1.4 nothing"], ids=["text", "pdf"])
async def test_what_is_no_picture_is_refused_with_its_reason(
    data: bytes, handed: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    page = await record(registrar, handed, data, result="accepted")
    assert registrar.status == 422
    assert '<a href="#letter">' in page
    assert (await desk.load(handed)).state is State.awaiting_outside


async def test_the_letter_is_cleaned_sealed_and_shown_to_the_family(
    handed: Site, as_person: SignIn
) -> None:
    registrar = await as_person("registrar")
    await record(registrar, handed, photo(900, 700), result="accepted")
    made = (await desk.decisions(handed))[-1]
    assert made.outside is not None
    letter = made.outside.file_id
    async with registrar.session.get(f"/file/{letter}") as response:
        assert response.status == 200
        assert (await response.read())[:2] == b"\xff\xd8"
    handed.ids["parent"] = (await desk.load(handed)).submitted_by
    parent = await as_person("parent")
    async with parent.session.get(f"/file/{letter}") as response:
        assert response.status == 200


async def test_a_kept_picture_is_its_senders_own(handed: Site, as_person: SignIn) -> None:
    await desk.add_person(handed, "second", "高登记", desk.Role.registrar)
    first, second = await as_person("registrar"), await as_person("second")
    await record(first, handed, photo(900, 700))
    key = first.hidden("picture_key")
    assert key
    await record(second, handed, picture_key=key, result="accepted")
    made = (await desk.decisions(handed))[-1]
    assert made.outside is not None
    assert made.outside.file_id is None


async def test_who_comes_second_is_told_and_keeps_what_he_wrote(
    handed: Site, as_person: SignIn
) -> None:  # T24
    await desk.add_person(handed, "second", "高登记", desk.Role.registrar)
    first, second = await as_person("registrar"), await as_person("second")
    await open_case(second, handed)
    await record(first, handed, result="accepted")
    page = await record(
        second, handed, confirmed=True, result="refused", words="我抄了很久的一段话"
    )
    assert second.status == 409
    assert "我抄了很久的一段话" in page
    assert (await desk.load(handed)).state is State.approved


@pytest.mark.parametrize("path", ["hand", "outside"])
@pytest.mark.parametrize("person", ["teacher", "committee", "other_teacher"])
async def test_only_the_registrar_writes_down_what_the_bureau_said(
    person: str, path: str, handed: Site, as_person: SignIn
) -> None:  # R21
    browser = await as_person(person)
    await browser.get("/panel")
    await record(browser, handed, path=path, result="accepted")
    assert browser.status in (403, 404)
    assert (await desk.load(handed)).state is State.awaiting_outside


async def test_the_class_teacher_sees_a_suspension_without_its_papers_or_reason(
    site: Site, as_person: SignIn
) -> None:  # R40
    case = await later_papers.add_paper(site, SUSPENSION)
    teacher = await as_person("teacher")
    page = await open_case(teacher, site)
    assert teacher.status == 200
    assert "有些证明材料只由学籍老师核对" in page
    for hidden in (SECRET, "照片 diagnosis", "诊断", "健康材料", "/file/"):
        assert hidden not in page
    for paper in case.content.evidence:
        await teacher.get(f"/file/{paper.file_id}")
        assert teacher.status == 404
    committee = await as_person("committee")
    await open_case(committee, site)
    assert committee.status == 404
    assert site.ids["case"] not in await committee.get("/panel/queue?view=all")


async def test_the_stages_name_who_has_it(site: Site, as_person: SignIn) -> None:  # R158
    await later_papers.add_paper(site, SUSPENSION)
    teacher = await as_person("teacher")
    assert "等班主任" in await open_case(teacher, site)
    await desk.decide(site, "teacher", Act.approve)
    registrar = await as_person("registrar")
    assert "等学籍老师" in await open_case(registrar, site)
    await desk.wait(site, minutes=6)
    await desk.decide(site, "registrar", Act.approve)
    assert "等学籍老师" in await open_case(registrar, site)
    await later_papers.hand_in(site)
    page = await open_case(registrar, site)
    assert "等教育局" in page
    assert "9月1日交到教育局" in page
