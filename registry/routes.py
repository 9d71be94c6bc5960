"""Review routes as data: which steps a paper goes through, who takes each, which one releases the
effect.

Rule: R15–R22, R37, R69–R71, K3. Limits are settings (U4); no official value is invented.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.actors import Role


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `instead` takes it where the family declined the committee's help (K1)."""

    code: str
    role: Role
    instead: Role | None = None
    is_inside: bool = True
    days: str | None = None  # name of the setting with the limit in working days


@dataclass(frozen=True, slots=True)
class Route:
    """Ordered steps; `releases` is the index of the step whose passing releases the effect."""

    code: str
    steps: tuple[Step, ...]
    releases: int


COMPLETENESS = Step(
    "completeness", Role.committee, instead=Role.class_teacher, days="committee_days"
)
SCHOOL_REVIEW = Step("school_review", Role.registrar, days="school_days")

ROUTES: Mapping[str, Route] = {
    "new_student": Route("new_student", (COMPLETENESS, SCHOOL_REVIEW), releases=1),
}


def step_role(step: Step, committee_helps: bool) -> Role:
    """Who takes this step of this submission. Rule: K1."""
    return step.role if step.instead is None or committee_helps else step.instead
