"""The policy as a whole: role × action × scope, and what each role sees (T1, T2, K1)."""

from datetime import date, timedelta

import pytest

from registry.actors import STAFF, Actor, Grant, Link, Relation, Role, Scope
from registry.fields import FIELDS, FieldClass
from registry.policy import (
    POLICY,
    Action,
    Sight,
    Target,
    decided_sight,
    evidence_sight,
    permit,
    sight,
)

TODAY = date(2026, 9, 1)
CHILD = Target("school", "grade", "class", "child", "parent")

PLACES = {
    Scope.own: "parent",
    Scope.school_class: "class",
    Scope.grade: "grade",
    Scope.school: "school",
    Scope.anyone: "",
}
NEIGHBOURS = [
    pytest.param(Target("school", "grade", "other class", "other child"), id="other class"),
    pytest.param(Target("school", "other grade", "other class", "x"), id="other grade"),
    pytest.param(Target("other school", "grade", "class", "child"), id="other school"),
]


def person(role: Role, scope: Scope, *, links: tuple[Link, ...] = ()) -> Actor:
    grant = Grant(role, scope, PLACES[scope], TODAY)
    return Actor("parent", "school", grants=(grant,), links=links)


ABOUT_HEALTH = ("diagnosis", "major_event_proof", "recovery_proof", "treatment_voucher")


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_only_listed_roles_may(role: Role, action: Action) -> None:
    actor = person(role, Scope.school)
    assert (permit(actor, action, CHILD, TODAY) is not None) == (role in POLICY[action])


def test_every_action_has_a_row() -> None:
    assert set(POLICY) == set(Action)


@pytest.mark.parametrize("foreign", NEIGHBOURS)
def test_a_class_teacher_reaches_his_own_class_only(foreign: Target) -> None:  # R79
    teacher = person(Role.class_teacher, Scope.school_class)
    assert permit(teacher, Action.class_see, CHILD, TODAY) is not None
    assert permit(teacher, Action.class_see, foreign, TODAY) is None


def test_a_parent_reaches_the_linked_child_only() -> None:
    parent = person(Role.guardian, Scope.own, links=(Link("child", Relation.mother),))
    other = Target("school", "grade", "class", "other child")
    assert permit(parent, Action.draft_fill, CHILD, TODAY) is not None
    assert permit(parent, Action.draft_fill, other, TODAY) is None


@pytest.mark.parametrize(
    ("since", "until"),
    [
        pytest.param(1, None, id="not yet"),
        pytest.param(-10, -1, id="over"),
    ],
)
def test_a_grant_outside_its_days_is_none(since: int, until: int | None) -> None:
    last = None if until is None else TODAY + timedelta(days=until)
    grant = Grant(Role.registrar, Scope.school, "school", TODAY + timedelta(days=since), last)
    actor = Actor("a", "school", grants=(grant,))
    assert permit(actor, Action.queue_see, CHILD, TODAY) is None


def test_a_stopped_person_may_nothing() -> None:  # R57
    grant = Grant(Role.registrar, Scope.school, "school", TODAY)
    actor = Actor("a", "school", grants=(grant,), is_active=False)
    assert all(permit(actor, action, CHILD, TODAY) is None for action in Action)


def test_a_step_is_taken_in_its_own_role() -> None:
    grants = (
        Grant(Role.class_teacher, Scope.school_class, "class", TODAY),
        Grant(Role.registrar, Scope.school, "school", TODAY),
    )
    actor = Actor("a", "school", grants=grants)
    found = permit(actor, Action.submission_decide, CHILD, TODAY, role=Role.registrar)
    assert found is not None
    assert found.role is Role.registrar
    assert permit(actor, Action.submission_decide, CHILD, TODAY, role=Role.committee) is None


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.code)
def test_the_committee_never_sees_a_whole_number_name_or_delicate_fact(field) -> None:  # K1 R261
    seen = sight(Role.committee, field.field_class)
    if field.field_class is not FieldClass.plain:
        assert seen is not Sight.full
    if field.field_class in (FieldClass.delicate, FieldClass.health):
        assert seen is Sight.none


@pytest.mark.parametrize(
    ("helps", "sees", "expected"),
    [
        (False, False, Sight.presence),
        (False, True, Sight.presence),
        (True, False, Sight.presence),
        (True, True, Sight.full),
    ],
)
def test_pictures_reach_the_committee_under_both_switches(helps, sees, expected) -> None:  # K1
    switches = {"committee_helps": helps, "committee_sees_evidence": sees}
    assert evidence_sight(Role.committee, "household_register", **switches) is expected
    migrant = evidence_sight(Role.committee, "residence_permit", **switches)
    assert migrant is Sight.presence, "whose child it is may not be guessed (R261)"
    for kind in ABOUT_HEALTH:
        assert evidence_sight(Role.committee, kind, **switches) is Sight.none


@pytest.mark.parametrize("kind", ABOUT_HEALTH)
@pytest.mark.parametrize("role", sorted(STAFF))
def test_papers_about_health_are_the_registrars_alone(role: Role, kind: str) -> None:  # R40
    seen = evidence_sight(role, kind, committee_helps=True, committee_sees_evidence=True)
    assert (seen is Sight.full) == (role is Role.registrar)
    assert role is Role.registrar or seen is not Sight.presence or kind == "major_event_proof"


@pytest.mark.parametrize("role", sorted(Role))
@pytest.mark.parametrize("kind", FieldClass)
def test_a_leader_reads_the_change_he_decides_and_nothing_delicate(
    role: Role, kind: FieldClass
) -> None:  # R40 R69 R99 R170 R261
    is_shown = role in (Role.principal, Role.vice_principal) and kind in (
        FieldClass.personal,
        FieldClass.identity,
    )
    assert decided_sight(role, kind) is (Sight.full if is_shown else sight(role, kind))


@pytest.mark.parametrize("role", [Role.operator, Role.supervisor])
def test_who_keeps_the_machine_or_watches_sees_no_field(role: Role) -> None:  # R51 R192
    assert {sight(role, kind) for kind in FieldClass} == {Sight.none}


@pytest.mark.parametrize("role", sorted(STAFF - {Role.registrar}))
def test_delicate_facts_are_the_registrars_alone(role: Role) -> None:  # R261
    assert sight(role, FieldClass.delicate) is not Sight.full
