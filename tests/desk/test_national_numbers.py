"""A child who enters grade 7 is enrolled with his national number: written by the family, or
fetched by the registrar from the primary school. R106 R107 K5.
"""

from dataclasses import replace

import pytest
from sqlalchemy import update

from registry import national_numbers, setup
from registry.actors import Link, Relation
from registry.problems import NotThere, RuleError
from registry.submissions import Act, Flag, State
from storage import tables, trace_books
from storage.unit import Unit
from tests.desk.papers import (
    NATIONAL,
    PAPERS,
    arrange,
    begin,
    child,
    content_of,
    decide,
    pass_inside,
    send,
    settle,
    start,
)
from tests.support.school import SmallSchool

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OTHER = "L999999201803120035"


def grade(school: SmallSchool, number: int) -> None:
    """The child's grade is called so."""

    def rename(books: Unit) -> None:
        wanted = tables.grade.c.id == school.ids["grade"]
        books.run(update(tables.grade).where(wanted).values(number=number), {})

    school.do(rename)


def come(school: SmallSchool, number: int = 7, name: str = "new_student") -> None:
    """A family asks the school to fetch the number."""
    arrange(school)
    grade(school, number)
    start(school, name)
    assert national_numbers.FIELD not in school.case().content.fields()


def fetch(school: SmallSchool, text: str, who: str = "registrar") -> str:
    """The code of what is wrong; "" = kept."""
    actor, case_id = school.actor(who), school.ids["case"]
    reading = school.do(
        lambda b: national_numbers.fetch_number(b, actor, case_id, text, school.now)
    )
    return reading.problem.code if reading.problem else ""


def open_task(school: SmallSchool) -> bool:
    key = national_numbers.task_key(school.case())
    try:
        task = school.do(lambda b: b.load_task(school.ids["school"], key))
    except NotThere:
        return False
    return task.ids == {"submission": school.ids["case"]}


def closed(school: SmallSchool) -> tuple[str | None, object] | None:
    key = national_numbers.task_key(school.case())
    return school.do(lambda b: trace_books.closed_task(b, school.ids["school"], key))


def test_no_grade_7_without_a_number_and_the_registrar_fetches_it(school: SmallSchool) -> None:
    come(school)
    assert open_task(school)
    decide(school, "committee", Act.approve)
    with pytest.raises(RuleError, match=r"review\.number_missing"):
        decide(school, "registrar", Act.approve)
    assert school.case().state is State.in_review
    revision = school.case().revision
    assert fetch(school, f" {NATIONAL.lower()} ") == ""
    assert (school.case().revision, open_task(school)) == (revision, False)
    assert closed(school) == (school.ids["registrar"], school.now)
    decide(school, "registrar", Act.approve)
    settle(school)
    after = child(school)
    assert (school.case().state, after.fields["national_number"]) == (State.effective, NATIONAL)
    assert after.student_number is not None  # ours; K5


@ON_SQLITE
@pytest.mark.parametrize("number", [1, 6, 8, 10])
def test_other_grades_need_none(school: SmallSchool, number: int) -> None:
    come(school, number)
    assert not open_task(school)
    assert pass_inside(school).state is State.approved


@ON_SQLITE
def test_a_family_that_writes_it_needs_nobody(school: SmallSchool) -> None:
    arrange(school)
    grade(school, 7)
    begin(school, "new_student")
    content = content_of(school, PAPERS["new_student"], national_number=NATIONAL)
    send(school, "new_student", content)
    assert not open_task(school)
    with pytest.raises(RuleError, match=r"review\.not_possible"):
        fetch(school, OTHER)
    assert pass_inside(school).state is State.approved


@ON_SQLITE
def test_a_family_that_finds_it_later_ends_the_search(school: SmallSchool) -> None:
    come(school)
    fetch(school, OTHER)
    decide(school, "committee", Act.return_, flags=(Flag("q/full_name", "differs"),))
    school.wait(minutes=6)
    content = content_of(school, PAPERS["new_student"], national_number=NATIONAL)
    send(school, "new_student", content)
    assert not open_task(school)
    pass_inside(school)
    settle(school)
    assert child(school).fields["national_number"] == NATIONAL  # the family's own word


@ON_SQLITE
def test_a_transfer_into_grade_7_needs_it_too(school: SmallSchool) -> None:
    arrange(school)
    grade(school, 7)
    paper = PAPERS["transfer_in"]
    fields = {code: text for code, text in paper.fields.items() if code != "national_number"}
    start_content = replace(paper, fields=fields)
    begin(school, "transfer_in")
    send(school, "transfer_in", content_of(school, start_content))
    assert open_task(school)
    decide(school, "teacher", Act.approve)
    with pytest.raises(RuleError, match=r"review\.number_missing"):
        decide(school, "registrar", Act.approve)


@ON_SQLITE
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "value.empty"),
        ("A999999201803120027", "value.national_number_shape"),
        ("G99999920180312002", "value.national_number_shape"),
    ],
)
def test_what_is_no_number_is_not_kept(school: SmallSchool, text: str, code: str) -> None:
    come(school)
    before = child(school)
    assert fetch(school, text) == code
    assert (child(school), open_task(school)) == (before, True)


@ON_SQLITE
def test_a_wrong_one_is_corrected_and_the_last_hand_is_named(school: SmallSchool) -> None:
    come(school)
    fetch(school, OTHER)
    school.wait(hours=1)
    assert fetch(school, NATIONAL, who="second registrar") == ""
    assert child(school).fields["national_number"] == NATIONAL
    assert closed(school) == (school.ids["second registrar"], school.now)


@ON_SQLITE
@pytest.mark.parametrize("who", ["teacher", "committee", "principal", "parent", "other teacher"])
def test_nobody_else_types_it(school: SmallSchool, who: str) -> None:
    come(school)
    with pytest.raises(NotThere):
        fetch(school, NATIONAL, who)


@ON_SQLITE
def test_nobody_types_it_for_his_own_child(school: SmallSchool) -> None:
    come(school)
    link, registrar = Link(school.ids["child"], Relation.mother), school.actor("registrar")
    school.do(lambda b: setup.grant_family(b, registrar, link.student_id, link, school.now))
    with pytest.raises(NotThere):
        fetch(school, NATIONAL)


@ON_SQLITE
def test_a_case_that_is_over_takes_none(school: SmallSchool) -> None:
    come(school)
    fetch(school, NATIONAL)
    pass_inside(school)
    settle(school)
    with pytest.raises(RuleError, match=r"review\.not_possible"):
        fetch(school, OTHER)
