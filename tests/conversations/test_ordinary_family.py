"""The ordinary family, counted on the real dialogue: both parents at home, local household, the
committee's help asked for. R6, K22.
"""

from dataclasses import replace

from conversations.turn import Said, Sent, Submit
from conversations.xlsform.shelf import load_shelf
from registry.actors import Relation
from registry.schools import Settings
from tests.conversations.stage import FAMILY, SCHOOL, Stage

FORM = load_shelf().newest["new_student"]
ANSWERS = {
    **FAMILY,
    "family/second_guardian": "father",
    "family/guardian2_name": "张建国",
    "family/guardian2_phone": "13800000001",
}
MOST_ANSWERS, MOST_PHOTOS, MOST_TURNS = 18, 3, 60


def answer(stage: Stage, path: str) -> None:
    """As a parent would: a button where there is one."""
    question = FORM.questions[path]
    text = ANSWERS[path]
    if question.type == "image":
        stage.take(Sent(text))
    elif question.type == "acknowledge":
        stage.press("我知道了，在这里填")
    elif stage.place().focus and stage.place().focus.is_proposed:  # type: ignore[union-attr]
        stage.press("对")
    elif question.choices:
        label = next(c.label for c in question.choices if c.name == text).within("zh_Hans")
        stage.press(label)
        if question.type == "select_multiple":
            stage.press("选好了")
    else:
        stage.take(Said(text))


def test_an_ordinary_family_answers_18_questions_and_takes_2_photos() -> None:  # R109
    school = replace(SCHOOL, settings=Settings(committee_helps=True))
    stage = Stage(school=school, relation=Relation.mother)
    stage.begin()
    stage.look()
    asked: list[str] = []
    while stage.turn is not None and stage.turn.asking and len(asked) < MOST_TURNS:
        asked.append(stage.turn.asking)
        answer(stage, asked[-1])
    stage.press("都对，去签字确认")
    stage.take(Said("李秀英"))
    assert isinstance(stage.outcomes[-1], Submit)
    photos = [path for path in asked if FORM.questions[path].type == "image"]
    answers = len(asked) - len(photos) + 1  # and the signature
    assert len(set(asked)) == len(asked)
    assert answers <= MOST_ANSWERS
    assert len(photos) <= MOST_PHOTOS
    assert (answers, len(photos)) == (18, 2)
