"""Two people of a family at one paper, and one person on two devices: nobody's tap is lost unsaid.

Rules: R81, R83, K21.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession

from tests.e2e.errands import line_of
from tests.e2e.town import SUMMARY, Child, Town
from tests.support.site import Browser, photo

MET = "家里人刚才先填了这一题"


@dataclass(frozen=True, slots=True)
class Family:
    """Mother and father, each with a phone, at the same question."""

    town: Town
    child: Child
    mother: Browser
    father: Browser

    async def answer(self, words: str) -> str:
        """What is kept of the question with those words in its path."""
        draft = await self.town.draft(self.child)
        assert draft is not None
        return next((it.text for path, it in draft.answers.items() if words in path), "")

    async def both_at(self, question: str) -> None:
        for person in (self.mother, self.father):
            await _fill_until(person, self.child, question)


async def _fill_until(person: Browser, child: Child, question: str) -> None:
    await person.get("/chat")
    answers = child.answers()
    for _ in range(30):
        if question in person.question():
            return
        answer = next(it for words, it in answers.items() if words in person.question())
        assert isinstance(answer, str)
        await (person.say(answer[1:]) if answer[:1] == "+" else person.press(answer))
    raise AssertionError(person.question())


@pytest.fixture
async def family(town: Town, request: pytest.FixtureRequest) -> AsyncIterator[Family]:
    child = await town.add_child("长孙小" + "甲乙丙丁戊己庚辛"[len(request.node.name) % 8])
    town.site.ids[child.id] = child.id
    async with AsyncExitStack() as stack:
        people = []
        for relation in ("mother", "father"):
            browser = await stack.enter_async_context(town.site.browser())
            await browser.come_in(await town.site.slip(child.id), relation=relation)
            await browser.press("开始填")
            people.append(browser)
        yield Family(town, child, *people)


async def test_who_comes_second_reads_so_and_is_asked_again(family: Family) -> None:
    await family.both_at("什么民族")
    await family.mother.press("汉族")
    await family.father.press("苗族")
    assert MET in family.father.text()
    assert "现在填的是：汉族" in family.father.text()
    assert "什么民族" in family.father.question()
    first = await family.answer("ethnic")
    await family.father.press("苗族")
    assert MET not in family.father.text()
    assert (await family.answer("ethnic")) != first


async def test_what_the_second_typed_stays_in_its_field(family: Family) -> None:
    await family.both_at("在哪里出生")
    await family.mother.say("某某省某某市甲区")
    await family.father.say("某某省某某市乙区")
    assert MET in family.father.text()
    assert 'value="某某省某某市乙区"' in family.father.page
    assert await family.answer("birthplace") == "某某省某某市甲区"
    await family.father.press("不改，接着填")
    assert await family.answer("birthplace") == "某某省某某市甲区"
    assert "在哪里出生" not in family.father.question()


async def test_the_same_answer_twice_is_no_quarrel(family: Family) -> None:
    await family.both_at("什么民族")
    await family.mother.press("汉族")
    await family.father.press("汉族")
    assert MET not in family.father.text()
    assert family.father.question() == family.mother.question()


async def test_who_sees_the_next_question_is_heard_at_it(family: Family) -> None:
    """What he taps on the page he sees counts; from the page of before it changes nothing."""
    await family.both_at("什么民族")
    before = family.father.keys(), family.father.token("苗族")
    await family.mother.press("汉族")
    await family.father.get("/chat")
    assert "这一题已经有人填好了" in family.father.text()
    question = family.father.question()
    await family.father.post("/chat", {**before[0], "token": before[1]})
    assert "没有改动什么" in family.father.text()
    assert family.father.question() == question
    answer = next(it for words, it in family.child.answers().items() if words in question)
    assert isinstance(answer, str)
    await (family.father.say(answer[1:]) if answer[:1] == "+" else family.father.press(answer))
    assert family.father.question() != question


async def test_at_the_very_same_moment_one_stands_and_the_other_is_told(family: Family) -> None:
    await family.both_at("什么民族")
    await asyncio.gather(family.mother.press("汉族"), family.father.press("苗族"))
    told = [MET in it.text() for it in (family.mother, family.father)]
    assert sorted(told) == [False, True]
    kept = "苗族" if told[0] else "汉族"
    second = family.mother if told[0] else family.father
    assert f"现在填的是：{kept}" in second.text()


async def test_two_devices_of_one_person_do_not_answer_for_each_other(family: Family) -> None:
    phone = family.mother
    await _fill_until(phone, family.child, "什么民族")
    jar = phone.session.cookie_jar
    async with ClientSession(phone.address, cookie_jar=jar) as session:
        tablet = Browser(session, phone.address)
        await tablet.get("/chat")
        await phone.press("汉族")
        kept = await family.answer("ethnic")
        await tablet.press("苗族")
        assert "没有改动什么" in tablet.text()
        assert tablet.question() == phone.question()
        assert await family.answer("ethnic") == kept


async def test_nobody_signs_what_was_changed_after_he_read_it(family: Family) -> None:
    """R81: the seal is of the exact summary he saw."""
    mother, father = family.mother, family.father
    await mother.get("/chat")
    await _finish(mother, family.child)
    await father.get("/chat")
    await mother.press("都对，去签字确认")
    await _change_ethnic(father)
    await mother.say("林晓月")
    assert "刚才家里人改过这份表" in mother.text()
    assert "苗族" in mother.text()
    await mother.press("都对，去签字确认")
    await mother.say("林晓月")
    assert "已交给学校" in mother.text()


async def test_nobody_goes_to_sign_what_was_changed_on_the_page_he_reads(family: Family) -> None:
    mother, father = family.mother, family.father
    await mother.get("/chat")
    await _finish(mother, family.child)
    await father.get("/chat")
    await _change_ethnic(father)
    await mother.press("都对，去签字确认")
    assert "刚才家里人改过这份表" in mother.text()
    await mother.press("都对，去签字确认")
    assert "作为签字" in mother.question()


async def _finish(person: Browser, child: Child) -> None:
    answers = child.answers()
    for _ in range(40):
        question = person.question()
        if SUMMARY in question:
            return
        found = next(it for words, it in answers.items() if words in question)
        for answer in (found,) if isinstance(found, str) else found:
            if answer == "photo":
                await person.upload(photo())
            else:
                words = answer.removeprefix("+")
                await (person.say(words) if answer[:1] == "+" else person.press(words))
    raise AssertionError(person.question())


async def _change_ethnic(person: Browser) -> None:
    if SUMMARY not in person.question():
        await person.say("/summary")
    await person.say(line_of(person, "民族"))
    await person.press("苗族")
