"""Conditions over a paper, and the evidence each paper must show, as tables of cases.

R9 R16 R36 R40 R42 R88 R90 R104 R235 R238 R262 K10.
"""

import itertools

import pytest

from registry.conditions import ALWAYS, Condition, all_of, any_of, changes, is_in, not_
from registry.effects import EFFECT_ROUTINGS, EFFECTS, effect_for, statuses_for
from registry.evidence import EVIDENCE, PAPERS, known_of
from registry.fields import FIELDS
from registry.routes import ROUTES, ROUTINGS
from registry.students import Status, Student

A, B = is_in("a", "x", "y"), changes("b", "c")


@pytest.mark.parametrize(
    ("condition", "values", "holds"),
    [
        (ALWAYS, {}, True),
        (A, {"a": "x"}, True),
        (A, {"a": "z"}, False),
        (A, {"a": "z y"}, True),  # several chosen
        (A, {"a": "xy"}, False),
        (A, {}, False),
        (B, {"c": "1"}, True),
        (B, {"c": ""}, False),
        (B, {"a": "b"}, False),
        (all_of(A, B), {"a": "x", "b": "1"}, True),
        (all_of(A, B), {"a": "x"}, False),
        (any_of(A, B), {"b": "1"}, True),
        (any_of(A, B), {}, False),
        (any_of(), {}, False),
        (not_(A), {}, True),
        (not_(A), {"a": "y"}, False),
        (not_(not_(B)), {"b": "1"}, True),
    ],
)
def test_a_condition_holds(condition: Condition, values: dict[str, str], holds: bool) -> None:
    assert condition.holds(values) is holds


def test_a_condition_says_what_it_reads() -> None:
    assert all_of(A, not_(any_of(B, is_in("d", "1")))).reads() == {"a", "b", "c", "d"}
    assert ALWAYS.reads() == frozenset()


CODES = {
    "child_category",
    "papers_in_person",
    "reason",
    "stage",
    "status",
    "suspended_for",
}


def test_the_tables_read_fields_of_the_register_and_known_codes_only() -> None:
    conditions = [row.when for rule in EVIDENCE.values() for row in rule.rows]
    conditions += [row.when for rows in ROUTINGS.values() for row in rows]
    conditions += [row.when for rows in EFFECT_ROUTINGS.values() for row in rows]
    assert {name for one in conditions for name in one.reads()} <= set(FIELDS) | CODES


def test_every_table_ends_in_a_row_that_always_holds_and_names_what_is_there() -> None:
    for rows in ROUTINGS.values():
        assert rows[-1].when is ALWAYS
        assert {row.base for row in rows} <= set(ROUTES)
    for choices in EFFECT_ROUTINGS.values():
        assert choices[-1].when is ALWAYS
        assert {row.effect for row in choices} <= set(EFFECTS)
    for rule in EVIDENCE.values():
        groups = [group for row in rule.rows for group in row.groups]
        assert all(group for group in groups)
        assert frozenset().union(*groups) <= PAPERS


def test_the_same_paper_suspends_and_extends() -> None:
    assert effect_for("suspend", {}, Status.enrolled) == "suspend"
    assert effect_for("suspend", {}, Status.suspended) == "extend"
    assert effect_for("change", {}, Status.suspended) == "change"
    assert statuses_for("suspend") == {Status.enrolled, Status.suspended}
    assert statuses_for("") == frozenset()


DIAGNOSIS, VOUCHER, EVENT = "diagnosis", "treatment_voucher", "major_event_proof"


def accepted(rule: str, values: dict[str, str], kinds: tuple[str, ...]) -> set[str]:
    """The smallest sets of these papers that satisfy the rule, as `a+b`."""
    enough = [
        set(shown)
        for count in range(len(kinds) + 1)
        for shown in itertools.combinations(kinds, count)
        if not EVIDENCE[rule].missing(shown, values)
    ]
    return {"+".join(sorted(one)) for one in enough if not any(less < one for less in enough)}


@pytest.mark.parametrize(
    ("rule", "values", "sets"),
    [
        # R88, R90, K10: (A and B) or C
        ("suspension", {}, {f"{DIAGNOSIS}+{VOUCHER}", EVENT}),
        ("suspension", {"reason": "health"}, {f"{DIAGNOSIS}+{VOUCHER}"}),  # R40
        ("suspension", {"suspension_reason": "health"}, {f"{DIAGNOSIS}+{VOUCHER}"}),
        ("suspension", {"reason": "health", "papers_in_person": "yes"}, {""}),  # K22
        ("suspension", {"suspension_reason": "major_event"}, {EVENT}),
        ("suspension", {"reason": "major_event", "papers_in_person": "yes"}, {EVENT}),
        ("suspension", {"suspension_reason": "abroad"}, {"other_paper"}),
        # R42
        ("resumption", {"suspended_for": "health"}, {"recovery_proof"}),
        ("resumption", {}, {"recovery_proof"}),
        ("resumption", {"papers_in_person": "yes"}, {""}),  # K22
        ("resumption", {"suspended_for": "major_event"}, {""}),
        ("resumption", {"suspended_for": "abroad"}, {""}),
        # R16, R104, R262
        ("household_register", {}, {"household_register"}),
        ("household_register", {"migrant": "0"}, {"household_register"}),
        ("household_register", {"migrant": "1"}, {"household_register+residence_permit"}),
        # R36, R235, R238, R239, R262
        (
            "transfer_in",
            {"reason": "move"},
            {"household_register+transfer_proof", "property_paper+transfer_proof"},
        ),
        ("transfer_in", {"reason": "migrant"}, {"residence_permit+transfer_proof"}),
        ("transfer_in", {"child_category": "migrant"}, {"residence_permit+transfer_proof"}),
        # R9: by what is changed
        ("info_change", {"phone": "1"}, {""}),
        ("info_change", {"home_address": "1"}, {""}),
        ("info_change", {"full_name": "1"}, {"household_change_page", "name_change_proof"}),
        (
            "info_change",
            {"birth_date": "1"},
            {"birth_certificate", "household_change_page", "household_register"},
        ),
        (
            "info_change",
            {"id_number": "1"},
            {"household_change_page", "household_register", "id_card"},
        ),
        (
            "info_change",
            {"full_name": "1", "id_number": "1"},
            {
                "household_change_page",  # one page can show both
                "household_register+name_change_proof",
                "id_card+name_change_proof",
            },
        ),
    ],
)
def test_what_a_paper_must_show(rule: str, values: dict[str, str], sets: set[str]) -> None:
    kinds = {kind for row in EVIDENCE[rule].rows for group in row.groups for kind in group}
    assert accepted(rule, values, tuple(sorted(kinds))) == sets


def test_the_reason_of_a_suspension_is_known_when_the_child_returns() -> None:
    student = Student("1", "s", "g", "c", Status.suspended, {"suspension_reason": "abroad"})
    assert known_of(student) == {"status": "suspended", "suspended_for": "abroad"}
    assert known_of(None) == {}
