"""The reviewers' pages: the queue of each role, page by page, and one case opened.

A reviewer's queue holds the cases that stand at a step of his role within his reach, never his
own child's. Pages follow each other by key, not by offset; counts stop at COUNT_CAP.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, true, tuple_

from registry.actors import Actor, Role
from registry.frozen import frozen
from registry.policy import POLICY, Action
from registry.problems import NotThere
from registry.routes import ROUTES, Step, roles_at
from registry.schools import Grade, SchoolClass
from registry.students import Student
from registry.submissions import Content, Decision, NationalEntry, Original, State, Submission
from storage import tables as t
from storage.national_books import entries_of
from storage.originals_books import originals
from storage.people_books import names
from storage.queries.family import child_view
from storage.queries.reach import reach_of, reach_of_grants
from storage.reader import AnyRow, Reader
from storage.review_books import decisions, rounds, submission_from

PAGE_ROWS: Final = 50
COUNT_CAP: Final = 1001

_CASE: Final = select(t.submission).where(t.submission.c.id == bindparam("submission_id"))
_COLUMNS: Final = (
    t.submission.c.id,
    t.submission.c.number,
    t.submission.c.student_id,
    t.submission.c.class_id,
    t.submission.c.form_id,
    t.submission.c.form_version,
    t.submission.c.route,
    t.submission.c.effect,
    t.submission.c.joined_by,
    t.submission.c.outside_since,
    t.submission.c.state,
    t.submission.c.step,
    t.submission.c.round,
    t.submission.c.revision,
    t.submission.c.committee_helps,
    t.submission.c.submitted_at,
    t.submission.c.waiting_since,
    t.submission.c.leased_by,
    t.submission.c.leased_until,
    t.student.c.fields,
)


@frozen
class QueueFilter:
    """What of the queue is wanted. `states`: () = what waits for his own decision."""

    states: tuple[State, ...] = ()
    class_id: str | None = None
    form_id: str | None = None
    number: int | None = None  # of the receipt
    is_resubmitted: bool = False
    step: str = ""  # code of the step it stands at


@frozen
class Page:
    """Where the next page begins: behind this row."""

    waiting_since: datetime
    id: str


@frozen
class QueueItem:
    """One line of a queue; the child's name is in clear, for the page to mask."""

    id: str
    number: int
    student_id: str
    child_name: str
    class_id: str
    form_id: str
    form_version: str
    route: str
    state: State
    step: int
    round: int
    revision: int
    committee_helps: bool
    submitted_at: datetime
    waiting_since: datetime
    leased_by: str | None
    leased_until: datetime | None
    effect: str = ""
    joined_by: Role | None = None  # of a joint step, who has approved already
    outside_since: date | None = None  # with the authority


@frozen
class Queue:
    """One page of a queue. `total` is exact below COUNT_CAP."""

    items: tuple[QueueItem, ...]
    total: int
    next: Page | None


@frozen
class Case:
    """One submission with everything its page shows. Permission and the view event come before."""

    submission: Submission
    student: Student
    school_class: SchoolClass
    grade: Grade
    rounds: tuple[Content, ...]
    decisions: tuple[Decision, ...]
    names: Mapping[str, str]  # of everyone who did something to it
    originals: tuple[Original, ...] = ()
    entries: tuple[NationalEntry, ...] = ()  # in the national system, by hand (R10)


def queue(
    reader: Reader,
    actor: Actor,
    filters: QueueFilter,
    today: date,
    after: Page | None = None,
    limit: int = PAGE_ROWS,
) -> Queue:
    """The longest waiting first."""
    wanted = _wanted(actor, filters, today)
    total = reader.scalar(_capped_count(wanted), {})
    order = (t.submission.c.waiting_since, t.submission.c.id)
    listed = (
        select(*_COLUMNS)
        .join(t.student, t.student.c.id == t.submission.c.student_id)
        .where(wanted)
        .order_by(*order)
        .limit(limit + 1)
    )
    if after is not None:
        listed = listed.where(tuple_(*order) > tuple_(*_key(after)))
    rows = reader.every(listed, {})
    items = tuple(_item(reader, row) for row in rows[:limit])
    is_more = len(rows) > limit
    return Queue(items, total, Page(items[-1].waiting_since, items[-1].id) if is_more else None)


def queue_counts(reader: Reader, actor: Actor, today: date) -> Mapping[State, int]:
    """How many cases he may open stand in each state: for the tabs."""
    rows = reader.every(
        select(t.submission.c.state, func.count().label("cases"))
        .where(_openable(actor, today), *_not_his_own(actor))
        .group_by(t.submission.c.state),
        {},
    )
    return {State(row.state): row.cases for row in rows}


def case_view(reader: Reader, actor: Actor, submission_id: str, today: date) -> Case:
    """Raises: `NotThere` for a missing case and for one out of reach."""
    reach = reach_of(actor, Action.submission_open, today)
    found = _CASE.where(reach.within(t.submission))
    row = reader.first(found, {"submission_id": submission_id})
    if row is None or row.student_id in reach.own_children:
        raise NotThere
    case = submission_from(reader, row)
    child = child_view(reader, case.school_id, case.student_id)
    if child is None:
        raise NotThere
    decided = decisions(reader, case.id)
    people = {case.submitted_by, *(decision.actor_id for decision in decided)}
    people |= {case.leased_by} if case.leased_by else set()
    seen = originals(reader, case.school_id, case.id)
    people |= {one.actor_id for one in seen}
    entered = entries_of(reader, case.school_id, (case.id,))
    people |= {one.by for one in entered if one.by}
    return Case(
        case,
        child.student,
        child.school_class,
        child.grade,
        rounds(reader, case.school_id, case.id),
        decided,
        names(reader, case.school_id, people),
        seen,
        entered,
    )


def _wanted(actor: Actor, filters: QueueFilter, today: date) -> ColumnElement[bool]:
    conditions = [
        _waits_for(actor, today) if not filters.states else _stands(actor, filters.states, today),
        *_not_his_own(actor),
    ]
    if filters.class_id is not None:
        conditions.append(t.submission.c.class_id == filters.class_id)
    if filters.form_id is not None:
        conditions.append(t.submission.c.form_id == filters.form_id)
    if filters.number is not None:
        conditions.append(t.submission.c.number == filters.number)
    if filters.is_resubmitted:
        conditions.append(t.submission.c.round > 1)
    if filters.step:
        conditions.append(_at_step(filters.step))
    return and_(*conditions)


def _not_his_own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    own = sorted(link.student_id for link in actor.links)
    return (t.submission.c.student_id.not_in(own),) if own else ()


def _at_step(code: str) -> ColumnElement[bool]:
    return or_(False, *_places(lambda step: step.code == code))


def _places(is_wanted: Callable[[Step], bool]) -> Iterator[ColumnElement[bool]]:
    """Where the wanted steps are: routes that have one at the same place go together."""
    routes: dict[int, list[str]] = {}
    for route in ROUTES.values():
        for at, step in enumerate(route.steps):
            if is_wanted(step):
                routes.setdefault(at, []).append(route.code)
    for at, codes in routes.items():
        yield and_(t.submission.c.step == at, t.submission.c.route.in_(codes))


def _stands(actor: Actor, states: tuple[State, ...], today: date) -> ColumnElement[bool]:
    standing = t.submission.c.state.in_([state.value for state in states])
    return and_(_openable(actor, today), standing)


def _openable(actor: Actor, today: date) -> ColumnElement[bool]:
    """Cases of which one of his roles takes a step; the registrar's are all. Rule: K1."""
    roles = POLICY[Action.queue_see]
    held = [grant for grant in actor.grants if grant.role in roles and grant.holds(today)]
    return or_(
        False,
        *(
            and_(reach_of_grants(actor, [grant]).within(t.submission), _of_role(grant.role))
            for grant in (held if actor.is_active else ())
        ),
    )


def _of_role(role: Role) -> ColumnElement[bool]:
    if role is Role.registrar:
        return true()
    helped = (
        and_(
            t.submission.c.committee_helps.is_(helps),
            t.submission.c.route.in_(_routes_of(role, helps)),
        )
        for helps in (False, True)
    )
    return or_(*helped)


def _routes_of(role: Role, helps: bool) -> tuple[str, ...]:
    return tuple(
        route.code
        for route in ROUTES.values()
        if any(role in roles_at(step, helps) for step in route.steps)
    )


def _waits_for(actor: Actor, today: date) -> ColumnElement[bool]:
    """At a step of one of his roles, within the reach of that very grant."""
    roles = POLICY[Action.submission_decide]
    held = [grant for grant in actor.grants if grant.role in roles and grant.holds(today)]
    stations = [
        and_(reach_of_grants(actor, [grant]).within(t.submission), _station(grant.role))
        for grant in (held if actor.is_active else ())
    ]
    return or_(False, *stations)


def _station(role: Role) -> ColumnElement[bool]:
    """The steps this role takes, with and without the committee's help; of a joint step, what it
    has not approved yet (R160); for the registrar also what is to be handed to the authority.
    """
    helped = (
        and_(
            t.submission.c.committee_helps.is_(helps),
            or_(False, *_places(partial(_takes, role, helps))),
        )
        for helps in (False, True)
    )
    inside = and_(
        t.submission.c.state == State.in_review.value,
        t.submission.c.joined_by.is_distinct_from(role.value),
        or_(*helped),
    )
    if role is not Role.registrar:
        return inside
    to_hand = and_(
        t.submission.c.state == State.awaiting_outside.value,
        t.submission.c.outside_since.is_(None),
    )
    return or_(inside, to_hand)


def _takes(role: Role, helps: bool, step: Step) -> bool:
    return step.is_inside and role in roles_at(step, helps)


def _capped_count(wanted: ColumnElement[bool]) -> Select[int]:
    some = select(t.submission.c.id).where(wanted).limit(COUNT_CAP).subquery()
    return select(func.count()).select_from(some)


def _key(after: Page) -> tuple[ColumnElement[datetime], ColumnElement[str]]:
    return (
        bindparam(None, after.waiting_since, type_=t.Moment()),
        bindparam(None, after.id),
    )


def _item(reader: Reader, row: AnyRow) -> QueueItem:
    fields = reader.sealer.unseal_json("student", row.student_id, "fields", row.fields)
    name = fields.get("full_name", "") if isinstance(fields, dict) else ""
    return QueueItem(
        row.id,
        row.number,
        row.student_id,
        str(name),
        row.class_id,
        row.form_id,
        row.form_version,
        row.route,
        State(row.state),
        row.step,
        row.round,
        row.revision,
        row.committee_helps,
        row.submitted_at,
        row.waiting_since,
        row.leased_by,
        row.leased_until,
        row.effect,
        None if row.joined_by is None else Role(row.joined_by),
        row.outside_since,
    )
