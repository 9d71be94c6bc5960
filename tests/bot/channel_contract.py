"""What every channel owes a family: the same cases, run for each by a subclass with a `person`."""

import re

import pytest

from bot import sender
from bot.channels import Channel
from registry import desk
from registry.desk import Verdict
from registry.submissions import Act, Flag, State
from storage.unit import Unit
from tests.bot.people import Person
from tests.e2e.errands import give_photo
from tests.support.site import Site, photo

CARD = "９９９９ 9920 1803 1200 22"
BORN, NUMBER = "孩子的出生日期和性别是：2018年3月12日，女孩", "孩子的身份证号是多少？"
USUAL, BIRTHPLACE = "下面几条，多数孩子都是这样", "孩子是在哪里出生的？"
PHOTO, NEXT_PHOTO = "请拍户口本首页", "请拍户口本里孩子那一页。"
TALK: tuple[tuple[str, str], ...] = (
    ("告知书", "[我知道了，在这里填]"),
    ("姓名：张小涵，对吗？", "[对]"),
    (NUMBER, CARD),
    (BORN, "[对]"),
    ("孩子是什么民族？", "[汉族]"),
    (USUAL, "[都对]"),
    (BIRTHPLACE, "向阳市向阳县"),
    ("籍贯：向阳市向阳县，对吗？", "[对]"),
    ("户口本上的住址是哪里？", "向阳县东风镇和平路8号"),
    ("现住址：向阳县东风镇和平路8号，对吗？", "[对]"),
    ("打哪个电话最容易找到您家？", "139 0000 0000"),
    ("孩子还有另一位监护人吗？", "[没有]"),
    ("孩子以前在哪里上幼儿园或上学？", "[跳过]"),
    (PHOTO, "(photo)"),
    (NEXT_PHOTO, "(photo)"),
    ("下面的情况，有的请点", "[都没有]"),
    ("下面的情况，有的请点", "[选好了]"),
    ("请看一遍", "[都对，去签字确认]"),
    ("请写下您的姓名，作为签字", "李秀英"),
)
"""What is asked of an ordinary family, and what it does: presses, writes, photographs."""


async def begin(person: Person) -> None:
    await person.come_in()
    await person.press("开始填")


async def act(person: Person, answer: str) -> None:
    if answer == "(photo)":
        await person.send(photo())
    elif answer.startswith("["):
        await person.press(answer.strip("[]"))
    else:
        await person.say(answer)


async def fill(person: Person, until: str = "") -> None:
    """Answer every question before that one."""
    await begin(person)
    for question, answer in TALK:
        assert question in person.text(), person.text()
        if until and until in person.text():
            return
        await act(person, answer)


async def case_id(site: Site) -> str:
    """Of the only paper that was sent."""
    return str(await site.house.db.read(lambda unit: _only_case(unit)))


def _only_case(unit: Unit) -> str:
    (row,) = unit.connection.exec_driver_sql("SELECT id FROM submission").fetchall()
    return str(row[0])


async def judge(site: Site, who: str, act: Act, *flags: Flag) -> None:
    """A member of staff decides, and the undo window closes."""
    submission, house = await case_id(site), site.house

    def decide(unit: Unit) -> None:
        actor = unit.load_actor(house.school_id, site.ids[who])
        case = unit.load_submission(house.school_id, submission)
        verdict = Verdict(case.id, case.revision, act, flags)
        desk.decide(unit, actor, verdict, site.clock())

    await house.db.write(decide)
    site.clock.wait(minutes=6)


class DialogueContract:
    """What every channel owes, also one that keeps nothing: the dialogue, whole."""

    sent = "✓ 已交给学校，编号 0001。"  # how it says so

    async def test_an_answer_brings_the_next_question(self, person: Person) -> None:
        await fill(person, NUMBER)
        await person.say(CARD)
        assert BORN in person.text()

    async def test_a_choice_may_be_pressed_or_written(self, person: Person) -> None:
        await fill(person, USUAL)
        await person.say("都对")
        assert BIRTHPLACE in person.text()

    async def test_a_wrong_value_is_explained_and_asked_again(self, person: Person) -> None:
        await fill(person, NUMBER)
        await person.say("999999201803120023")
        assert "这 18 位数对不上" in person.text()
        assert NUMBER in person.text()

    async def test_after_a_photo_comes_the_next_question(self, person: Person) -> None:
        await fill(person, PHOTO)
        await person.send(photo())
        assert NEXT_PHOTO in person.text()

    async def test_who_asks_for_help_is_answered_and_stays_where_he_is(
        self, person: Person
    ) -> None:
        await fill(person, USUAL)
        await person.press("请老师帮我")
        assert "老师会联系您" in person.text()
        await person.press("都对")
        assert BIRTHPLACE in person.text()

    async def test_who_goes_back_may_answer_otherwise(self, person: Person) -> None:
        await fill(person, USUAL)
        await person.press("上一题")
        assert "孩子是什么民族？" in person.text()
        await person.say("回族")
        assert USUAL in person.text()

    async def test_a_look_changes_nothing(self, person: Person) -> None:
        await fill(person, USUAL)
        await person.look()
        assert USUAL in person.text()
        await person.press("都对")
        assert BIRTHPLACE in person.text()

    async def test_a_whole_paper_is_filled_and_sent(self, person: Person) -> None:
        await fill(person)
        assert self.sent in person.text()


class ChannelContract(DialogueContract):
    """`person` is a parent who has not come in yet; `channels` what the sender may use."""

    @pytest.fixture
    def channels(self) -> tuple[Channel, ...]:
        return ()

    async def test_who_comes_in_is_welcomed_with_his_paper(self, person: Person) -> None:
        await person.come_in()
        assert "学籍信息登记" in person.text()
        assert any(label.startswith("开始填") for label in person.buttons())

    async def test_a_button_of_an_older_question_changes_nothing(self, person: Person) -> None:
        await fill(person, USUAL)
        await person.press_old()
        assert "没有改动什么" in person.text()
        assert USUAL in person.text()

    async def test_the_same_message_twice_has_one_effect(self, person: Person, site: Site) -> None:
        await fill(person, NUMBER)
        await person.say(CARD)
        before = await self.revisions(site)
        await person.repeat()
        assert await self.revisions(site) == before
        await person.press("对")
        assert "孩子是什么民族？" in person.text()

    async def test_a_photo_is_kept_for_the_reviewer(self, person: Person, site: Site) -> None:
        await fill(person, PHOTO)
        await person.send(photo())
        assert NEXT_PHOTO in person.text()
        assert await self.count(site, "file") == 1

    async def test_a_file_that_is_no_photo_is_refused_in_words(
        self, person: Person, site: Site
    ) -> None:
        await fill(person, PHOTO)
        await person.send(b"MZ\x90\x00" + bytes(2000))
        assert "这不是照片" in person.text()
        assert await self.count(site, "file") == 0

    async def test_another_language_is_spoken_from_now_on(self, person: Person) -> None:
        await person.come_in()
        await person.press("换语言")
        await person.press("English")
        await person.press("Begin")
        assert "Please read" in person.text(), person.text()

    async def test_help_becomes_one_task_for_the_teacher(self, person: Person, site: Site) -> None:
        await fill(person, USUAL)
        await person.press("请老师帮我")
        assert "老师会联系您" in person.text()
        await person.press("请老师帮我")
        assert await self.count(site, "task") == 1

    async def test_a_finished_paper_is_sent_once_and_has_a_number(
        self, person: Person, site: Site
    ) -> None:
        await fill(person)
        assert "✓ 已交给学校，编号 0001。" in person.text()
        assert await self.count(site, "submission") == 1

    async def test_what_is_returned_is_asked_alone_and_sent_again(
        self, person: Person, site: Site, channels: tuple[Channel, ...]
    ) -> None:
        await fill(person)
        await judge(site, "teacher", Act.return_, Flag("home/home_address", "incomplete"))
        await sender.exhaust(site.house, channels)
        await person.look()
        assert "现住址（没有写全）" in person.text()
        await self.go_on(person)
        await person.say("向阳县东风镇和平路8号2单元301")
        await person.press("都对，去签字确认")
        await person.say("李秀英")
        assert "✓ 已交给学校，编号 0001。" in person.text()
        assert await self.rounds(site) == [(2, State.in_review.value)]

    async def test_a_notice_arrives(
        self, person: Person, site: Site, channels: tuple[Channel, ...]
    ) -> None:
        await fill(person)
        await judge(site, "teacher", Act.approve)
        await sender.exhaust(site.house, channels)
        await person.look()
        assert "张*涵的登记又往前走了一步" in person.text()
        assert await self.count(site, "task") == 0

    async def test_somebody_at_home_gives_the_photo_by_a_link(
        self, person: Person, site: Site, channels: tuple[Channel, ...]
    ) -> None:
        await fill(person, PHOTO)
        await person.press("请家里人拍这一页")
        found = re.search(r"/l/([\w-]{22})", person.text())
        assert found is not None, person.text()
        async with site.browser() as grandmother:
            assert "照片收到了" in await give_photo(grandmother, found[1], photo())
        await sender.exhaust(site.house, channels)
        await person.look()
        assert "照片到了" in person.text() or NEXT_PHOTO in person.text()
        assert await self.count(site, "file") == 1

    async def test_a_link_for_a_photo_may_be_taken_back(self, person: Person, site: Site) -> None:
        await fill(person, PHOTO)
        await person.press("请家里人拍这一页")
        found = re.search(r"/l/([\w-]{22})", person.text())
        assert found is not None, person.text()
        await person.press("收回这个链接")
        assert "链接收回了" in person.text()
        assert PHOTO in person.text()
        async with site.browser() as stranger:
            await stranger.get(f"/l/{found[1]}")
            assert stranger.status == 410

    async def test_photos_only_are_handed_to_the_teacher(self, person: Person, site: Site) -> None:
        await begin(person)
        await person.press("只拍照，请老师照着填")
        for _ in range(8):
            text = person.text()
            if "照片拍好了" in text:
                break
            if "打哪个电话" in text:
                await person.say("13900000000")
            elif "我知道了" in str(person.buttons()):
                await person.press("我知道了，在这里填")
            elif "有的请点" in text:
                await person.press("都没有")
                await person.press("选好了")
            else:
                await person.send(photo())
        await person.press("拍好了，交给老师照着填")
        assert "老师会照着填" in person.text()
        assert await self.count(site, "task") == 1
        assert await self._rows(site, "SELECT state FROM draft") == [("handed",)]

    async def go_on(self, person: Person) -> None:
        """From the notice to what the school asks for."""
        await person.press("现在补")

    async def revisions(self, site: Site) -> list[tuple[object, ...]]:
        return await self._rows(site, "SELECT id, revision FROM draft")

    async def rounds(self, site: Site) -> list[tuple[object, ...]]:
        return await self._rows(site, "SELECT round, state FROM submission")

    async def count(self, site: Site, table: str) -> int:
        ((number,),) = await self._rows(site, f"SELECT count(*) FROM {table}")  # noqa: S608
        return int(str(number))

    async def _rows(self, site: Site, query: str) -> list[tuple[object, ...]]:
        return await site.house.db.read(
            lambda unit: [tuple(row) for row in unit.connection.exec_driver_sql(query)]
        )
