"""Links for exactly one thing: a photo taken by whoever is at home, a guardian's signature.

Rules: R81, R159, K7, K21, K22; T7, T1: forwarded, guessed, replayed, old and foreign links.
"""

import asyncio
import hmac
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageFilter
from playwright.async_api import FilePayload

from bot.errands import errand_at
from conversations.draft import DraftState
from registry import setup
from registry.actors import Relation, Role
from registry.policy import POLICY, Action
from registry.submissions import State
from storage.errands import open_errands
from storage.links import find_entry
from storage.unit import Unit
from tests.admin import desk
from tests.e2e.conftest import People
from tests.e2e.errands import (
    BORN,
    LINK,
    PHOTO,
    SIGN,
    ask_for_photo,
    ask_for_signature,
    case_of,
    give_photo,
    line_of,
    link_on,
    read_and_agree,
    say_who,
    sign,
)
from tests.e2e.phone import Phone
from tests.e2e.town import ADDRESS, SUMMARY, Child, Town
from tests.support.site import Browser, photo

WAYS = pytest.mark.parametrize("javascript", [True, False], ids=["with script", "by plain forms"])
SECRET = "特殊情况"


def _private(child: Child) -> tuple[str, ...]:
    """What no stranger is shown."""
    return (child.name, child.id_number, child.id_number[-4:], child.phone, ADDRESS[:8], SECRET)


def _blurred() -> bytes:
    sink = BytesIO()
    with Image.open(BytesIO(photo())) as sharp:
        sharp.filter(ImageFilter.GaussianBlur(9)).save(sink, "JPEG")
    return sink.getvalue()


async def _send_photo(page: Phone, data: bytes) -> None:
    file = FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=data)
    await page.page.set_input_files("#photo", files=[file])
    async with page.page.expect_navigation():
        await page.page.click("main form button.main")


# ---- the photo


@WAYS
async def test_grandfather_photographs_the_page_and_mother_sees_it_arrive(
    town: Town, people: People, *, javascript: bool
) -> None:
    child = await town.add_child(f"司空小{'舟' if javascript else '船'}")
    mother = await people.family(javascript=javascript)
    await mother.come_by(await town.slip(child), relation="mother")
    await mother.press("开始填")
    await mother.fill(child.answers(), until="拍户口本")
    await mother.press("请家里人拍这一页")
    await mother.assert_fits("a link for the photo")
    shown = LINK.search(await mother.words())
    assert shown is not None
    address = town.address_of(shown[1])

    grandfather = await people.family(javascript=javascript)
    await grandfather.open(address)
    await grandfather.expect_words("请拍户口本首页")
    await grandfather.assert_fits("the page for the photo")
    html = await grandfather.page.content()
    assert not [it for it in _private(child) if it in html]
    await _send_photo(grandfather, _blurred())
    await grandfather.expect_words("有点模糊")
    await grandfather.assert_fits("a poor photo")
    await _send_photo(grandfather, photo())
    await grandfather.expect_words("照片收到了")
    await grandfather.assert_fits("thanks for the photo")

    if not javascript:
        await mother.page.reload()
    await mother.expect_words("这一题已经有人填好了")
    await mother.expect_words("拍户口本里孩子那一页")
    await mother.send_photo(photo())  # the first thing she does there counts
    assert "拍户口本里孩子那一页" not in await mother.question()
    draft = await town.draft(child)
    assert draft is not None
    given = draft.answers[PHOTO]
    mark, sealed = b"JFIF", (town.site.home / "files").rglob("*")
    assert not any(mark in path.read_bytes() for path in sealed if path.is_file())
    assert given.text
    assert mother.faults == grandfather.faults == []
    for back_again in (grandfather.page.reload, grandfather.page.go_back):
        await back_again()
        await grandfather.expect_words("照片收到了")  # nothing is asked to be sent again
    assert grandfather.page.url == address
    aunt = await people.family(javascript=javascript)
    await aunt.open(address)
    await aunt.expect_words("这个链接已经用完了")


@pytest.mark.parametrize("has_share", [True, False], ids=["with share sheet", "without"])
async def test_a_link_is_copied_with_one_tap_or_handed_to_the_phone(
    town: Town, people: People, *, has_share: bool
) -> None:
    child = await town.add_child(f"司空小{'风' if has_share else '雨'}")
    mother = await people.family()
    page = mother.page
    await page.context.grant_permissions(["clipboard-read"])
    share = "async (data) => { window.shared = data; }" if has_share else "undefined"
    await page.add_init_script(f"navigator.share = {share};")
    await mother.come_by(await town.slip(child), relation="mother")
    await mother.press("开始填")
    await mother.fill(child.answers(), until="拍户口本")
    await mother.press("请家里人拍这一页")
    address = await page.inner_text(".address")
    assert LINK.search(address)
    await mother.assert_fits("a link to pass on")
    await page.click("text=复制链接")
    await mother.expect_words("复制好了")
    assert await page.evaluate("navigator.clipboard.readText()") == address
    button = page.get_by_role("button", name="发给家里人")
    assert await button.count() == int(has_share)
    if has_share:
        await button.click()
        shared = await page.evaluate("window.shared")
        assert shared["url"] == address
        assert not [it for it in _private(child) if it in str(shared)]
    assert mother.faults == []


async def test_without_script_a_link_to_pass_on_is_text_to_select(
    town: Town, people: People
) -> None:
    child = await town.add_child("司空小雪")
    mother = await people.family(javascript=False)
    await mother.come_by(await town.slip(child), relation="mother")
    await mother.press("开始填")
    await mother.fill(child.answers(), until="拍户口本")
    await mother.press("请家里人拍这一页")
    address = mother.page.locator(".address")
    style = "it => getComputedStyle(it).userSelect"
    assert LINK.search(await address.inner_text())
    assert await address.evaluate(style) == "all"
    assert await mother.page.locator(".pass-on button:visible").count() == 0


async def test_a_photo_link_is_used_once_by_twenty_at_the_same_time(town: Town) -> None:
    child = await town.add_child("司空小桥")
    async with town.site.browser() as mother:
        token = await ask_for_photo(town, mother, child)

        async def give() -> int:
            async with town.site.browser() as stranger:
                await give_photo(stranger, token, photo())
                return stranger.status

        statuses = await asyncio.gather(*(give() for _ in range(20)))
    assert sorted(statuses) == [200, *[410] * 19]


async def test_looking_and_wrong_files_leave_a_photo_link_open(town: Town) -> None:
    child = await town.add_child("司空小溪")
    async with town.site.browser() as mother, town.site.browser() as aunt:
        token = await ask_for_photo(town, mother, child)
        for _ in range(3):
            await aunt.get(f"/l/{token}")
        await give_photo(aunt, token, b"<svg onload=alert(1)>")
        assert "这不是照片" in aunt.text()
        assert "发给填表的家里人" in aunt.text()
        await give_photo(aunt, token, photo())
        assert "照片收到了" in aunt.text()


async def test_poor_photos_are_kept_but_not_taken_for_ever(town: Town) -> None:
    child = await town.add_child("司空小泉")
    async with town.site.browser() as mother, town.site.browser() as aunt:
        token = await ask_for_photo(town, mother, child)
        kept = []
        for _ in range(5):
            await give_photo(aunt, token, _blurred())
            draft = await town.draft(child)
            assert draft is not None
            kept.append(draft.answers[PHOTO].text)
        assert len(set(kept)) == 5
        assert "照片收到了" in aunt.text()
        before = await town.draft(child)
        await give_photo(aunt, token, photo())
        assert await town.draft(child) == before
    async with town.site.browser() as uncle:
        await give_photo(uncle, token, photo())
        assert uncle.status == 410


@pytest.mark.parametrize("what", ["answered", "expired", "newer", "sent", "taken_back", "stopped"])
async def test_a_photo_link_that_is_not_wanted_any_more_takes_nothing(
    town: Town, what: str
) -> None:
    names = ["answered", "expired", "newer", "sent", "taken_back", "stopped"]
    child = await town.add_child(f"司空小{'金木水火土石'[names.index(what)]}")
    async with town.site.browser() as mother, town.site.browser() as aunt:
        token = await ask_for_photo(town, mother, child)
        await aunt.get(f"/l/{token}")
        assert aunt.status == 200
        await _outdate(town, mother, token, what)
        before, pictures = await town.draft(child), town.pictures()
        try:
            answer = await give_photo(aunt, token, photo())
        finally:
            if what == "expired":
                town.site.clock.wait(hours=-25)
        assert (aunt.status, "这个链接已经用完了" in answer) == (410, True)
        assert await town.draft(child) == before
        assert town.pictures() == pictures
        assert not [it for it in _private(child) if it in aunt.page]


async def test_a_link_opens_as_long_as_the_school_says(town: Town) -> None:
    child, site = await town.add_child("司空小河"), town.site

    def set_hours(unit: Unit, hours: int) -> None:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        settings = unit.load_school(site.house.school_id).settings
        setup.change_settings(unit, registrar, replace(settings, errand_hours=hours), site.clock())

    await site.house.db.write(lambda unit: set_hours(unit, 48))
    async with site.browser() as mother, site.browser() as aunt:
        try:
            token = await ask_for_photo(town, mother, child)
            for hours, status in ((47, 200), (2, 410)):
                site.clock.wait(hours=hours)
                await aunt.get(f"/l/{token}")
                assert aunt.status == status
        finally:
            site.clock.wait(hours=-49)
            await site.house.db.write(lambda unit: set_hours(unit, 24))


async def _outdate(town: Town, mother: Browser, token: str, what: str) -> None:
    site = town.site
    if what == "answered":
        await mother.upload(photo())
    elif what == "expired":
        site.clock.wait(hours=25)
    elif what == "newer":
        await mother.press("收回这个链接")
        assert "链接收回了" in mother.text()
        await mother.press("请家里人拍这一页")
        assert link_on(mother) != token
    elif what == "taken_back":
        await mother.press("收回这个链接")
    elif what == "sent":
        await mother.upload(photo())
        await mother.upload(photo())
        await mother.press("都没有")
        await mother.press("选好了")
        await mother.press("都对，去签字确认")
        await mother.say("林晓月")
        assert "已交给学校" in mother.text()
    else:
        entry = await site.house.db.read(lambda unit: find_entry(unit, token))
        assert entry is not None
        person = entry.actor_id or ""
        await site.house.db.write(lambda unit: unit.set_active(person, False))


async def test_a_photo_link_of_another_school_or_a_guess_is_no_link(town: Town) -> None:
    child = await town.add_child("司空小岛")
    async with town.site.browser() as mother, town.site.browser() as stranger:
        token = await ask_for_photo(town, mother, child)

        def found(unit: Unit) -> str:
            return setup.found_school(
                unit, "远山小学", "010-55550199", "远登记", town.site.clock()
            )[0].id

        other = await town.site.house.db.write(found)
        foreign = replace(town.site.house, school_id=other)
        assert (
            await foreign.db.read(lambda unit: errand_at(unit, foreign, token, "zh_Hans")) is None
        )
        guess = token[:-1] + ("A" if token[-1] != "A" else "B")
        await stranger.get(f"/l/{guess}")
        assert stranger.status == 404


async def test_what_was_sent_through_a_link_is_shown_to_nobody_else(town: Town) -> None:
    """The one who gave a photo can open neither it nor the chat."""
    child = await town.add_child("司空小湖")
    async with town.site.browser() as mother, town.site.browser() as aunt:
        token = await ask_for_photo(town, mother, child)
        await give_photo(aunt, token, photo())
        draft = await town.draft(child)
        assert draft is not None
        file_id = draft.answers[PHOTO].text
        for path in (f"/file/{file_id}", "/chat"):
            await aunt.get(path)
            assert aunt.status == 401
        async with mother.session.get(f"/file/{file_id}/small") as response:
            assert response.status == 200


# ---- the signature


@WAYS
async def test_a_guardian_signs_by_a_link_what_a_helper_filled(
    town: Town, people: People, *, javascript: bool
) -> None:
    """Confirmed by the class teacher, released by the registrar; nobody ticks paper. K21, R81."""
    child = await town.add_child(f"公冶小{'禾' if javascript else '苗'}")
    father = await people.family(javascript=javascript)
    async with town.site.browser() as neighbour:
        token = await ask_for_signature(town, neighbour, child)
        await father.open(town.address_of(token))
        await father.expect_words("只有孩子的监护人能签字")
        await father.assert_fits("who signs")
        html = await father.page.content()
        assert not [it for it in _private(child) if it in html]
        await father.page.check("input[value=father]")
        await father.page.fill("#proof", BORN)
        await _go_on(father)
        await father.expect_words("签字以前，请先看下面每一项")
        await father.assert_fits("what a guardian agrees to")
        assert await father.page.locator(".agreement input:checked").count() == 0
        await _go_on(father)
        await father.expect_words("请每一项都点一下")
        assert father.page.url.endswith("#agree-0")
        assert await father.page.locator(".agreement .problem").count() == 2
        for box in await father.page.locator(".agreement .choice:first-of-type input").all():
            await box.check()
        await _go_on(father)
        await father.expect_words("下面就是要交给学校的内容")
        await father.assert_fits("what a guardian signs")
        await father.page.go_back()
        await father.expect_words("签字以前，请先看下面每一项")
        ticked = father.page.locator(".agreement .choice:first-of-type input:checked")
        assert await ticked.count() == await father.page.locator(".agreement").count()
        await father.page.go_forward()
        await father.expect_words("下面就是要交给学校的内容")
        await father.page.fill("#name", "林长河")
        await _go_on(father)
        for again in (None, father.page.reload):
            if again is not None:
                await again()
            await father.expect_words("已经签字，交给学校了")
            assert father.page.url == town.address_of(token)
        await father.assert_fits("signed")
        await father.page.go_back()
        await father.expect_words("已经签字，交给学校了")
        await neighbour.get("/chat")
        assert "已交给学校" in neighbour.text()
    assert father.faults == []

    case = await case_of(town, child)
    assert case is not None
    signature = case.content.signature
    assert signature is not None
    assert (signature.relation, signature.typed_name) == (Relation.father, "林长河")
    assert (case.content.relation, signature.through) == (Relation.helper, case.submitted_by)
    seal = town.site.house.sealer.sign("signature", case.content.summary.encode()).hex()
    assert hmac.compare_digest(signature.seal, seal)
    assert case.content.agreed("committee_help")
    assert {it.actor_id for it in case.content.consents} == {signature.actor_id}

    committee = await people.staff("committee")
    await committee.open_case(f"公冶*{child.name[-1]}")
    await committee.approve()
    registrar = await people.staff("registrar")
    await registrar.open_case(child.name)
    await registrar.expect_words("还没有核实签字的人是监护人")
    await registrar.approve()
    await registrar.expect_words("还差监护人")
    teacher = await people.staff("teacher")
    await teacher.go(f"/panel/class/{town.site.ids['class']}")
    named = teacher.page.locator("strong", has_text=child.name)
    claim = teacher.page.locator(".item.claim").filter(has=named)
    async with teacher.page.expect_navigation():
        await claim.get_by_role("button", name="确认", exact=True).click()
    await registrar.open_case(child.name)
    await registrar.expect_words("链接由填表的人")
    await registrar.assert_fits("signed through a link")
    await registrar.approve()
    case = await case_of(town, child)
    assert case is not None
    assert case.state in (State.approved, State.effective)


async def test_a_slip_at_the_signing_is_asked_about_and_not_passed_over(town: Town) -> None:
    """R81, K21: one character is no signature; a name the paper does not give is asked about."""
    child = await town.add_child("公冶小槐")
    family = {"监护人是谁": "爸爸", "这位监护人叫什么名字": "+林长河"}
    async with town.site.browser() as neighbour, town.site.browser() as father:
        token = await ask_for_signature(town, neighbour, child, **family)
        await say_who(father, token)
        await read_and_agree(father, token)
        await sign(father, token, name="林")
        assert "签字要写完整的姓名" in father.page.partition('id="sign-here"')[2]
        assert 'id="name" name="name" value="林"' in father.page
        await sign(father, token, name="林长江")
        assert "您签的是「林长江」，表里写的监护人是「林长河」" in father.text()
        await sign(father, token, name="林长海")
        assert "您签的是「林长海」" in father.text()
        assert await case_of(town, child) is None
        await sign(father, token, name="林长海")
        assert "已经签字" in father.text()
    case = await case_of(town, child)
    assert case is not None
    assert case.content.signature is not None
    assert case.content.signature.typed_name == "林长海"


async def test_no_page_of_a_signing_link_answers_a_post_itself(town: Town) -> None:
    """Back and reload never ask to send a form again; no address says anything of anybody."""
    child = await town.add_child("公冶小榆")
    async with town.site.browser() as neighbour, town.site.browser() as father:
        token = await ask_for_signature(town, neighbour, child)
        await father.get(f"/l/{token}")
        csrf = father.hidden("csrf")
        for fields in (
            {"act": "who", "relation": "", "proof": "x"},
            {"act": "who", "relation": "father", "proof": "2020年3月1日"},
            {"act": "who", "relation": "father", "proof": BORN},
        ):
            sent = {"csrf": csrf, **fields}
            headers = {"Origin": father.address}
            async with father.session.post(
                f"/l/{token}", data=sent, headers=headers, allow_redirects=False
            ) as response:
                assert (response.status, response.headers["Location"]) == (303, f"/l/{token}")
        await father.get(f"/l/{token}")
        assert "签字以前" in father.text()
        cookies = "".join(it.value for it in father.session.cookie_jar)
        assert "2020" not in cookies


async def _go_on(page: Phone) -> None:
    async with page.page.expect_navigation():
        await page.page.click("main form button.main")


async def test_a_linked_guardian_signs_without_being_asked_who_he_is(town: Town) -> None:
    child = await town.add_child("公冶小麦")
    town.site.ids[child.id] = child.id
    async with town.site.browser() as aunt, town.site.browser() as mother:
        await mother.come_in(await town.site.slip(child.id), relation="mother")
        token = await ask_for_signature(town, aunt, child)
        await mother.get(f"/l/{token}")
        assert "签字以前" in mother.text()
        await read_and_agree(mother, token)
        assert "学校还不认识您" not in mother.text()
        await sign(mother, token, name="林晓月")
        assert "已经签字" in mother.text()
        assert "班主任会打电话核实" not in mother.text()
    case = await case_of(town, child)
    assert case is not None
    assert case.content.signature is not None
    assert case.content.signature.relation is Relation.mother


async def test_whoever_fills_cannot_sign_through_his_own_link(town: Town) -> None:
    """K21: a helper says he is the father, on the phone he filled on."""
    child = await town.add_child("公冶小豆")
    async with town.site.browser() as neighbour:
        token = await ask_for_signature(town, neighbour, child)
        words = await say_who(neighbour, token)
        assert "签字要孩子的监护人本人来" in words
        await neighbour.post(f"/l/{token}", {"act": "sign", "seen": "x", "name": "林长河"})
    assert await case_of(town, child) is None


@pytest.mark.parametrize("relation", ["grandparent", "entrusted_carer", "helper", "", "registrar"])
async def test_only_guardians_are_taken_at_the_signing(town: Town, relation: str) -> None:
    child = await town.add_child("公冶小米" + "甲乙丙丁戊"[len(relation) % 5])
    async with town.site.browser() as neighbour, town.site.browser() as grandmother:
        token = await ask_for_signature(town, neighbour, child)
        await say_who(grandmother, token, relation=relation)
        assert "只有孩子的监护人能签字" in grandmother.text()
        assert "签字以前" not in grandmother.text()
        assert child.id_number[-4:] not in grandmother.page


async def test_an_outsider_with_a_forwarded_signing_link_reads_nothing(town: Town) -> None:
    """Nothing before the child's birth date is known; five wrong ones end the link."""
    child = await town.add_child("公冶小荷")
    async with town.site.browser() as neighbour, town.site.browser() as outsider:
        token = await ask_for_signature(town, neighbour, child)
        pages = []
        await outsider.get(f"/l/{token}")
        pages.append(outsider.page)
        for act in ("read", "sign"):
            fields = {"act": act, "agree-0": "OK", "agree-1": "yes", "seen": "", "name": "路人"}
            await outsider.post(f"/l/{token}", fields)
            pages.append(outsider.page)
        for day in range(13, 18):
            await say_who(outsider, token, born=f"2020年3月{day}日")
            pages.append(outsider.page)
        assert not [it for it in _private(child) for page in pages if it in page]
        await say_who(outsider, token)
        assert outsider.status == 410
        assert await case_of(town, child) is None
        await neighbour.get("/chat")
        await neighbour.press(SIGN)
        assert link_on(neighbour) != token


async def test_a_signing_link_opens_for_the_first_who_said_who_he_is(town: Town) -> None:
    child = await town.add_child("公冶小莲")
    async with (
        town.site.browser() as neighbour,
        town.site.browser() as father,
        town.site.browser() as second,
    ):
        token = await ask_for_signature(town, neighbour, child)
        await second.get(f"/l/{token}")
        await say_who(father, token)
        assert "签字以前" in father.text()
        for _ in range(2):
            await say_who(second, token)
            assert second.status == 410
            assert not [it for it in _private(child) if it in second.page]
        await father.get(f"/l/{token}")
        await read_and_agree(father, token)
        await sign(father, token)
        assert father.status == 200
        said = father.text()
        assert "已经签字" in said
        await sign(father, token)
        assert father.text() == said
        await second.get(f"/l/{token}")
        assert second.status == 410
    case = await case_of(town, child)
    assert case is not None
    assert case.round == 1


async def test_what_changed_after_reading_is_read_again_before_it_is_signed(town: Town) -> None:
    """R81: the seal is of the exact text he saw."""
    child = await town.add_child("公冶小竹")
    async with town.site.browser() as neighbour, town.site.browser() as father:
        token = await ask_for_signature(town, neighbour, child)
        await say_who(father, token)
        await read_and_agree(father, token)
        await neighbour.say(line_of(neighbour, "民族"))
        await neighbour.press("苗族")
        await neighbour.get("/chat")
        await sign(father, token)
        assert "刚才有人改过这份表" in father.text()
        assert await case_of(town, child) is None
        assert "苗族" in father.text()
        await sign(father, token)
        assert "已经签字" in father.text()


async def test_a_declined_committee_at_the_signing_sends_the_step_to_the_teacher(
    town: Town,
) -> None:
    """K22: separate, unticked, refused without losing anything."""
    child = await town.add_child("公冶小松")
    async with town.site.browser() as neighbour, town.site.browser() as father:
        token = await ask_for_signature(town, neighbour, child)
        await say_who(father, token)
        await read_and_agree(father, token, last=True)
        await sign(father, token)
        assert "已经签字" in father.text()
    case = await case_of(town, child)
    assert case is not None
    assert (case.committee_helps, case.content.agreed("statement")) == (False, True)


async def test_a_refused_claim_leaves_the_signature_worthless(town: Town) -> None:
    """The link proves that somebody had it; the class teacher says who he is. Rule: K21."""
    child = await town.add_child("公冶小柏")
    async with (
        town.site.browser() as neighbour,
        town.site.browser() as somebody,
        town.site.browser() as teacher,
        town.site.browser() as registrar,
    ):
        token = await ask_for_signature(town, neighbour, child)
        await say_who(somebody, token)
        await read_and_agree(somebody, token)
        await sign(somebody, token)
        case = await case_of(town, child)
        assert case is not None
        await desk.sign_in(teacher, town.site, "teacher")
        page = await teacher.get(f"/panel/class/{case.class_id}")
        claim = page.partition(child.name)[2].partition("/panel/claim/")[2][:32]
        await teacher.post(f"/panel/claim/{claim}", {"act": "refuse"})
        await desk.sign_in(registrar, town.site, "registrar")
        await registrar.get(f"/panel/case/{case.id}")
        assert "还没有核实签字的人是监护人" in registrar.text()
        # On paper before the teacher's eyes it is signed after all.
        await teacher.get(f"/panel/case/{case.id}")
        await teacher.post(f"/panel/case/{case.id}/signature", {"revision": str(case.revision)})
        await registrar.get(f"/panel/case/{case.id}")
        assert "还没有核实签字的人是监护人" not in registrar.text()


async def test_a_paper_that_became_incomplete_waits_for_its_helper(town: Town) -> None:
    child = await town.add_child("公冶小桂")
    async with town.site.browser() as neighbour, town.site.browser() as father:
        token = await ask_for_signature(town, neighbour, child)
        await neighbour.say(line_of(neighbour, "另一位监护人"))
        await neighbour.press("有，是爸爸")
        await father.get(f"/l/{token}")
        assert father.status == 409
        assert "还有几处要补" in father.text()


async def test_a_claimants_paper_cannot_be_signed_by_link_before_the_teacher_answers(
    town: Town,
) -> None:
    child = await town.add_child("公冶小枫")
    async with town.site.browser() as helper:
        await helper.come_in(
            await town.site.class_link(), relation="helper", child_name=child.name
        )
        await helper.press("开始填")
        answers = child.answers()
        while SUMMARY not in (question := helper.question()):
            found = next(it for words, it in answers.items() if words in question)
            for answer in (found,) if isinstance(found, str) else found:
                if answer == "photo":
                    await helper.upload(photo())
                else:
                    words = answer.removeprefix("+")
                    await (helper.say(words) if answer[:1] == "+" else helper.press(words))
        await helper.press(SIGN)
        assert "/l/" not in helper.text()


async def test_no_link_is_left_open_by_a_sent_paper(town: Town) -> None:
    child = await town.add_child("公冶小樱")
    async with town.site.browser() as neighbour, town.site.browser() as father:
        token = await ask_for_signature(town, neighbour, child)
        assert "都对，交给学校" not in neighbour.text()  # not by habit while a guardian is asked
        await neighbour.press("不等签字，现在就交")
        draft = await town.draft(child)
        assert draft is not None
        assert draft.state is DraftState.submitted
        site = town.site
        left = await site.house.db.read(
            lambda unit: open_errands(unit, site.house.school_id, draft.id, site.clock())
        )
        assert left == ()
        await say_who(father, token)
        assert father.status == 410


def test_who_may_make_a_link() -> None:
    assert POLICY[Action.errand_make] == {Role.guardian, Role.class_teacher, Role.registrar}
