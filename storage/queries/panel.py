"""Small reads of the panel beside the queue: what may be undone, a child's history, who is far.

Who asks is an argument of each, as in the other modules of this package. Called by `admin`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import and_, case, func, select

from registry.actors import Actor
from registry.frozen import frozen
from registry.policy import Action
from registry.schools import Grade
from registry.students import Status, StatusChange
from registry.submissions import Act, State
from storage import tables as t
from storage.children_books import student_from
from storage.queries.reach import reach_of
from storage.reader import Reader

_SENT: Final = (
    State.in_review.value,
    State.awaiting_outside.value,
    State.approved.value,
    State.effective.value,
)


@frozen
class Undoable:
    """One's own decision whose window is still open; the child's name in clear, to be masked."""

    submission_id: str
    revision: int
    number: int
    child_name: str
    class_id: str
    act: Act
    at: datetime
    settles_at: datetime


@frozen
class CaseHead:
    """One case of a child."""

    id: str
    number: int
    form_id: str
    state: State
    submitted_at: datetime
    route: str = ""
    effect: str = ""


@frozen
class ClassCount:
    """How many children of a class have sent a paper."""

    done: int
    total: int


def undoable(reader: Reader, actor: Actor, now: datetime) -> tuple[Undoable, ...]:
    """His decisions not yet settled, newest first; the newest of a case only."""
    rows = reader.every(
        select(
            t.decision.c.act,
            t.decision.c.at,
            t.decision.c.settles_at,
            t.submission.c.id,
            t.submission.c.revision,
            t.submission.c.number,
            t.submission.c.class_id,
            t.student.c.id.label("student_id"),
            t.student.c.fields,
        )
        .join(t.submission, t.submission.c.id == t.decision.c.submission_id)
        .join(t.student, t.student.c.id == t.submission.c.student_id)
        .where(
            t.decision.c.school_id == actor.school_id,
            t.decision.c.actor_id == actor.id,
            t.decision.c.settles_at > now,
            t.decision.c.undone_at.is_(None),
            t.decision.c.round == t.submission.c.round,
            t.decision.c.id.in_(
                select(func.max(t.decision.c.id))
                .where(t.decision.c.undone_at.is_(None))
                .group_by(t.decision.c.submission_id)
            ),
        )
        .order_by(t.decision.c.at.desc())
        .limit(20),
        {},
    )
    return tuple(
        Undoable(
            row.id,
            row.revision,
            row.number,
            _name(reader, row.student_id, row.fields),
            row.class_id,
            Act(row.act),
            row.at,
            row.settles_at,
        )
        for row in rows
    )


def status_changes(reader: Reader, actor: Actor, student_id: str) -> tuple[StatusChange, ...]:
    """Oldest first. The child's page asked the policy before."""
    found = (
        select(t.status_change)
        .where(
            t.status_change.c.student_id == student_id,
            t.status_change.c.school_id == actor.school_id,
        )
        .order_by(t.status_change.c.recorded_at)
    )
    return tuple(
        StatusChange(
            row.id,
            row.school_id,
            row.student_id,
            Status(row.was),
            Status(row.becomes),
            row.on,
            row.reason,
            row.submission_id,
            row.recorded_by,
            row.recorded_at,
            row.until,
        )
        for row in reader.every(found, {})
    )


def cases_of_child(
    reader: Reader, actor: Actor, student_id: str, today: date
) -> tuple[CaseHead, ...]:
    """Within his reach, newest first."""
    reach = reach_of(actor, Action.submission_open, today)
    found = (
        select(t.submission)
        .where(reach.within(t.submission), t.submission.c.student_id == student_id)
        .order_by(t.submission.c.number.desc())
    )
    return tuple(
        CaseHead(
            row.id,
            row.number,
            row.form_id,
            State(row.state),
            row.submitted_at,
            row.route,
            row.effect,
        )
        for row in reader.every(found, {})
    )


def class_counts(
    reader: Reader, actor: Actor, form_id: str, today: date
) -> Mapping[str, ClassCount]:
    """Class id → how many of its children have sent that paper; the classes he reaches."""
    reach = reach_of(actor, Action.class_see, today)
    sent = (
        select(t.submission.c.student_id)
        .where(
            t.submission.c.school_id == actor.school_id,
            t.submission.c.form_id == form_id,
            t.submission.c.state.in_(_SENT),
        )
        .distinct()
        .subquery()
    )
    is_sent = case((sent.c.student_id.is_not(None), 1), else_=0)
    rows = reader.every(
        select(
            t.student.c.class_id,
            func.count().label("total"),
            func.sum(is_sent).label("done"),
        )
        .select_from(t.student.outerjoin(sent, sent.c.student_id == t.student.c.id))
        .where(reach.within(t.student))
        .group_by(t.student.c.class_id),
        {},
    )
    return {row.class_id: ClassCount(int(row.done or 0), row.total) for row in rows}


def logins(reader: Reader, school_id: str) -> frozenset[str]:
    """Who has set a password."""
    rows = reader.every(
        select(t.actor.c.id).where(
            and_(t.actor.c.school_id == school_id, t.actor.c.password.is_not(None))
        ),
        {},
    )
    return frozenset(row.id for row in rows)


def is_namesake_known(
    reader: Reader, grade: Grade, student_id: str, full_name: str, birth_date: str
) -> bool:
    """Whether another child of the grade has the same name and birth date. Opens the grade."""
    if not full_name or not birth_date:
        return False
    rows = reader.every(
        select(t.student).where(
            t.student.c.school_id == grade.school_id,
            t.student.c.grade_id == grade.id,
            t.student.c.id != student_id,
            t.student.c.id_lookup.is_not(None),
        ),
        {},
    )
    others = (student_from(reader, row).fields for row in rows)
    wanted = (full_name, birth_date)
    return any((one.get("full_name"), one.get("birth_date")) == wanted for one in others)


def names_of_class(reader: Reader, school_id: str, class_id: str) -> frozenset[str]:
    """Names already on the roster of a class, for the dry run."""
    rows = reader.every(
        select(t.student).where(
            t.student.c.school_id == school_id, t.student.c.class_id == class_id
        ),
        {},
    )
    return frozenset(student_from(reader, row).fields.get("full_name", "") for row in rows)


def _name(reader: Reader, student_id: str, sealed: bytes) -> str:
    fields = reader.sealer.unseal_json("student", student_id, "fields", sealed)
    return str(fields.get("full_name", "")) if isinstance(fields, dict) else ""
