"""Who goes back from handing over pictures to filling is asked what the form asks him. R104."""

from conversations.turn import Chose
from conversations.walk import TO_ASK, Route
from registry.actors import Relation
from tests.conversations.stage import Stage

HEAD_PAGE = "papers/household_head_page"  # only the school that types needs it


def press(stage: Stage, op: str) -> None:
    stage.take(Chose(stage.place().turn, op))


def route(stage: Stage) -> Route:
    draft = stage.draft()
    assert draft is not None
    return Route(stage.form, draft, stage.facts())


def test_the_question_in_hand_is_asked_whichever_way_is_chosen() -> None:
    stage = Stage(relation=Relation.mother)
    stage.begin()
    stage.look()
    for op, is_asked in (("photos", True), ("photos.no", False), ("photos", True)):
        press(stage, op)
        assert (HEAD_PAGE in {step.path for step in route(stage).steps}) is is_asked
        assert stage.turn is not None
        focus = stage.turn.place.focus
        assert focus is not None
        assert route(stage).state(focus.path) in TO_ASK


def test_back_with_everything_filled_no_page_is_asked_that_only_the_school_needs() -> None:
    stage = Stage()
    stage.fill(None)
    stage.take_question("child/full_name")
    for op in ("help", "photos", "photos.no"):
        press(stage, op)
    assert stage.turn is not None
    assert stage.turn.place.screen == "summary"
