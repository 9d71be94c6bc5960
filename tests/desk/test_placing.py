"""From class to class: the return into a class that the leader chose, and 调班 by the registrar.

R69 R72 R79 R93 R94 R99 R105 R186 R206 R242 R243 K12 K19.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry import cases, desk, families, placing, returns, setup
from registry.actors import Link, Relation, Role
from registry.cases import roles_now
from registry.placing import Moving, Room
from registry.problems import Conflict, NotThere, RuleError
from registry.schools import Settings, Stage
from registry.students import ClassChange, Status, Student
from registry.submissions import Act, Said, State
from storage import queries, tables
from tests.desk.papers import (
    LEADING,
    PAPERS,
    PEOPLE,
    accept,
    arrange,
    begin,
    child,
    content_of,
    decide,
    hand,
    notices,
    place,
    record,
    send,
    settle,
    start,
    undo,
)
from tests.support.school import SmallSchool

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NUMBER = "202601010101"


def add_cohort(school: SmallSchool, entry_year: int, number: int, *classes: int) -> None:
    """A grade of the same stage with these classes, remembered as `2027/1`."""
    registrar = school.actor("registrar")
    grade = school.do(
        lambda b: setup.add_grade(b, registrar, Stage.primary, number, entry_year, school.now)
    )
    made = school.do(lambda b: setup.add_classes(b, registrar, grade.id, classes, school.now))
    school.ids |= {f"{entry_year}/{one.number}": one.id for one in made}


def fill(school: SmallSchool, class_id: str, count: int) -> None:
    """So many other children are in the class."""
    registrar = school.actor("registrar")
    rows = [setup.RosterRow(class_id, "某某") for _ in range(count)]
    school.do(lambda b: setup.add_roster(b, registrar, rows, school.now))


def come_back(school: SmallSchool, *, days: int = 380, settings: Settings = LEADING) -> None:
    """A child suspended last September asks to return; this year's first grade has two classes."""
    arrange(school, settings)
    add_cohort(school, 2027, 1, 1, 2)
    add_cohort(school, 2028, 0, 1)
    add_cohort(school, 2025, 3, 1)
    place(school, Status.suspended, suspended_from="2026-09-07", suspended_until="2027-07-15")
    school.wait(days=days)
    begin(school, "resumption")
    send(school, "resumption")


def go_to(school: SmallSchool, role: Role) -> None:
    """Everybody before that role approves, without a class."""
    while (now := roles_now(school.case())[0]) is not role:
        decide(school, PEOPLE[now], Act.approve)


def approve(school: SmallSchool, who: str, class_key: str) -> None:
    actor = school.actor(who)
    verdict = replace(school.verdict(Act.approve), class_id=school.ids[class_key])
    school.do(lambda b: desk.decide(b, actor, verdict, school.now))


def rooms(school: SmallSchool) -> tuple[Room, ...]:
    student, case, today = child(school), school.case(), school.now.date()
    return school.do(lambda b: returns.rooms_of_return(b, student, case, today))


def finish(school: SmallSchool) -> Student:
    if school.case().state is State.awaiting_outside:
        hand(school)
        record(school, Said.accepted)
    settle(school)
    assert school.case().state is State.effective
    return child(school)


def changes(school: SmallSchool) -> tuple[ClassChange, ...]:
    return school.do(lambda b: b.class_changes(school.ids["school"], school.ids["child"]))


def is_asked(school: SmallSchool) -> bool:
    key = f"return_class:{school.case().id}"
    try:
        school.do(lambda b: b.load_task(school.ids["school"], key))
    except RuleError:
        return False
    return True


@pytest.mark.parametrize(
    ("settings", "decider"),
    [
        pytest.param(LEADING, Role.principal, id="the leader"),
        pytest.param(
            Settings(leader_major="vice_principal"), Role.vice_principal, id="vice-principal"
        ),
        pytest.param(Settings(), Role.registrar, id="the registrar where no leader looks"),
    ],
)
def test_who_decides_last_may_choose_another_class(
    school: SmallSchool, settings: Settings, decider: Role
) -> None:  # K12 R93 R99 R206
    come_back(school, settings=settings)
    go_to(school, decider)
    assert returns.decides_class(school.case())
    approve(school, PEOPLE[decider], "2027/2")
    after = finish(school)
    assert (after.class_id, after.student_number) == (school.ids["2027/2"], NUMBER)
    assert not is_asked(school)
    (made,) = changes(school)
    assert (made.was, made.becomes, made.reason) == (
        school.ids["class"],
        school.ids["2027/2"],
        "resume",
    )
    assert (made.on, made.submission_id) == (school.now.date(), school.case().id)
    assert school.case().class_id == after.class_id  # the new class teacher sees it


@ON_SQLITE
def test_what_nobody_chose_is_the_old_class_number_in_the_cohort_of_today(
    school: SmallSchool,
) -> None:  # R93 K12
    come_back(school)
    go_to(school, Role.principal)
    decide(school, "principal", Act.approve)
    assert finish(school).class_id == school.ids["2027/1"]
    assert is_asked(school)


@ON_SQLITE
def test_his_old_classmates_are_a_choice_too(school: SmallSchool) -> None:  # K12
    come_back(school)
    go_to(school, Role.principal)
    approve(school, "principal", "class")
    assert finish(school).class_id == school.ids["class"]
    assert (changes(school), is_asked(school)) == ((), False)


@ON_SQLITE
@pytest.mark.parametrize(
    "class_key",
    [
        pytest.param("2028/1", id="below the grade he left"),  # R94
        pytest.param("2025/1", id="above his old classmates"),
        pytest.param("school", id="no class at all"),
    ],
)
def test_a_class_out_of_reach_is_refused(school: SmallSchool, class_key: str) -> None:
    come_back(school)
    go_to(school, Role.principal)
    with pytest.raises(RuleError, match=r"placing\.class_unknown"):
        approve(school, "principal", class_key)


@ON_SQLITE
def test_the_day_of_the_return_decides_which_cohort_is_meant(school: SmallSchool) -> None:
    """Asked in August for September: the school year of the return counts. R93 K12."""
    arrange(school, LEADING)
    add_cohort(school, 2027, 1, 1)
    place(school, Status.suspended, suspended_from="2026-09-07", suspended_until="2027-08-20")
    school.now = school.now.replace(year=2027, month=8, day=20)
    paper = replace(PAPERS["resumption"], codes={"return_on": "2027-09-01"})
    begin(school, "resumption")
    send(school, "resumption", content_of(school, paper))
    assert [(one.id, one.grade.number) for one in rooms(school)] == [
        (school.ids["2027/1"], 1),
        (school.ids["class"], 2),
        (school.ids["other class"], 2),
    ]
    accept(school)
    settle(school)
    assert child(school).class_id == school.ids["2027/1"]
    assert is_asked(school)  # nobody chose the cohort of September


@ON_SQLITE
def test_nobody_chooses_at_another_step_or_with_another_act(school: SmallSchool) -> None:  # R99
    come_back(school)
    assert not returns.decides_class(school.case())
    with pytest.raises(RuleError, match=r"review\.not_possible"):
        approve(school, "teacher", "2027/2")
    go_to(school, Role.registrar)
    with pytest.raises(RuleError, match=r"review\.not_possible"):
        approve(school, "registrar", "2027/2")


@ON_SQLITE
def test_a_paper_that_brings_nobody_back_takes_no_class(school: SmallSchool) -> None:
    arrange(school, LEADING)
    start(school, "suspension")
    go_to(school, Role.principal)
    with pytest.raises(RuleError, match=r"review\.not_possible"):
        approve(school, "principal", "other class")


@ON_SQLITE
def test_a_choice_undone_is_none(school: SmallSchool) -> None:
    come_back(school)
    go_to(school, Role.principal)
    approve(school, "principal", "2027/2")
    undo(school, "principal")
    approve(school, "principal", "2027/1")
    assert finish(school).class_id == school.ids["2027/1"]


@ON_SQLITE
def test_a_full_class_of_an_entry_grade_is_closed(school: SmallSchool) -> None:  # R242 R243 K19
    come_back(school)
    fill(school, school.ids["2027/1"], 55)
    fill(school, school.ids["2027/2"], 54)
    go_to(school, Role.principal)
    with pytest.raises(RuleError, match=r"placing\.class_full"):
        decide(school, "principal", Act.approve)  # the proposed one is full
    approve(school, "principal", "2027/2")
    assert finish(school).class_id == school.ids["2027/2"]


@ON_SQLITE
def test_where_all_are_full_the_child_still_comes_back_and_the_registrar_hears(
    school: SmallSchool,
) -> None:  # R242: 55 is the limit, but no child is without a class
    come_back(school, days=30)
    fill(school, school.ids["class"], 54)  # one is there already
    fill(school, school.ids["other class"], 55)
    go_to(school, Role.principal)
    decide(school, "principal", Act.approve)
    assert finish(school).class_id == school.ids["class"]
    assert is_asked(school)


@ON_SQLITE
def test_another_grade_only_warns(school: SmallSchool) -> None:  # K19
    come_back(school)
    fill(school, school.ids["other class"], 70)
    (old,) = (one for one in rooms(school) if one.id == school.ids["other class"])
    assert (old.count, old.is_full, old.is_big) == (71, False, True)
    go_to(school, Role.principal)
    approve(school, "principal", "other class")
    assert finish(school).class_id == school.ids["other class"]


# ---- 调班


def moving(school: SmallSchool, **how: object) -> Moving:
    wanted = Moving(
        school.ids["child"],
        child(school).revision,
        school.ids["other class"],
        "size",
        school.now.date(),
    )
    return replace(wanted, **how)  # type: ignore[arg-type]


def move(school: SmallSchool, who: str = "registrar", **how: object) -> Student:
    actor, wanted = school.actor(who), moving(school, **how)
    return school.do(lambda b: placing.move_child(b, actor, wanted, school.now))


def seen_by(school: SmallSchool, who: str, class_key: str) -> set[str]:
    """Whom a class teacher's page lists."""
    actor, today = school.actor(who), school.now.date()
    rows = school.do(
        lambda b: queries.class_overview(
            b, actor, school.ids[class_key], "new_student", "2026", today
        )
    )
    return {row.student.id for row in rows}


def test_a_child_moves_with_all_that_is_his(school: SmallSchool) -> None:  # R79 R105 R186 R206
    start(school, "entrusted_care")  # its first step is the class teacher's
    notices(school)
    revision, his = school.case().revision, school.ids["child"]
    move(school, on=date(2026, 9, 1), note="  ")
    after = child(school)
    assert (after.class_id, after.student_number) == (school.ids["other class"], NUMBER)
    assert his not in seen_by(school, "teacher", "class")
    assert his in seen_by(school, "other teacher", "other class")
    case = school.case()
    assert (case.class_id, case.revision) == (after.class_id, revision)  # no page went stale
    assert not cases.may_see(school.actor("teacher"), case, school.now)
    assert cases.may_take(school.actor("other teacher"), case, school.now)
    decide(school, "other teacher", Act.approve)
    assert notices(school)[0] == "notice.class_moved"
    (made,) = changes(school)
    assert (made.was, made.becomes) == (school.ids["class"], school.ids["other class"])
    assert (made.on, made.reason, made.recorded_by) == (
        date(2026, 9, 1),
        "size",
        school.ids["registrar"],
    )


@ON_SQLITE
def test_open_tasks_go_along_and_done_ones_stay(school: SmallSchool) -> None:
    place(school, Status.enrolled)
    parent, key = school.actor("parent"), school.ids["child"]
    school.do(
        lambda b: families.ask_help(
            b, parent, school.ids["class"], key, "child/id_number", school.now
        )
    )
    move(school)
    today = school.now.date()
    for who, count in (("teacher", 0), ("other teacher", 1)):
        actor = school.actor(who)
        tasks = school.do(lambda b, a=actor: queries.tasks_of(b, a, today))
        assert len(tasks) == count


@ON_SQLITE
@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"class_id": "class"}, "placing.class_unknown"),
        ({"class_id": "2025/1"}, "placing.class_unknown"),  # another grade
        ({"class_id": "school"}, "placing.class_unknown"),
        ({"reason": ""}, "placing.reason_unknown"),
        ({"reason": "resume"}, "placing.reason_unknown"),
        ({"reason": "other", "note": " "}, "placing.note_missing"),
        ({"on": 1}, "placing.day_wrong"),
        ({"on": -365}, "placing.day_wrong"),  # a slip of the year
    ],
)
def test_what_is_not_possible_is_refused(
    school: SmallSchool, how: dict[str, object], code: str
) -> None:
    add_cohort(school, 2025, 2, 1)
    place(school, Status.enrolled)
    if "class_id" in how:
        how = {"class_id": school.ids[str(how["class_id"])]}
    if "on" in how:
        how = {"on": school.now.date() + timedelta(days=int(str(how["on"])))}
    before = child(school)
    with pytest.raises(RuleError) as caught:
        move(school, **how)
    assert caught.value.code == code
    assert (child(school), changes(school)) == (before, ())


@ON_SQLITE
def test_a_day_before_the_last_change_is_refused(school: SmallSchool) -> None:  # R186
    place(school, Status.enrolled)
    move(school)
    school.wait(days=2)
    back = {"class_id": school.ids["class"], "reason": "mistake"}
    with pytest.raises(RuleError, match=r"placing\.day_wrong"):
        move(school, **back, on=school.now.date() - timedelta(days=3))
    move(school, **back)
    assert [one.becomes for one in changes(school)] == [
        school.ids["other class"],
        school.ids["class"],
    ]


@ON_SQLITE
@pytest.mark.parametrize(("others", "is_taken"), [(54, True), (55, False)])
def test_an_entry_class_takes_55_and_no_more(
    school: SmallSchool, others: int, is_taken: bool
) -> None:  # R242 R243 K19
    place(school, Status.enrolled)
    fill(school, school.ids["other class"], others)
    if is_taken:
        assert move(school).class_id == school.ids["other class"]
    else:
        with pytest.raises(RuleError, match=r"placing\.class_full"):
            move(school)
    school.wait(days=365)  # no entry grade any more: a big class only warns
    if not is_taken:
        assert move(school).class_id == school.ids["other class"]


@ON_SQLITE
@pytest.mark.parametrize("status", Status)
def test_only_who_is_here_or_expected_is_moved(school: SmallSchool, status: Status) -> None:
    place(school, status)
    registrar = school.actor("registrar")
    is_possible = status in (Status.expected, Status.enrolled)
    assert placing.may_move(registrar, child(school), school.now) == is_possible
    if is_possible:
        assert move(school).class_id == school.ids["other class"]
    else:
        with pytest.raises(RuleError, match=r"placing\.wrong_status"):
            move(school)


@ON_SQLITE
@pytest.mark.parametrize(
    "who", ["teacher", "other teacher", "committee", "principal", "vice principal", "parent"]
)
def test_nobody_but_the_registrar_moves_a_child(school: SmallSchool, who: str) -> None:
    arrange(school)
    place(school, Status.enrolled)
    with pytest.raises(NotThere):
        move(school, who)


@ON_SQLITE
def test_nobody_moves_his_own_child(school: SmallSchool) -> None:
    place(school, Status.enrolled)
    link = Link(school.ids["child"], Relation.mother)
    registrar = school.actor("registrar")
    school.do(lambda b: setup.grant_family(b, registrar, link.student_id, link, school.now))
    with pytest.raises(NotThere):
        move(school)


@ON_SQLITE
def test_who_saw_an_older_child_reloads(school: SmallSchool) -> None:
    place(school, Status.enrolled)
    with pytest.raises(Conflict):
        move(school, revision=child(school).revision - 1)


@ON_SQLITE
def test_what_was_written_beside_the_reason_is_sealed(school: SmallSchool) -> None:
    place(school, Status.enrolled)
    move(school, reason="other", note="孩子和同桌处不来")
    (made,) = changes(school)
    assert made.note == "孩子和同桌处不来"
    stored = school.do(lambda b: b.scalar(select(tables.class_change.c.note), {}))
    assert "同桌".encode() not in bytes(stored)
    assert "同桌" not in repr(made)
