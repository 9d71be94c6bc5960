"""Effects on the register: every paper on every status, dates, numbers, what goes back.

R40–R43 R86 R97 R98 R195 R204–R206 K3 K12.
"""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from registry import register, setup
from registry.cases import roles_now
from registry.effects import EFFECTS
from registry.problems import RuleError
from registry.schools import Settings, Stage
from registry.students import Status, Student
from registry.submissions import Act, Said, State
from storage import tables as t
from storage.unit import Unit
from tests.desk.papers import (
    ID_NUMBER,
    NATIONAL,
    PAPERS,
    accept,
    arrange,
    begin,
    child,
    content_of,
    decide,
    grow,
    hand,
    pass_inside,
    place,
    record,
    send,
    settle,
    start,
)
from tests.support.school import SmallSchool

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
S = Status
LEADS: dict[str, tuple[set[Status], Status | None]] = {
    # effect: from these statuses, to that one (None: it stays)
    "change": ({S.enrolled, S.suspended}, None),
    "check": ({S.enrolled}, None),
    "enrol": ({S.expected}, S.enrolled),
    "entrust": ({S.enrolled, S.expected, S.suspended}, None),
    "extend": ({S.suspended}, None),
    "resume": ({S.suspended}, S.enrolled),
    "suspend": ({S.enrolled, S.suspended}, S.suspended),
    "transfer_in": ({S.expected}, S.enrolled),
}
SAMPLES = {
    "change": "info_change",
    "check": "start_of_term_check",
    "enrol": "new_student",
    "entrust": "entrusted_care",
    "extend": "extension",
    "resume": "resumption",
    "suspend": "suspension",
    "transfer_in": "transfer_in",
}


@ON_SQLITE
@pytest.mark.parametrize("effect", LEADS)
def test_every_effect_on_every_status(school: SmallSchool, effect: str) -> None:
    """R97, R98: no status moves but along the table; what cannot be goes back, untouched."""
    arrange(school)
    case = start(school, SAMPLES[effect])
    assert case.effect == effect
    allowed, becomes = LEADS[effect]
    school.wait(days=7)  # what begins on a day has begun
    for status in Status:
        place(school, status, suspended_from="2026-09-07", suspended_until="2027-07-15")
        before = child(school)
        wanted = replace(school.case(), state=State.approved, step=0)
        school.do(lambda b, w=wanted: b.save_submission(w))
        done = school.do(lambda b: register.apply_effect(b, case.school_id, case.id, school.now))
        after = child(school)
        if status in allowed:
            assert (done.state, after.status) == (State.effective, becomes or status)
        else:
            assert done.state in (State.in_review, State.awaiting_outside)
            assert after == before


def changes(school: SmallSchool) -> list[tuple[str, str, date, date | None]]:
    def read(unit: Unit) -> list[tuple[str, str, date, date | None]]:
        rows = unit.every(select(t.status_change).order_by(t.status_change.c.recorded_at), {})
        return [(row.was, row.becomes, row.on, row.until) for row in rows]

    return school.do(read)


def test_suspension_extension_and_return_keep_the_number(school: SmallSchool) -> None:
    """R41, R43, R89, R91, R205, R206: dated, tied to their papers, one number through it all."""
    arrange(school)
    for name in ("suspension", "extension", "resumption"):
        if name == "suspension":
            start(school, name)
        else:
            school.wait(days=30)
            settle(school)  # the days on which something begins have passed
            begin(school, name)
            send(school, name)
        accept(school)
        settle(school)
        assert school.case().state is State.effective
    after = child(school)
    assert (after.status, after.student_number) == (Status.enrolled, "202601010101")
    assert "suspended_until" not in after.fields
    assert changes(school) == [
        ("enrolled", "suspended", date(2026, 9, 7), date(2027, 7, 15)),
        ("suspended", "suspended", date(2026, 10, 1), date(2028, 1, 15)),
        ("suspended", "enrolled", date(2026, 10, 31), None),
    ]


@pytest.mark.parametrize(
    ("days", "cohort", "number", "is_asked"),
    [
        pytest.param(30, 2026, 1, False, id="within the school year"),
        pytest.param(380, 2027, 1, True, id="a year later"),
        pytest.param(380, 2026, 1, True, id="the cohort has no such class"),
    ],
)
def test_a_child_returns_to_the_grade_and_class_he_left(
    school: SmallSchool, days: int, cohort: int, number: int, is_asked: bool
) -> None:  # R93 K12
    arrange(school)
    registrar = school.actor("registrar")
    if cohort == 2027:
        grade = school.do(
            lambda b: setup.add_grade(b, registrar, Stage.primary, 1, cohort, school.now)
        )
        school.do(lambda b: setup.add_classes(b, registrar, grade.id, (1,), school.now))
    place(school, Status.suspended, suspended_from="2026-09-07", suspended_until="2027-07-15")
    school.wait(days=days)
    begin(school, "resumption")
    send(school, "resumption")
    accept(school)
    settle(school)
    after, case = child(school), school.case()
    grade_now = school.do(lambda b: b.load_grade(case.school_id, after.grade_id))
    class_now = school.do(lambda b: b.load_class(case.school_id, after.class_id))
    assert (grade_now.entry_year, class_now.number) == (cohort, number)
    assert after.student_number == "202601010101"  # R206: it says no longer where the child is
    key = f"return_class:{case.id}"
    if is_asked:
        task = school.do(lambda b: b.load_task(case.school_id, key))
        assert task.class_id == after.class_id
    else:
        with pytest.raises(RuleError):
            school.do(lambda b: b.load_task(case.school_id, key))


def test_a_suspension_moves_no_status_before_the_authority_said_so(school: SmallSchool) -> None:
    """K3, law: grades 1–9."""
    arrange(school, Settings(leader_major="principal"))
    start(school, "suspension")
    assert pass_inside(school).state is State.awaiting_outside
    settle(school)
    hand(school)
    settle(school)
    assert child(school).status is Status.enrolled
    record(school, Said.refused)
    settle(school)
    assert (school.case().state, child(school).status) == (State.refused, Status.enrolled)


@ON_SQLITE
def test_a_senior_school_suspends_on_its_own(school: SmallSchool) -> None:  # K3
    arrange(school)
    grow(school, Stage.senior)
    case = start(school, "suspension")
    assert case.route == "suspension_senior"
    assert pass_inside(school).state is State.approved
    settle(school)
    school.wait(days=7)
    settle(school)
    assert child(school).status is Status.suspended


def test_a_child_who_comes_gets_a_number_of_ours_and_keeps_the_national_one(
    school: SmallSchool,
) -> None:  # R86 R204 K5
    arrange(school)
    start(school, "transfer_in")
    accept(school)
    assert child(school).student_number is None
    settle(school)
    after = child(school)
    assert (after.status, after.student_number) == (Status.enrolled, "202601010101")
    assert after.fields["national_number"] == NATIONAL
    assert changes(school)[-1][:2] == ("expected", "enrolled")


SENDABLE = {effect: allowed for effect, (allowed, _) in LEADS.items()}


@ON_SQLITE
@pytest.mark.parametrize("name", sorted(PAPERS))
@pytest.mark.parametrize("status", Status)
def test_a_paper_is_not_sent_for_a_child_it_can_do_nothing_for(
    school: SmallSchool, name: str, status: Status
) -> None:  # R97
    place(school, status, suspended_from="2026-09-01", suspended_until="2027-01-15")
    begin(school, name)
    if status in SENDABLE[PAPERS[name].effect]:
        assert send(school, name).state is State.in_review
    else:
        with pytest.raises(RuleError) as caught:
            send(school, name)
        # The table of legality may say it first, in kinder words.
        assert caught.value.code.startswith(("submit.wrong_status", "legality."))


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "dates", "is_right"),
    [
        ("suspension", ("2026-09-07", "2027-07-15"), True),
        ("suspension", ("2026-09-07", "2026-09-08"), True),
        ("suspension", ("2026-09-07", "2026-09-07"), False),
        ("suspension", ("2026-09-07", "2026-01-07"), False),
        ("suspension", ("2026-09-07", ""), False),
        ("suspension", ("2026-09-07", "soon"), False),
        ("extension", ("", "2027-07-16"), True),
        ("extension", ("", "2027-07-15"), False),  # it ends then already
        ("extension", ("", "2027-01-15"), False),
    ],
)
def test_a_suspension_ends_after_it_begins(
    school: SmallSchool, name: str, dates: tuple[str, str], is_right: bool
) -> None:  # R41
    place(
        school,
        PAPERS[name].status,
        suspended_from="2026-09-07",
        suspended_until="2027-07-15",
    )
    begin(school, name)
    since, until = dates
    paper = replace(PAPERS[name], fields={})
    content = content_of(school, paper, suspended_from=since, suspended_until=until)
    if is_right:
        assert send(school, name, content).state is State.in_review
    else:
        with pytest.raises(RuleError) as caught:
            send(school, name, content)
        assert caught.value.code.startswith(("submit.dates_wrong", "legality.suspension_"))


@ON_SQLITE
@pytest.mark.parametrize(
    ("suspended_for", "kinds", "is_enough"),
    [
        ("health", (), False),
        ("health", ("recovery_proof",), True),
        ("major_event", (), True),
        ("abroad", (), True),
        ("", (), False),
    ],
)
def test_a_return_shows_a_recovery_only_where_health_was_the_reason(
    school: SmallSchool, suspended_for: str, kinds: tuple[str, ...], is_enough: bool
) -> None:  # R42
    place(school, Status.suspended, suspension_reason=suspended_for)
    begin(school, "resumption")
    content = content_of(school, replace(PAPERS["resumption"], kinds=kinds))
    if is_enough:
        assert send(school, "resumption", content).state is State.in_review
    else:
        with pytest.raises(RuleError) as caught:
            send(school, "resumption", content)
        assert caught.value.code == "submit.evidence_missing"


@ON_SQLITE
@pytest.mark.parametrize(
    ("kinds", "is_enough"),
    [
        ((), False),
        (("household_register",), False),
        (("transfer_proof",), False),
        (("household_register", "transfer_proof"), True),
        (("property_paper", "transfer_proof"), True),
    ],
)
def test_a_transfer_in_is_not_sent_without_its_proofs(
    school: SmallSchool, kinds: tuple[str, ...], is_enough: bool
) -> None:  # R235 R238; nothing for the ledger of violations (R239)
    place(school, Status.expected)
    begin(school, "transfer_in")
    content = content_of(school, replace(PAPERS["transfer_in"], kinds=kinds))
    if is_enough:
        assert send(school, "transfer_in", content).state is State.in_review
    else:
        with pytest.raises(RuleError) as caught:
            send(school, "transfer_in", content)
        assert caught.value.code == "submit.evidence_missing"


def test_no_paper_withdraws_a_child() -> None:  # K4
    ends = {Status.withdrawn, Status.cancelled, Status.left_early}
    assert {effect.becomes for effect in EFFECTS.values()}.isdisjoint(ends)


# ---- what can no longer be


def taken(school: SmallSchool, other: str) -> None:
    """Another child has this ID number meanwhile."""
    student = school.do(lambda b: b.load_student(school.ids["school"], school.ids[other]))
    held: Student = replace(student, fields={"id_number": ID_NUMBER})
    school.do(lambda b: b.save_student(held))


@ON_SQLITE
def test_what_the_authority_accepted_and_cannot_be_entered_waits_with_the_registrar(
    school: SmallSchool,
) -> None:  # R185
    arrange(school)
    start(school, "transfer_in")
    taken(school, "other child")
    accept(school)
    settle(school)
    case = school.case()
    assert (case.state, case.step) == (State.awaiting_outside, 2)
    assert child(school).status is Status.expected
    key = f"effect_failed:{case.id}:{case.revision - 1}"
    assert school.do(lambda b: b.load_task(case.school_id, key)).phrase == "effect.id_number_taken"
    taken_back = school.do(lambda b: b.load_student(case.school_id, school.ids["other child"]))
    school.do(lambda b: b.save_student(replace(taken_back, fields={})))
    record(school, Said.accepted)
    settle(school)
    assert school.case().state is State.effective


@ON_SQLITE
def test_what_a_leader_released_and_cannot_be_entered_returns_to_the_registrar(
    school: SmallSchool,
) -> None:
    arrange(school, Settings(leader_daily="principal"))
    start(school, "new_student")
    taken(school, "other child")
    pass_inside(school)
    settle(school)
    case = school.case()
    assert (case.state, case.step) == (State.in_review, 1)
    assert [str(role) for role in roles_now(case)] == ["registrar"]
    decide(school, "registrar", Act.reject, reason="duplicate")
    assert school.case().state is State.rejected
