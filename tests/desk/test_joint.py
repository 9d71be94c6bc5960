"""Two people in one step, leaders, and nobody twice (R18 R69 R99 R160 R170–R172)."""

from dataclasses import replace

import pytest

from registry import setup
from registry.actors import Role
from registry.problems import RuleError
from registry.schools import Settings
from registry.submissions import Act, Flag, State
from tests.desk.papers import (
    arrange,
    child,
    decide,
    notices,
    pass_inside,
    send,
    settle,
    start,
    undo,
)
from tests.support.school import SmallSchool

JOINT = Settings(committee_helps=True, joint_review=True)
BOTH = ("registrar", "vice principal")
EACH_ORDER = pytest.mark.parametrize("order", [BOTH, BOTH[::-1]], ids="-".join)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def joint(school: SmallSchool) -> SmallSchool:
    """A registration at its joint step."""
    arrange(school, JOINT)
    start(school, "new_student")
    decide(school, "committee", Act.approve)
    return school


def refusal(school: SmallSchool, who: str, act: Act, **how: object) -> str:
    with pytest.raises(RuleError) as caught:
        decide(school, who, act, **how)
    return caught.value.code


@EACH_ORDER
def test_a_joint_step_is_passed_by_both_in_either_order(  # R160
    joint: SmallSchool, order: tuple[str, str]
) -> None:
    first, second = order
    decide(joint, first, Act.approve)
    assert (joint.case().state, joint.case().step) == (State.in_review, 1)
    assert refusal(joint, first, Act.approve) == "review.not_possible"
    decide(joint, second, Act.approve)
    assert joint.case().state is State.approved
    settle(joint)
    assert child(joint).student_number is not None


@EACH_ORDER
@ON_SQLITE
def test_half_of_a_joint_step_tells_nobody_and_releases_nothing(
    joint: SmallSchool, order: tuple[str, str]
) -> None:
    settle(joint)
    told = notices(joint)
    decide(joint, order[0], Act.approve)
    settle(joint)
    assert notices(joint) == told == ["notice.moved_on"]  # of the committee's step
    assert joint.case().joined_by is not None
    assert child(joint).student_number is None


@EACH_ORDER
@ON_SQLITE
def test_either_half_is_undone_alone(joint: SmallSchool, order: tuple[str, str]) -> None:
    first, second = order
    decide(joint, first, Act.approve)
    undo(joint, first)
    assert joint.case().joined_by is None
    decide(joint, first, Act.approve)
    half = joint.case().joined_by
    decide(joint, second, Act.approve)
    with pytest.raises(RuleError):
        undo(joint, first)
    undo(joint, second)
    assert (joint.case().state, joint.case().joined_by) == (State.in_review, half)
    decide(joint, second, Act.approve)
    assert joint.case().state is State.approved


@EACH_ORDER
@ON_SQLITE
def test_what_one_half_returns_both_look_at_again(
    joint: SmallSchool, order: tuple[str, str]
) -> None:
    first, second = order
    decide(joint, first, Act.approve)
    path = joint.case().content.values[0].path
    decide(joint, second, Act.return_, flags=(Flag(path, "differs"),))
    assert joint.case().joined_by is None
    send(joint, "new_student")
    decide(joint, second, Act.approve)
    assert joint.case().state is State.in_review
    decide(joint, first, Act.approve)
    assert joint.case().state is State.approved


@ON_SQLITE
def test_an_undone_return_leaves_the_other_half_standing(joint: SmallSchool) -> None:
    decide(joint, "registrar", Act.approve)
    path = joint.case().content.values[0].path
    decide(joint, "vice principal", Act.return_, flags=(Flag(path, "differs"),))
    undo(joint, "vice principal")
    assert joint.case().joined_by is Role.registrar


def also(school: SmallSchool, who: str, role: Role) -> None:
    """That person holds a second role in the whole school."""
    grant = replace(school.actor("registrar").grants[0], role=role)
    school.do(lambda b: b.add_grant(school.ids[who], grant))


@EACH_ORDER
@ON_SQLITE
def test_one_person_with_both_roles_is_not_two(  # R160 R18
    joint: SmallSchool, order: tuple[str, str]
) -> None:
    also(joint, "registrar", Role.vice_principal)
    decide(joint, "registrar", Act.approve)
    assert refusal(joint, "registrar", Act.approve) == "review.two_people"
    decide(joint, "vice principal", Act.approve)
    assert joint.case().state is State.approved


@ON_SQLITE
@pytest.mark.parametrize(
    ("who", "role", "passed"),
    [
        ("teacher", Role.registrar, 1),
        ("teacher", Role.principal, 2),
        ("registrar", Role.principal, 2),
    ],
)
def test_nobody_takes_two_steps_of_a_long_route(  # R18
    school: SmallSchool, who: str, role: Role, passed: int
) -> None:
    arrange(school, Settings(leader_major="principal"))
    start(school, "suspension")
    also(school, who, role)
    for person in ("teacher", "registrar")[:passed]:
        decide(school, person, Act.approve)
    assert refusal(school, who, Act.approve) == "review.two_people"


@ON_SQLITE
@pytest.mark.parametrize("leader", ["principal", "vice_principal"])
def test_a_grave_matter_waits_for_the_leader_the_school_named(  # R69 R99 R172
    school: SmallSchool, leader: str
) -> None:
    arrange(school, Settings(leader_major=leader))
    start(school, "transfer_in")
    decide(school, "teacher", Act.approve)
    decide(school, "registrar", Act.approve)
    assert (school.case().state, school.case().step) == (State.in_review, 2)
    other = "vice principal" if leader == "principal" else "principal"
    assert refusal(school, other, Act.approve) == "not_there"
    decide(school, leader.replace("_", " "), Act.approve)
    assert school.case().state is State.awaiting_outside


@ON_SQLITE
def test_a_leaders_return_comes_back_to_him(school: SmallSchool) -> None:  # R17
    arrange(school, Settings(leader_major="principal"))
    start(school, "suspension")
    decide(school, "teacher", Act.approve)
    decide(school, "registrar", Act.approve)
    decide(school, "principal", Act.return_, flags=(Flag("p/diagnosis", "unreadable"),))
    again = send(school, "suspension")
    assert (again.state, again.step, again.round) == (State.in_review, 2, 2)
    assert pass_inside(school).state is State.awaiting_outside


@ON_SQLITE
def test_a_leader_judges_no_child_of_his_own(school: SmallSchool) -> None:
    arrange(school, Settings(leader_major="principal"))
    start(school, "suspension")
    decide(school, "teacher", Act.approve)
    decide(school, "registrar", Act.approve)
    leader, parent = school.actor("principal"), school.actor("parent")
    link = parent.links[0]
    school.do(lambda b: setup.grant_family(b, leader, link.student_id, link, school.now))
    assert refusal(school, "principal", Act.approve) == "not_there"
