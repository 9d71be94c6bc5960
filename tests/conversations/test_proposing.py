"""What is offered at a question, and in which order; nothing is ever taken silently."""

from dataclasses import replace

import pytest

from conversations.form import Form
from registry.actors import Relation
from registry.students import Status, Student
from tests.conversations.papers import paper
from tests.conversations.stage import Stage, text_of

ENTITIES = "| entities |\n| | list_name | label |\n| | student | ${other} |\n"


def form(effect: str = "enrol", extra: str = "") -> Form:
    survey = f"""
| type | name | label | required | save_to | chat::proposal | chat::fact |
{extra}
| text | other | 别的 | yes | | | |
| text | home_address | 现住址 | yes | home_address | '向阳县和平路3号' | |
| text | pet | 小名 | yes | | | |
"""
    settings = (
        "| settings |\n"
        "| | form_title | form_id | version | chat::route | chat::effect |\n"
        f"| | 试卷 | paper | 1 | info_change | {effect} |\n"
    )
    return paper(survey, settings=settings + ENTITIES)


def stage(made: Form, own: str = "", sibling: str = "") -> Stage:
    stage = Stage(form=made, relation=Relation.mother, status=Status.expected)
    stage.known = {"home_address": own} if own else {"full_name": "张子涵"}
    if sibling:
        fields = {"home_address": sibling}
        stage.sibling = Student("child-2", "school", "g", "c", Status.enrolled, fields)
        link = replace(stage.children[0], student_id="child-2")
        stage.children = (*stage.children, link)
    stage.begin()
    stage.look()
    stage.say("什么")
    return stage


OWN, SIBLING, FORM = "向阳县和平路1号", "向阳县和平路2号", "向阳县和平路3号"


@pytest.mark.parametrize(
    ("own", "sibling", "offered"),
    [
        (OWN, SIBLING, (OWN, SIBLING, FORM)),
        ("", SIBLING, (SIBLING, FORM)),
        (OWN, "", (OWN, FORM)),
        ("", "", (FORM,)),
    ],
    ids=["all", "sibling", "own", "form"],
)
def test_the_register_then_the_sibling_then_the_form(
    own: str, sibling: str, offered: tuple[str, ...]
) -> None:
    at = stage(form(), own, sibling)
    for text in offered:
        assert f"现住址：{text}，对吗？" in text_of(at.shown())
        draft = at.draft()
        assert draft is not None
        assert "home_address" not in draft.answers, "offered, never taken"
        at.press("不对")
    assert "对吗" not in text_of(at.shown())


def test_a_paper_of_changes_offers_nothing_from_the_register() -> None:
    at = stage(form("change"), OWN, SIBLING)
    assert OWN not in text_of(at.shown())
    assert f"现住址：{FORM}，对吗？" in text_of(at.shown())


def test_beside_the_present_value_a_new_one_is_asked() -> None:
    shown = "| hidden | now | | | | | known.home_address |"
    at = stage(form("check", shown), OWN, SIBLING)
    assert OWN not in text_of(at.shown())
