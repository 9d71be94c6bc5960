"""Matters of the lobby through the whole house: consents, wishes, brothers and sisters, again."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.facts import gather
from bot.family import sibling_of
from bot.notices import tell
from bot.papers import Begun, Subject, standing
from conversations.draft import Answer, Draft, DraftState
from conversations.status import status_words, timeline
from conversations.turn import Paper
from conversations.wording import words
from conversations.xlsform.shelf import load_shelf
from registry import families, sending
from registry.actors import Actor, Link, Relation, Role
from registry.cases import step_of
from registry.desk import Verdict, decide
from registry.records import Notice
from registry.routes import roles_at
from registry.schools import Settings
from registry.students import Status
from registry.submissions import IN_PERSON, Act, State, Submission
from storage import dialogue, tables
from storage.queries.classes import tasks_of
from storage.queries.family import CaseLine, DraftView, child_view
from storage.unit import Unit
from tests.admin import desk
from tests.admin.later_papers import KEY_CHANGE, add_paper
from tests.conversations.wished import wished
from tests.support.site import Browser, Site, running_site

SETTINGS = Settings(
    committee_helps=True,
    undo_minutes=0,
    freeze_from=date(2026, 8, 20),
    freeze_until=date(2026, 9, 10),
)
FORM = load_shelf().newest["new_student"]
PATHS = {question.save_to: path for path, question in FORM.questions.items() if question.save_to}
HELP = next(path for path, it in FORM.questions.items() if it.house.consent == "committee_help")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path, settings=SETTINGS) as site:
        yield site


@pytest.fixture
async def mother(site: Site) -> AsyncIterator[Browser]:
    async with site.browser() as browser:
        await browser.come_in(await site.slip("child"), relation="mother")
        yield browser


def parent_of(unit: Unit, site: Site, child: str) -> Actor:
    (found,) = unit.linked_actors(site.house.school_id, site.ids[child])
    return found


async def sent(site: Site, child: str = "child", **changes: str) -> Submission:
    """The mother fills and sends; what she wrote stays in the draft."""

    def send(unit: Unit) -> Submission:
        mother, student = parent_of(unit, site, child), site.ids[child]
        fields = desk.values("张小涵", 201, **changes)
        answers = {PATHS[code]: Answer(text, mother.id) for code, text in fields.items()}
        answers[HELP] = Answer("yes", mother.id)
        key = (unit.new_id(), site.house.school_id, "new_student", FORM.version, student)
        draft = Draft(*key, None, "2026", answers=answers)
        dialogue.add_draft(unit, draft, site.clock())
        made = desk.content(mother, site, fields, "f" * 32)
        told = (it for it in made.values if it.text != IN_PERSON)
        here = (replace(it, field=None) for it in made.values if it.text == IN_PERSON)
        made = replace(made, values=(*told, *here))
        case = sending.submit(unit, mother, desk.sent(draft.id, student, made), site.clock())
        over = replace(draft, state=DraftState.submitted, submission_id=case.id)
        dialogue.save_draft(unit, over, 0, 18, 18, "", site.clock())
        return case

    return await site.house.db.write(send)


async def case_of(site: Site, case: Submission) -> Submission:
    school = site.house.school_id
    return await site.house.db.read(lambda unit: unit.load_submission(school, case.id))


def taken_by(case: Submission) -> tuple[Role, ...]:
    return roles_at(step_of(case), case.committee_helps)


async def draft_of(site: Site, draft_id: str) -> Draft:
    school = site.house.school_id
    draft = await site.house.db.read(lambda unit: dialogue.load_draft(unit, school, draft_id))
    assert draft is not None
    return draft


async def events(site: Site) -> list[str]:
    statement = select(tables.event.c.name)
    return await site.house.db.read(lambda unit: [r.name for r in unit.every(statement, {})])


async def become(site: Site, status: Status, child: str = "child", **fields: str) -> None:
    def change(unit: Unit) -> None:
        student = unit.load_student(site.house.school_id, site.ids[child])
        known = {**student.fields, **fields}
        unit.save_student(replace(student, status=status, fields=known))

    await site.house.db.write(change)


async def tasks(site: Site, person: str) -> list[str]:
    def of(unit: Unit) -> list[str]:
        actor = unit.load_actor(site.house.school_id, site.ids[person])
        return [task.phrase for task in tasks_of(unit, actor, site.clock().date())]

    return await site.house.db.read(of)


async def told(site: Site, notice_id: str) -> list[str]:
    """What the sender would say now."""

    def say(unit: Unit) -> list[str]:
        row = unit.first(select(tables.notice).where(tables.notice.c.id == notice_id), {})
        ids = json.loads(row.ids)
        notice = Notice(row.cause, row.school_id, row.actor_id, row.phrase, row.due, ids)
        found = tell(unit, site.house, notice)
        return [found.words()] if found is not None else []

    return await site.house.db.read(say)


async def press(browser: Browser, *labels: str) -> None:
    """From home."""
    await browser.say("/home")
    for label in labels:
        await browser.press(label)


# ---- consents, K22


async def test_a_consent_taken_back_leaves_the_step_to_the_class_teacher(
    site: Site, mother: Browser
) -> None:  # K1 K22
    case = await sent(site)
    assert taken_by(await case_of(site, case)) == (Role.committee,)
    await press(mother, "孩子的学籍信息", "我同意过的", "收回：请家委会帮忙核对")
    assert "已经收回了" in mother.text()
    after = await case_of(site, case)
    assert taken_by(after) == (Role.class_teacher,)
    assert (after.content, after.state, after.round) == (case.content, State.in_review, 1)
    draft = await draft_of(site, case.draft_id)
    assert draft.answers[HELP].text == "no"
    assert draft.state is DraftState.submitted
    assert (await events(site)).count("consent.person.withdrawn") == 1
    await mother.get("/chat")
    assert "收回：请家委会" not in mother.text()


async def test_only_a_guardian_takes_a_consent_back(site: Site, mother: Browser) -> None:  # K21
    case = await sent(site)

    def as_helper(unit: Unit) -> None:
        link = Link(site.ids["child"], Relation.helper)
        unit.add_link(parent_of(unit, site, "child").id, link)

    await site.house.db.write(as_helper)
    await press(mother, "孩子的学籍信息", "我同意过的", "收回：请家委会帮忙核对")
    assert "收回同意要监护人自己来点" in mother.text()
    assert (await case_of(site, case)).committee_helps


async def test_what_was_agreed_keeps_its_day_and_is_not_asked_for_the_next_child(
    site: Site, mother: Browser
) -> None:
    case = await sent(site)
    site.clock.wait(days=3)
    kept = await site.house.db.read(
        lambda unit: unit.kept_consents(site.house.school_id, site.ids["child"])
    )
    assert {it.purpose for it in kept} == {"statement", "committee_help"}
    assert {it.at for it in kept} == {case.content.consents[0].at}


async def test_the_day_of_a_consent_is_the_schools_day(site: Site, mother: Browser) -> None:
    site.clock.wait(hours=-7)  # half past one in the morning, still the day before in UTC
    await sent(site)
    await press(mother, "孩子的学籍信息", "我同意过的")
    assert "2026年9月1日同意" in mother.text()
    await mother.press("收回：请家委会帮忙核对")
    assert "2026年9月1日已收回" in mother.text()


# ---- the record


async def test_no_bare_code_stands_in_the_record(site: Site, mother: Browser) -> None:
    odd = {
        "health": "10",
        "left_behind": "0",
        "disability": "none",
        "special_situation": "orphan weak_health",
        "id_type": "Z",
    }
    await become(site, Status.enrolled, **odd)
    await press(mother, "孩子的学籍信息")
    seen = mother.text()
    assert "健康状况 健康" in seen
    assert "留守情况 没有" in seen
    assert "残疾类型 没有" in seen
    assert "孤儿、身体较弱，或者有慢性病" in seen
    assert not [code for code in odd.values() if f" {code} " in seen]


# ---- how far a paper is


async def test_a_key_change_is_told_by_the_way_it_goes(site: Site) -> None:
    """Its way is pinned when it is sent and is longer than the one the form names."""
    await add_paper(site, KEY_CHANGE)

    def look(unit: Unit) -> Paper:
        mother = parent_of(unit, site, "case_child")
        papers = gather(unit, site.house, mother.id, "web", whole=True).facts.papers
        return next(one for one in papers if one.state is not None)

    paper = await site.house.db.read(look)
    assert paper.route.startswith("key_change")
    steps = [words(it.label, "zh_Hans") for it in timeline(paper)]
    assert "报教育局审核" in steps
    assert "教育局同意以后才更正" in " ".join(
        words(it, "zh_Hans") for it in status_words(paper, {})
    )


async def test_how_far_a_paper_is_stands_under_its_name(site: Site, mother: Browser) -> None:
    await sent(site)
    await press(mother, "看进度")
    head, _, _ = mother.page.partition("</header>")
    assert "张小涵" in head
    assert FORM.title.by_language["zh_Hans"] in head


async def test_who_opened_a_paper_by_mistake_finds_the_way_back(
    site: Site, mother: Browser
) -> None:
    await press(mother, "开始填")
    assert "告知书" in mother.question()
    await mother.press("回到开头")
    assert "办别的事" in mother.text()


# ---- brothers and sisters


async def test_the_elder_childs_block_is_offered_for_the_younger(
    site: Site, mother: Browser
) -> None:
    await sent(site)

    def take_slip(unit: Unit) -> None:
        mother = parent_of(unit, site, "child")
        families.take_slip(unit, mother, site.ids["second_child"], Relation.mother, site.clock())

    await site.house.db.write(take_slip)
    await press(mother, "古丽", "开始填")
    await mother.fill_until("另一个孩子")
    assert desk.ADDRESS in mother.text()
    await mother.press("都对")
    assert "哪个电话" not in mother.question()


async def test_the_other_guardians_telephone_is_not_carried_over(
    site: Site, mother: Browser
) -> None:  # K21
    block = {
        "guardian1_relation": "mother",
        "guardian1_phone": "13900000001",
        "guardian2_relation": "father",
        "guardian2_name": "张建国",
        "guardian2_phone": "13900000002",
    }
    await become(site, Status.enrolled, **block)

    def offered(unit: Unit, *, father: bool) -> Mapping[str, str]:
        school, child = site.house.school_id, site.ids["child"]
        if father:
            person = families.arrive(unit, school, "zh_Hans", site.clock())
            unit.add_link(person.id, Link(child, Relation.father))
        (mother,) = (
            it
            for it in unit.linked_actors(school, child)
            if (link := it.link_to(child)) and link.relation is Relation.mother
        )
        families.take_slip(unit, mother, site.ids["second_child"], Relation.mother, site.clock())
        mother = unit.load_actor(school, mother.id)
        key = ("draft", school, "new_student", FORM.version, site.ids["second_child"])
        found = sibling_of(unit, FORM, Draft(*key, None, "2026"), mother)
        assert found is not None
        return found.fields

    alone = await site.house.db.write(lambda unit: offered(unit, father=False))
    both = await site.house.db.write(lambda unit: offered(unit, father=True))
    assert alone["guardian2_phone"] == "13900000002"
    assert "guardian2_phone" not in both
    assert (both["guardian1_phone"], both["guardian2_name"]) == ("13900000001", "张建国")


# ---- wishes, K4


async def test_a_child_of_the_first_nine_grades_is_not_withdrawn(
    site: Site, mother: Browser
) -> None:  # K4 R44
    await become(site, Status.enrolled)
    await press(mother, "办别的事", "退学")
    assert "义务教育，不办理退学" in mother.text()
    assert await tasks(site, "registrar") == []


async def test_a_frozen_transfer_is_kept_and_the_family_reminded(
    site: Site, mother: Browser
) -> None:
    await become(site, Status.enrolled)
    await press(mother, "办别的事", "转学到别的学校")
    assert "2026年9月11日起可以办" in mother.text()
    await mother.press("先记下，能办那天提醒我")
    assert await tasks(site, "registrar") == ["task.wish_transfer_out"]
    assert await tasks(site, "teacher") == []
    statement = select(tables.notice).where(tables.notice.c.phrase == "notice.transfer_opens")
    (notice,) = await site.house.db.read(lambda unit: unit.every(statement, {}))
    zone = site.clock().tzinfo
    assert notice.due == datetime(2026, 9, 11, 8, 0, tzinfo=zone)
    assert await told(site, notice.id) == []  # the school has put the day off meanwhile
    site.clock.now = notice.due.astimezone(zone)
    assert ["今天起可以办了" in words for words in await told(site, notice.id)] == [True]


async def test_what_the_family_wants_to_say_itself_is_a_task_without_a_word(
    site: Site, mother: Browser
) -> None:  # R261
    case = await sent(site, special_situation=IN_PERSON)
    assert await tasks(site, "registrar") == ["task.in_person"]
    assert await tasks(site, "teacher") == []
    assert "special_situation" not in case.content.fields()


# ---- again, R191


async def test_applying_again_makes_a_new_case_with_every_answer(
    site: Site, mother: Browser
) -> None:
    case = await sent(site)

    def reject(unit: Unit) -> None:
        committee = unit.load_actor(site.house.school_id, site.ids["committee"])
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        first = Verdict(case.id, case.revision, Act.approve)
        moved = decide(unit, committee, first, site.clock())
        verdict = Verdict(case.id, moved.revision, Act.reject, reason="not_our_school")
        decide(unit, registrar, verdict, site.clock())

    await site.house.db.write(reject)
    before = await draft_of(site, case.draft_id)
    await press(mother, "看进度", "再次申请")
    after = await draft_of(site, case.draft_id)
    assert (after.answers, after.state) == (before.answers, DraftState.open)
    assert (await events(site)).count("draft.form.reopened") == 1
    await mother.say("/home")
    assert "接着填" in mother.text()
    assert "没有办成" not in mother.text()
    again = await site.house.db.write(lambda unit: _send_again(unit, site, after, case))
    assert (again.number, again.round, again.state) == (case.number + 1, 1, State.in_review)
    assert (await case_of(site, case)).state is State.rejected


def _send_again(unit: Unit, site: Site, draft: Draft, case: Submission) -> Submission:
    mother = parent_of(unit, site, "child")
    form = desk.sent(draft.id, case.student_id, case.content)
    return sending.submit(unit, mother, form, site.clock())


# ---- what the lobby said holds when it is sent


async def test_a_child_on_the_roll_is_not_registered_twice(site: Site, mother: Browser) -> None:
    await become(site, Status.enrolled)
    with pytest.raises(Exception, match="on_roll"):
        await sent(site)


async def test_a_guardian_is_not_the_child(site: Site, mother: Browser) -> None:
    with pytest.raises(Exception, match="guardian_is_child"):
        await sent(site, guardian2_name="张小涵")


# ---- occasions


def view(form_id: str, occasion: str, state: State | None) -> DraftView:
    case = (
        CaseLine(
            f"case of {occasion}", 1, state, "suspension", 0, 1, False, datetime.now().astimezone()
        )
        if state
        else None
    )
    return DraftView(occasion, form_id, "1", "child", None, occasion, "submitted", 0, 0, 0, case)


@pytest.mark.parametrize(
    ("states", "is_new", "past"),
    [
        ((), True, ()),
        ((None,), False, (False,)),
        ((State.in_review,), False, (False,)),
        ((State.effective,), True, (True,)),
        ((State.effective, State.in_review), False, (True, False)),
        ((State.refused,), False, (False,)),
    ],
    ids=["none", "begun", "under way", "done", "second under way", "refused"],
)
async def test_a_finished_case_makes_room_for_a_new_one(
    site: Site,
    states: tuple[State | None, ...],
    is_new: bool,
    past: tuple[bool, ...],
) -> None:
    form = next(it for it in wished() if it.id == "suspension")
    child = await site.house.db.read(
        lambda unit: child_view(unit, site.house.school_id, site.ids["child"])
    )
    assert child is not None
    subject = Subject(child.student.id, "", Status.enrolled, child)
    views = tuple(view(form.id, f"case-{i}", state) for i, state in enumerate(states, 1))
    standings = {it.id: standing(it.case, (), site.clock()) for it in views if it.case}
    begun = Begun(subject, views, standings, site.clock().date())
    assert begun.is_new(form) is is_new
    assert tuple(begun.is_past(form, it) for it in views) == past
