"""The authority's part: handed in, accepted, more wanted, refused; key fields wait for it.

R9 R20–R23 R72 R107 R247 K3 K5.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from registry import families, outside, register, sending, setup
from registry.actors import Link, Relation
from registry.fields import KEY_FIELDS
from registry.problems import Conflict, NotThere, RuleError
from registry.students import Status
from registry.submissions import Act, Content, Evidence, Flag, Outside, Said, State, Value
from tests.desk.papers import (
    ID_NUMBER,
    LEADING,
    NATIONAL,
    NEW_NAME,
    NEW_NUMBER,
    OLD_NAME,
    PAPERS,
    Paper,
    accept,
    arrange,
    begin,
    child,
    content_of,
    decide,
    flags,
    hand,
    notices,
    pass_inside,
    place,
    record,
    send,
    settle,
    start,
    today,
    undo,
    write_down,
)
from tests.support.school import SmallSchool

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KNOWN = {"id_number": ID_NUMBER, "national_number": NATIONAL, "home_address": "旧街 1 号"}


@pytest.fixture
def waiting(school: SmallSchool) -> SmallSchool:
    """A key change that everybody inside approved, whose window has closed."""
    arrange(school)
    start(school, "key_change", **KNOWN)
    pass_inside(school)
    settle(school)
    return school


def pending(school: SmallSchool) -> frozenset[str]:
    ids = school.ids
    return school.do(lambda b: register.pending_key_fields(b, ids["school"], ids["child"]))


def refusal(use: Callable[[], object]) -> str:
    with pytest.raises(RuleError) as caught:
        use()
    return caught.value.code


# ---- key fields


def test_until_the_authority_accepts_the_old_name_stays(waiting: SmallSchool) -> None:  # R72
    assert waiting.case().state is State.awaiting_outside
    assert child(waiting).fields["full_name"] == OLD_NAME
    assert child(waiting).fields["home_address"] == "新街 8 号"  # not key: it is in already
    assert pending(waiting) == {"full_name"}
    hand(waiting)
    record(waiting, Said.accepted)
    assert child(waiting).fields["full_name"] == OLD_NAME  # the undo window is open
    settle(waiting)
    assert child(waiting).fields["full_name"] == NEW_NAME  # R23
    assert waiting.case().state is State.effective
    assert pending(waiting) == frozenset()


def test_what_the_authority_refuses_changes_no_key_field(waiting: SmallSchool) -> None:  # R72
    hand(waiting)
    record(waiting, Said.refused)
    settle(waiting)
    assert waiting.case().state is State.refused
    assert child(waiting).fields["full_name"] == OLD_NAME
    assert pending(waiting) == frozenset()


def test_a_new_id_number_leaves_the_national_number_as_it_is(school: SmallSchool) -> None:
    """R107, K5: one number, for life."""
    arrange(school)
    place(school, Status.enrolled, **KNOWN)
    paper = replace(PAPERS["key_change"], fields={"id_number": NEW_NUMBER}, kinds=("id_card",))
    _begin_and_send(school, paper)
    accept(school)
    settle(school)
    fields = child(school).fields
    assert (fields["id_number"], fields["national_number"]) == (NEW_NUMBER, NATIONAL)
    assert child(school).student_number == "202601010101"


@ON_SQLITE
def test_with_a_leader_ordinary_fields_wait_for_him_too(school: SmallSchool) -> None:  # R99
    arrange(school, LEADING)
    start(school, "key_change", **KNOWN)
    decide(school, "teacher", Act.approve)
    decide(school, "registrar", Act.approve)
    settle(school)
    assert child(school).fields["home_address"] == "旧街 1 号"
    decide(school, "principal", Act.approve)
    settle(school)
    assert child(school).fields["home_address"] == "新街 8 号"
    assert child(school).fields["full_name"] == OLD_NAME


@ON_SQLITE
def test_an_undone_review_lets_nothing_in_early(school: SmallSchool) -> None:
    arrange(school)
    start(school, "key_change", **KNOWN)
    pass_inside(school)
    undo(school, "registrar")
    settle(school)
    assert child(school).fields["home_address"] == "旧街 1 号"
    assert school.case().state is State.in_review


@ON_SQLITE
@pytest.mark.parametrize("field", sorted(KEY_FIELDS))
def test_a_start_of_term_check_carries_no_key_field(school: SmallSchool, field: str) -> None:
    """R72, R8: what the register has already may stand in it."""
    place(school, Status.enrolled, **{code: f"old {code}" for code in KEY_FIELDS})
    paper = PAPERS["start_of_term_check"]
    same = replace(paper, fields={**paper.fields, field: f"old {field}"})
    other = replace(paper, fields={**paper.fields, field: f"new {field}"})
    name = "start_of_term_check"
    assert refusal(lambda: send(school, name, content_of(school, other))) == "submit.key_field"
    assert send(school, name, content_of(school, same)).route == name


@ON_SQLITE
def test_a_key_field_that_slips_in_later_takes_the_stricter_way(school: SmallSchool) -> None:
    """A returned address change that comes back with a new name begins the other route. R72."""
    arrange(school)
    start(school, "info_change")
    decide(school, "committee", Act.approve)
    path = school.case().content.values[0].path
    decide(school, "registrar", Act.return_, flags=(Flag(path, "differs"),))
    again = send(school, "info_change", content_of(school, PAPERS["key_change"]))
    assert (again.route, again.step, again.round) == ("key_change", 0, 2)
    accept(school)
    settle(school)
    assert child(school).fields["full_name"] == NEW_NAME


@ON_SQLITE
def test_a_change_of_settings_moves_no_case_that_is_under_way(school: SmallSchool) -> None:
    arrange(school)
    start(school, "key_change")
    path = school.case().content.values[0].path
    decide(school, "teacher", Act.return_, flags=(Flag(path, "differs"),))
    arrange(school, LEADING)
    again = send(school, "key_change")
    assert (again.route, again.step) == ("key_change", 0)


def _begin_and_send(school: SmallSchool, paper: Paper) -> None:
    begin(school, "key_change")
    send(school, "key_change", content_of(school, paper))


# ---- what is written down


def test_the_day_of_handing_in_starts_the_outer_clock(waiting: SmallSchool) -> None:
    """R21, R247: a later entry corrects the day, nothing after an answer moves it."""
    assert waiting.case().outside_since is None
    hand(waiting, days_ago=0)
    waiting.wait(days=3)
    hand(waiting, days_ago=2)
    since = today(waiting) - timedelta(days=2)
    assert waiting.case().outside_since == since
    record(waiting, Said.more, flags=flags("name_change_proof"))
    settle(waiting)
    send(waiting, "key_change")
    hand(waiting)
    assert waiting.case().outside_since == since


def test_what_was_said_comes_back_as_it_was_written(waiting: SmallSchool) -> None:  # R21 R22
    hand(waiting)
    said = Outside(Said.refused, today(waiting), "教〔2026〕12号", "材料不全", "letter-1")
    write_down(waiting, said)
    made = waiting.do(lambda b: b.decisions(waiting.ids["case"]))
    assert made[-1].outside == said
    assert [one.outside.result for one in made if one.outside] == [Said.handed, Said.refused]


def test_more_material_goes_out_to_the_family_and_back_to_the_authority(
    waiting: SmallSchool,
) -> None:  # R20 R22
    hand(waiting)
    record(waiting, Said.more, flags=flags("name_change_proof"))
    assert waiting.case().state is State.returned
    assert "notice.outside_more" not in notices(waiting)  # the undo window is open
    settle(waiting)
    assert "notice.outside_more" in notices(waiting)
    again = send(waiting, "key_change")
    assert (again.state, again.step, again.round) == (State.awaiting_outside, 2, 2)
    key = f"outside_more:{again.id}:2"
    task = waiting.do(lambda b: b.load_task(again.school_id, key))
    assert task.ids == {"submission": again.id}
    record(waiting, Said.accepted)
    settle(waiting)
    assert child(waiting).fields["full_name"] == NEW_NAME


@ON_SQLITE
def test_more_may_be_asked_in_words_alone(waiting: SmallSchool) -> None:
    hand(waiting)
    record(waiting, Said.more, note="请带出生证明原件")
    assert waiting.case().state is State.returned


@ON_SQLITE
@pytest.mark.parametrize(
    ("result", "is_handed", "days", "how", "code"),
    [
        pytest.param(Said.accepted, False, 0, {}, "outside.not_handed", id="never handed in"),
        pytest.param(Said.handed, False, 1, {}, "outside.day_wrong", id="handed in tomorrow"),
        pytest.param(Said.refused, True, 1, {}, "outside.day_wrong", id="said tomorrow"),
        pytest.param(Said.accepted, True, -1, {}, "outside.day_wrong", id="before it was handed"),
        pytest.param(Said.more, True, 0, {}, "outside.nothing_wanted", id="more of what"),
        pytest.param(
            Said.more,
            True,
            0,
            {"flags": (Flag("no/such", "differs"),)},
            "review.flags_missing",
            id="flag on no field",
        ),
        pytest.param(
            Said.more,
            True,
            0,
            {"flags": (Flag("p/name_change_proof", "ugly"),)},
            "review.reason_unknown",
            id="unknown reason",
        ),
    ],
)
def test_an_entry_that_cannot_be_is_refused(
    waiting: SmallSchool, result: Said, is_handed: bool, days: int, how, code: str
) -> None:
    if is_handed:
        hand(waiting)
    before = waiting.case()
    said = Outside(result, today(waiting) + timedelta(days=days))
    assert refusal(lambda: write_down(waiting, said, **how)) == code
    assert waiting.case() == before


@ON_SQLITE
def test_the_slower_of_two_registrars_overwrites_nothing(waiting: SmallSchool) -> None:  # T24
    entry = outside.Entry(
        waiting.ids["case"], waiting.case().revision, Outside(Said.handed, today(waiting))
    )
    hand(waiting)
    second = waiting.actor("second registrar")
    with pytest.raises(Conflict):
        waiting.do(lambda b: outside.hand_outside(b, second, entry, waiting.now))


@ON_SQLITE
@pytest.mark.parametrize("who", ["teacher", "principal", "committee", "parent"])
def test_only_the_registrar_writes_down(waiting: SmallSchool, who: str) -> None:  # R21
    with pytest.raises(RuleError) as caught:
        hand(waiting, who=who)
    assert isinstance(caught.value, NotThere) or caught.value.code == "review.not_possible"
    assert waiting.case().outside_since is None


# ---- undo of each act


def test_each_entry_is_taken_back_while_nobody_was_told(waiting: SmallSchool) -> None:
    hand(waiting)
    undo(waiting, "registrar")
    assert (waiting.case().state, waiting.case().outside_since) == (State.awaiting_outside, None)
    hand(waiting)
    for result, how in (
        (Said.accepted, {}),
        (Said.more, {"note": "请补一页"}),
        (Said.refused, {}),
    ):
        record(waiting, result, **how)
        undo(waiting, "registrar")
        assert waiting.case().state is State.awaiting_outside
        assert waiting.case().outside_since == today(waiting)
    settle(waiting)
    assert child(waiting).fields["full_name"] == OLD_NAME
    assert set(notices(waiting)) == {"notice.moved_on", "notice.handed_outside"}


@ON_SQLITE
def test_an_entry_is_not_taken_back_by_others_or_too_late(waiting: SmallSchool) -> None:
    hand(waiting)
    assert refusal(lambda: undo(waiting, "second registrar")) == "review.too_late_to_undo"
    waiting.wait(minutes=6)
    assert refusal(lambda: undo(waiting, "registrar")) == "review.too_late_to_undo"


@ON_SQLITE
def test_after_the_papers_left_the_school_nobody_inside_takes_back(waiting: SmallSchool) -> None:
    hand(waiting)
    assert refusal(lambda: undo(waiting, "teacher")) == "review.too_late_to_undo"


# ---- apply again


def reopen(school: SmallSchool, who: str = "parent") -> None:
    actor, case = school.actor(who), school.ids["case"]
    school.do(lambda b: sending.reopen(b, actor, case, school.now))


def test_a_refused_paper_is_applied_for_again_as_a_new_case(waiting: SmallSchool) -> None:
    hand(waiting)
    record(waiting, Said.refused)
    assert refusal(lambda: reopen(waiting)) == "reapply.not_yet"
    settle(waiting)
    assert "notice.refused" in notices(waiting)
    reopen(waiting)
    first = waiting.ids["case"]
    again = send(waiting, "key_change")
    assert (again.round, again.state, again.step) == (1, State.in_review, 0)
    assert again.id != first
    waiting.ids["case"] = first
    assert refusal(lambda: reopen(waiting)) == "reapply.not_last"


@ON_SQLITE
def test_only_what_ended_without_success_is_applied_for_again(school: SmallSchool) -> None:
    arrange(school)
    start(school, "info_change")
    for state in State:
        wanted = replace(school.case(), state=state)
        school.do(lambda b, w=wanted: b.save_submission(w))
        if state in (State.refused, State.rejected):
            reopen(school)
        else:
            assert refusal(lambda: reopen(school)) == "review.not_possible"
    assert refusal(lambda: reopen(school, "teacher")) == "not_there"


# ---- two guardians


@ON_SQLITE
def test_with_two_guardians_the_registrar_sees_a_change_of_guardians(  # K21
    school: SmallSchool,
) -> None:
    arrange(school)
    place(school, Status.enrolled, guardian1_name="欧阳大树")
    paper = PAPERS["start_of_term_check"]
    content = content_of(school, paper)
    renamed = Value("q/g", "欧阳老树", "guardian1_name", "监护人")
    content = replace(content, values=(*content.values, renamed))
    father = school.do(lambda b: families.arrive(b, school.ids["school"], "en", school.now))
    link = Link(school.ids["child"], Relation.father)
    school.do(lambda b: setup.grant_family(b, father, link.student_id, link, school.now))
    name = "start_of_term_check"
    assert refusal(lambda: send(school, name, content)) == "submit.guardian_field"
    assert send(school, "info_change", _with_proof(content)).route == "info_change"


def _with_proof(content: Content) -> Content:
    return replace(content, evidence=(Evidence("p/x", "household_register", "file"),))
