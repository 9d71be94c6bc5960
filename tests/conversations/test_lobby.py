"""The lobby: what a family can do beside a form, what it sees, and that help is always there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from conversations import lobby
from conversations.draft import Place
from conversations.lobby.acts import ACTS
from conversations.lobby.matters import listed
from conversations.lobby.parts import at_home
from conversations.turn import RegisterWish, Reply, Turn, WithdrawConsent
from conversations.wishes import WISHES
from conversations.wording import Shown, render
from conversations.xlsform.shelf import load_shelf
from locales import LANGUAGES, catalogue
from registry.actors import Relation
from registry.fields import FIELDS
from registry.legality import RULES
from registry.records import KeptConsent
from registry.students import Status
from registry.submissions import State
from tests.conversations.stage import FAMILY, NOW, Stage, buttons_of, text_of
from tests.conversations.wished import wished

BLOCK = {
    "full_name": "张子涵",
    "sex": "2",
    "birth_date": "2018-03-12",
    "ethnic_group": "01",
    "id_number": "999999201803120022",
    "national_number": "G999999201803120022",
    "home_address": "向阳县东风镇和平路8号",
    "phone": "13900000000",
    "guardian1_relation": "mother",
    "guardian1_name": "李秀英",
    "guardian1_phone": "13900000001",
    "guardian2_relation": "father",
    "guardian2_name": "张建国",
    "guardian2_phone": "13900000002",
    "guardian2_id_number": "999999198003120011",
}


def family(relation: Relation = Relation.mother, status: Status = Status.enrolled) -> Stage:
    stage = Stage(relation=relation, status=status, known=BLOCK, others=wished())
    stage.look()
    return stage


def screens() -> Iterator[str]:
    for name in lobby.SCREENS:
        if name != "objection":
            yield name
    yield from (f"objection.{wish.paper}" for wish in WISHES.values())


def shown_at(stage: Stage, screen: str) -> Shown:
    place = Place("mother", 3, screen, "draft-child-1")
    replies: tuple[Reply, ...] = lobby.show(place, stage.facts())
    return render(Turn(place, replies), stage.language)


# ---- [请老师帮我] on every screen


@pytest.mark.parametrize("status", [Status.expected, Status.enrolled, Status.suspended])
@pytest.mark.parametrize("screen", tuple(screens()))
def test_help_is_on_every_screen(screen: str, status: Status) -> None:
    for children in (1, 2):
        stage = family(status=status)
        stage.states["draft-child-1"] = State.in_review
        stage.drafts["draft-child-1"] = stage.drafts.get("draft-child-1", b"") or _draft(stage)
        if children == 2:
            stage.children = (*stage.children, replace(stage.children[0], student_id="child-2"))
        for stage.language in LANGUAGES:
            label = catalogue(stage.language)["walk.help"]
            assert label in buttons_of(shown_at(stage, screen))


def _draft(stage: Stage) -> bytes:
    stage.begin()
    return stage.drafts["draft-child-1"]


@pytest.mark.parametrize("claim", ["open", "refused", "expired"])
def test_help_is_there_for_who_only_claims(claim: str) -> None:
    stage = Stage(claim_state=claim)
    stage.look()
    assert "请老师帮我" in buttons_of(stage.shown())
    stage.children = ()
    stage.look()
    assert "请老师帮我" in buttons_of(stage.shown())


@pytest.mark.parametrize("form_id", load_shelf().newest)
def test_help_is_on_every_question_of_every_paper(form_id: str) -> None:
    """Whatever is asked on the way of somebody who says nothing but yes, and on the summary."""
    form = load_shelf().newest[form_id]
    stage = Stage(form=form, relation=Relation.mother, known=BLOCK, status=Status.enrolled)
    stage.begin()
    stage.look()
    for path in form.questions:
        stage.take_question(path)
        assert "请老师帮我" in buttons_of(stage.shown()), path
    stage.say("/summary")
    assert "请老师帮我" in buttons_of(stage.shown())


def test_every_act_can_be_pressed_anywhere() -> None:
    """A verb with any argument on any screen answers with a screen that can be shown."""
    stage = family()
    for screen in screens():
        for verb in ACTS:
            for argument in ("", "0", "7", "yes", "suspension", "0.yes", "x"):
                place = Place("mother", 3, screen)
                gone = lobby.go(place, stage.facts(), f"{verb}.{argument}")
                if gone.outcome is None:
                    at = gone.place
                    assert at.screen in ("form", "summary") or lobby.show(at, stage.facts())


# ---- the papers of a child


def test_home_lists_what_waits_then_what_is_begun_then_what_is_under_way() -> None:
    facts = family().facts()
    bare = facts.papers[0]
    changed = replace(bare, form_id="info_change", state=State.effective, is_past=True)
    made = {
        "done": replace(bare, draft_id="1", state=State.effective),
        "past": replace(bare, draft_id="2", state=State.effective, is_past=True),
        "under way": replace(bare, draft_id="3", state=State.in_review),
        "asked": replace(bare, draft_id=None),
        "begun": replace(bare, draft_id="4", done=3, total=9),
        "wished": replace(bare, form_id="suspension", draft_id=None),
        "wished and begun": replace(bare, form_id="suspension", draft_id="5", done=1, total=9),
        "back": replace(bare, draft_id="6", state=State.returned),
        "changed long ago": replace(changed, draft_id="7"),
        "changed": replace(changed, draft_id="8"),
    }
    facts = replace(facts, papers=tuple(made.values()))
    names = tuple(made)
    order = [names[i] for i, _ in at_home(Place("mother"), facts)]
    assert order == ["back", "begun", "wished and begun", "asked", "under way", "done", "changed"]


def test_of_papers_alike_the_one_due_sooner_and_the_one_asked_of_all_come_first() -> None:
    facts = family().facts()
    bare = replace(facts.papers[0], draft_id=None)
    back = replace(bare, state=State.returned)
    done = replace(bare, state=State.effective)
    made = {
        "old": replace(done, draft_id="1", number=3),
        "new": replace(done, draft_id="2", number=8),
        "case": replace(bare, form_id="own_2", occasion="case"),
        "year": replace(bare, form_id="own_1", occasion="year"),
        "term": replace(bare, form_id="start_of_term_check", occasion="term"),
        "taken back": replace(bare, draft_id="3", state=State.recalled),
        "back": replace(back, draft_id="4"),
        "back later": replace(back, draft_id="5", due=NOW.date() + timedelta(days=9)),
        "back soon": replace(back, draft_id="6", due=NOW.date() + timedelta(days=2)),
    }
    names = tuple(made)
    facts = replace(facts, papers=tuple(made.values()))
    order = [names[i] for i, _ in at_home(Place("mother"), facts)]
    asked = ["term", "year", "case"]
    assert order == ["back soon", "back later", "back", "taken back", *asked, "new", "old"]


@pytest.mark.parametrize(
    ("status", "first"),
    [
        (Status.enrolled, "change"),
        (Status.suspended, "resumption"),
        (Status.expected, "transfer_in"),
    ],
)
def test_the_likeliest_wish_of_a_child_stands_first(status: Status, first: str) -> None:
    assert listed(family(status=status).facts())[0].code == first


# ---- what is said before


def test_every_rule_is_worded_in_every_language() -> None:  # R122: reviewed texts only
    for language in LANGUAGES:
        words = catalogue(language)
        assert [it.code for it in RULES if f"legality.{it.code}" not in words] == []


def test_nobody_may_attend_here_and_leave_the_record_there() -> None:  # R240
    """No paper offers 借读, and who wants to leave is told that the record goes along."""
    for form in load_shelf().newest.values():
        for question in form.questions.values():
            labels = {choice.label.within("zh_Hans") for choice in question.choices}
            assert not any("借读" in label for label in labels), question.path
    assert "不能只去借读" in catalogue("zh_Hans")["legality.transfer_receiving_school"]


def test_a_transfer_asks_for_a_reason_from_a_list() -> None:  # R85
    form = next(it for it in wished() if it.id == "transfer_in")
    reasons = [it for it in form.questions.values() if it.house.reads == "reason"]
    is_ours = form.id in load_shelf().newest
    assert [it.type.partition("_from")[0] for it in reasons] == ["select_one"] * is_ours


def test_every_offer_leads_somewhere() -> None:  # K4
    known = {*WISHES, "ask", "remind", "tell"}
    assert [it.code for it in RULES if not set(it.offers) <= known] == []


@pytest.mark.parametrize("state", [State.in_review, State.awaiting_outside])
def test_a_second_wish_hears_that_the_first_is_under_way(state: State) -> None:
    facts = family().facts()
    sent = replace(facts.papers[0], form_id="info_change", draft_id="1", state=state)
    gone = lobby.go(Place("mother"), replace(facts, papers=(sent,)), "wish.change")
    assert (gone.place.screen, gone.place.news) == ("status", "wish.under_way")


def test_a_wish_kept_for_its_day_tells_the_registrar() -> None:  # K11
    stage = family(status=Status.suspended)
    stage.known = {**BLOCK, "suspended_until": "2027-03-01"}
    settings = replace(stage.school.settings, return_days_before=30)
    stage.school = replace(stage.school, settings=settings)
    stage.look()
    for label in ("办别的事", "复学", "先记下，能办那天提醒我"):
        stage.press(label)
    (wish,) = (it for it in stage.outcomes if isinstance(it, RegisterWish))
    assert (wish.paper, str(wish.opens)) == ("resumption", "2027-01-30")


# ---- the record, R121 R127 K16


def test_the_record_shows_numbers_in_part() -> None:  # K16
    stage = family()
    stage.press("孩子的学籍信息")
    text = text_of(stage.shown())
    assert "999999********0022" in text
    assert "999999201803120022" not in text
    assert "G999999201803120022" not in text
    assert "向阳县东风镇和平路8号" in text


@pytest.mark.parametrize(
    ("relation", "seen", "hidden"),
    [
        (Relation.mother, "13900000001", "13900000002"),
        (Relation.father, "13900000002", "13900000001"),
    ],
)
def test_another_guardians_telephone_is_not_in_the_record(
    relation: Relation, seen: str, hidden: str
) -> None:  # K21
    stage = family(relation)
    stage.guardian_count = 2
    stage.known = {**BLOCK, "phone": hidden}  # the family's number is the other one's own
    stage.press("孩子的学籍信息")
    text = text_of(stage.shown())
    assert seen in text
    assert hidden not in text
    assert "张建国" in text


def test_every_field_has_a_name_for_the_record() -> None:  # R121
    for language in LANGUAGES:
        words = catalogue(language)
        assert [code for code in FIELDS if f"panel.field.{code}" not in words] == []


def test_a_key_field_under_correction_keeps_its_old_value() -> None:  # R72
    stage = family()
    facts = replace(stage.facts(), pending=frozenset({"full_name"}))
    place = Place("mother", 3, "record")
    text = text_of(render(Turn(place, lobby.show(place, facts)), "zh_Hans"))
    assert "姓名：张子涵（更正办理中）" in text


def test_what_was_sent_can_be_looked_up() -> None:  # R127
    stage = family(status=Status.expected)
    stage.fill(None)
    stage.press("都对，去签字确认")
    stage.say("李秀英")
    for label in ("回到开头", "孩子的学籍信息", "我填过的", "新生学籍信息采集表"):
        stage.press(label)
    assert "编号 0412" in text_of(stage.shown())


# ---- consents, K22


def kept(stage: Stage, *, agreed: bool = True, by: str = "mother") -> KeptConsent:
    """The committee's help as it is worded now."""
    fresh = Stage(school=stage.school, relation=Relation.mother)
    fresh.fill(None, {**FAMILY, "start/committee_help": "yes" if agreed else "no"})
    fresh.press("都对，去签字确认")
    fresh.say("李秀英")
    (said,) = (it for it in fresh.consents if it.purpose == "committee_help")
    return replace(said, actor_id=by, at=NOW - timedelta(days=200))


def helped() -> Stage:
    stage = Stage(relation=Relation.mother)
    settings = replace(stage.school.settings, committee_helps=True)
    stage.school = replace(stage.school, settings=settings)
    return stage


def asked_for_help(stage: Stage) -> bool:
    stage.begin()
    draft = stage.draft()
    assert draft is not None
    return "start/committee_help" not in draft.answers


def test_a_consent_is_not_asked_again_while_its_words_are_the_same() -> None:  # K22
    stage = helped()
    assert asked_for_help(stage)
    stage.consents = (kept(stage),)
    assert not asked_for_help(stage)
    draft = stage.draft()
    assert draft is not None
    assert draft.answers["start/committee_help"].text == "yes"


@pytest.mark.parametrize("changed", [{"version": "0"}, {"digest": "0" * 64}])
def test_a_consent_is_asked_again_when_version_or_words_change(changed: dict[str, str]) -> None:
    stage = helped()
    stage.consents = (replace(kept(stage), **changed),)  # type: ignore[arg-type]
    assert asked_for_help(stage)


@pytest.mark.parametrize("how", ["refused", "withdrawn"])
def test_a_refusal_is_remembered_too(how: str) -> None:
    stage = helped()
    said = kept(stage, agreed=how == "withdrawn")
    stage.consents = (replace(said, withdrawn_at=NOW) if how == "withdrawn" else said,)
    stage.begin()
    draft = stage.draft()
    assert draft is not None
    assert draft.answers["start/committee_help"].text == "no"


def test_the_statement_is_read_by_each_person_once() -> None:  # K22
    stage = Stage(relation=Relation.mother)
    stage.fill(None)
    stage.press("都对，去签字确认")
    stage.say("李秀英")
    mine = next(it for it in stage.consents if it.purpose == "statement")
    for who, is_asked in (("mother", False), ("father", True)):
        other = Stage(relation=Relation.mother, who=who, consents=(mine,))
        other.begin()
        draft = other.draft()
        assert draft is not None
        assert ("start/statement" not in draft.answers) is is_asked


def test_every_purpose_has_its_name_on_the_list() -> None:  # K22
    purposes = {
        question.house.consent
        for form in load_shelf().newest.values()
        for question in form.questions.values()
        if question.house.consent
    }
    for language in LANGUAGES:
        words = catalogue(language)
        assert {it for it in purposes if f"consent.purpose_{it}" not in words} == set()


def test_taking_back_is_one_press_and_the_statement_is_none() -> None:  # K22
    stage = helped()
    stage.status, stage.known = Status.enrolled, BLOCK
    statement = replace(kept(stage), purpose="statement")
    stage.consents = (statement, kept(stage))
    stage.look()
    for label in ("孩子的学籍信息", "我同意过的"):
        stage.press(label)
    taking = [label for label in buttons_of(stage.shown()) if label.startswith("收回")]
    assert taking == ["收回：请家委会帮忙核对"]
    stage.press(taking[0])
    assert WithdrawConsent("committee_help") in stage.outcomes
    assert taking[0] not in buttons_of(stage.shown())


# ---- again, R191


@pytest.mark.parametrize("state", [State.rejected, State.refused])
def test_applying_again_keeps_every_answer_and_asks_for_a_new_signature(state: State) -> None:
    stage = Stage(relation=Relation.mother)
    stage.fill(None)
    stage.press("都对，去签字确认")
    stage.say("李秀英")
    before = stage.draft()
    stage.states["draft-child-1"] = state
    stage.say("/status")
    stage.press("再次申请")
    after = stage.draft()
    assert before is not None
    assert after is not None
    kept_answers = {p: a for p, a in before.answers.items() if p != "confirm/signature"}
    assert dict(after.answers) == kept_answers
    assert (after.id, after.submission_id) == (before.id, None)
    assert "confirm/signature" not in after.answers


@pytest.mark.parametrize(
    "state", [it for it in State if it not in (State.rejected, State.refused)]
)
def test_nothing_else_can_be_applied_for_again(state: State) -> None:
    stage = Stage(relation=Relation.mother)
    stage.fill(None)
    stage.states["draft-child-1"] = state
    place = replace(stage.place(), screen="status", focus=None)
    gone = lobby.go(place, stage.facts(), "reapply")
    assert gone.outcome is None
    assert "再次申请" not in buttons_of(shown_at(stage, "status"))
