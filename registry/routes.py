"""Review routes as data: which steps a paper goes through, who takes each, which one releases the
effect.

A route's code is pinned on the case, so a school that changes a setting changes new cases only.
The base routes stand in the table; a leader's step and a joint step are added to them by the
school's settings (`….principal`, `….joint`). Rule: R15–R22, R37, R69–R71, R99, R160, K1, K3.
Limits are settings (U4); no official value is invented.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum

from registry.actors import Role
from registry.conditions import ALWAYS, Condition, changes, is_in
from registry.fields import KEY_FIELDS
from registry.frozen import frozen
from registry.schools import Settings, Stage
from registry.submissions import Content


class Gravity(StrEnum):
    """How grave a matter is: it decides whether, and which, leader looks at it (R69, R99)."""

    daily = "daily"
    major = "major"


@frozen
class Step:
    """One step. `instead` takes it where the family declined the committee's help (K1); `also` is
    a second role that must approve too, by another person, in either order (R160).
    """

    code: str
    role: Role
    instead: Role | None = None
    is_inside: bool = True
    days: str | None = None  # name of the setting with the limit in working days
    also: Role | None = None


@frozen
class Route:
    """Ordered steps; `releases` is the index of the step whose passing releases the effect."""

    code: str
    steps: tuple[Step, ...]
    releases: int
    paper: str  # the base route, by which people are told about it
    gravity: Gravity = Gravity.daily
    early: int | None = None  # passing this step lets fields in that are not key (R72)
    carries_key: bool = False  # whether it may bring key fields into the register (R72)
    is_discreet: bool = False  # a preview says only that the school has a message (R40)

    @property
    def base(self) -> str:
        """The base route it was made from."""
        return self.code.partition(".")[0]


@frozen
class Routing:
    """One row: where this holds of the paper, it goes this way."""

    when: Condition
    base: str


COMPLETENESS = Step(
    "completeness", Role.committee, instead=Role.class_teacher, days="committee_days"
)
CLASS_CHECK = Step("class_check", Role.class_teacher, days="class_days")
SCHOOL_REVIEW = Step("school_review", Role.registrar, days="school_days")
OUTSIDE = Step("outside", Role.registrar, is_inside=False, days="outside_days")
LEADERS: Mapping[str, Role] = {
    "principal": Role.principal,
    "vice_principal": Role.vice_principal,
}
"""Who a school may name as the leader of a gravity (R69, R170–R173)."""


_MAJOR = Gravity.major
_HELPED = (COMPLETENESS, SCHOOL_REVIEW)
_SEEN = (CLASS_CHECK, SCHOOL_REVIEW)  # never the committee: K1
_APPROVED = (*_SEEN, OUTSIDE)
_BASES = (
    Route("entrusted_care", _SEEN, 1, "entrusted_care"),
    Route("info_change", _HELPED, 1, "info_change"),
    Route("key_change", _APPROVED, 2, "key_change", _MAJOR, early=1, carries_key=True),
    Route("new_student", _HELPED, 1, "new_student", carries_key=True),
    Route("resumption", _APPROVED, 2, "resumption", _MAJOR, is_discreet=True),
    Route("resumption_senior", _SEEN, 1, "resumption", _MAJOR, is_discreet=True),
    Route("start_of_term_check", (CLASS_CHECK,), 0, "start_of_term_check"),
    Route("suspension", _APPROVED, 2, "suspension", _MAJOR, is_discreet=True),  # K3: law
    Route("suspension_senior", _SEEN, 1, "suspension", _MAJOR, is_discreet=True),
    Route("transfer_in", _APPROVED, 2, "transfer_in", _MAJOR, carries_key=True),
)
_JOINT = frozenset({"new_student", "transfer_in"})  # R160


def _variants(base: Route) -> Iterator[Route]:
    """The base, with each leader, and with the joint step where the paper may have one."""
    for route in (base, _joint(base)) if base.code in _JOINT else (base,):
        yield route
        for name, role in LEADERS.items():
            # A vice-principal who already approved jointly is not asked twice.
            if all(step.also is not role for step in route.steps):
                yield _led(route, name, role)


def _joint(base: Route) -> Route:
    steps = tuple(
        replace(step, also=Role.vice_principal) if step is SCHOOL_REVIEW else step
        for step in base.steps
    )
    return replace(base, code=f"{base.code}.joint", steps=steps)


def _led(route: Route, name: str, role: Role) -> Route:
    """With the leader's step after the last inside one. What a paper lets in early waits too."""
    inside = [step for step in route.steps if step.is_inside]
    steps = (*inside, Step("leader", role, days="leader_days"), *route.steps[len(inside) :])
    early = None if route.early is None else len(inside)
    code = f"{route.code}.{name}"
    return replace(route, code=code, steps=steps, releases=len(steps) - 1, early=early)


ROUTES: Mapping[str, Route] = {route.code: route for base in _BASES for route in _variants(base)}
"""Every route a case can be pinned to."""

ROUTINGS: Mapping[str, tuple[Routing, ...]] = {
    # what a form names: the first row that holds of the paper
    "entrusted_care": (Routing(ALWAYS, "entrusted_care"),),
    "info_change": (
        Routing(changes(*sorted(KEY_FIELDS)), "key_change"),  # R72
        Routing(ALWAYS, "info_change"),
    ),
    "new_student": (Routing(ALWAYS, "new_student"),),
    "resumption": (
        Routing(is_in("stage", Stage.senior), "resumption_senior"),
        Routing(ALWAYS, "resumption"),  # R92
    ),
    "start_of_term_check": (Routing(ALWAYS, "start_of_term_check"),),
    "suspension": (
        Routing(is_in("stage", Stage.senior), "suspension_senior"),
        Routing(ALWAYS, "suspension"),  # K3: law
    ),
    "transfer_in": (Routing(ALWAYS, "transfer_in"),),
}


def route_for(name: str, content: Content, stage: Stage, settings: Settings) -> str:
    """The code of the route a paper takes in this school, decided when it is first sent.

    A condition may also read the code `stage` of the child's grade. Rule: R69, R72, R99, R160, K3.
    """
    values = {**content.codes(), "stage": str(stage)}
    base = next(row.base for row in ROUTINGS[name] if row.when.holds(values))
    route = ROUTES[base]
    if settings.joint_review and base in _JOINT:
        route = ROUTES[f"{base}.joint"]
    led = f"{route.code}.{leader_of(route, settings)}"
    return led if led in ROUTES else route.code


def leader_of(route: Route, settings: Settings) -> str:
    """Who leads in matters of this gravity; "" = the school has not said (R69, R171, R172)."""
    return settings.leader_major if route.gravity is _MAJOR else settings.leader_daily


def step_role(step: Step, committee_helps: bool) -> Role:
    """Who takes this step of this submission first of all. Rule: K1."""
    return step.role if step.instead is None or committee_helps else step.instead


def roles_at(step: Step, committee_helps: bool) -> tuple[Role, ...]:
    """Everybody who must approve at this step: one role, or two of a joint step. Rule: R160."""
    role = step_role(step, committee_helps)
    return (role,) if step.also is None else (role, step.also)


def is_discreet(route: str) -> bool:
    """Whether a preview of a notice about such a case says nothing but that there is one (R40)."""
    return ROUTES[route].is_discreet
