"""One family's form from the slip to the student number, the five people each at his own screen.

Everything a real school runs is running; nothing but the browser touches it.
"""

import asyncio
import re

import pytest

from registry.masks import mask
from registry.students import Status
from tests.e2e.conftest import People
from tests.e2e.phone import Phone
from tests.e2e.town import ADDRESS, NEW_ADDRESS, Town
from tests.support.site import photo

SCREENS = ("告知书", "家委会", "对吗", "身份证号是多少", "什么民族", "拍户口本", "点「都没有」")
"""Words of the questions that look different from each other."""

OUTCOME = "全国学籍号由国家系统生成"


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "by plain forms"])
async def test_a_form_goes_the_whole_way(town: Town, people: People, *, javascript: bool) -> None:
    name = "欧阳晴川" if javascript else "上官晴野"
    child = await town.add_child(name)
    parent = await people.family(javascript=javascript)
    parent.photo = photo()

    # The family opens its slip and answers.
    await parent.open(await town.slip(child))
    await parent.assert_fits("slip")
    await parent.come_by(parent.page.url, relation="mother")
    await parent.assert_fits("welcome")
    await parent.press("开始填")
    asked = await _answer_looking(parent, dict(child.answers()))
    assert len(asked) <= 18 + 1  # an ordinary family; the photo is one more

    # The summary; one line is corrected; signed and sent.
    await parent.assert_fits("summary")
    assert child.id_number not in await parent.page.content()
    await parent.page.locator(".line-button", has_text="以前的学校").click()
    await parent.expect_words("以前在哪里")
    await parent.write("向阳路第二幼儿园")
    await parent.expect_words("向阳路第二幼儿园")
    await parent.press("去签字确认")
    await parent.assert_fits("signature")
    await parent.write("林晓月")
    await parent.expect_words("已交给学校，编号")
    await parent.assert_fits("status")

    # The committee sees it masked and passes it on.
    committee = await people.staff("committee", javascript=javascript)
    await committee.open_case(_masked(name))
    html = await committee.html()
    for hidden in (name, child.id_number, child.phone, ADDRESS, "林晓月", "/file/"):
        assert hidden not in html
    await committee.assert_fits("case for the committee")
    await committee.approve()
    await committee.expect_words("已")

    # The registrar returns two fields.
    registrar = await people.staff("registrar", javascript=javascript)
    await registrar.open_case(name)
    html = await registrar.html()
    for shown in (child.id_number, child.phone, ADDRESS, "向阳路第二幼儿园"):
        assert shown in html
    assert await registrar.flags_of("证件种类", "现住址") == [0, 1]  # worked out, asked
    await registrar.assert_fits("case for the registrar")
    await registrar.give_back({"现住址": "没有写全", "户口本照片": "照片看不清"})

    # The family reads why, and is asked those two and nothing else.
    await parent.page.reload()
    await parent.expect_words("补充 2 处")
    await parent.assert_fits("returned")
    await parent.press("现在补")
    corrected = dict(child.answers()) | {"现在住在哪里": f"+{NEW_ADDRESS}"}
    again = await _correct(parent, corrected)
    assert [sum(words in it for it in again) for words in ("住在哪里", "拍户口本")] == [1, 1]
    assert len(again) == 2

    # The registrar approves; the effect follows; the family reads the outcome.
    await registrar.open_case(name)
    assert NEW_ADDRESS in await registrar.html()
    await registrar.assert_fits("corrected case")
    await registrar.approve()
    async with asyncio.timeout(20):
        while not javascript and OUTCOME not in await parent.words():
            await parent.page.reload()
    await parent.expect_words(OUTCOME)  # by itself where a script runs
    await parent.assert_fits("outcome")
    student = await town.student(child)
    assert student.status is Status.enrolled
    assert re.fullmatch(r"2026010101\d\d", student.student_number or "")
    await registrar.go(f"/panel/child/{child.id}")
    assert student.student_number in await registrar.words()
    await registrar.assert_fits("child")


async def _answer_looking(parent: Phone, answers: dict[str, str | tuple[str, ...]]) -> list[str]:
    """Answer to the summary; every screen fits, and its question is seen above the keyboard."""
    asked: list[str] = []
    for words in SCREENS:
        asked += await parent.fill(answers, until=words)
        await parent.assert_fits(words)
        if parent.javascript:
            await parent.assert_question_seen()
    return asked + await parent.fill(answers, until="都对，去签字确认")


async def _correct(parent: Phone, answers: dict[str, str | tuple[str, ...]]) -> list[str]:
    """Answer what is asked again, look at the summary, sign and send."""
    asked = await parent.fill(answers, until="都对，去签字确认")
    await parent.press("都对，去签字确认")
    await parent.write("林晓月")
    await parent.expect_words("现在由学籍老师审核")
    return asked


def _masked(name: str) -> str:
    return mask("name", name)
