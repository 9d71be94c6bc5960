"""Photos only: the family photographs, the school types, a guardian signs, others review.

Rules: R80, R81, R159, K7, K21; T1, T2.
"""

import re

import pytest

from conversations.draft import DraftState
from registry.actors import Relation, Role
from registry.policy import POLICY, Action
from registry.submissions import State
from tests.admin import desk
from tests.e2e.conftest import People
from tests.e2e.errands import (
    LINK,
    case_of,
    link_on,
    read_and_agree,
    say_who,
    sign,
)
from tests.e2e.town import ADDRESS, Child, Town
from tests.support.site import Browser, photo

PHOTOS = "只拍照，请老师照着填"
GIVEN = {
    "告知书": "我知道了",
    "打哪个电话": "+13800007777",
    "点「都没有」": ("都没有", "选好了"),
}


async def _photograph(
    town: Town, browser: Browser, child: Child, *, relation: str = "mother"
) -> list[str]:
    """By plain forms, until the pictures can be handed over; the questions asked."""
    town.site.ids[child.id] = child.id
    await browser.come_in(await town.site.slip(child.id), relation=relation)
    await browser.press("开始填")
    await browser.press(PHOTOS)
    asked = []
    while "照片拍好了" not in browser.text():
        question = browser.question()
        asked.append(question)
        if "拍" in question and "照片" not in question.partition("。")[0][-2:]:
            await browser.upload(photo())
            continue
        found = next(it for words, it in GIVEN.items() if words in question)
        for answer in (found,) if isinstance(found, str) else found:
            words = answer.removeprefix("+")
            await (browser.say(words) if answer[:1] == "+" else browser.press(words))
        assert len(asked) < 15, asked
    return asked


# ---- the school types


def _labels(page: str) -> dict[str, str]:
    """Label → op of every field with one input."""
    found = re.findall(r'<label for="v-([\d-]+)">([^<]+?)\s*<', page)
    return {label.strip(): op for op, label in found}


def _fields(page: str, values: dict[str, str]) -> dict[str, str]:
    """What a member of staff writes: what he was told, else the first choice, else anything."""
    sent = {"revision": re.findall(r'name="revision" value="(\d+)"', page)[0]}
    for label, op in _labels(page).items():
        one = re.search(rf'id="v-{op}" name="v:{op}"[^>]*?(?:value="([^"]*)"|>([^<]*)<)', page)
        present = (one[1] or one[2] or "") if one else ""
        options = re.search(rf'<select id="v-{op}".*?</select>', page, re.DOTALL)
        if options:
            chosen = re.search(r'value="([^"]*)" selected', options[0])
            first = re.findall(r'<option value="([^"]+)"', options[0])[0]
            sent[f"v:{op}"] = values.get(label) or (chosen[1] if chosen else first)
        else:
            sent[f"v:{op}"] = values.get(label) or present or "某某"
    return sent


async def _post(person: Browser, path: str, fields: dict[str, str]) -> None:
    ops = re.findall(r'name="field" value="([^"]+)"', person.page)
    sent = [("csrf", person.hidden("csrf")), *fields.items(), *(("field", op) for op in ops)]
    headers = {"Origin": person.address}
    async with person.session.post(path, data=sent, headers=headers) as response:
        await person._read(response)


async def _type(person: Browser, child: Child, draft_id: str, act: str) -> None:
    """Everything on the page, again while new questions open, then `act`."""
    path = f"/panel/typing/{draft_id}"
    await person.get(path)
    assert person.status == 200, person.text()
    values = {
        "姓名": child.name,
        "证件": "yes",
        "身份证号": child.id_number,
        "出生日期": "2020-03-12",
        "性别": "2",
        "户口住址": ADDRESS,
        "现住址": ADDRESS,
        "以前的学校": "向阳路幼儿园",
        "另一位监护人": "none",
        "监护人姓名": "林晓月",
        "监护人电话": "13800007777",
    }
    for _ in range(4):
        await _post(person, path, {**_fields(person.page, values), "act": "save"})
        assert person.status == 200, person.text()
        if "还有 0 项没有填" in person.text():
            break
    await _post(person, path, {**_fields(person.page, values), "act": act})


async def _handed(town: Town, mother: Browser, child: Child, **more: str) -> str:
    await _photograph(town, mother, child, **more)
    await mother.press("拍好了，交给老师照着填")
    assert "照片已经交给" in mother.text()
    draft = await town.draft(child)
    assert draft is not None
    assert draft.state is DraftState.handed
    return draft.id


async def test_a_family_that_only_photographs_is_asked_little(town: Town) -> None:
    """No typing but a telephone number: pictures, the statement, and what only it may say."""
    child = await town.add_child("濮阳小山")
    async with town.site.browser() as mother:
        asked = await _photograph(town, mother, child)
        assert len(asked) <= 6
        pages = [it for it in asked if "拍户口本" in it]
        assert len(pages) == 3, "first page, head's page, child's page"
        assert not any("叫什么名字" in it or "同意请他们" in it for it in asked)
        for _ in range(2):
            await mother.get("/chat")
            assert "照片拍好了" in mother.text()


async def test_the_teacher_types_from_pictures_and_the_mother_signs_in_her_chat(
    town: Town,
) -> None:
    child = await town.add_child("濮阳小河")
    async with (
        town.site.browser() as mother,
        town.site.browser() as teacher,
        town.site.browser() as committee,
    ):
        draft_id = await _handed(town, mother, child)
        await desk.sign_in(teacher, town.site, "teacher")
        await teacher.get("/panel")
        assert f"/panel/typing/{draft_id}" in teacher.page
        await teacher.get(f"/panel/typing/{draft_id}")
        revision = _fields(teacher.page, {})["revision"]
        nothing = {"revision": revision, "act": "done"}
        await _post(teacher, f"/panel/typing/{draft_id}", nothing)
        assert "项没有填" in teacher.page
        assert re.search(r'<li><a href="#v-[^"]+">出生日期</a></li>', teacher.page), "named"
        await _type(teacher, child, draft_id, "done")
        assert "填好了，交出去了" in teacher.text()
        await teacher.get("/panel")
        assert f"/panel/typing/{draft_id}" not in teacher.page

        await mother.get("/chat")
        await mother.press("接着填")
        while "都对，去签字确认" not in mother.text():  # what only a guardian agrees to
            await mother.press("同意")
        assert child.name in mother.text()
        await mother.press("都对，去签字确认")
        await mother.say("林晓月")
        assert "已交给学校" in mother.text()
        case = await case_of(town, child)
        assert case is not None
        assert case.content.typed_by == (town.site.ids["teacher"],)
        typed = {it.field for it in case.content.values if it.is_typed}
        assert {"full_name", "id_number", "home_address"} <= typed
        assert not {"phone", "special_situation"} & typed
        assert {it.kind for it in case.content.evidence} >= {"household_register"}

        # Who typed does not review: the step is not his though the paper would be.
        await desk.sign_in(committee, town.site, "committee")
        await committee.get(f"/panel/case/{case.id}")
        assert committee.status == 200
        await teacher.get(f"/panel/case/{case.id}")
        revision = {"revision": str(case.revision), "act": "approve"}
        await teacher.post(f"/panel/case/{case.id}/decide", revision)
        assert teacher.status in (404, 422)
        after = await case_of(town, child)
        assert after is not None
        assert (after.state, after.step) == (State.in_review, 0)


async def test_typed_for_a_helper_the_paper_is_signed_by_a_link(town: Town) -> None:
    child = await town.add_child("濮阳小海")
    async with (
        town.site.browser() as aunt,
        town.site.browser() as father,
        town.site.browser() as registrar,
    ):
        draft_id = await _handed(town, aunt, child, relation="helper")
        await desk.sign_in(registrar, town.site, "registrar")
        await registrar.get("/panel")
        assert f"/panel/typing/{draft_id}" in registrar.page  # the registrar's too
        await _type(registrar, child, draft_id, "done")
        await aunt.get("/chat")
        await aunt.press("接着填")
        await aunt.press("请监护人在手机上签字")
        token = link_on(aunt)
        assert LINK.search(aunt.text())
        await say_who(father, token)
        await read_and_agree(father, token)
        await sign(father, token)
        assert "您签的是「林长河」，表里写的监护人是「林晓月」" in father.text()
        await sign(father, token)
        assert "已经签字" in father.text()
    case = await case_of(town, child)
    assert case is not None
    assert case.content.signature is not None
    assert case.content.signature.relation is Relation.father
    assert case.content.typed_by == (town.site.ids["registrar"],)


async def test_typed_for_a_signature_on_paper_somebody_else_ticks_it(town: Town) -> None:
    """K21: the tick is a second person's too."""
    child = await town.add_child("濮阳小江")
    async with (
        town.site.browser() as mother,
        town.site.browser() as teacher,
        town.site.browser() as registrar,
    ):
        draft_id = await _handed(town, mother, child)
        await desk.sign_in(teacher, town.site, "teacher")
        await _type(teacher, child, draft_id, "paper")
        assert "填好了，交出去了" in teacher.text()
        case = await case_of(town, child)
        assert case is not None
        assert (case.content.signature, case.submitted_by) == (None, town.site.ids["teacher"])
        assert case.content.agreed("statement")
        await teacher.get(f"/panel/case/{case.id}")
        tick = {"revision": str(case.revision)}
        await teacher.post(f"/panel/case/{case.id}/signature", tick)
        assert teacher.status == 422
        await desk.sign_in(registrar, town.site, "registrar")
        await registrar.get(f"/panel/case/{case.id}")
        await registrar.post(f"/panel/case/{case.id}/signature", tick)
        after = await case_of(town, child)
        assert after is not None
        assert after.content.signature is not None
        assert after.content.signature.on_paper_by == town.site.ids["registrar"]
        await mother.get("/chat")
        assert "已交给学校" in mother.text()


async def test_a_wrong_value_is_checked_as_the_family_would_be(town: Town) -> None:
    child = await town.add_child("濮阳小溪")
    async with town.site.browser() as mother, town.site.browser() as teacher:
        draft_id = await _handed(town, mother, child)
        path = f"/panel/typing/{draft_id}"
        await desk.sign_in(teacher, town.site, "teacher")
        await teacher.get(path)
        assert "跳过" not in teacher.text(), "a button of the phone"
        assert "没有就空着" in teacher.text()
        op = _labels(teacher.page)["出生日期"]
        revision = teacher.hidden("revision")
        await _post(teacher, path, {"revision": revision, f"v:{op}": "3000-01-01", "act": "save"})
        assert teacher.status == 422
        assert "请再看一遍" in teacher.text()
        assert 'value="3000-01-01"' in teacher.page  # what was typed is not lost
        await _post(teacher, path, {"revision": "9999", f"v:{op}": "2020-03-12", "act": "save"})
        assert teacher.status == 409
        draft = await town.draft(child)
        assert draft is not None
        assert "child/birth_date" not in draft.answers


async def test_the_family_may_type_itself_after_all(town: Town) -> None:
    child = await town.add_child("濮阳小湖")
    async with town.site.browser() as mother, town.site.browser() as teacher:
        draft_id = await _handed(town, mother, child)
        await mother.get("/chat")
        await mother.press("我还是自己填")
        assert "还剩" in mother.text()
        assert "照片拍好了" not in mother.text()
        await desk.sign_in(teacher, town.site, "teacher")
        await teacher.get("/panel")
        assert f"/panel/typing/{draft_id}" not in teacher.page
        await teacher.get(f"/panel/typing/{draft_id}")
        assert teacher.status == 404


@pytest.mark.parametrize("person", ["other_teacher", "committee", "mother", "nobody"])
async def test_nobody_else_opens_the_pictures_or_the_page(town: Town, person: str) -> None:
    """T1: other class, committee, the family itself and strangers."""
    child = await town.add_child(
        "濮阳小" + {"o": "甲", "c": "乙", "m": "丙", "n": "丁"}[person[0]]
    )
    async with town.site.browser() as mother, town.site.browser() as other:
        draft_id = await _handed(town, mother, child)
        draft = await town.draft(child)
        assert draft is not None
        file_id = next(
            one.text for path, one in draft.answers.items() if path.startswith("papers/")
        )
        if person in ("other_teacher", "committee"):
            await desk.sign_in(other, town.site, person)
        who = mother if person == "mother" else other
        await who.get(f"/panel/typing/{draft_id}")
        assert who.status in (401, 403, 404)
        await who.get("/")
        await who.post(f"/panel/typing/{draft_id}", {"act": "done", "revision": "0"})
        assert who.status in (401, 403, 404)
        if person != "mother":
            await other.get(f"/file/{file_id}")
            assert other.status in (401, 404)
        kept = await town.draft(child)
        assert kept == draft


async def test_pictures_close_to_the_school_when_it_has_typed(town: Town) -> None:
    child = await town.add_child("濮阳小泉")
    async with town.site.browser() as mother, town.site.browser() as teacher:
        draft_id = await _handed(town, mother, child)
        draft = await town.draft(child)
        assert draft is not None
        file_id = next(
            one.text for path, one in draft.answers.items() if path.startswith("papers/")
        )
        await desk.sign_in(teacher, town.site, "teacher")
        events = await desk.events(town.site)
        async with teacher.session.get(f"/file/{file_id}") as response:
            assert response.status == 200
        assert await desk.events(town.site) == events + 1  # R231
        await _type(teacher, child, draft_id, "done")
        async with teacher.session.get(f"/file/{file_id}") as response:
            assert response.status == 404


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "by plain forms"])
async def test_photographed_and_typed_on_real_screens(
    town: Town, people: People, *, javascript: bool
) -> None:
    child = await town.add_child(f"濮阳小{'松' if javascript else '柏'}")
    mother = await people.family(javascript=javascript)
    mother.photo = photo()
    await mother.come_by(await town.slip(child), relation="mother")
    await mother.press("开始填")
    await mother.press(PHOTOS)
    await mother.assert_fits("photos only begun")
    given = {**GIVEN, "拍": "photo"}
    await mother.fill(given, until="照片拍好了")
    await mother.assert_fits("photos ready")
    await mother.press("拍好了，交给老师照着填")
    await mother.expect_words("老师会照着填")
    await mother.assert_fits("photos handed over")

    teacher = await people.staff("teacher", javascript=javascript)
    await teacher.go("/panel")
    await teacher.page.locator("a", has_text="看着照片填").last.click()
    await teacher.expect_words("填的人不审核这一件")
    await teacher.assert_fits("typing from photos")
    await teacher.page.get_by_label(re.compile("^姓名")).fill("")
    await teacher.press("button[value=done]")
    await teacher.expect_words("项没有填")
    await teacher.assert_fits("typing, not finished")
    assert mother.faults == teacher.faults == []


async def test_whoever_is_the_only_reviewer_is_told_before_he_types(town: Town) -> None:
    child = await town.add_child("濮阳小雪")
    async with (
        town.site.browser() as mother,
        town.site.browser() as teacher,
        town.site.browser() as registrar,
    ):
        draft_id = await _handed(town, mother, child)
        for browser, role in ((teacher, "班主任"), (registrar, "学籍")):
            name = "teacher" if browser is teacher else "registrar"
            await desk.sign_in(browser, town.site, name)
            await browser.get(f"/panel/typing/{draft_id}")
            assert browser.text().count("这一步没有别人能审核") == 1
            assert role in browser.text().partition("这一步没有别人能审核")[0][-20:]


def test_who_may_type() -> None:
    assert POLICY[Action.typing_do] == {Role.class_teacher, Role.registrar}
