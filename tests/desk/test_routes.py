"""Routes as data: which way a paper goes in which school, and who may do what where on it.

R37 R69 R71 R72 R99 R160 R170–R172 K1 K2 K3.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from registry import desk, outside
from registry.actors import Role
from registry.desk import Verdict
from registry.outside import Entry
from registry.problems import RuleError
from registry.routes import ROUTES, Route, is_discreet, roles_at, route_for
from registry.schools import Settings, Stage
from registry.submissions import Act, Content, Outside, Said, State, Submission, Value
from storage.unit import Unit
from tests.desk.papers import PAPERS, PEOPLE, arrange, content_of, flags, start, today
from tests.support.school import SmallSchool

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def paper_with(**fields: str) -> Content:
    values = tuple(Value(f"q/{code}", text, code) for code, text in fields.items())
    return Content(values, (), (), None, None, "")  # type: ignore[arg-type]


NAME = {"full_name": "欧阳晓树"}
ADDRESS = {"home_address": "新街 8 号"}
PRINCIPAL = Settings(leader_major="principal")
VICE = Settings(leader_daily="vice_principal", leader_major="vice_principal")
JOINT = Settings(joint_review=True)


@pytest.mark.parametrize(
    ("name", "fields", "stage", "settings", "route"),
    [
        ("new_student", NAME, Stage.primary, Settings(), "new_student"),
        ("new_student", NAME, Stage.primary, JOINT, "new_student.joint"),  # R160
        ("new_student", NAME, Stage.primary, PRINCIPAL, "new_student"),  # R171: daily
        ("new_student", NAME, Stage.primary, VICE, "new_student.vice_principal"),  # R69
        ("info_change", ADDRESS, Stage.primary, PRINCIPAL, "info_change"),
        ("info_change", ADDRESS, Stage.primary, VICE, "info_change.vice_principal"),
        ("info_change", NAME, Stage.primary, Settings(), "key_change"),  # R72
        ("info_change", {**ADDRESS, **NAME}, Stage.primary, PRINCIPAL, "key_change.principal"),
        ("info_change", {"id_number": "1"}, Stage.senior, VICE, "key_change.vice_principal"),
        ("start_of_term_check", ADDRESS, Stage.primary, PRINCIPAL, "start_of_term_check"),
        ("transfer_in", NAME, Stage.junior, Settings(), "transfer_in"),  # R37
        ("transfer_in", NAME, Stage.junior, PRINCIPAL, "transfer_in.principal"),  # R99
        (
            "transfer_in",
            NAME,
            Stage.junior,
            replace(PRINCIPAL, joint_review=True),
            "transfer_in.joint.principal",
        ),
        (
            "transfer_in",
            NAME,
            Stage.junior,
            replace(VICE, joint_review=True),
            "transfer_in.joint",  # he approved jointly already
        ),
        ("suspension", {}, Stage.primary, Settings(), "suspension"),  # K3
        ("suspension", {}, Stage.junior, PRINCIPAL, "suspension.principal"),
        ("suspension", {}, Stage.senior, PRINCIPAL, "suspension_senior.principal"),
        ("resumption", {}, Stage.primary, Settings(), "resumption"),  # R92
        ("resumption", {}, Stage.senior, Settings(), "resumption_senior"),
        ("entrusted_care", {}, Stage.primary, PRINCIPAL, "entrusted_care"),
    ],
)
def test_a_paper_goes_the_way_its_content_and_the_school_ask_for(
    name: str, fields: dict[str, str], stage: Stage, settings: Settings, route: str
) -> None:
    assert route_for(name, paper_with(**fields), stage, settings) == route


@pytest.mark.parametrize("route", ROUTES.values(), ids=lambda route: route.code)
def test_the_law_is_in_every_variant_of_a_route(route: Route) -> None:
    codes = [step.code for step in route.steps]
    roles = {r for step in route.steps for helps in (True, False) for r in roles_at(step, helps)}
    needs_outside = route.base in {"key_change", "resumption", "suspension", "transfer_in"}
    assert ("outside" in codes) is needs_outside  # K3, R72, R92
    assert route.releases == len(codes) - 1  # the last step: outside where there is one
    assert codes.count("outside") == (1 if codes[-1] == "outside" else 0)
    assert (Role.committee in roles) is (route.base in {"new_student", "info_change"})  # K1
    assert is_discreet(route.code) is (route.paper in {"resumption", "suspension"})  # R40
    if route.early is not None:
        assert route.steps[route.early + 1].code == "outside"  # all of the school saw it


# ---- who may do what, where

WHO = {
    "completeness": {"committee"},
    "class_check": {"teacher"},
    "school_review": {"registrar"},
    "leader.principal": {"principal"},
    "leader.vice_principal": {"vice principal"},
    "outside": set(),  # nobody decides there: the registrar writes down
}
DECISIONS = (Act.approve, Act.return_, Act.reject)
LOOKS_FIRST = {"committee", "teacher"}  # R1, K1: they return with reasons, they refuse nothing
EVERYBODY = (*PEOPLE.values(), "other teacher", "parent")
SAMPLE = {"key_change": "key_change", "resumption_senior": "resumption"}
Attempt = Callable[[Unit, Submission, str], object]


def expected(route: Route) -> set[tuple[State, int, str, str]]:
    """Said by this table alone, not by the program's."""
    allowed = set()
    for at, step in enumerate(route.steps):
        leader = route.code.rpartition(".")[2]
        who = set(WHO[f"leader.{leader}" if step.code == "leader" else step.code])
        if step.code == "school_review" and ".joint" in route.code:
            who.add("vice principal")
        allowed |= {
            (State.in_review, at, act.value, one)
            for act in DECISIONS
            for one in who
            if act is not Act.reject or one not in LOOKS_FIRST
        }
        if step.code == "outside":
            allowed |= {(State.awaiting_outside, at, said.value, "registrar") for said in Said}
    return allowed


def places(route: Route) -> Iterator[tuple[State, int]]:
    for at, step in enumerate(route.steps):
        yield (State.in_review if step.is_inside else State.awaiting_outside), at
    others = set(State) - {State.in_review, State.awaiting_outside}
    yield from ((state, len(route.steps) - 1) for state in sorted(others))


@ON_SQLITE
@pytest.mark.parametrize("code", sorted(ROUTES))
def test_what_the_table_does_not_list_is_refused(school: SmallSchool, code: str) -> None:
    """Route × place × act × role, the effect's paper sent; what is refused leaves no trace."""
    route = ROUTES[code]
    arrange(school)
    name = route.base.removesuffix("_senior")
    case = start(school, name)
    attempts = dict(_attempts(school, name))
    actors = {who: school.actor(who) for who in EVERYBODY}

    def try_all(unit: Unit) -> set[tuple[State, int, str, str]]:
        found = set()
        for state, step in places(route):
            wanted = replace(case, route=code, state=state, step=step, outside_since=today(school))
            for act, attempt in attempts.items():
                for who, actor in actors.items():
                    savepoint = unit.connection.begin_nested()
                    unit.save_submission(wanted)
                    try:
                        attempt(unit, replace(wanted, revision=wanted.revision + 1), actor)
                        found.add((state, step, act, who))
                    except RuleError:
                        kept = unit.load_submission(case.school_id, case.id)
                        assert kept == replace(wanted, revision=wanted.revision + 1)
                        assert unit.decisions(case.id) == ()
                    savepoint.rollback()
        return found

    assert school.do(try_all) == expected(route)


def _attempts(school: SmallSchool, name: str) -> Iterator[tuple[str, Attempt]]:
    path = content_of(school, PAPERS[name]).values
    flagged = tuple(replace(flag, path=path[0].path) for flag in flags("x")) if path else ()
    kinds = PAPERS[name].kinds
    flagged = flagged or flags(*kinds)
    for act in DECISIONS:
        yield act.value, _decision(school, act, flagged)
    for said in Said:
        yield said.value, _entry(school, said, flagged)


def _decision(school: SmallSchool, act: Act, flagged) -> Attempt:  # type: ignore[no-untyped-def]
    how = flagged if act is Act.return_ else ()

    def attempt(unit: Unit, case: Submission, actor) -> None:  # type: ignore[no-untyped-def]
        verdict = Verdict(case.id, case.revision, act, how, "duplicate")
        desk.decide(unit, actor, verdict, school.now)

    return attempt


def _entry(school: SmallSchool, said: Said, flagged) -> Attempt:  # type: ignore[no-untyped-def]
    use = outside.hand_outside if said is Said.handed else outside.record_outside

    def attempt(unit: Unit, case: Submission, actor) -> None:  # type: ignore[no-untyped-def]
        entry = Entry(case.id, case.revision, Outside(said, today(school)), flagged)
        use(unit, actor, entry, school.now)

    return attempt
