"""Wishes that no paper of ours fulfils, or not yet: the registrar is told, the day is kept.

Called by the chat in the same transaction as the turn. Rule: R44, R86, R191, K2, K4, K11.
"""

from collections.abc import Mapping
from datetime import date, datetime, time

from registry.actors import Actor, Role
from registry.books import Books
from registry.cases import event, require
from registry.policy import Action, Target
from registry.records import Notice, Task, TaskKind

OPENS: Mapping[str, str] = {
    "transfer_in": "notice.transfer_opens",
    "transfer_out": "notice.transfer_opens",
}
"""Paper or wish → what the family reads on the day it can be done. That a return can be asked for
is told to every suspended child's family by `registry.watching`.
"""

_MORNING = time(8, 0)


def register_wish(
    books: Books, actor: Actor, student_id: str, paper: str, opens: date | None, now: datetime
) -> None:
    """One task for the registrar, and one reminder on the opening day."""
    student = books.load_student(actor.school_id, student_id)
    target = Target(student.school_id, student.grade_id, student.class_id, student.id)
    require(actor, Action.draft_fill, target, now)
    books.add_task(
        Task(
            key=f"wish:{student.id}:{paper}",
            school_id=actor.school_id,
            class_id=student.class_id,
            role=Role.registrar,
            kind=TaskKind.wish,
            student_id=student.id,
            actor_id=actor.id,
            phrase=f"task.wish_{paper}",
            at=now,
            ids={"paper": paper},
        )
    )
    phrase = OPENS.get(paper)
    if opens is not None and phrase is not None:
        due = datetime.combine(opens, _MORNING, tzinfo=now.tzinfo)
        cause = f"wish.{student.id}.{paper}.{opens:%Y%m%d}"
        ids: dict[str, str | int] = {"student": student.id, "paper": paper}
        books.owe(Notice(cause, actor.school_id, actor.id, phrase, due, ids))
    books.record(event("family.wish.registered", actor, now, student=student.id, paper=paper))


def speak_in_person(
    books: Books, actor: Actor, student_id: str, class_id: str, now: datetime
) -> None:
    """「我想当面和老师说」: the registrar calls; nobody wrote a word of it (R261)."""
    books.add_task(
        Task(
            key=f"in_person:{student_id}",
            school_id=actor.school_id,
            class_id=class_id,
            role=Role.registrar,
            kind=TaskKind.in_person,
            student_id=student_id,
            actor_id=actor.id,
            phrase="task.in_person",
            at=now,
        )
    )
    books.record(event("family.talk.asked", actor, now, student=student_id))
