"""What the school decides may not contradict the documents or itself (K6, K19, R242, R243)."""

import re
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from registry.actors import Role
from registry.problems import Problem
from registry.routes import COMPLETENESS, SCHOOL_REVIEW, Route, Step
from registry.schools import Settings
from registry.settings import settings_problems

ROUTE = Route(
    "transfer_in",
    (COMPLETENESS, SCHOOL_REVIEW, Step("outside", Role.registrar, None, False, "outside_days")),
    releases=2,
    paper="transfer_in",
)
ROUTES = {"transfer_in": ROUTE, "transfer_in.joint": replace(ROUTE, code="transfer_in.joint")}


def test_a_school_that_has_said_nothing_contradicts_nothing() -> None:
    assert settings_problems(Settings()) == ()


@pytest.mark.parametrize(
    ("committee", "school", "outside", "over"),
    [
        (3, 4, 7, 0),
        (3, 5, 7, 1),
        (3, None, 2, 1),
        (20, 20, None, 0),
        (None, None, 1, 0),
    ],
)
def test_inside_limits_add_up_to_no_more_than_the_authoritys(
    committee: int | None, school: int | None, outside: int | None, over: int
) -> None:  # K6
    settings = Settings(committee_days=committee, school_days=school, outside_days=outside)
    params = {
        "paper": "transfer_in",
        "total": (committee or 0) + (school or 0),
        "limit": outside,
        "over": over,
    }
    expected = (Problem("settings.limits_exceed", params),) if over else ()
    assert settings_problems(settings, ROUTES) == expected


@pytest.mark.parametrize(("leader", "over"), [("", 0), ("principal", 1)])
def test_a_leaders_days_count_where_the_school_has_that_step(leader: str, over: int) -> None:
    settings = Settings(
        class_days=2, school_days=3, leader_days=3, outside_days=7, leader_major=leader
    )
    found = settings_problems(settings)
    assert {problem.params["over"] for problem in found} == ({over} if over else set())
    papers = {"key_change", "resumption", "suspension", "transfer_in"}
    assert {problem.params["paper"] for problem in found} == (papers if over else set())


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        (Settings(freeze_from=date(2026, 5, 1)), ["settings.freeze_half"]),
        (Settings(freeze_until=date(2026, 5, 1)), ["settings.freeze_half"]),
        (
            Settings(freeze_from=date(2026, 6, 1), freeze_until=date(2026, 5, 1)),
            ["settings.freeze_order"],
        ),
        (Settings(freeze_from=date(2026, 6, 1), freeze_until=date(2026, 6, 1)), []),
        (Settings(class_limit_entry=56), ["settings.class_limit_entry"]),  # R242
        (Settings(class_limit_entry=45, class_warn=50), []),
        (Settings(class_warn=57), ["settings.class_warn"]),  # R243, K19
    ],
)
def test_each_contradiction_has_its_name(settings: Settings, codes: list[str]) -> None:
    assert [problem.code for problem in settings_problems(settings)] == codes


NOT_ASKED = {
    # U-value: a name its setting might have; nothing reads one yet, so none may exist
    "U1": "loan_days",
    "U5": "score_bands",
    "U6": "retention_formula",
    "U7": "rolls",
    "U8": "head_count",
    "U9": "report_days",
    "U10": "accuracy_target",
    "U12": "missing_days",
    "U13": "launch_dates",
    "U14": "training_hours",
}


def test_every_value_left_to_the_school_is_a_setting_or_says_which_paper_will_ask_it() -> None:
    """U1–U14: no dead control, and none forgotten."""
    text = (Path(__file__).parents[2] / "docs" / "regulations.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| (U\d+) \|.*\| (.*) \|$", text, re.MULTILINE))
    names = {field.name for field in fields(Settings)}
    assert set(rows) == {f"U{number}" for number in range(1, 15)}
    for value, row in rows.items():
        asked = set(re.findall(r"`(\w+)`", row)) & names
        assert row.startswith("none") == (value in NOT_ASKED), value
        assert bool(asked) == (value in {"U2", "U3", "U4"}), value
    assert names.isdisjoint(NOT_ASKED.values())
