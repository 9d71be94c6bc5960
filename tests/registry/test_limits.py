"""Clocks of a case: inside they stand still while the family is asked; the authority's never."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.public_holidays import marks
from registry.limits import Clock, Course, Promise, clock, promise
from registry.schools import Settings
from registry.submissions import Act, State
from registry.working_days import Calendar, Due
from storage.queries.courses import Deed

ONE_DAY = timedelta(days=1)
ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
CALENDAR = Calendar(marks(2026) or {}, frozenset({2026}))
SETTINGS = Settings(committee_days=3, school_days=5)


@dataclass(frozen=True)
class Case:
    """A case of the new-student paper: the first step is completeness, then the school."""

    step: int = 0
    state: State = State.in_review
    route: str = "new_student"


def at(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZONE)


def made(act: Act, when: datetime, *, step: int = 0, round_: int = 1) -> Deed:
    return Deed(act, step, round_, when)


def run(case: Case, course: Course, now: datetime, settings: Settings = SETTINGS) -> Clock | None:
    return clock(case, course, settings, CALENDAR, now)


def certain(month: int, day: int) -> Due:
    return Due(date(2026, month, day), is_certain=True)


def test_a_step_without_days_has_no_clock() -> None:  # U4: nothing is invented
    assert run(Case(), Course([at(9, 1)], ()), at(12, 1), Settings()) is None


@pytest.mark.parametrize(
    ("now", "used", "is_near", "is_overdue"),
    [
        (at(9, 1, 18), 0, False, False),
        (at(9, 2), 1, False, False),
        (at(9, 4), 3, True, False),
        (at(9, 4, 23), 3, True, False),
        (at(9, 6), 3, True, False),  # a Sunday
        (at(9, 7), 4, True, True),
    ],
)
def test_the_committee_has_its_days_from_sending_on(
    now: datetime, used: int, is_near: bool, is_overdue: bool
) -> None:  # R48, U4
    found = run(Case(), Course([at(9, 1)], ()), now)
    assert found == Clock(3, used, certain(9, 4))
    assert (found.is_near, found.is_overdue) == (is_near, is_overdue)


def test_the_schools_days_begin_when_the_committee_passed_it() -> None:  # R49
    course = Course([at(9, 1)], [made(Act.approve, at(9, 3))])
    assert run(Case(step=1), course, at(9, 8)) == Clock(5, 3, certain(9, 10))


def test_a_day_of_the_school_is_a_day_there() -> None:
    """Seven in the evening of UTC is the next morning at the school."""
    late = datetime(2026, 9, 1, 19, 0, tzinfo=UTC)
    assert run(Case(), Course([late], ()), at(9, 2)) == Clock(3, 0, certain(9, 7))


def test_the_clock_stands_still_while_the_family_is_asked() -> None:
    back = made(Act.return_, at(9, 3))
    asked = run(Case(state=State.returned), Course([at(9, 1)], [back]), at(9, 30))
    assert asked == Clock(3, 2, None)
    assert (asked.is_paused, asked.is_near, asked.is_overdue) == (True, False, False)
    again = run(Case(), Course([at(9, 1), at(9, 28)], [back]), at(9, 29))
    assert again == Clock(3, 3, certain(9, 29))


def test_every_pause_counts_and_none_is_lost() -> None:
    returns = [made(Act.return_, at(9, 2)), made(Act.return_, at(9, 15), round_=2)]
    course = Course([at(9, 1), at(9, 14), at(9, 21)], returns)
    assert run(Case(), course, at(9, 21)) == Clock(3, 2, certain(9, 22))


def test_a_return_by_the_school_pauses_the_schools_clock_and_returns_to_it() -> None:
    course = Course(
        [at(9, 1), at(9, 14)],
        [made(Act.approve, at(9, 2)), made(Act.return_, at(9, 4), step=1)],
    )
    assert run(Case(step=1), course, at(9, 16)) == Clock(5, 4, certain(9, 17))


def test_days_lost_before_the_return_stay_lost() -> None:
    course = Course([at(9, 1), at(9, 14)], [made(Act.return_, at(9, 9))])
    found = run(Case(), course, at(9, 14))
    assert found == Clock(3, 6, certain(9, 4))
    assert found.is_overdue


def test_a_round_the_family_took_back_does_not_count() -> None:
    course = Course([at(9, 1), at(9, 14)], ())
    assert run(Case(state=State.recalled), Course([at(9, 1)], ()), at(9, 10)) is None
    assert run(Case(), course, at(9, 15)) == Clock(3, 1, certain(9, 17))


@pytest.mark.parametrize("state", [State.approved, State.effective, State.rejected])
def test_a_case_that_is_decided_has_no_clock(state: State) -> None:
    course = Course([at(9, 1)], [made(Act.approve, at(9, 2))])
    assert run(Case(step=1, state=state), course, at(9, 8)) is None


def test_a_make_up_saturday_is_a_day_and_a_holiday_is_none() -> None:  # R247
    found = run(Case(), Course([at(2, 13)], ()), at(2, 24))
    assert found == Clock(3, 2, certain(2, 25))


def test_the_family_is_told_the_last_day_of_all_steps_to_come() -> None:  # U4
    case, course = Case(), Course([at(9, 1)], ())
    running = run(case, course, at(9, 2))
    assert promise(case, running, SETTINGS, CALENDAR) == Promise(certain(9, 11), "result")


def test_where_a_later_step_has_no_days_only_the_present_ones_is_told() -> None:  # U4
    case, course = Case(), Course([at(9, 1)], ())
    running = run(case, course, at(9, 2))
    told = promise(case, running, Settings(committee_days=3), CALENDAR)
    assert told == Promise(certain(9, 4), "step")
    assert promise(case, None, SETTINGS, CALENDAR) is None


def test_a_day_that_is_behind_is_not_promised_again() -> None:
    case, course = Case(), Course([at(9, 1)], ())
    running = run(case, course, at(9, 7))
    assert promise(case, running, SETTINGS, CALENDAR) == Promise(certain(9, 4), "late")


def test_a_day_beyond_the_published_years_is_told_as_uncertain() -> None:
    case, course = Case(), Course([at(12, 28)], ())
    running = run(case, course, at(12, 29))
    assert running == Clock(3, 1, certain(12, 31))
    told = promise(case, running, SETTINGS, CALENDAR)
    assert told == Promise(Due(date(2027, 1, 7), is_certain=False), "result")


OUTER = Settings(class_days=1, school_days=2, outside_days=7)
AWAITING = Case(2, State.awaiting_outside, "transfer_in")


def outer(today: datetime, case: Case = AWAITING, since: date | None = date(2026, 9, 1)) -> Clock:
    course = Course([at(8, 20), at(9, 7)], [made(Act.approve, at(8, 21))], since)
    found = run(case, course, today, OUTER)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("today", "used", "proposes", "is_overdue"),
    [
        (at(9, 1), 0, False, False),
        (at(9, 7), 4, False, False),
        (at(9, 8), 5, True, False),  # day 5 of 7
        (at(9, 10), 7, True, False),
        (at(9, 11), 8, True, True),
    ],
)
def test_two_days_before_the_end_the_registrar_is_asked_to_agree_or_refuse(
    today: datetime, used: int, proposes: bool, is_overdue: bool
) -> None:  # R247
    found = outer(today)
    assert found == Clock(7, used, certain(9, 10), is_outside=True)
    assert (found.proposes, found.is_near, found.is_overdue) == (proposes, proposes, is_overdue)


def test_the_authoritys_clock_goes_on_while_the_family_is_asked_for_more() -> None:  # R247
    asked = outer(at(9, 9), Case(2, State.returned, "transfer_in"))
    assert asked == outer(at(9, 9))
    assert not asked.is_paused


def test_make_up_days_run_on_the_authoritys_clock_too() -> None:  # R247
    assert outer(at(9, 28), since=date(2026, 9, 18)).used == 6  # 20 Sept is worked, 25 is not


def test_what_was_not_handed_in_yet_has_no_clock_outside() -> None:
    course = Course([at(9, 1)], [made(Act.approve, at(9, 2))])
    assert run(AWAITING, course, at(9, 20), OUTER) is None


def test_the_family_is_told_the_schools_own_last_day_where_the_authority_comes_after() -> None:
    case, course = Case(route="transfer_in"), Course([at(9, 1)], ())
    running = run(case, course, at(9, 1), OUTER)
    assert promise(case, running, OUTER, CALENDAR) == Promise(certain(9, 4), "school")
    told = promise(AWAITING, outer(at(9, 2)), OUTER, CALENDAR)
    assert told == Promise(certain(9, 10), "outside")


def test_a_second_signature_starts_the_next_step() -> None:
    passed = [made(Act.approve, at(9, 1)), made(Act.approve, at(9, 3))]
    assert run(Case(step=1), Course([at(9, 1)], passed), at(9, 4)) == Clock(5, 1, certain(9, 10))


GAPS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=5)


@given(GAPS, st.integers(1, 30), st.booleans())
def test_whatever_the_family_was_asked_only_the_schools_days_count(
    gaps: list[tuple[int, int]], limit: int, is_asked: bool
) -> None:
    """Each pair: days the school had it, then days the family had it; days counted one by one."""
    day, sent, returns, with_school = at(1, 5), [], [], set[date]()
    for number, (school_days, family_days) in enumerate(gaps, 1):
        sent.append(day)
        with_school |= {(day + n * ONE_DAY).date() for n in range(1, school_days + 1)}
        day += school_days * ONE_DAY
        if number < len(gaps) or is_asked:
            returns.append(made(Act.return_, day, round_=number))
            day += family_days * ONE_DAY
    worked = sorted(filter(CALENDAR.is_working, with_school))
    state = State.returned if is_asked else State.in_review
    found = run(Case(state=state), Course(sent, returns), day, Settings(committee_days=limit))
    assert found is not None
    assert (found.used, found.is_paused) == (len(worked), is_asked)
    assert found.is_overdue == (len(worked) > limit)
    if found.due is not None and len(worked) >= limit:
        assert found.due.day == worked[limit - 1]
    elif found.due is not None:
        left = [day.date() + n * ONE_DAY for n in range(1, (found.due.day - day.date()).days + 1)]
        assert sum(map(CALENDAR.is_working, left)) == limit - len(worked)
