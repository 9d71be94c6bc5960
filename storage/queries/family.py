"""What one person of a family may know: his children, his claims, their papers, the teacher.

Own scope: everything starts from the actor's id. Two or three statements, on the path of a turn.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Final

from sqlalchemy import and_, bindparam, func, or_, select

from registry.actors import Actor, Role
from registry.frozen import frozen
from registry.records import Claim
from registry.schools import Grade, SchoolClass, Stage
from registry.students import Student
from registry.submissions import Act, Decision, State
from storage import tables as t
from storage.children_books import claim_from, student_from
from storage.quick import quick
from storage.reader import AnyRow, Reader
from storage.review_books import decisions_from

TELEPHONE: Final = "telephone"
"""The channel under which a teacher's number for families is kept."""

_PLACED = (
    t.school_class.c.id.label("the_class_id"),
    t.school_class.c.number.label("class_number"),
    t.grade.c.id.label("the_grade_id"),
    t.grade.c.stage,
    t.grade.c.number.label("grade_number"),
    t.grade.c.entry_year,
    t.grade.c.entry_number,
    t.actor.c.id.label("teacher_id"),
    t.actor.c.name.label("teacher_name"),
    t.address.c.id.label("phone_id"),
    t.address.c.value.label("phone"),
)
_TIES = t.tie.alias("ties")
_FAMILY_SIZE = (
    select(func.count())
    .select_from(_TIES)
    .where(_TIES.c.student_id == t.student.c.id)
    .correlate(t.student)
    .scalar_subquery()
    .label("family_size")
)
_CLASSES = (
    t.school_class.join(t.grade, t.grade.c.id == t.school_class.c.grade_id)
    .outerjoin(t.actor, t.actor.c.id == t.school_class.c.teacher_id)
    .outerjoin(
        t.address,
        and_(t.address.c.actor_id == t.actor.c.id, t.address.c.channel == TELEPHONE),
    )
)
_CHILDREN: Final = (
    select(t.student, *_PLACED, _FAMILY_SIZE)
    .select_from(
        t.tie.join(t.student, t.student.c.id == t.tie.c.student_id).join(
            _CLASSES, t.school_class.c.id == t.student.c.class_id
        )
    )
    .where(t.tie.c.actor_id == bindparam("actor_id"), t.tie.c.may_see.is_(True))
    .order_by(t.student.c.id)
)
_CHILD: Final = quick(
    select(t.student, *_PLACED, _FAMILY_SIZE)
    .select_from(t.student.join(_CLASSES, t.school_class.c.id == t.student.c.class_id))
    .where(
        t.student.c.id == bindparam("student_id"), t.student.c.school_id == bindparam("school_id")
    )
)
_CLAIMS: Final = (
    select(t.claim, *_PLACED)
    .select_from(t.claim.join(_CLASSES, t.school_class.c.id == t.claim.c.class_id))
    .where(t.claim.c.actor_id == bindparam("actor_id"))
    .order_by(t.claim.c.at)
)
_DRAFTS: Final = (
    select(
        t.draft.c.id,
        t.draft.c.form_id,
        t.draft.c.form_version,
        t.draft.c.student_id,
        t.draft.c.claim_id,
        t.draft.c.occasion,
        t.draft.c.state,
        t.draft.c.revision,
        t.draft.c.done,
        t.draft.c.total,
        t.draft.c.updated_at,
        t.submission.c.id.label("case_id"),
        t.submission.c.school_id.label("case_school_id"),
        t.submission.c.number,
        t.submission.c.state.label("case_state"),
        t.submission.c.route,
        t.submission.c.effect,
        t.submission.c.joined_by,
        t.submission.c.outside_since,
        t.submission.c.step,
        t.submission.c.round,
        t.submission.c.committee_helps,
        t.submission.c.submitted_at,
    )
    .select_from(t.draft.outerjoin(t.submission, t.submission.c.draft_id == t.draft.c.id))
    .where(
        or_(
            t.draft.c.student_id.in_(
                select(t.tie.c.student_id).where(
                    t.tie.c.actor_id == bindparam("actor_id"), t.tie.c.may_see.is_(True)
                )
            ),
            t.draft.c.claim_id.in_(
                select(t.claim.c.id).where(t.claim.c.actor_id == bindparam("actor_id"))
            ),
        )
    )
    .order_by(t.draft.c.id, t.submission.c.number)
)
_RETURNED: Final = (
    select(t.decision)
    .where(
        t.decision.c.submission_id.in_(bindparam("cases", expanding=True)),
        # What the authority wants is the family's to mend as what the school wants.
        t.decision.c.act.in_([Act.return_.value, Act.record_outside.value]),
        t.decision.c.undone_at.is_(None),
    )
    .order_by(t.decision.c.at)
)


@frozen
class Teacher:
    """Whom a family may ask; "" where the school has not said."""

    actor_id: str = ""
    name: str = ""
    phone: str = ""


@frozen
class ChildView:
    """One child with his place in the school."""

    student: Student
    school_class: SchoolClass
    grade: Grade
    teacher: Teacher
    family_size: int = 1  # people linked to the child


@frozen
class ClaimView:
    """One claim of this person with the class it was made in."""

    claim: Claim
    school_class: SchoolClass
    grade: Grade
    teacher: Teacher


@frozen
class CaseLine:
    """What became of a sent paper; `returned` is the decision that returned it, if it stands."""

    id: str
    number: int
    state: State
    route: str
    step: int
    round: int
    committee_helps: bool
    submitted_at: datetime
    returned: Decision | None = None
    school_id: str = ""
    effect: str = ""
    joined_by: Role | None = None  # of a joint step, who has approved already
    outside_since: date | None = None  # with the authority


@frozen
class DraftView:
    """One paper begun, without its answers, and the last case made of it."""

    id: str
    form_id: str
    form_version: str
    student_id: str | None
    claim_id: str | None
    occasion: str
    state: str
    revision: int
    done: int
    total: int
    case: CaseLine | None = None


@frozen
class FamilyView:
    """Everything the lobby lists."""

    children: tuple[ChildView, ...]
    claims: tuple[ClaimView, ...]
    drafts: tuple[DraftView, ...]


def family_view(reader: Reader, actor: Actor) -> FamilyView:
    """Of that person alone. Statements: two, one with claims, one more with a returned paper."""
    mine = {"actor_id": actor.id}
    children = reader.every(_CHILDREN, mine) if actor.links else ()
    claims = reader.every(_CLAIMS, mine)
    drafts = reader.every(_DRAFTS, mine)
    cases = [row.case_id for row in drafts if row.case_state == State.returned.value]
    returned = reader.every(_RETURNED, {"cases": cases}) if cases else ()
    verdicts = {one.submission_id: one for one in decisions_from(reader, returned)}
    return FamilyView(
        tuple(_child(reader, row) for row in children),
        tuple(
            ClaimView(claim_from(reader, row), _class(row), _grade(row), _teacher(reader, row))
            for row in claims
        ),
        _drafts(drafts, verdicts),
    )


def child_view(reader: Reader, school_id: str, student_id: str) -> ChildView | None:
    """One child with his place: what a turn inside a form needs, in one statement."""
    key = {"school_id": school_id, "student_id": student_id}
    found = reader.recall(_CHILD, key, partial(_children, reader))
    return found[0] if found else None


def _children(reader: Reader, rows: Sequence[AnyRow]) -> tuple[ChildView, ...]:
    return tuple(_child(reader, row) for row in rows)


def other_children(reader: Reader, actor_id: str, without: str) -> tuple[ChildView, ...]:
    """The other children this person is linked to and may see."""
    rows = reader.every(_CHILDREN, {"actor_id": actor_id})
    return tuple(_child(reader, row) for row in rows if row.id != without)


def _child(reader: Reader, row: AnyRow) -> ChildView:
    student = student_from(reader, row)
    place = (_class(row), _grade(row), _teacher(reader, row))
    return ChildView(student, *place, row.family_size)


def _class(row: AnyRow) -> SchoolClass:
    place = (row.the_class_id, row.school_id, row.the_grade_id)
    return SchoolClass(*place, row.class_number, row.teacher_id)


def _grade(row: AnyRow) -> Grade:
    cohort = (Stage(row.stage), row.grade_number, row.entry_year, row.entry_number)
    return Grade(row.the_grade_id, row.school_id, *cohort)


def _teacher(reader: Reader, row: AnyRow) -> Teacher:
    if row.teacher_id is None:
        return Teacher()
    phone = row.phone and reader.open_text("address", row.phone_id, "value", row.phone)
    name = reader.open_text("actor", row.teacher_id, "name", row.teacher_name)
    return Teacher(row.teacher_id, name, phone or "")


def _drafts(rows: Sequence[AnyRow], returned: dict[str, Decision]) -> tuple[DraftView, ...]:
    """The last case wins: a rejected paper may have been sent again."""
    views: dict[str, DraftView] = {}
    for row in rows:
        views[row.id] = DraftView(
            row.id,
            row.form_id,
            row.form_version,
            row.student_id,
            row.claim_id,
            row.occasion,
            row.state,
            row.revision,
            row.done,
            row.total,
            _case(row, returned),
        )
    return tuple(views.values())


def _case(row: AnyRow, returned: dict[str, Decision]) -> CaseLine | None:
    if row.case_id is None:
        return None
    return CaseLine(
        row.case_id,
        row.number,
        State(row.case_state),
        row.route,
        row.step,
        row.round,
        row.committee_helps,
        row.submitted_at,
        returned.get(row.case_id),
        row.case_school_id,
        row.effect,
        None if row.joined_by is None else Role(row.joined_by),
        row.outside_since,
    )
