"""What a family reads of a paper it sent: on every route, at every step, in every language.

Rule: R19, R158, R160, R191, K3.
"""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from conversations.form import Text
from conversations.status import paper_line, paper_word, status_words, timeline
from conversations.turn import Flagged, Paper
from conversations.wording import words
from locales import LANGUAGES, catalogue
from registry.actors import Role
from registry.effects import EFFECTS
from registry.routes import ROUTES
from registry.submissions import State

TITLE = Text({"zh_Hans": "休学申请表"})
KNOWN = {"teacher": "王老师", "teacher_phone": "010-55550123"}
PASSED = {"submitted": date(2026, 9, 1)}


def paper(route: str, state: State, step: str, **more: object) -> Paper:
    bare = Paper("x", "1", TITLE, "child", None, "draft", 9, 9, state, 412, step, route=route)
    return replace(bare, passed=PASSED, **more)  # type: ignore[arg-type]


def said(one: Paper, language: str = "zh_Hans") -> list[str]:
    return [words(phrase, language) for phrase in status_words(one, KNOWN)]


def line(one: Paper, code: str) -> tuple[str, str]:
    found = {words(it.label, "zh_Hans"): it for it in timeline(one)}
    return words(found[code].value, "zh_Hans"), found[code].state


EVERY = [
    (route.code, step.code, state)
    for route in ROUTES.values()
    for step in route.steps
    for state in State
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_route_step_and_state_is_said_whole(language: str) -> None:
    known = set(catalogue("zh_Hans"))
    for (route, step, state), helps in product(EVERY, (False, True)):
        for effect in EFFECTS:
            one = paper(route, state, step, committee_helps=helps, effect=effect)
            text = said(one, language)
            text += [words(it.label, language) for it in timeline(one)]
            text += [words(it.value, language) for it in timeline(one)]
            text.append(words(paper_line(one, None).value, language))
            assert not [it for it in text if it in known or "{" in it or not it], (route, state)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paper_has_a_short_name(language: str) -> None:
    names = {
        f"paper.{paper_word(route, effect)}" for route in ROUTES.values() for effect in EFFECTS
    }
    assert names <= catalogue(language).keys()


@pytest.mark.parametrize(
    ("state", "step", "last"),
    [
        (State.refused, "outside", "报教育局审核"),
        (State.rejected, "school_review", "学籍老师审核"),
    ],
)
def test_nothing_lies_ahead_of_what_was_not_accepted(state: State, step: str, last: str) -> None:
    lines = timeline(paper("suspension.principal", state, step))
    assert words(lines[-1].label, "zh_Hans") == last
    assert lines[-1].state == "flagged"


def test_a_sent_paper_says_who_decides_in_which_order() -> None:  # R158
    one = paper("suspension.principal", State.in_review, "class_check")
    assert said(one)[:2] == [
        "✓ 已交给学校，编号 0412。",
        "先由班主任核对，再由学籍老师审核，然后由校长审定，最后由学校报教育局审核。",
    ]


def test_a_later_step_says_what_was_done_and_what_is_left() -> None:
    one = paper("key_change", State.in_review, "school_review", due=date(2026, 9, 8))
    assert said(one) == [
        "✓ 已交给学校，编号 0412。班主任核对过了。",
        "先由学籍老师审核，再由学校报教育局审核。",
        "学校定的日子是：这一步在2026年9月8日前办完。",
        "教育局同意以后才更正，在这之前都还用原来的信息，孩子照常上课。",
        "结果会显示在这一页；您没看到的话，班主任会打电话告诉您。",
        "学校已经在办了，自己拿不回来。要改哪里，或者不想办了，请打电话给王老师：010-55550123。",
    ]


def test_who_changes_his_mind_reads_whom_to_tell_where_he_cannot_take_it_back() -> None:
    """R21: what stands with the bureau is the school's to speak about."""
    fresh = paper("suspension", State.in_review, "class_check", may_recall=True)
    assert not [it for it in said(fresh) if "拿不回来" in it]
    handed = paper("suspension", State.awaiting_outside, "outside", handed=date(2026, 9, 8))
    assert said(handed)[-1] == (
        "材料已经在教育局，自己拿不回来。要改哪里，或者不想办了，"
        "请尽快打电话给王老师：010-55550123，由学校去和教育局说。"
    )
    waits = paper("suspension", State.awaiting_outside, "outside")
    assert said(waits)[-1].startswith("学校已经在办了，自己拿不回来。")


def test_no_day_is_named_where_the_school_has_set_none() -> None:
    assert not [
        it for it in said(paper("key_change", State.in_review, "class_check")) if "日前" in it
    ]


def test_a_day_beyond_the_published_holidays_is_called_about() -> None:
    days = {"due": date(2027, 1, 8), "is_due_certain": False}
    one = paper("key_change", State.in_review, "class_check", **days)
    assert "学校定的日子大约是2027年1月8日，假期安排公布以后可能会变。" in said(one)


@pytest.mark.parametrize(
    ("of", "is_certain", "words"),
    [
        ("result", True, "最晚2026年9月5日前有结果。"),
        ("result", False, "大约2026年9月5日前有结果；假期安排公布以后，日子可能会变。"),
        ("school", True, "学校这边最晚2026年9月5日前办完，然后报教育局。"),
        ("outside", True, "照规定，教育局最晚2026年9月5日前答复。"),
        (
            "late",
            True,
            "原定2026年9月5日前办完这一步，已经过了。系统会提醒学校，您也可以打学校电话问。",
        ),
    ],
)
def test_the_day_says_what_it_is_the_day_of(of: str, is_certain: bool, words: str) -> None:  # U4
    days = {"due": date(2026, 9, 5), "due_of": of, "is_due_certain": is_certain}
    assert words in said(paper("transfer_in", State.in_review, "class_check", **days))


def test_half_a_joint_step_says_who_has_signed_and_who_is_missing() -> None:  # R160
    one = paper("new_student.joint", State.in_review, "school_review", joined=Role.registrar)
    assert "学籍老师已经审核过了。" in said(one)
    assert line(one, "学籍老师和分管副校长审核") == ("现在在这里，等分管副校长", "missing")


def test_before_the_papers_are_handed_in_it_waits_for_the_school() -> None:  # R21
    one = paper("suspension", State.awaiting_outside, "outside")
    assert said(one)[0].endswith("接下来由学籍老师把材料交到教育局审核。")
    assert line(one, "报教育局审核") == ("现在在这里，等学籍老师", "missing")


def test_with_the_authority_the_day_is_said_and_nobody_is_asked() -> None:  # R21, R22
    one = paper("suspension", State.awaiting_outside, "outside", handed=date(2026, 9, 3))
    assert "学校已经在2026年9月3日把材料交到教育局" in said(one)[0]
    assert line(one, "报教育局审核") == ("2026年9月3日已交到教育局，等结果", "missing")


REFUSED = {
    "words": "出生医学证明与户口本不一致。",
    "paper_number": "教学籍〔2026〕17 号",
    "note": "请到派出所开《更正证明》。",
    "is_outside": True,
}


def test_a_refusal_says_why_what_stays_and_how_to_apply_again() -> None:  # R191
    assert said(paper("key_change", State.refused, "outside", **REFUSED)) == [
        "教育局这次没有同意更正。",
        "教育局是这样说的：“出生医学证明与户口本不一致。”",
        "文号：教学籍〔2026〕17 号",
        "老师写道：请到派出所开《更正证明》。",
        "孩子上学和现有学籍不受影响。",
        "材料备齐以后，点「再次申请」，填过的都在，不用重填。",
        "不清楚的，请打电话给王老师：010-55550123。",
    ]


def test_more_material_is_asked_in_the_authoritys_words() -> None:  # R22
    flagged = (Flagged(Text({"zh_Hans": "出生证照片"}), "unreadable"),)
    more = {"flagged": flagged, "words": "请补出生证原件照片。", "is_outside": True}
    text = said(paper("key_change", State.returned, "outside", **more))
    assert text[0] == "教育局看过了，请您再补充 1 处，其他都不用再填。"
    assert text[1] == "① 出生证照片：照片看不清"
    assert "教育局是这样说的：“请补出生证原件照片。”" in text


def test_a_step_that_sent_it_back_says_whom_it_waits_for() -> None:
    one = paper("info_change", State.returned, "school_review")
    assert line(one, "学籍老师审核") == ("等您补充", "flagged")


def test_the_school_never_says_cured() -> None:
    """The doctor thinks school is possible; nobody here says more."""
    for language in LANGUAGES:
        text = "".join(
            v for k, v in catalogue(language).items() if k.startswith(("status.", "notice."))
        )
        for word in ("痊愈", "痊癒", "治好", "治愈", "cured"):
            assert word not in text
