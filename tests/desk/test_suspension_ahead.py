"""A suspension that is settled before its first day: the child is enrolled until that day begins
at school, then suspended. R41 R97 R205.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from registry import register
from registry.effects import suspension_ahead
from registry.students import Status
from registry.submissions import State, Submission
from storage import jobs, tables
from tests.desk.papers import (
    PAPERS,
    accept,
    arrange,
    begin,
    child,
    content_of,
    notices,
    place,
    send,
    settle,
    start,
)
from tests.support.school import SmallSchool

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FIRST_DAY = date(2026, 9, 7)  # of the ordinary paper; it is settled on 1 September
ZONE = ZoneInfo("Asia/Shanghai")


def settled(school: SmallSchool, **fields: str) -> Submission:
    """A suspension all the way through; the clock is the school's own."""
    arrange(school)
    school.now = school.now.astimezone(ZONE)
    place(school, Status.enrolled)
    begin(school, "suspension")
    paper = replace(PAPERS["suspension"], fields={**PAPERS["suspension"].fields, **fields})
    send(school, "suspension", content_of(school, paper))
    accept(school)
    settle(school)
    assert school.case().state is State.effective
    return school.case()


def status_days(school: SmallSchool) -> list[tuple[str, str, date]]:
    found = select(tables.status_change).order_by(tables.status_change.c.recorded_at)
    rows = school.do(lambda b: b.every(found, {}))
    return [(row.was, row.becomes, row.on) for row in rows]


def work(school: SmallSchool) -> None:
    """What is due now, without waiting."""
    school.wait(minutes=-6)
    settle(school)


def test_the_status_moves_on_the_first_day_and_not_before(school: SmallSchool) -> None:
    settled(school)
    before = child(school)
    assert (before.status, suspension_ahead(before, school.now.date())) == (
        Status.enrolled,
        FIRST_DAY,
    )
    assert before.fields["suspended_until"] == "2027-07-15"
    assert status_days(school) == []
    assert "notice.suspended" in notices(school)  # the family hears at once
    school.now = datetime(2026, 9, 6, 23, 59, 59, tzinfo=ZONE)
    work(school)
    assert child(school).status is Status.enrolled
    school.now = datetime(2026, 9, 7, 0, 0, tzinfo=ZONE)
    work(school)
    after = child(school)
    assert (after.status, suspension_ahead(after, school.now.date())) == (Status.suspended, None)
    assert status_days(school) == [("enrolled", "suspended", FIRST_DAY)]


@ON_SQLITE
@pytest.mark.parametrize("first", ["2026-09-01", "2026-08-20"])
def test_one_that_has_begun_moves_it_at_once(school: SmallSchool, first: str) -> None:
    settled(school, suspended_from=first)
    assert child(school).status is Status.suspended
    assert status_days(school) == [("enrolled", "suspended", date.fromisoformat(first))]


@ON_SQLITE
def test_the_day_is_the_schools_and_not_greenwichs(school: SmallSchool) -> None:
    settled(school)
    due = school.do(lambda b: b.scalar(select(tables.job.c.due).where(_begins()), {}))
    assert due == datetime(2026, 9, 6, 16, 0, tzinfo=UTC)


def _begins():  # type: ignore[no-untyped-def]
    return tables.job.c.kind == "begin_status"


@ON_SQLITE
def test_a_later_paper_with_another_day_is_the_one_that_counts(school: SmallSchool) -> None:
    first = settled(school)
    settled_again = replace(
        PAPERS["suspension"],
        fields={"suspended_from": "2026-09-21", "suspended_until": "2027-07-15"},
    )
    begin(school, "suspension")
    send(school, "suspension", content_of(school, settled_again))
    accept(school)
    settle(school)
    school.now = datetime(2026, 9, 7, 8, 0, tzinfo=ZONE)
    work(school)
    assert (child(school).status, status_days(school)) == (Status.enrolled, [])
    school.now = datetime(2026, 9, 21, 8, 0, tzinfo=ZONE)
    work(school)
    assert child(school).status is Status.suspended
    assert status_days(school) == [("enrolled", "suspended", date(2026, 9, 21))]
    assert school.case().id != first.id


@ON_SQLITE
@pytest.mark.parametrize(
    "status", [Status.transferred_out, Status.graduated, Status.withdrawn, Status.cancelled]
)
def test_a_child_who_left_meanwhile_is_left_alone(school: SmallSchool, status: Status) -> None:
    settled(school)
    left = replace(child(school), status=status)
    school.do(lambda b: b.save_student(left))
    school.now = datetime(2026, 9, 7, 8, 0, tzinfo=ZONE)
    work(school)
    assert (child(school).status, status_days(school)) == (status, [])
    assert school.do(lambda b: jobs.pick(b, school.now)) == ()  # and nothing waits for ever


@ON_SQLITE
def test_it_begins_once(school: SmallSchool) -> None:
    case = settled(school)
    school.now = datetime(2026, 9, 8, 8, 0, tzinfo=ZONE)
    for _ in range(2):
        school.do(lambda b: register.begin_status(b, case.school_id, case.id, school.now))
    assert len(status_days(school)) == 1


@ON_SQLITE
def test_an_extension_holds_at_once(school: SmallSchool) -> None:
    arrange(school)
    start(school, "extension")
    accept(school)
    settle(school)
    assert (child(school).status, school.case().state) == (Status.suspended, State.effective)
    assert child(school).fields["suspended_until"] == "2028-01-15"


@ON_SQLITE
def test_his_place_in_the_class_is_his_until_that_day(school: SmallSchool) -> None:  # R242
    settled(school)

    def size() -> int:
        return school.do(lambda b: b.class_size(school.ids["class"], ""))

    before = size()
    school.now = datetime(2026, 9, 7, 8, 0, tzinfo=ZONE)
    work(school)
    assert size() == before - 1


@ON_SQLITE
def test_a_paper_on_its_way_while_the_first_began_brings_its_days(school: SmallSchool) -> None:
    """Sent before the first day, agreed to after it: no dead end for the registrar."""
    settled(school)
    longer = {"suspended_from": "2026-09-07", "suspended_until": "2027-08-31"}
    begin(school, "suspension")
    paper = replace(PAPERS["suspension"], fields=longer)
    assert send(school, "suspension", content_of(school, paper)).effect == "suspend"
    school.now = datetime(2026, 9, 8, 8, 0, tzinfo=ZONE)
    work(school)
    assert child(school).status is Status.suspended
    accept(school)
    settle(school)
    after = child(school)
    assert (school.case().state, after.status) == (State.effective, Status.suspended)
    assert after.fields["suspended_until"] == "2027-08-31"
