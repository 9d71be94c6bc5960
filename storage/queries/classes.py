"""The class teacher's pages: who is how far, who claims to belong, what has to be done by hand."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from registry.actors import Actor, Role
from registry.frozen import frozen
from registry.policy import Action
from registry.records import Claim, ClaimState, Task, TaskKind
from registry.students import Student
from registry.submissions import State
from storage import tables as t
from storage.children_books import claim_from, student_from
from storage.queries.reach import reach_of, reach_of_grants
from storage.reader import AnyRow, Reader
from storage.trace_books import task_from

_FAMILY: Final = (
    select(func.count())
    .select_from(t.tie.join(t.actor, t.actor.c.id == t.tie.c.actor_id))
    .where(t.tie.c.student_id == t.student.c.id, t.actor.c.is_active.is_(True))
    .scalar_subquery()
)


@frozen
class ChildProgress:
    """One child of a class and how far one paper of his is."""

    student: Student
    family: int  # people tied to the child
    draft_id: str | None = None  # None = not started
    done: int = 0
    total: int = 0
    asking: str = ""  # path of the question in hand
    touched_at: datetime | None = None
    submission_id: str | None = None
    number: int | None = None
    state: State | None = None  # of the submission
    step: int = 0
    round: int = 0


@frozen
class ClaimRow:
    """One open claim with the claimant's name."""

    claim: Claim
    claimant: str


def class_overview(
    reader: Reader, actor: Actor, class_id: str, form_id: str, occasion: str, today: date
) -> tuple[ChildProgress, ...]:
    """Every child of the class, by name in the order of the register; () for a foreign class."""
    reach = reach_of(actor, Action.class_see, today)
    of_paper = and_(
        t.draft.c.student_id == t.student.c.id,
        t.draft.c.form_id == form_id,
        t.draft.c.occasion == occasion,
    )
    rows = reader.every(
        select(
            t.student,
            _FAMILY.label("family"),
            t.draft.c.id.label("draft_id"),
            t.draft.c.done,
            t.draft.c.total,
            t.draft.c.asking,
            t.draft.c.updated_at,
            t.submission.c.id.label("submission_id"),
            t.submission.c.number,
            t.submission.c.state,
            t.submission.c.step,
            t.submission.c.round,
        )
        .select_from(
            t.student.outerjoin(t.draft, of_paper).outerjoin(
                t.submission, t.submission.c.draft_id == t.draft.c.id
            )
        )
        .where(reach.within(t.student), t.student.c.class_id == class_id)
        .order_by(t.student.c.id, t.submission.c.number),
        {},
    )
    last = {row.id: _progress(reader, row) for row in rows}
    return tuple(last.values())


def claims_of(reader: Reader, actor: Actor, today: date) -> tuple[ClaimRow, ...]:
    """Open claims in his classes, oldest first."""
    reach = reach_of(actor, Action.claim_decide, today)
    rows = reader.every(
        select(t.claim, t.actor.c.name)
        .join(t.actor, t.actor.c.id == t.claim.c.actor_id)
        .where(reach.within(t.claim), t.claim.c.state == ClaimState.open.value)
        .order_by(t.claim.c.at),
        {},
    )
    return tuple(
        ClaimRow(
            claim_from(reader, row), reader.open_text("actor", row.actor_id, "name", row.name)
        )
        for row in rows
    )


def tasks_of(reader: Reader, actor: Actor, today: date) -> tuple[Task, ...]:
    """What he has to do by hand, oldest first: his roles' tasks within his reach."""
    held = [grant for grant in actor.grants if grant.holds(today)]
    mine = [
        and_(
            _is_for(role),
            reach_of_grants(actor, (grant for grant in held if grant.role is role)).within(t.task),
        )
        for role in sorted({grant.role for grant in held})
    ]
    if not mine or not actor.is_active:
        return ()
    found = select(t.task).where(or_(*mine), t.task.c.done_at.is_(None)).order_by(t.task.c.at)
    return tuple(map(task_from, reader.every(found, {})))


def _is_for(role: Role) -> ColumnElement[bool]:
    """A paper to be typed from pictures is the class teacher's or the registrar's."""
    named = t.task.c.role == role.value
    types = role is Role.registrar
    return or_(named, t.task.c.kind == TaskKind.typing.value) if types else named


def class_labels(reader: Reader, school_id: str) -> Mapping[str, tuple[int, int]]:
    """Class id → number of its grade and of the class, for every list."""
    rows = reader.every(
        select(t.school_class.c.id, t.grade.c.number.label("grade"), t.school_class.c.number)
        .join(t.grade, t.grade.c.id == t.school_class.c.grade_id)
        .where(t.school_class.c.school_id == school_id),
        {},
    )
    return {row.id: (row.grade, row.number) for row in rows}


def _progress(reader: Reader, row: AnyRow) -> ChildProgress:
    return ChildProgress(
        student_from(reader, row),
        row.family,
        row.draft_id,
        row.done or 0,
        row.total or 0,
        row.asking or "",
        row.updated_at,
        row.submission_id,
        row.number,
        State(row.state) if row.state else None,
        row.step or 0,
        row.round or 0,
    )
