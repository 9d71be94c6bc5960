"""Whose queue a case stands in, at every step of every kind of route, and whose it does not."""

from collections.abc import Iterator

import pytest

from registry.actors import Role
from registry.cases import roles_now
from registry.schools import Settings
from registry.submissions import Act, Said, State
from storage.queries.family import family_view
from storage.queries.review import QueueFilter, queue, queue_counts
from tests.desk.papers import (
    PAPERS,
    PEOPLE,
    arrange,
    decide,
    flags,
    hand,
    pass_inside,
    record,
    send,
    settle,
    start,
    today,
)
from tests.support.school import SmallSchool

EVERYBODY = (*PEOPLE.values(), "other teacher", "second registrar")
SCHOOLS = {
    "committee": Settings(committee_helps=True),
    "grave to the principal": Settings(leader_major="principal"),
    "all to the vice-principal": Settings(
        leader_daily="vice_principal", leader_major="vice_principal"
    ),
    "joint": Settings(committee_helps=True, joint_review=True, leader_major="principal"),
}


def mine(school: SmallSchool, **filters: object) -> set[str]:
    """Who has the case among what waits for him."""
    wanted = QueueFilter(**filters)  # type: ignore[arg-type]
    case, day = school.ids["case"], today(school)

    def has(who: str) -> bool:
        actor = school.actor(who)
        found = school.db.read_now(lambda unit: queue(unit, actor, wanted, day))
        return case in {item.id for item in found.items}

    return {who for who in EVERYBODY if has(who)}


def holders(school: SmallSchool) -> set[str]:
    """Who takes the present step, by the table of routes."""
    case = school.case()
    if case.state is State.awaiting_outside:
        return {"registrar", "second registrar"} if case.outside_since is None else set()
    roles = set(roles_now(case)) if case.state is State.in_review else set()
    people = {PEOPLE[role] for role in roles}
    return people | ({"second registrar"} if Role.registrar in roles else set())


def walk(school: SmallSchool) -> Iterator[State]:
    """Every place of the case's way, one after the other."""
    yield school.case().state
    while school.case().state is State.in_review:
        decide(school, PEOPLE[roles_now(school.case())[0]], Act.approve)
        yield school.case().state
    if school.case().state is State.awaiting_outside:
        hand(school)
        yield school.case().state
        record(school, Said.accepted)
        yield school.case().state


@pytest.mark.parametrize("name", sorted(PAPERS))
@pytest.mark.parametrize("settings", SCHOOLS.values(), ids=SCHOOLS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_case_waits_for_whoever_takes_its_step(
    school: SmallSchool, name: str, settings: Settings
) -> None:
    arrange(school, settings)
    start(school, name)
    passed = 0
    for _ in walk(school):
        assert mine(school) == holders(school)
        passed += 1
    assert passed > 1


def test_the_queues_of_a_joint_step_and_of_the_authority(school: SmallSchool) -> None:  # R160 R21
    """The same statements on both databases."""
    arrange(school, Settings(joint_review=True, leader_major="principal"))
    start(school, "transfer_in")
    assert mine(school) == {"teacher"}
    decide(school, "teacher", Act.approve)
    assert mine(school) == {"registrar", "second registrar", "vice principal"}
    decide(school, "vice principal", Act.approve)
    assert mine(school) == {"registrar", "second registrar"}
    decide(school, "registrar", Act.approve)
    assert mine(school) == {"principal"}
    decide(school, "principal", Act.approve)
    assert mine(school) == {"registrar", "second registrar"}
    hand(school)
    assert mine(school) == set()


def test_who_takes_no_step_of_a_route_never_lists_its_cases(school: SmallSchool) -> None:  # K1
    arrange(school, Settings(committee_helps=True, leader_major="principal"))
    for name in ("suspension", "key_change", "transfer_in", "resumption"):
        start(school, name)
        seen = mine(school, states=tuple(State))
        assert seen == {"teacher", "registrar", "second registrar", "principal"}, name
    start(school, "info_change")
    assert "committee" in mine(school, states=tuple(State))


def test_a_step_is_filtered_in_all_its_routes(school: SmallSchool) -> None:
    arrange(school, Settings(leader_major="principal"))
    start(school, "suspension")
    pass_inside(school)
    registrar = {"registrar", "second registrar", "teacher", "principal"}
    assert mine(school, states=tuple(State), step="outside") == registrar
    assert mine(school, states=tuple(State), step="leader") == set()
    actor, day = school.actor("principal"), today(school)
    counts = school.db.read_now(lambda unit: queue_counts(unit, actor, day))
    assert counts == {State.awaiting_outside: 1}


def test_what_the_authority_wants_is_what_the_family_is_asked(school: SmallSchool) -> None:
    """R20, R22: the flags of its outcome reach the family's page as those of a return."""
    arrange(school)
    start(school, "key_change")
    pass_inside(school)
    hand(school)
    record(school, Said.more, flags=flags("name_change_proof"))
    settle(school)
    parent = school.actor("parent")
    view = school.db.read_now(lambda unit: family_view(unit, parent))
    (line,) = [draft.case for draft in view.drafts if draft.case is not None]
    assert line.state is State.returned
    assert line.returned is not None
    assert line.returned.flags == flags("name_change_proof")
    send(school, "key_change")
    view = school.db.read_now(lambda unit: family_view(unit, parent))
    (line,) = [draft.case for draft in view.drafts if draft.case is not None]
    assert (line.state, line.returned) == (State.awaiting_outside, None)
