"""What one guardian gave as his own is never seen by the other one, wherever he looks (K21)."""

from dataclasses import replace

import pytest

from conversations.draft import Answer, DraftState
from conversations.finish import finish
from conversations.form import Group, Question
from conversations.plan import plan_of
from conversations.turn import Chose, Said
from registry.actors import Relation
from registry.students import Status, Student
from registry.submissions import Flag, State
from tests.conversations.papers import paper
from tests.conversations.stage import Stage, buttons_of, draft_to_json, text_of

READ = "我知道了，在这里填"
MOTHERS, FATHERS = "13900000001", "13900000002"
SETTINGS = (
    "| settings |\n"
    "| | form_title | form_id | version | chat::route | chat::effect |\n"
    "| | 登记 | own | 1 | new_student | enrol |\n"
    "| entities |\n| | list_name | label |\n| | student | ${pet} |\n"
)
FORM = paper(
    """
| type | name | label | required | constraint | chat::own | chat::role | save_to |
| acknowledge | statement | 告知书 | yes | | | statement | |
| text | pet | 小名 | yes | | | | |
| text | my_phone | 您自己的电话 | yes | . != ${pet} | yes | | guardian1_phone |
| text | note | 您的电话是 ${my_phone}，对吗？ | yes | | | | |
| text | signature | 签字 | yes | | | signature | |
""",
    settings=SETTINGS,
)


@pytest.fixture
def stage() -> Stage:
    """The mother has answered everything; the father looks."""
    stage = Stage(form=FORM, relation=Relation.mother)
    stage.begin()
    stage.look()
    stage.press(READ)
    for said in ("小涵", MOTHERS, "是的"):
        stage.say(said)
    stage.places["father"] = stage.places["mother"].replace(b'"mother"', b'"father"')
    stage.who, stage.relation, stage.guardian_count = "father", Relation.father, 2
    stage.look()
    return stage


def test_the_mother_sees_her_own(stage: Stage) -> None:
    stage.who, stage.relation = "mother", Relation.mother
    stage.say("/summary")
    assert MOTHERS in text_of(stage.shown())


def test_not_in_the_summary_and_not_by_its_line(stage: Stage) -> None:
    stage.say("/summary")
    assert "您自己的电话：另一位已经填好，这里不显示" in text_of(stage.shown())
    stage.say("3")
    assert MOTHERS not in text_of(stage.shown())
    step = plan_of(FORM).step("my_phone")
    assert step is not None
    stage.take(Chose(stage.place().turn, f"go.{step.op}"))
    assert MOTHERS not in text_of(stage.shown())
    assert "另一位监护人" in text_of(stage.shown())


def test_not_on_a_stale_page(stage: Stage) -> None:
    """Every button of every page the mother saw, pressed by the father on the old turn."""
    for turn in range(stage.place().turn):
        for op in ("go.2", "back", "yes", "keep", "a.0", "explain", "summary"):
            stage.take(Chose(turn, op))
            assert MOTHERS not in text_of(stage.shown())


def test_not_in_the_words_of_another_question_nor_in_the_history(stage: Stage) -> None:
    stage.say("/summary")
    stage.say("4")
    assert MOTHERS not in text_of(stage.shown())
    assert stage.turn is not None
    shown = stage.turn.answered()
    assert MOTHERS not in repr(shown)


def test_not_when_it_is_returned_and_not_by_explaining(stage: Stage) -> None:
    stage.send_back(Flag("my_phone", "check_again"))
    stage.take_question("my_phone")
    assert "上次填的是：另一位已经填好，这里不显示" in text_of(stage.shown())
    assert MOTHERS not in text_of(stage.shown())
    assert "没有错，我来说明" not in buttons_of(stage.shown())
    stage.take(Chose(stage.place().turn, "explain"))
    stage.take(Said("没有变"))
    assert MOTHERS not in text_of(stage.shown())
    draft = stage.draft()
    assert draft is not None
    assert MOTHERS not in {a.text for a in draft.own["my_phone"].values() if a.by == "father"}


def test_not_when_a_later_change_breaks_it(stage: Stage) -> None:
    draft = stage.draft()
    assert draft is not None
    changed = {**draft.answers, "pet": Answer(MOTHERS, "mother")}
    stage.drafts[draft.id] = draft_to_json(draft.keeping(changed))
    stage.say("/summary")
    before = text_of(stage.shown()).count(MOTHERS)  # the pet name itself
    stage.take(Chose(stage.place().turn, "send"))
    assert text_of(stage.shown()).count(MOTHERS) <= before
    assert "您写的是" not in text_of(stage.shown())


def test_the_register_and_a_sibling_do_not_tell_it_either(stage: Stage) -> None:
    block = {"guardian1_relation": "mother", "guardian1_phone": MOTHERS}
    stage.known = block
    stage.sibling = Student("child-2", "school", "g", "c", Status.enrolled, block)
    stage.drafts.clear()
    stage.begin()
    stage.look()
    stage.press(READ)
    stage.say("小涵")
    assert "您自己的电话" in text_of(stage.shown())
    assert MOTHERS not in text_of(stage.shown())


def test_an_own_answer_of_nobodys_block_is_not_offered_to_two(stage: Stage) -> None:
    made = replace(FORM, digest="own family phone", questions={}, children=_with_phone())
    other = Stage(form=made, relation=Relation.father, status=Status.enrolled)
    other.known, other.guardian_count = {"phone": MOTHERS}, 2
    for other.guardian_count, is_offered in ((2, False), (1, True)):
        other.drafts.clear()
        other.begin()
        other.look()
        other.press(READ)
        other.say("小涵")
        assert (MOTHERS in text_of(other.shown())) is is_offered


def _with_phone() -> tuple[Question | Group, ...]:
    """The own question kept as the family's telephone, which names no guardian."""
    return tuple(
        replace(it, save_to="phone") if isinstance(it, Question) and it.save_to else it
        for it in FORM.children
    )


def test_what_the_father_signs_does_not_hold_it_and_the_staff_read_both(stage: Stage) -> None:
    draft = stage.draft()
    assert draft is not None
    both = {"my_phone": {**draft.own["my_phone"], "father": Answer(FATHERS, "father")}}
    content = finish(FORM, draft.keeping(own=both), stage.facts())
    assert MOTHERS not in content.summary
    assert FATHERS in content.summary
    assert [v.text for v in content.values if v.path == "my_phone"] == [MOTHERS, FATHERS]
    assert content.fields()["guardian1_phone"] == FATHERS
    alone = finish(FORM, draft, stage.facts())
    assert MOTHERS not in alone.summary
    assert [v.text for v in alone.values if v.path == "my_phone"] == [MOTHERS]


def test_not_on_the_status_page(stage: Stage) -> None:
    draft = stage.draft()
    assert draft is not None
    stage.drafts[draft.id] = draft_to_json(replace(draft, state=DraftState.submitted))
    stage.states[draft.id] = State.in_review
    stage.say("/status")
    assert MOTHERS not in text_of(stage.shown())
