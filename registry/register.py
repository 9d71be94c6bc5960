"""What an approved case does to the register: fields, status, number, and what the family hears.

Called by the job that falls due when the undo window closes. Rule: R23, R97, R184–R186, R195–R207.
"""

from dataclasses import replace
from datetime import date, datetime

from registry.actors import Role
from registry.books import Books
from registry.effects import EFFECTS, Effect
from registry.numbering import SCHOOL_SCHEME, Placing, allot, prefix
from registry.problems import RuleError
from registry.records import Event, Notice, Task, TaskKind
from registry.routes import ROUTES
from registry.students import STATUS_MOVES, StatusChange, Student
from registry.submissions import Decision, State, Submission


def apply_effect(books: Books, school_id: str, submission_id: str, now: datetime) -> Submission:
    """Carry an approved paper into the register, once; a case in any other state is left alone.

    An effect that can no longer apply returns the case to the registrar with the reason.
    """
    case = books.load_submission(school_id, submission_id)
    if case.state is not State.approved:
        return case
    try:
        entered = _entered(books, case, now)
    except RuleError as refused:
        return _send_back(books, case, refused, now)
    _remember(books, case, entered, now)
    books.save_student(entered)
    done = replace(case, state=State.effective, waiting_since=now)
    books.save_submission(done)
    last = last_decision(books, case)
    tell_family(books, done, EFFECTS[done.effect].notice, last.id if last else done.id, now)
    return replace(done, revision=case.revision + 1)


def tell_family(books: Books, case: Submission, phrase: str, cause: str, due: datetime) -> None:
    """Owe a notice to everybody of the family who gets notices about this child."""
    for person in books.linked_actors(case.school_id, case.student_id):
        link = person.link_to(case.student_id)
        if link is not None and link.gets_notices:
            ids: dict[str, str | int] = {"submission": case.id, "student": case.student_id}
            books.owe(Notice(cause, case.school_id, person.id, phrase, due, ids))


def last_decision(books: Books, case: Submission) -> Decision | None:
    """The newest decision that was not undone."""
    standing = [d for d in books.decisions(case.id) if d.undone_at is None]
    return standing[-1] if standing else None


def effect_key(decision: Decision) -> str:
    """The key of the job that carries out what this decision released."""
    return f"effect:{decision.id}"


def _entered(books: Books, case: Submission, now: datetime) -> Student:
    """The child as the register will have him. Raises RuleError `effect.…` when that cannot be."""
    effect = EFFECTS[case.effect]
    student = books.load_student(case.school_id, case.student_id)
    if student.status not in effect.allowed:
        raise RuleError("effect.wrong_status")
    fields = {**student.fields, **case.content.fields()}
    holder = books.student_with_id_number(case.school_id, fields.get("id_number", ""))
    if holder not in (None, student.id):
        raise RuleError("effect.id_number_taken")
    student = replace(student, fields=fields)
    if effect.allots_number and student.student_number is None:
        student = replace(student, student_number=_allotted(books, student))
    return _moved(student, effect)


def _moved(student: Student, effect: Effect) -> Student:
    if effect.becomes is None:
        return student
    if effect.becomes not in STATUS_MOVES[student.status]:
        raise RuleError("effect.wrong_status")
    return replace(student, status=effect.becomes)


def _allotted(books: Books, student: Student) -> str:
    """Rule: R195, R202. The numbers ever used are read under the school's numbering lock."""
    school = books.load_school(student.school_id)
    grade = books.load_grade(student.school_id, student.grade_id)
    school_class = books.load_class(student.school_id, student.class_id)
    placing = Placing(
        grade.entry_year,
        int(school.settings.number_branch),
        grade.entry_number,
        school_class.number,
    )
    taken = books.taken_numbers(school.id, prefix(SCHOOL_SCHEME, placing))
    return allot(SCHOOL_SCHEME, placing, taken)


def _remember(books: Books, case: Submission, entered: Student, now: datetime) -> None:
    ids: dict[str, str | int] = {"student": entered.id, "submission": case.id}
    effect = EFFECTS[case.effect]
    if effect.becomes is not None:
        books.add_status_change(_status_change(books, case, entered, now))
        books.record(Event("register.student.enrolled", case.school_id, None, now, ids))
    ids["count"] = len(case.content.fields())
    books.record(Event("register.fields.changed", case.school_id, None, now, ids))


def _status_change(
    books: Books, case: Submission, entered: Student, now: datetime
) -> StatusChange:
    last = last_decision(books, case)
    on: date = now.date()
    return StatusChange(
        id=books.new_id(),
        school_id=case.school_id,
        student_id=entered.id,
        was=books.load_student(case.school_id, entered.id).status,
        becomes=entered.status,
        on=on,
        reason=case.effect,
        submission_id=case.id,
        recorded_by=last.actor_id if last else case.submitted_by,
        recorded_at=now,
    )


def _send_back(books: Books, case: Submission, refused: RuleError, now: datetime) -> Submission:
    step = ROUTES[case.route].releases
    back = replace(case, state=State.in_review, step=step, waiting_since=now)
    books.save_submission(back)
    ids: dict[str, str | int] = {"submission": case.id, "reason": refused.code}
    books.record(Event("register.effect.failed", case.school_id, None, now, ids))
    books.add_task(
        Task(
            key=f"effect_failed:{case.id}:{case.revision}",
            school_id=case.school_id,
            class_id=case.class_id,
            role=Role.registrar,
            kind=TaskKind.effect_failed,
            student_id=case.student_id,
            actor_id=None,
            phrase=refused.code,
            at=now,
            ids=ids,
        )
    )
    return replace(back, revision=case.revision + 1)
