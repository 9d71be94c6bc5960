"""全国学籍号 of a child who enters grade 7: everybody has one from primary school, so none is
enrolled without it. A family that cannot find it lets the school ask the primary school; the
registrar has a task and types the number on the case, on record with his name and the day.

Called when a paper is sent, by the desk and by the case's page. The number is never generated.
Rule: R106, R107, K5.
"""

from dataclasses import replace
from datetime import datetime

from registry.actors import Actor, Role
from registry.books import Books
from registry.cases import event, require, step_of, target_of
from registry.effects import EFFECTS
from registry.policy import Action
from registry.problems import NotThere, RuleError
from registry.readings import Reading
from registry.records import Task, TaskKind
from registry.submissions import State, Submission
from registry.values import KINDS

GRADE = 7
FIELD = "national_number"
_OPEN = frozenset({State.in_review, State.returned, State.recalled, State.awaiting_outside})


def is_wanted(books: Books, case: Submission) -> bool:
    """Whether this paper brings a child into grade 7."""
    grade = books.load_grade(case.school_id, case.grade_id)
    return EFFECTS[case.effect].allots_number and grade.number == GRADE


def number_of(books: Books, case: Submission) -> str:
    """As the family wrote it, else as the register has it; "" = nobody has said it."""
    sent = case.content.fields().get(FIELD, "")
    return sent or books.load_student(case.school_id, case.student_id).fields.get(FIELD, "")


def is_missing(books: Books, case: Submission) -> bool:
    """Wanted, and nobody has said it yet."""
    return is_wanted(books, case) and not number_of(books, case)


def require_number(books: Books, case: Submission) -> None:
    """Not past the registrar without it. Raises: RuleError `review.number_missing`."""
    if step_of(case).role is Role.registrar and is_missing(books, case):
        raise RuleError("review.number_missing")


def follow_sent(books: Books, case: Submission, now: datetime) -> None:
    """The registrar is asked to fetch the number; no longer where the family wrote it."""
    if is_missing(books, case):
        books.add_task(_task(case, now))
    elif is_wanted(books, case):
        _close(books, case, None, now)


def task_key(case: Submission) -> str:
    """One for a child: who closed it with a number fetched it."""
    return f"national_number:{case.student_id}"


def may_fetch(books: Books, actor: Actor, case: Submission, now: datetime) -> bool:
    """Whether this person may type it now: the registrar, not of his own child, while the family
    has not written one.
    """
    try:
        _require_reach(actor, case, now)
    except NotThere:
        return False
    return case.state in _OPEN and is_wanted(books, case) and not case.content.fields().get(FIELD)


def fetch_number(
    books: Books, actor: Actor, submission_id: str, text: str, now: datetime
) -> Reading:
    """Keep what the primary school said with the child; the effect finds it there. Where the
    reading has a problem nothing is stored.

    Raises: RuleError `review.not_possible`; NotThere.
    """
    case = books.load_submission(actor.school_id, submission_id)
    _require_reach(actor, case, now)
    if not may_fetch(books, actor, case, now):
        raise RuleError("review.not_possible")
    reading = KINDS[FIELD].read(text, now.date())
    if not reading.is_accepted:
        return reading
    student = books.load_student(case.school_id, case.student_id)
    fields = {**student.fields, FIELD: reading.text}
    books.save_student(replace(student, fields=fields))
    books.add_task(_task(case, now))  # opened again where it was closed before
    _close(books, case, actor.id, now)
    ids = {"student": student.id, "submission": case.id}
    books.record(event("register.number.fetched", actor, now, **ids))
    return reading


def _require_reach(actor: Actor, case: Submission, now: datetime) -> None:
    require(actor, Action.number_fetch, target_of(case), now)
    if actor.link_to(case.student_id) is not None:
        raise NotThere


def _close(books: Books, case: Submission, by: str | None, now: datetime) -> None:
    try:
        books.close_task(case.school_id, task_key(case), by, now)
    except NotThere:
        return  # it was never asked, or is done


def _task(case: Submission, now: datetime) -> Task:
    return Task(
        key=task_key(case),
        school_id=case.school_id,
        class_id=case.class_id,
        role=Role.registrar,
        kind=TaskKind.national_number,
        student_id=case.student_id,
        actor_id=None,
        phrase="task.national_number",
        at=now,
        ids={"submission": case.id},
    )
