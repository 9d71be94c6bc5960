"""What is said before a paper opens: every rule holds where it should, and nowhere else."""

from dataclasses import replace
from datetime import date

import pytest

from registry.contradictions import CONTENT_RULES, content_objections
from registry.legality import (
    RULES,
    TRANSFER_OUT,
    WITHDRAWAL,
    Circumstances,
    Sizes,
    circumstances,
    is_stopped,
    objections,
    return_opens,
    transfers_open,
)
from registry.schools import Grade, Settings, Stage
from registry.students import Status, Student

TODAY = date(2026, 10, 8)
NEW = Circumstances(TODAY, is_entry_grade=True, class_limit=55, class_warn=56)
HERE = replace(NEW, status=Status.enrolled, grade_number=3, is_entry_grade=False)
AWAY = replace(HERE, status=Status.suspended, suspended_until=date(2026, 12, 1))
SENIOR = replace(HERE, stage=Stage.senior, grade_number=11)
FREEZE = (date(2026, 7, 15), date(2026, 8, 14))

CASES = {
    # rule: paper, where it holds, where it does not
    "withdrawal_compulsory": (WITHDRAWAL, HERE, SENIOR),  # K4 R44
    "withdrawal_in_person": (WITHDRAWAL, SENIOR, HERE),  # R44
    "transfer_suspended": (TRANSFER_OUT, AWAY, HERE),
    "transfer_leaver": (TRANSFER_OUT, replace(HERE, grade_number=6), HERE),
    "transfer_frozen": (
        "transfer_in",
        replace(NEW, freeze=FREEZE, today=FREEZE[1]),
        replace(NEW, freeze=FREEZE, today=date(2026, 8, 15)),
    ),
    "transfer_receiving_school": (TRANSFER_OUT, HERE, NEW),  # R85 R240
    "transfer_not_on_roll": (TRANSFER_OUT, NEW, HERE),
    "class_full": (  # R242 K19
        "transfer_in",
        replace(NEW, class_count=55),
        replace(NEW, class_count=54),
    ),
    "class_big": (  # R233 R243 K19
        "transfer_in",
        replace(NEW, is_entry_grade=False, class_count=55),
        replace(NEW, is_entry_grade=False, class_count=54),
    ),
    "plan_full": ("transfer_in", replace(NEW, plan_full=True), NEW),  # R234
    "on_roll": ("new_student", HERE, NEW),
    "not_on_roll": ("suspension", NEW, HERE),
    "not_suspended": ("resumption", HERE, AWAY),
    "return_early": (  # K11
        "resumption",
        replace(AWAY, return_days_before=30),
        replace(AWAY, return_days_before=60),
    ),
    "return_late": ("resumption", replace(AWAY, today=date(2026, 12, 2)), AWAY),  # K11
}


def codes(paper: str, c: Circumstances) -> list[str]:
    return [it.code for it in objections(paper, c)]


def test_every_rule_has_a_case() -> None:
    assert {rule.code for rule in RULES} == set(CASES)


@pytest.mark.parametrize("code", CASES)
def test_a_rule_holds_where_it_should_and_not_beside(code: str) -> None:
    paper, holds, holds_not = CASES[code]
    assert code in codes(paper, holds)
    assert code not in codes(paper, holds_not)


def test_withdrawal_is_not_done_in_any_of_the_nine_grades() -> None:  # K4
    for number in range(1, 10):
        stage = Stage.primary if number < 7 else Stage.junior
        (said,) = objections(WITHDRAWAL, replace(HERE, stage=stage, grade_number=number))
        assert (said.code, said.stops) == ("withdrawal_compulsory", True)
        assert said.offers == ("transfer", "suspension", "ask")


def test_a_full_entry_class_stops_and_another_warns() -> None:  # K19 R242 R243
    assert is_stopped("transfer_in", replace(NEW, class_count=55))
    elsewhere = replace(NEW, is_entry_grade=False, class_count=70)
    assert codes("transfer_in", elsewhere) == ["class_big"]
    assert not is_stopped("transfer_in", elsewhere)


def test_what_the_school_has_not_said_is_not_checked() -> None:  # U3
    assert codes("resumption", AWAY) == []
    assert codes("transfer_in", replace(NEW, class_count=None)) == []


def test_a_frozen_transfer_opens_the_day_after() -> None:
    frozen = replace(NEW, freeze=FREEZE, today=FREEZE[0])
    (said,) = objections("transfer_in", frozen)
    assert (said.opens, said.offers) == (date(2026, 8, 15), ("remind", "ask"))
    assert transfers_open(frozen) == date(2026, 8, 15)


def test_an_early_return_names_its_day() -> None:  # K11
    early = replace(AWAY, return_days_before=30)
    assert return_opens(early) == date(2026, 11, 1)
    assert is_stopped("resumption", early)
    assert not is_stopped("resumption", replace(early, today=date(2026, 11, 1)))


def test_what_stops_is_said_first() -> None:
    frozen_leaver = replace(HERE, grade_number=6, freeze=FREEZE, today=FREEZE[0])
    assert codes(TRANSFER_OUT, frozen_leaver) == ["transfer_frozen", "transfer_leaver"]


# ---- what a filled paper says

GUARDIAN = {"full_name": "张子涵", "guardian1_name": "李秀英", "guardian2_name": "张建国"}
LONG = replace(HERE, suspension_months=12)
VALUES = {
    # rule: what is said, circumstances in which it cannot be, what is said instead
    "suspension_over": (
        {"suspended_until": "2026-10-08"},
        HERE,
        {"suspended_until": "2026-10-09"},
    ),
    "suspension_dates": (
        {"suspended_from": "2026-11-01", "suspended_until": "2026-11-01"},
        HERE,
        {"suspended_from": "2026-11-01", "suspended_until": "2026-11-02"},
    ),
    "suspension_shorter": (
        {"suspended_until": "2026-12-01"},
        AWAY,
        {"suspended_until": "2027-01-01"},
    ),
    "suspension_long": (  # U3
        {"suspended_from": "2026-10-08", "suspended_until": "2027-10-09"},
        LONG,
        {"suspended_from": "2026-10-08", "suspended_until": "2027-10-08"},
    ),
    "guardian_is_child": ({**GUARDIAN, "guardian1_name": "张子涵"}, NEW, GUARDIAN),  # K21
    "guardians_are_one": (
        {"guardian1_id_number": "999999198003120011", "guardian2_id_number": "999999198003120011"},
        NEW,
        {"guardian1_id_number": "999999198003120011"},
    ),
    "other_grade": ({"record_grade": "4"}, HERE, {"record_grade": "3"}),  # R236
}


def said_of(values: dict[str, str], c: Circumstances) -> list[str]:
    return [it.code for it in content_objections(values, c)]


def test_every_rule_of_content_has_a_case() -> None:
    assert {rule.code for rule in CONTENT_RULES} == set(VALUES)


@pytest.mark.parametrize("code", VALUES)
def test_a_rule_of_content_holds_where_it_should(code: str) -> None:
    wrong, where, right = VALUES[code]
    assert code in said_of(wrong, where)
    assert said_of(right, where) == []


def test_the_second_guardian_is_not_the_child_either() -> None:
    assert said_of({**GUARDIAN, "guardian2_name": "张子涵"}, NEW) == ["guardian_is_child"]


def test_what_the_paper_really_says_is_left_to_the_reviewer() -> None:
    wrong = {**GUARDIAN, "guardian1_name": "张子涵"}
    assert content_objections(wrong, NEW, {"guardian1_name"}) == ()


def test_twins_are_fine() -> None:
    """Same day, same home, same guardians: only the number must differ (R185)."""
    first = {**GUARDIAN, "birth_date": "2018-03-12", "id_number": "999999201803120022"}
    second = {**first, "full_name": "张子轩", "id_number": "999999201803120030"}
    assert said_of(first, NEW) == said_of(second, NEW) == []


def test_circumstances_are_read_from_settings_grade_and_child() -> None:
    settings = Settings(
        freeze_from=FREEZE[0],
        freeze_until=FREEZE[1],
        grade_plans={"grade": 40},
        return_days_before=30,
    )
    grade = Grade("grade", "school", Stage.junior, 7, 2026, entry_number=7)
    child = Student(
        "c", "school", "grade", "k", Status.suspended, {"suspended_until": "2026-12-01"}
    )
    known = circumstances(TODAY, settings, grade, child, Sizes(54, 40))
    assert known.is_entry_grade
    assert known.plan_full
    assert known.freeze == FREEZE
    assert known.class_count == 54
    assert known.suspended_until == date(2026, 12, 1)
    assert (known.class_limit, known.return_days_before) == (55, 30)


def test_half_a_freeze_is_none() -> None:
    grade = Grade("grade", "school", Stage.primary, 2, 2025)
    known = circumstances(TODAY, Settings(freeze_from=FREEZE[0]), grade, None, Sizes())
    assert known.freeze is None
    assert known.status is Status.expected
    assert not known.is_entry_grade
