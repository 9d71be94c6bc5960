"""What a form learns from the house: present values masked, and only by who may see them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from conversations.draft import Draft
from conversations.facts import FACTS
from conversations.finish import finish
from conversations.turn import Facts
from registry.actors import Actor, Link, Relation
from registry.fields import FIELDS
from registry.schools import School
from registry.students import Status, Student
from tests.conversations.papers import draft_of, paper

FIELDS_OF_CHILD = {
    "full_name": "张子涵",
    "id_number": "999999201803120022",
    "birth_date": "2018-03-12",
    "ethnic_group": "05",
    "home_address": "向阳省柳树市阳光区和平路8号",
    "phone": "13900000000",
    "guardian1_relation": "mother",
    "guardian1_phone": "13900000000",
    "guardian2_relation": "father",
    "guardian2_phone": "13800000001",
    "suspended_until": "2027-02-28",
}


def facts_of(relation: Relation = Relation.mother, *, may_see: bool = True) -> Facts:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    link = Link("child", relation, may_see=may_see)
    return Facts(
        now=now,
        language="zh_Hans",
        actor=Actor("me", "school", links=(link,)),
        school=School("school", "向阳小学", "010-12345678"),
        is_web=True,
        draft=Draft("draft", "school", "check", "1", "child", None, "2026"),
        guardian_count=2,
        student=Student("child", "school", "grade", "class", Status.enrolled, FIELDS_OF_CHILD),
    )


def test_every_field_of_the_register_can_be_shown() -> None:
    assert {f"known.{code}" for code in FIELDS} <= set(FACTS)


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("full_name", "张*涵"),
        ("id_number", "999999********0022"),
        ("birth_date", "2018-**-**"),
        ("ethnic_group", "维吾尔族"),
        ("home_address", "向阳省柳树市阳光区***"),
        ("phone", "139****0000"),
        ("used_name", ""),
    ],
)
def test_a_present_value_is_shown_masked(code: str, seen: str) -> None:  # R8, R9
    assert FACTS[f"known.{code}"](facts_of()) == seen


def test_a_choice_is_named_in_the_language_spoken() -> None:
    facts = replace(facts_of(), language="en")
    assert FACTS["known.ethnic_group"](facts) == "Uyghur"


@pytest.mark.parametrize(
    ("relation", "seen"),
    [
        (Relation.mother, ("139****0000", "139****0000", "")),
        (Relation.father, ("", "", "138****0001")),
    ],
)
def test_a_guardians_telephone_is_not_shown_to_the_other(
    relation: Relation, seen: tuple[str, ...]
) -> None:  # K21
    facts = facts_of(relation)
    codes = ("phone", "guardian1_phone", "guardian2_phone")
    assert tuple(FACTS[f"known.{code}"](facts) for code in codes) == seen


def test_who_may_not_see_is_shown_nothing() -> None:
    facts = facts_of(may_see=False)
    assert {FACTS[f"known.{code}"](facts) for code in FIELDS} == {""}
    assert FACTS["suspended_until"](facts) == ""


def test_the_house_tells_how_the_child_stands() -> None:
    facts = replace(facts_of(), stage="primary", grade_number=3)
    names = ("child_status", "stage", "grade_number", "suspended_until")
    expected = ("enrolled", "primary", "3", "2027-02-28")
    assert tuple(FACTS[name](facts) for name in names) == expected


READING = """
| type | name | label | chat::reads | calculation |
| text | why | 为什么？ | reason | |
| calculate | what | | items | concat('phone', ' ', 'address') |
"""


def test_what_rules_read_leaves_under_its_code() -> None:
    form = paper(READING)
    draft = draft_of(form, {"why": "move"})
    codes = {value.code: value.text for value in finish(form, draft, facts_of()).values}
    assert codes == {"reason": "move", "items": "phone address"}
