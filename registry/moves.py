"""The moves of a submission: one table, state × act × who → state. What is not listed is refused
(R17, R97, T24).
"""

from collections.abc import Mapping
from enum import StrEnum

from registry.frozen import frozen
from registry.policy import Action
from registry.submissions import Act, State


class By(StrEnum):
    """Who may make a move, seen from the submission."""

    decider = "decider"  # who made the decision now to be undone
    family = "family"
    outside = "outside"  # the registrar, writing down what the authority said
    step = "step"  # whoever takes the present step


class To(StrEnum):
    """Where a move leads when it depends on the route."""

    before = "before"  # the state before the decision undone
    next_step = "next_step"  # the next step, or approved where the route releases
    said = "said"  # what the authority said: on, back to the family, or refused
    same_step = "same_step"  # to the step that asked: in review, or before the authority


@frozen
class Move:
    """One listed move."""

    by: By
    to: State | To
    needs_reason: bool = False
    action: Action = Action.submission_decide  # what the policy must allow, of a step's move


MOVES: Mapping[tuple[State, Act], Move] = {
    (State.approved, Act.undo): Move(By.decider, To.before),
    (State.awaiting_outside, Act.hand_outside): Move(By.outside, State.awaiting_outside),
    (State.awaiting_outside, Act.record_outside): Move(By.outside, To.said),
    (State.awaiting_outside, Act.undo): Move(By.decider, To.before),
    (State.in_review, Act.approve): Move(By.step, To.next_step),
    (State.in_review, Act.recall): Move(By.family, State.recalled),
    (State.in_review, Act.reject): Move(
        By.step, State.rejected, needs_reason=True, action=Action.submission_reject
    ),
    (State.in_review, Act.return_): Move(By.step, State.returned, needs_reason=True),
    (State.in_review, Act.undo): Move(By.decider, To.before),
    (State.recalled, Act.resubmit): Move(By.family, To.same_step),
    (State.refused, Act.reapply): Move(By.family, State.refused),
    (State.refused, Act.undo): Move(By.decider, To.before),
    (State.rejected, Act.reapply): Move(By.family, State.rejected),
    (State.rejected, Act.undo): Move(By.decider, To.before),
    (State.returned, Act.resubmit): Move(By.family, To.same_step),
    (State.returned, Act.undo): Move(By.decider, To.before),
}

RETURN_REASONS: Mapping[str, frozenset[str]] = {
    # code: what it can be said of ("any", "evidence", "value")
    "differs": frozenset({"value"}),  # not the same as on the paper
    "incomplete": frozenset({"value"}),
    "missing_page": frozenset({"evidence"}),
    "other": frozenset({"any"}),
    "unreadable": frozenset({"evidence"}),
    "wrong_paper": frozenset({"evidence"}),
    "check_again": frozenset({"value"}),
}
"""Canned reasons, each a fix the family can do; the wording stands in the catalogue as
`reason.<code>`."""

REJECT_REASONS = frozenset({"duplicate", "not_our_school", "other"})
