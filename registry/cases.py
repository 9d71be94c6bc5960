"""A case as the rules see it: where it stands, whose turn it is, who may look. Decides nothing.

Shared by the use cases of review, of the authority's part, of sending and of the register.
"""

from datetime import datetime

from registry.actors import Actor, Role
from registry.books import Books
from registry.effects import EFFECTS
from registry.moves import MOVES, Move
from registry.policy import Action, Target, permit
from registry.problems import NotThere, RuleError
from registry.records import Event, Notice
from registry.routes import ROUTES, Route, Step, roles_at
from registry.submissions import Act, Decision, State, Submission


def target_of(case: Submission) -> Target:
    """The submission as the policy sees it."""
    return Target(case.school_id, case.grade_id, case.class_id, case.student_id)


def route_of(case: Submission) -> Route:
    """The route it was pinned to when it was first sent."""
    return ROUTES[case.route]


def step_of(case: Submission) -> Step:
    """The step the submission stands at."""
    return route_of(case).steps[case.step]


def roles_now(case: Submission) -> tuple[Role, ...]:
    """Who must still approve at the present step; of a joint one, who is left. Rule: K1, R160."""
    roles = roles_at(step_of(case), case.committee_helps)
    return tuple(role for role in roles if role is not case.joined_by)


def role_of(actor: Actor, case: Submission, now: datetime) -> Role | None:
    """The role in which this person would take the present step; None = it is not his.

    The second-person rule is asked when he decides; what he typed is never his (R159).
    """
    wrote_it = actor.id in (case.submitted_by, *case.content.typed_by)
    if case.state is not State.in_review or wrote_it:
        return None
    if actor.link_to(case.student_id) is not None:
        return None
    target, today = target_of(case), now.date()
    return next(
        (
            role
            for role in roles_now(case)
            if permit(actor, Action.submission_decide, target, today, role=role)
        ),
        None,
    )


def may_take(actor: Actor, case: Submission, now: datetime) -> bool:
    """Whether the present step is this person's to decide, second-person rule aside."""
    return role_of(actor, case, now) is not None


def is_decided_by(role: Role, case: Submission) -> bool:
    """Whether a change has come to the step that role takes, or is past it."""
    steps = route_of(case).steps[: case.step + 1]
    return EFFECTS[case.effect].changes_only and any(step.role is role for step in steps)


def may_reject(actor: Actor, case: Submission, now: datetime) -> bool:
    """Whether he who takes the present step may end the case for good: not the committee, nor a
    class teacher, who return it with reasons. Rule: R1, R18, K1.
    """
    role = role_of(actor, case, now)
    return role is not None and is_for(actor, role, MOVES[State.in_review, Act.reject], case, now)


def is_for(actor: Actor, role: Role, move: Move, case: Submission, now: datetime) -> bool:
    """Whether the policy lets that role make that move."""
    return permit(actor, move.action, target_of(case), now.date(), role=role) is not None


def may_record(actor: Actor, case: Submission, now: datetime) -> bool:
    """Whether this person writes down what the authority does with a case."""
    return (
        actor.link_to(case.student_id) is None
        and permit(actor, Action.outside_record, target_of(case), now.date()) is not None
    )


def may_see(actor: Actor, case: Submission, now: datetime) -> bool:
    """Whether a reviewer may open the case: in reach, not his own child, and his role takes a
    step of it.
    """
    steps = route_of(case).steps
    roles = {role for step in steps for role in roles_at(step, case.committee_helps)}
    roles.add(Role.registrar)
    return actor.link_to(case.student_id) is None and any(
        permit(actor, Action.submission_open, target_of(case), now.date(), role=role)
        for role in roles
    )


def move_of(case: Submission, act: Act) -> Move:
    """The listed move. Raises: RuleError `review.not_possible`."""
    move = MOVES.get((case.state, act))
    if move is None:
        raise RuleError("review.not_possible")
    return move


def require(actor: Actor, action: Action, target: Target, now: datetime) -> None:
    """Raises: NotThere."""
    if permit(actor, action, target, now.date()) is None:
        raise NotThere


def event(name: str, actor: Actor, now: datetime, /, **ids: str | int) -> Event:
    """A fact about what this person did."""
    return Event(name, actor.school_id, actor.id, now, ids)


def standing(books: Books, case: Submission) -> tuple[Decision, ...]:
    """The decisions that were not undone, oldest first."""
    return tuple(made for made in books.decisions(case.id) if made.undone_at is None)


def last_decision(books: Books, case: Submission) -> Decision | None:
    """The newest decision that was not undone."""
    made = standing(books, case)
    return made[-1] if made else None


def effect_key(decision: Decision) -> str:
    """The key of the job that carries out what this decision released."""
    return f"effect:{decision.id}"


def early_key(decision: Decision) -> str:
    """The key of the job that lets in what need not wait for the authority."""
    return f"early:{decision.id}"


def tell_family(books: Books, case: Submission, phrase: str, cause: str, due: datetime) -> None:
    """Owe a notice to everybody of the family who gets notices about this child."""
    for person in books.linked_actors(case.school_id, case.student_id):
        link = person.link_to(case.student_id)
        if link is not None and link.gets_notices:
            ids: dict[str, str | int] = {"submission": case.id, "student": case.student_id}
            books.owe(Notice(cause, case.school_id, person.id, phrase, due, ids))
