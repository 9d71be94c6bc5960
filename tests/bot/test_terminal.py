"""The third channel: a form at the terminal, with nothing stored and nothing sent."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.terminal import Terminal
from conversations.authoring.walking import CHILD_ID
from registry.actors import Actor, Link, Relation
from registry.students import Status, Student
from registry.submissions import Content
from tests.bot.channel_contract import DialogueContract, fill
from tests.bot.people import TerminalPerson
from tests.conversations.papers import CHOICES, paper
from tests.forms.shelf import family, form_named

SMALL = """
| type | name | label | required | relevant | constraint | constraint_message |
| integer | age | 几岁了？ | yes | | . < 20 | 太大了。 |
| select_one yes_no | has_id | 有身份证吗？ | yes |
| select_multiple colour | colours | 喜欢哪些颜色？ | yes |
| image | page | 请拍一张。 | | ${has_id} = 'yes' |
"""
COLOURS = CHOICES + "| | colour | r | 红 |\n| | colour | g | 绿 |\n"


def play(
    *lines: str, name: str = "", language: str = "zh_Hans"
) -> tuple[Sequence[str], Content | None]:
    """All that was shown, and what would be sent."""
    form = form_named(name) if name else paper(SMALL, COLOURS)
    waiting, shown = iter(lines), list[str]()
    content = Terminal(form, family(), lambda: next(waiting, None), shown.append, language).run()
    return shown, content


def test_a_form_is_filled_by_typing_and_pressing() -> None:
    shown, content = play("8", "1", "#1", "#2", "#3", "@page.jpg", "#1")
    assert content is not None
    values = {value.path: value.text for value in content.values}
    assert values == {"age": "8", "has_id": "yes", "colours": "r g"}
    assert [paper.file_id for paper in content.evidence] == ["page.jpg"]
    assert "填完了。学校会收到：" in shown


def test_buttons_are_numbered_and_the_quiet_ones_stand_below() -> None:
    shown, _ = play("8")
    at = shown.index("有身份证吗？")
    assert shown[at + 1 : at + 3] == [
        "[1] 是   [2] 否",
        "[3] 上一题   [4] 看填好的   [5] 请老师帮我",
    ]


def test_a_bare_number_is_an_answer_where_words_are_asked() -> None:
    shown, _ = play("1")
    assert "有身份证吗？" in shown


def test_a_number_with_its_sign_presses_where_words_are_asked() -> None:
    shown, _ = play("#1")
    assert "有身份证吗？" not in shown


def test_a_refused_answer_says_why_and_asks_again() -> None:
    shown, _ = play("30")
    at = shown.index("太大了。")
    assert "几岁了？" in shown[at:]


def test_an_empty_line_shows_the_question_again() -> None:
    assert play("8", "")[0].count("有身份证吗？") == 2


def test_what_is_chosen_so_far_is_marked() -> None:
    assert "[1] ✓ 红   [2] 绿   [3] 选好了" in play("8", "2", "#1")[0]


@pytest.mark.parametrize("lines", [("8",), ("8", "/home"), ()], ids=["end", "home", "nothing"])
def test_who_stops_has_sent_nothing(lines: tuple[str, ...]) -> None:
    shown, content = play(*lines)
    assert (content, shown[-1]) == (None, "结束了，什么都没有保存。")


def test_it_speaks_the_language_asked_for() -> None:
    assert "Type your answer." in play(language="en")[0][0]


class TestTerminal(DialogueContract):
    """The contract of every channel, as far as it asks for nothing that is kept."""

    sent = "填完了。学校会收到："

    @pytest.fixture
    def person(self) -> TerminalPerson:
        """A mother whose child is on the roster by name."""
        mother = Actor("family", "school", links=(Link(CHILD_ID, Relation.mother),))
        child = Student(CHILD_ID, "school", "g1", "c1", Status.expected, {"full_name": "张小涵"})
        facts = replace(family(), actor=mother, student=child, sign=lambda _summary: "f" * 64)
        return TerminalPerson(form_named("new_student"), facts)

    async def test_the_school_would_receive_what_was_answered(
        self, person: TerminalPerson
    ) -> None:
        await fill(person)
        assert person.content is not None
        values = {value.path: value.text for value in person.content.values}
        assert (values["child/full_name"], values["child/id_number"]) == (
            "张小涵",
            "999999201803120022",
        )
        assert person.content.signature is not None
        assert person.content.signature.typed_name == "李秀英"
        assert [paper.file_id for paper in person.content.evidence] == ["photo.jpg", "photo.jpg"]
