"""What an approved case does to the register: fields, status, number, and what the family hears.

Called by the jobs that fall due when an undo window closes. Key fields wait for the authority;
until then everybody sees the old value. Rule: R10, R23, R41, R43, R72, R97, R98, R184–R186,
R195–R207, R237, K3, K5.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

from registry import returns
from registry.actors import Role
from registry.books import Books
from registry.cases import last_decision, route_of, tell_family
from registry.effects import EFFECTS, Effect, are_dates_right, begins_later, day_of
from registry.fields import KEY_FIELDS
from registry.national import Part, owe_entry
from registry.numbering import SCHOOL_SCHEME, Placing, allot, prefix
from registry.problems import RuleError
from registry.records import Event, Job, Task, TaskKind
from registry.students import STATUS_MOVES, Status, StatusChange, Student
from registry.submissions import State, Submission


def apply_effect(books: Books, school_id: str, submission_id: str, now: datetime) -> Submission:
    """Carry an approved paper into the register, once; a case in any other state is left alone.

    An effect that can no longer apply returns the case to the registrar with the reason.
    """
    case = books.load_submission(school_id, submission_id)
    if case.state is not State.approved:
        return case
    student = books.load_student(school_id, case.student_id)
    try:
        entered = _entered(books, case, student, now)
    except RuleError as refused:
        return _send_back(books, case, refused, now)
    _remember(books, case, student, entered, now)
    books.save_student(entered)
    done = replace(
        case,
        state=State.effective,
        waiting_since=now,
        grade_id=entered.grade_id,
        class_id=entered.class_id,
    )
    books.save_submission(done)
    last = last_decision(books, case)
    tell_family(books, done, EFFECTS[done.effect].notice, last.id if last else done.id, now)
    return replace(done, revision=case.revision + 1)


def begin_status(books: Books, school_id: str, submission_id: str, now: datetime) -> None:
    """The day has come from which a settled paper holds: the status moves. Left alone where the
    child moved on meanwhile, or a later paper named another day. Rule: R41, R97.
    """
    case = books.load_submission(school_id, submission_id)
    effect, student = EFFECTS[case.effect], books.load_student(school_id, case.student_id)
    is_meant = student.fields.get(effect.since) == case.content.fields().get(effect.since)
    is_time = begins_later(effect, student.fields, now.date()) is None
    is_ahead = student.status in effect.allowed and student.status is not effect.becomes
    if case.state is State.effective and is_meant and is_time and is_ahead:
        begun = _moved(student, effect)
        books.save_student(begun)
        _note_status(books, case, student.status, begun, now)


def apply_early(books: Books, school_id: str, submission_id: str, now: datetime) -> None:
    """Let in what need not wait for the authority: everything but key fields. Rule: R72.

    A case that is not beyond that step, and a child who left meanwhile, are left alone.
    """
    case = books.load_submission(school_id, submission_id)
    early = route_of(case).early
    student = books.load_student(school_id, case.student_id)
    is_beyond = early is not None and case.step > early
    if not is_beyond or student.status not in EFFECTS[case.effect].allowed:
        return
    ordinary = _ordinary(case)
    if ordinary.items() - student.fields.items():
        entered = replace(student, fields={**student.fields, **ordinary})
        books.save_student(entered)
        owe_entry(books, case, Part.early, student, entered, now)
        _note_fields(books, case, len(ordinary), now)


def pending_key_fields(books: Books, school_id: str, student_id: str) -> frozenset[str]:
    """Key fields an open case wants to change: the old value holds, 「更正办理中」. Rule: R72."""
    return frozenset(
        code
        for case in books.open_submissions(school_id, student_id)
        if route_of(case).early is not None
        for code in KEY_FIELDS & case.content.fields().keys()
    )


# ---- the child as the register will have him


def _entered(books: Books, case: Submission, student: Student, now: datetime) -> Student:
    """Raises RuleError `effect.…` when that cannot be."""
    effect = EFFECTS[case.effect]
    if student.status not in effect.allowed:
        raise RuleError("effect.wrong_status")
    fields = _fields(case, student, effect)
    holder = books.student_with_id_number(case.school_id, fields.get("id_number", ""))
    if holder not in (None, student.id):
        raise RuleError("effect.id_number_taken")
    if not are_dates_right(effect, student, fields, now.date()):
        raise RuleError("effect.dates_wrong")
    place = returns.place_of_return(books, case, student, now) if effect.is_vertical else None
    student = replace(student, fields=fields)
    if place is not None:
        student = replace(student, grade_id=place.grade_id, class_id=place.id)
    if effect.allots_number and student.student_number is None:
        student = replace(student, student_number=_allotted(books, student))
    later = begins_later(effect, student.fields, now.date())
    return student if later else _moved(student, effect)


def _fields(case: Submission, student: Student, effect: Effect) -> Mapping[str, str]:
    """A route that may not carry key fields changes none, whatever was sent. Rule: R72."""
    sent = case.content.fields() if route_of(case).carries_key else _ordinary(case)
    known = {**student.fields, **sent}
    return {code: text for code, text in known.items() if code not in effect.clears}


def _ordinary(case: Submission) -> Mapping[str, str]:
    return {code: text for code, text in case.content.fields().items() if code not in KEY_FIELDS}


def _moved(student: Student, effect: Effect) -> Student:
    if effect.becomes in (None, student.status):
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


# ---- what stays behind


def _remember(
    books: Books, case: Submission, before: Student, entered: Student, now: datetime
) -> None:
    effect = EFFECTS[case.effect]
    later = begins_later(effect, entered.fields, now.date())
    if later is not None:
        _plan_status(books, case, entered, later, now)
    elif effect.event:
        _note_status(books, case, before.status, entered, now)
    if entered.class_id != before.class_id:
        returns.follow(books, case, before, entered, now)
    if effect.is_vertical and returns.is_unsettled(books, case, before, entered, now):
        _ask(books, case, entered, TaskKind.return_class, now)  # K12: is the class right?
    if effect.asks_record:
        _ask(books, case, entered, TaskKind.record_moved, now)  # R237: has the record followed?
    owe_entry(books, case, Part.whole, before, entered, now)
    _note_fields(books, case, len(case.content.fields()), now)


def _note_status(
    books: Books, case: Submission, was: Status, entered: Student, now: datetime
) -> None:
    books.add_status_change(_status_change(books, case, was, entered, now))
    ids: dict[str, str | int] = {"student": entered.id, "submission": case.id}
    books.record(Event(EFFECTS[case.effect].event, case.school_id, None, now, ids))


def _plan_status(
    books: Books, case: Submission, entered: Student, day: date, now: datetime
) -> None:
    """Settled, but not before that day begins at school."""
    ids: dict[str, str | int] = {"student": entered.id, "submission": case.id}
    due = datetime.combine(day, time(), now.tzinfo)
    books.schedule(
        Job(f"begin:{case.id}", case.school_id, "begin_status", due, {"submission": case.id})
    )
    books.record(Event("register.suspension.planned", case.school_id, None, now, ids))


def _ask(books: Books, case: Submission, entered: Student, kind: TaskKind, now: datetime) -> None:
    """The registrar looks at it and closes it by hand; once for a case."""
    books.add_task(
        Task(
            key=f"{kind}:{case.id}",
            school_id=case.school_id,
            class_id=entered.class_id,
            role=Role.registrar,
            kind=kind,
            student_id=entered.id,
            actor_id=None,
            phrase=f"task.{kind}",
            at=now,
            ids={"submission": case.id},
        )
    )


def _note_fields(books: Books, case: Submission, count: int, now: datetime) -> None:
    ids: dict[str, str | int] = {
        "student": case.student_id,
        "submission": case.id,
        "count": count,
    }
    books.record(Event("register.fields.changed", case.school_id, None, now, ids))


def _status_change(
    books: Books, case: Submission, was: Status, entered: Student, now: datetime
) -> StatusChange:
    """Dated as the paper says, tied to it. An extension keeps the status and moves its end."""
    last, effect = last_decision(books, case), EFFECTS[case.effect]
    return StatusChange(
        id=books.new_id(),
        school_id=case.school_id,
        student_id=entered.id,
        was=was,
        becomes=entered.status,
        on=day_of(entered.fields, effect.since) or now.date(),
        reason=case.effect,
        submission_id=case.id,
        recorded_by=last.actor_id if last else case.submitted_by,
        recorded_at=now,
        until=day_of(entered.fields, effect.until),
    )


def _send_back(books: Books, case: Submission, refused: RuleError, now: datetime) -> Submission:
    """To the registrar: where the authority's outcome was recorded, else to his own review."""
    route = route_of(case)
    step = _registrars_step(case)
    state = State.in_review if route.steps[step].is_inside else State.awaiting_outside
    back = replace(case, state=state, step=step, waiting_since=now)
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


def _registrars_step(case: Submission) -> int:
    """The last step he takes; of a paper he does not see, the one that released it."""
    route = route_of(case)
    his = [at for at, step in enumerate(route.steps) if step.role is Role.registrar]
    return his[-1] if his else route.releases
