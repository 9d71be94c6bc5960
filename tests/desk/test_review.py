"""From a family's submission to the register: moves, second person, undo, effect (R15–R23, K1)."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from registry import desk, families, register, sending, setup
from registry.actors import Link, Relation, Role
from registry.cases import roles_now
from registry.moves import MOVES
from registry.problems import Conflict, NotThere, RuleError
from registry.routes import ROUTES
from registry.schools import Settings
from registry.students import Status
from registry.submissions import Act, Flag, State
from storage import jobs, outbox
from tests.support.school import NAME_PATH, PAGE_PATH, SmallSchool, without_signature

FLAGS = (Flag(NAME_PATH, "differs"), Flag(PAGE_PATH, "unreadable"))


def decide(school: SmallSchool, who: str, act: Act, **how: object) -> None:
    actor, verdict = school.actor(who), school.verdict(act, **how)
    school.do(lambda books: desk.decide(books, actor, verdict, school.now))


def undo(school: SmallSchool, who: str) -> None:
    actor, case = school.actor(who), school.case()
    school.do(lambda b: desk.undo(b, actor, case.id, case.revision, school.now))


def settle(school: SmallSchool) -> None:
    """Let the undo window close and do the work due."""
    school.wait(minutes=6)
    for picked in school.do(lambda b: jobs.pick(b, school.now)):
        job = picked.job
        school.do(
            lambda b, j=job: register.apply_effect(
                b, j.school_id, str(j.ids["submission"]), school.now
            )
        )
        school.do(lambda b, p=picked: jobs.finish(b, p))


def notices_due(school: SmallSchool) -> list[str]:
    return [picked.notice.phrase for picked in school.do(lambda b: outbox.pick(b, school.now))]


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(RuleError) as caught:
        action()
    return caught.value.code


def test_two_steps_by_two_people_enrol_the_child(school: SmallSchool) -> None:  # R15 R18 R195
    school.submit()
    decide(school, "committee", Act.approve)
    decide(school, "registrar", Act.approve)
    assert school.case().state is State.approved
    settle(school)
    child = school.do(lambda b: b.load_student(school.ids["school"], school.ids["child"]))
    assert (school.case().state, child.status) == (State.effective, Status.enrolled)
    assert child.student_number == "202601010101"  # R202: year, branch, grade, class, child
    assert child.fields["full_name"] == "欧阳小树"


def test_the_register_is_unchanged_until_the_window_closes(school: SmallSchool) -> None:  # R23
    school.submit()
    decide(school, "committee", Act.approve)
    decide(school, "registrar", Act.approve)
    child = school.do(lambda b: b.load_student(school.ids["school"], school.ids["child"]))
    assert child.status is Status.expected
    assert school.do(lambda b: jobs.pick(b, school.now)) == ()


def test_the_class_teacher_steps_in_where_the_family_declined(school: SmallSchool) -> None:  # K1
    school.submit(school.content(helps=False))
    assert refusal_or_missing(school, "committee") == "not_there"
    decide(school, "teacher", Act.approve)
    assert (school.case().state, school.case().step) == (State.in_review, 1)


def refusal_or_missing(school: SmallSchool, who: str) -> str:
    with pytest.raises(RuleError) as caught:
        decide(school, who, Act.approve)
    return caught.value.code


def test_the_committee_has_no_step_where_the_school_did_not_turn_it_on(  # K1
    school: SmallSchool,
) -> None:
    registrar = school.actor("registrar")
    school.do(lambda b: setup.change_settings(b, registrar, Settings(), school.now))
    case = school.submit()
    assert roles_now(case) == (Role.class_teacher,)


def test_a_return_flags_fields_and_comes_back_to_who_asked(school: SmallSchool) -> None:  # R17
    school.submit()
    decide(school, "committee", Act.approve)
    decide(school, "registrar", Act.return_, flags=FLAGS)
    assert school.case().state is State.returned
    again = school.submit()
    assert (again.state, again.step, again.round) == (State.in_review, 1, 2)
    decide(school, "registrar", Act.approve)
    assert school.case().state is State.approved


@pytest.mark.parametrize(
    ("how", "code"),
    [
        pytest.param({"act": Act.return_}, "review.flags_missing", id="return without a flag"),
        pytest.param(
            {"act": Act.return_, "flags": (Flag("no/such", "differs"),)},
            "review.flags_missing",
            id="flag on no field of the case",
        ),
        pytest.param(
            {"act": Act.return_, "flags": (Flag(NAME_PATH, "ugly"),)},
            "review.reason_unknown",
            id="unknown reason",
        ),
        pytest.param(
            {"act": Act.return_, "flags": (Flag(NAME_PATH, "other"),)},
            "review.note_missing",
            id="own reason without words",
        ),
        pytest.param(
            {"act": Act.reject, "reason": "duplicate"},
            "review.not_possible",
            id="the committee rejects nothing",  # R1 K1
        ),
        pytest.param({"act": Act.recall}, "review.not_possible", id="staff cannot recall"),
        pytest.param({"act": Act.resubmit}, "review.not_possible", id="staff cannot resubmit"),
    ],
)
def test_a_decision_without_its_reason_is_refused(school: SmallSchool, how, code) -> None:
    school.submit()
    assert refusal(lambda: decide(school, "committee", **how)) == code
    assert school.case().state is State.in_review


@pytest.mark.parametrize(
    ("how", "code"),
    [({}, "review.reason_unknown"), ({"reason": "other"}, "review.note_missing")],
)
def test_a_rejection_says_why(school: SmallSchool, how, code) -> None:
    school.submit()
    decide(school, "committee", Act.approve)
    assert refusal(lambda: decide(school, "registrar", Act.reject, **how)) == code
    assert school.case().state is State.in_review


def test_the_class_teacher_in_its_place_rejects_nothing_either(school: SmallSchool) -> None:
    school.submit(school.content(helps=False))  # R1 K1
    how = {"act": Act.reject, "reason": "duplicate"}
    assert refusal(lambda: decide(school, "teacher", **how)) == "review.not_possible"
    decide(school, "teacher", Act.return_, flags=FLAGS)
    assert school.case().state is State.returned


def test_nobody_takes_two_steps_of_one_case(school: SmallSchool) -> None:  # R18
    registrar = school.actor("registrar")
    school.do(
        lambda b: b.add_grant(
            school.ids["committee"], replace(registrar.grants[0], role=Role.registrar)
        )
    )
    school.submit()
    decide(school, "committee", Act.approve)
    assert refusal(lambda: decide(school, "committee", Act.approve)) == "review.two_people"
    decide(school, "registrar", Act.approve)


def test_nobody_judges_his_own_child(school: SmallSchool) -> None:
    member = school.actor("committee")
    link = Link(school.ids["child"], Relation.father)
    school.do(lambda b: setup.grant_family(b, member, school.ids["child"], link, school.now))
    school.submit()
    assert refusal(lambda: decide(school, "committee", Act.approve)) == "not_there"
    decide(school, "second committee", Act.approve)


def test_the_slower_of_two_reviewers_overwrites_nothing(school: SmallSchool) -> None:  # T24
    school.submit()
    slow = school.verdict(Act.return_, flags=FLAGS)
    decide(school, "committee", Act.approve)
    actor = school.actor("second committee")
    with pytest.raises(Conflict):
        school.do(lambda b: desk.decide(b, actor, slow, school.now))
    assert (school.case().state, school.case().step) == (State.in_review, 1)


def test_a_helpers_form_waits_for_a_guardians_signature(school: SmallSchool) -> None:  # K21 R81
    school.submit(school.content(relation=Relation.helper))
    decide(school, "committee", Act.approve)
    code = refusal(lambda: decide(school, "registrar", Act.approve))
    assert code == "review.signature_missing"
    teacher = school.actor("teacher")
    school.do(lambda b: desk.tick_signature(b, teacher, school.ids["case"], school.now))
    decide(school, "registrar", Act.approve)
    assert school.case().state is State.approved


def test_a_case_without_any_signature_is_not_approved(school: SmallSchool) -> None:  # R81
    school.submit(without_signature(school.content()))
    decide(school, "committee", Act.approve)
    code = refusal(lambda: decide(school, "registrar", Act.approve))
    assert code == "review.signature_missing"


def test_a_signature_on_paper_stands_for_a_missing_one(school: SmallSchool) -> None:  # K21
    school.submit(without_signature(school.content(relation=Relation.helper)))
    decide(school, "committee", Act.approve)
    teacher = school.actor("teacher")
    school.do(lambda b: desk.tick_signature(b, teacher, school.ids["case"], school.now))
    decide(school, "registrar", Act.approve)
    assert school.case().state is State.approved


def test_an_undone_decision_leaves_no_notice_and_no_job(school: SmallSchool) -> None:
    school.submit()
    decide(school, "committee", Act.approve)
    decide(school, "registrar", Act.approve)
    undo(school, "registrar")
    assert (school.case().state, school.case().step) == (State.in_review, 1)
    settle(school)
    assert school.case().state is State.in_review
    assert notices_due(school) == ["notice.moved_on"]
    decide(school, "registrar", Act.return_, flags=FLAGS)
    undo(school, "registrar")
    decide(school, "registrar", Act.approve)
    settle(school)
    assert school.case().state is State.effective


@pytest.mark.parametrize(
    ("who", "minutes", "code"),
    [
        pytest.param("second registrar", 1, "review.too_late_to_undo", id="somebody else's"),
        pytest.param("registrar", 6, "review.too_late_to_undo", id="after the window"),
    ],
)
def test_only_ones_own_fresh_decision_is_undone(school, who, minutes, code) -> None:
    school.submit()
    decide(school, "committee", Act.approve)
    decide(school, "registrar", Act.reject, reason="duplicate")
    school.wait(minutes=minutes)
    assert refusal(lambda: undo(school, who)) == code


def test_the_first_reviewer_cannot_undo_once_the_second_decided(school: SmallSchool) -> None:
    school.submit()
    decide(school, "committee", Act.approve)
    decide(school, "registrar", Act.return_, flags=FLAGS)
    assert refusal(lambda: undo(school, "committee")) == "review.too_late_to_undo"


def test_the_family_hears_of_a_decision_when_the_window_closes(school: SmallSchool) -> None:
    school.submit()
    decide(school, "committee", Act.return_, flags=FLAGS)
    assert notices_due(school) == []
    school.wait(minutes=6)
    assert notices_due(school) == ["notice.returned"]


def test_a_family_takes_back_what_nobody_decided_yet(school: SmallSchool) -> None:
    school.submit()
    parent = school.actor("parent")
    school.do(lambda b: sending.recall(b, parent, school.ids["case"], school.now))
    assert school.case().state is State.recalled
    assert school.submit().round == 2
    decide(school, "committee", Act.approve)
    code = refusal(
        lambda: school.do(lambda b: sending.recall(b, parent, school.ids["case"], school.now))
    )
    assert code == "recall.already_decided"


def test_an_effect_that_cannot_apply_returns_to_the_registrar(school: SmallSchool) -> None:
    taken = "999999201803120027"
    other = school.do(lambda b: b.load_student(school.ids["school"], school.ids["other child"]))
    content = school.content()
    number = replace(content.values[0], path="child/id_number", text=taken, field="id_number")
    school.submit(replace(content, values=(*content.values, number)))
    school.do(lambda b: b.save_student(replace(other, fields={"id_number": taken})))  # meanwhile
    decide(school, "committee", Act.approve)
    decide(school, "registrar", Act.approve)
    settle(school)
    assert (school.case().state, school.case().step) == (State.in_review, 1)
    child = school.do(lambda b: b.load_student(school.ids["school"], school.ids["child"]))
    assert child.status is Status.expected  # R185: one number, one child


def test_a_number_of_another_child_is_said_when_it_is_sent(school: SmallSchool) -> None:  # R185
    taken = "999999201803120027"
    other = school.do(lambda b: b.load_student(school.ids["school"], school.ids["other child"]))
    school.do(lambda b: b.save_student(replace(other, fields={"id_number": taken})))
    content = school.content()
    number = replace(content.values[0], path="child/id_number", text=taken, field="id_number")
    sent = replace(content, values=(*content.values, number))
    assert refusal(lambda: school.submit(sent)) == "legality.id_number_known"
    insisted = replace(number, insisted=True)  # 「户口本就是这样」: the reviewer looks
    school.submit(replace(content, values=(*content.values, insisted)))
    assert school.case().state is State.in_review


def test_a_paper_without_its_evidence_or_statement_is_not_taken(school: SmallSchool) -> None:
    content = school.content()
    assert refusal(lambda: school.submit(replace(content, evidence=()))) == (
        "submit.evidence_missing"
    )
    assert refusal(lambda: school.submit(replace(content, consents=()))) == (
        "submit.consent_missing"
    )


ROLES = ("parent", "teacher", "other teacher", "committee", "registrar", "principal")
STATES = tuple(State)
ACTS = (Act.approve, Act.return_, Act.reject)


def test_every_state_act_and_role_not_listed_is_refused(school: SmallSchool) -> None:  # T1 T24
    """The whole matrix on one case: what the table does not list leaves it untouched."""
    school.submit()
    start = school.case()
    allowed = set()
    for state, act, who in itertools.product(STATES, ACTS, ROLES):
        for step in range(len(ROUTES["new_student"].steps)):
            wanted = replace(school.case(), state=state, step=step)
            school.do(lambda b, w=wanted: b.save_submission(w))
            how = {"flags": FLAGS} if act is Act.return_ else {"reason": "duplicate"}
            try:
                decide(school, who, act, **how)
                allowed.add((state, step, act, who))
            except (RuleError, NotThere):
                assert school.case() == replace(wanted, revision=wanted.revision + 1)
            undo_everything(school)
    assert start.id == school.ids["case"]
    assert allowed == {
        (State.in_review, step, act, who)
        for (state, act) in MOVES
        if state is State.in_review and act in ACTS
        for step, who in ((0, "committee"), (1, "registrar"))
        if act is not Act.reject or who == "registrar"  # K1: the committee ends no case
    }


def undo_everything(school: SmallSchool) -> None:
    """Strike what was decided, so that the second-person rule starts afresh."""

    def strike(books) -> None:
        for decision in books.decisions(school.ids["case"]):
            if decision.undone_at is None:
                books.mark_undone(decision.id, school.now)

    school.do(strike)


def test_stopping_a_person_frees_what_he_held(school: SmallSchool) -> None:  # T5 R57
    school.submit()
    member, registrar = school.actor("committee"), school.actor("registrar")
    opened = school.do(lambda b: desk.open_case(b, member, school.ids["case"], school.now))
    assert opened.leased_by == member.id
    school.do(lambda b: setup.stop_person(b, registrar, member.id, school.now))
    assert school.case().leased_by is None
    assert refusal(lambda: decide(school, "committee", Act.approve)) == "not_there"


def test_a_claim_shows_nothing_until_the_teacher_accepts(school: SmallSchool) -> None:
    ids = school.ids
    stranger = school.do(lambda b: families.arrive(b, ids["school"], "en", school.now))
    claim = school.do(
        lambda b: families.make_claim(
            b, stranger, ids["class"], "慕容小溪", Relation.father, school.now
        )
    )
    other = school.actor("other teacher")
    code = refusal(
        lambda: school.do(
            lambda b: families.accept_claim(b, other, claim.id, ids["other child"], school.now)
        )
    )
    assert code == "not_there"
    teacher = school.actor("teacher")
    school.do(
        lambda b: families.accept_claim(b, teacher, claim.id, ids["other child"], school.now)
    )
    ids["stranger"] = stranger.id
    assert school.actor("stranger").link_to(ids["other child"]) is not None
    assert refusal(
        lambda: school.do(lambda b: families.refuse_claim(b, teacher, claim.id, school.now))
    ) == ("claim.already_decided")


def test_only_whose_task_it_is_closes_it(school: SmallSchool) -> None:  # R77
    parent, key = school.actor("parent"), f"help:{school.ids['parent']}:{school.ids['child']}"
    school.do(
        lambda b: families.ask_help(
            b, parent, school.ids["class"], school.ids["child"], "child/full_name", school.now
        )
    )
    for who in ("other teacher", "committee", "registrar"):
        actor = school.actor(who)
        code = refusal(
            lambda a=actor: school.do(lambda b: families.close_task(b, a, key, school.now))
        )
        assert code == "not_there", who
    teacher = school.actor("teacher")
    school.do(lambda b: families.close_task(b, teacher, key, school.now))
    code = refusal(lambda: school.do(lambda b: families.close_task(b, teacher, key, school.now)))
    assert code == "not_there"
