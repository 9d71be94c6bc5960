"""The class teacher's page: states, claims, reminders, slips, tasks (R77–R80, K21)."""

import re
from datetime import date

from registry import families
from registry.records import Notice
from registry.submissions import Act, Flag
from storage.links import EntryKind, find_entry
from storage.unit import Unit
from tests.admin import desk
from tests.admin.conftest import SignIn
from tests.support.site import Site


async def test_every_child_stands_where_it_is(site: Site, as_person: SignIn) -> None:
    await desk.add_case(site, "李思齐", key="back", serial=104)
    flags = (Flag(desk.PAPER, "unreadable"),)
    await desk.decide(site, "committee", Act.return_, key="back", flags=flags)
    page = await (await as_person("teacher")).get(f"/panel/class/{site.ids['class']}")
    states = re.findall(
        r'<th scope="row"><a [^>]*>([^<]*)</a></th>\s*<td><span class="state (\w+)', page
    )
    assert dict(states) == {
        "张小涵": "not_started",
        "古丽米热·艾比布力": "not_started",
        "林小满": "in_review",
        "李思齐": "returned",
    }


async def test_the_chips_filter_the_children(site: Site, as_person: SignIn) -> None:
    teacher = await as_person("teacher")
    page = await teacher.get(f"/panel/class/{site.ids['class']}?view=submitted")
    assert re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', page) == ["林小满"]


async def test_a_question_in_hand_is_named(site: Site, as_person: SignIn) -> None:
    await desk.start_filling(site, "child", "papers/household_page", 7, 18)
    page = await (await as_person("teacher")).get(f"/panel/class/{site.ids['class']}")
    assert "填到「户口本照片」" in page
    assert "7/18" in page


async def test_a_reminder_is_written_for_one_family_and_recorded(
    site: Site, as_person: SignIn
) -> None:  # R77, R78
    await desk.start_filling(site, "child", "papers/household_page", 7, 18)
    teacher = await as_person("teacher")
    path = f"/panel/class/{site.ids['class']}"
    await teacher.get(path)
    page = await teacher.post(f"{path}/remind", {"student": site.ids["child"]})
    text = re.search(r'<textarea id="copy"[^>]*>([^<]*)', page)
    assert text is not None
    assert "张*涵的登记还差「户口本照片」" in text.group(1)
    assert "张小涵" not in text.group(1)
    token = text.group(1).rsplit("/", 1)[1]
    entry = await site.house.db.read(lambda unit: find_entry(unit, token))
    assert entry is not None
    assert (entry.kind, entry.student_id) == (EntryKind.slip, site.ids["child"])
    assert await desk.events(site, "family.reminder.copied") == 1
    assert 'id="copy"' not in await teacher.get(path)


async def test_nobody_reminds_a_family_of_another_class(site: Site, as_person: SignIn) -> None:
    teacher = await as_person("other_teacher")
    await teacher.get("/panel")
    path = f"/panel/class/{site.ids['class']}/remind"
    await teacher.post(path, {"student": site.ids["child"]})
    assert teacher.status == 404
    path = f"/panel/class/{site.ids['other_class']}/remind"
    await teacher.get("/panel")
    await teacher.post(path, {"student": site.ids["child"]})
    assert teacher.status == 404
    assert await desk.events(site, "family.reminder.copied") == 0


async def test_a_claim_is_accepted_for_the_chosen_child(site: Site, as_person: SignIn) -> None:
    await desk.add_claim(site)
    teacher = await as_person("teacher")
    page = await teacher.get(f"/panel/class/{site.ids['class']}")
    assert f'<option value="{site.ids["child"]}" selected>张小涵' in page
    fields = {"act": "accept", "student": site.ids["child"]}
    page = await teacher.post(f"/panel/claim/{site.ids['claim']}", fields)
    assert "已确认" in page
    claimant = await desk.actor(site, "claimant")
    assert claimant.link_to(site.ids["child"]) is not None
    await teacher.post(f"/panel/claim/{site.ids['claim']}", fields)
    assert teacher.status == 422


async def test_a_claim_is_refused(site: Site, as_person: SignIn) -> None:
    await desk.add_claim(site)
    teacher = await as_person("teacher")
    await teacher.get(f"/panel/class/{site.ids['class']}")
    page = await teacher.post(f"/panel/claim/{site.ids['claim']}", {"act": "refuse"})
    assert "没有确认" in page
    assert (await desk.actor(site, "claimant")).links == ()


async def test_a_claim_needs_a_child_of_the_same_class(site: Site, as_person: SignIn) -> None:
    await desk.add_claim(site)
    teacher = await as_person("teacher")
    for student, status in (("", 422), (site.ids["other_child"], 404)):
        await teacher.get(f"/panel/class/{site.ids['class']}")
        fields = {"act": "accept", "student": student}
        await teacher.post(f"/panel/claim/{site.ids['claim']}", fields)
        assert teacher.status == status


async def test_another_teacher_cannot_answer_a_claim(site: Site, as_person: SignIn) -> None:
    await desk.add_claim(site)
    teacher = await as_person("other_teacher")
    await teacher.get("/panel")
    await teacher.post(f"/panel/claim/{site.ids['claim']}", {"act": "refuse"})
    assert teacher.status == 404


async def test_slips_are_made_for_those_who_have_not_sent(site: Site, as_person: SignIn) -> None:
    teacher = await as_person("teacher")
    path = f"/panel/class/{site.ids['class']}/slips"
    await teacher.get(path)
    page = await teacher.post(path, {"who": "open"})
    assert page.count('<article class="slip">') == 2
    assert page.count("<svg") == 2
    assert "010-55550123" in page
    assert "999999" not in page
    tokens = re.findall(r"/l/([\w-]{22})", page)
    assert len(set(tokens)) == 2
    (year, month, day) = map(int, re.findall(r"到(\d+)年(\d+)月(\d+)日晚上都能用", page)[0])
    entry = await site.house.db.read(lambda unit: find_entry(unit, tokens[0]))
    assert entry is not None
    closes = entry.expires_at.astimezone(site.clock().tzinfo)
    assert (closes.date(), closes.hour) == (date(year, month, day), 23)
    assert await desk.events(site, "school.slips.printed") == 1
    assert '<article class="slip">' not in await teacher.get(path)


async def test_a_family_to_ring_is_a_task_with_the_sentence_and_the_number(
    site: Site, as_person: SignIn
) -> None:
    await desk.set_field(site, "child", "phone", desk.PHONE)
    await desk.add_tasks(site)
    teacher = await as_person("teacher")
    page = await teacher.get("/panel")
    assert "打电话告诉" in page
    assert f'href="tel:{desk.PHONE}"' in page
    assert "家长请老师帮忙" in page
    key = re.search(r'name="key" value="(telephone:[^"]*)"', page)
    assert key is not None
    page = await teacher.post("/panel/task/close", {"key": key.group(1)})
    assert "记下了" in page
    assert "打电话告诉" not in page


async def test_what_is_read_out_on_the_telephone_names_the_paper_and_what_to_mend(
    site: Site, as_person: SignIn
) -> None:
    await desk.add_case(site, "孙嘉树")
    flags = (Flag(desk.PATHS["home_address"], "incomplete"), Flag(desk.PAPER, "unreadable"))
    returned = await desk.decide(site, "committee", Act.return_, flags=flags)
    (cause,) = await desk.decisions(site)
    ids = {"student": site.ids["case_child"], "submission": returned.id}

    def add(unit: Unit) -> None:
        parent = returned.submitted_by
        notice = Notice(
            cause.id, site.house.school_id, parent, "notice.returned", site.clock(), ids
        )
        families.tell_by_telephone(unit, notice, site.ids["class"], site.clock())

    await site.house.db.write(add)
    page = await (await as_person("teacher")).get("/panel")
    assert "孙嘉树的登记，学校看过了" in page
    assert "（没有写全）" in page


async def test_a_family_that_has_not_sent_yet_is_rung_by_the_number_it_wrote(
    site: Site, as_person: SignIn
) -> None:
    await desk.start_filling(
        site, "child", "papers/household_page", 12, 18, {"family/phone": desk.PHONE}
    )
    await desk.add_tasks(site)
    page = await (await as_person("teacher")).get("/panel")
    assert page.count(f'href="tel:{desk.PHONE}"') == 2


async def test_a_task_of_another_class_cannot_be_closed(site: Site, as_person: SignIn) -> None:
    await desk.add_tasks(site)
    teacher = await as_person("other_teacher")
    assert "打电话告诉" not in await teacher.get("/panel")
    key = f"telephone:cause:{(await desk.open_tasks(site))[0].actor_id}"
    await teacher.post("/panel/task/close", {"key": key, "class": site.ids["class"]})
    assert teacher.status == 404
    await teacher.get("/panel")
    await teacher.post("/panel/task/close", {"key": key, "class": site.ids["other_class"]})
    assert len(await desk.open_tasks(site)) == 2
