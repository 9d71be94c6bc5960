"""Families and the school around a case: claims, slips, help, reminders, telephone tasks
(R77–R80, K21).

Called by the chat, the class teacher's page and the job loop. A class link proves nothing: it
opens a claim.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from registry.actors import Actor, Grant, Link, Relation, Role, Scope
from registry.books import Books
from registry.cases import event, require
from registry.policy import Action, Target, permit
from registry.problems import NotThere, RuleError
from registry.records import Claim, ClaimState, Event, Job, Notice, Task, TaskKind
from registry.students import Student


class Drafted(Protocol):
    """What of a family's draft is named here."""

    @property
    def id(self) -> str: ...
    @property
    def form_id(self) -> str: ...
    @property
    def revision(self) -> int: ...


def arrive(books: Books, school_id: str, language: str, now: datetime) -> Actor:
    """A new person at the family door: no name, no child, only a language and himself."""
    actor_id = books.new_id()
    own = Grant(Role.guardian, Scope.own, actor_id, now.date())
    actor = Actor(actor_id, school_id, language, grants=(own,))
    books.add_actor(actor, name="")
    return actor


def make_claim(
    books: Books,
    actor: Actor,
    class_id: str,
    child_name: str,
    relation: Relation,
    now: datetime,
) -> Claim:
    """Say which child of the class one belongs to. Nothing stored about any child is shown for
    it.
    """
    school_class = books.load_class(actor.school_id, class_id)
    claim = Claim(
        id=books.new_id(),
        school_id=actor.school_id,
        class_id=school_class.id,
        actor_id=actor.id,
        child_name=child_name,
        relation=relation,
        at=now,
    )
    books.add_claim(claim)
    days = timedelta(days=books.load_school(actor.school_id).settings.claim_days)
    ids = {"claim": claim.id}
    books.schedule(Job(f"claim:{claim.id}", actor.school_id, "expire_claim", now + days, ids))
    books.record(
        event("claim.person.made", actor, now, claim=claim.id, **{"class": school_class.id})
    )
    return claim


def take_slip(
    books: Books, actor: Actor, student_id: str, relation: Relation, now: datetime
) -> Student:
    """A slip handed over in person lets its bearer fill at once. Rule: K21."""
    student = books.load_student(actor.school_id, student_id)
    if actor.link_to(student.id) is None:
        books.add_link(actor.id, Link(student.id, relation))
        books.record(
            Event(
                "claim.person.accepted",
                actor.school_id,
                None,
                now,
                {"claim": "slip", "student": student.id, "person": actor.id},
            )
        )
    return student


def accept_claim(
    books: Books, teacher: Actor, claim_id: str, student_id: str, now: datetime
) -> Claim:
    """Tie the claimant to a child of the class; what he already wrote moves to that child's
    draft.
    """
    claim = _open_claim(books, teacher, claim_id, now)
    student = books.load_student(teacher.school_id, student_id)
    if student.class_id != claim.class_id:
        raise NotThere
    person = books.load_actor(teacher.school_id, claim.actor_id)
    if person.link_to(student.id) is None:
        books.add_link(claim.actor_id, Link(student.id, Relation(claim.relation)))
    books.move_claim_draft(claim.id, student.id)
    accepted = replace(
        claim, state=ClaimState.accepted, student_id=student.id, decided_by=teacher.id
    )
    books.save_claim(accepted)
    ids = {"claim": claim.id, "student": student.id, "person": claim.actor_id}
    books.record(event("claim.person.accepted", teacher, now, **ids))
    _tell_claimant(books, accepted, "notice.claim_accepted", now)
    return accepted


def refuse_claim(books: Books, teacher: Actor, claim_id: str, now: datetime) -> Claim:
    """Not this family: the claim's answers are erased and the person is told to ask the
    teacher.
    """
    claim = _open_claim(books, teacher, claim_id, now)
    refused = replace(claim, state=ClaimState.refused, decided_by=teacher.id)
    books.save_claim(refused)
    books.erase_claim_draft(claim.id)
    ids = {"claim": claim.id, "person": claim.actor_id}
    books.record(event("claim.person.refused", teacher, now, **ids))
    _tell_claimant(books, refused, "notice.claim_refused", now)
    return refused


def expire_claim(books: Books, school_id: str, claim_id: str, now: datetime) -> None:
    """A claim nobody answered is erased with what was written under it. Called by a job."""
    claim = books.load_claim(school_id, claim_id)
    days = books.load_school(school_id).settings.claim_days
    if claim.state is ClaimState.open and claim.at + timedelta(days=days) <= now:
        books.save_claim(replace(claim, state=ClaimState.expired))
        books.erase_claim_draft(claim.id)
        books.record(Event("claim.person.expired", school_id, None, now, {"claim": claim.id}))


def ask_help(
    books: Books, actor: Actor, class_id: str, student_id: str | None, path: str, now: datetime
) -> None:
    """「请老师帮我」: one task for the class teacher, not one per press."""
    books.add_task(
        Task(
            key=f"help:{actor.id}:{student_id or class_id}",
            school_id=actor.school_id,
            class_id=class_id,
            role=Role.class_teacher,
            kind=TaskKind.help,
            student_id=student_id,
            actor_id=actor.id,
            phrase="task.help",
            at=now,
            ids={"path": path},
        )
    )
    books.record(event("family.help.asked", actor, now, student=student_id or "", path=path))


def hand_photos(
    books: Books, actor: Actor, student: Student, draft_id: str, now: datetime
) -> None:
    """「只拍照，请老师照着填」: one task, to type the paper from its pictures. Rule: R80, R159."""
    books.add_task(
        Task(
            key=typing_key(draft_id),
            school_id=student.school_id,
            class_id=student.class_id,
            role=Role.class_teacher,
            kind=TaskKind.typing,
            student_id=student.id,
            actor_id=actor.id,
            phrase="task.typing",
            at=now,
            ids={"draft": draft_id},
        )
    )
    books.record(event("family.photos.handed", actor, now, draft=draft_id, student=student.id))


def take_photos_back(
    books: Books, actor: Actor, student: Student, draft_id: str, now: datetime
) -> None:
    """The family types itself after all."""
    books.close_task(student.school_id, typing_key(draft_id), actor.id, now)
    books.record(event("family.photos.returned", actor, now, draft=draft_id, student=student.id))


def give_typed(
    books: Books, staff: Actor, student: Student, draft: Drafted, count: int, now: datetime
) -> tuple[str, ...]:
    """The school has typed it: the family reads it through and a guardian signs. Rule: R81, K21.

    Gives back who was told.
    """
    books.close_task(student.school_id, typing_key(draft.id), staff.id, now)
    ids: dict[str, str | int] = {
        "draft": draft.id,
        "form": draft.form_id,
        "student": student.id,
    }
    cause = f"typed.{draft.id}.{draft.revision}"
    people = books.linked_actors(student.school_id, student.id)
    for person in people:
        link = person.link_to(student.id)
        if link is not None and link.gets_notices:
            phrase = "notice.photos_typed"
            books.owe(Notice(cause, student.school_id, person.id, phrase, now, ids))
    books.record(event("family.photos.typed", staff, now, draft=draft.id, count=count))
    return tuple(person.id for person in people)


def typing_key(draft_id: str) -> str:
    """One task for one paper."""
    return f"typing:{draft_id}"


def record_reminder(books: Books, teacher: Actor, student_id: str, now: datetime) -> None:
    """The teacher copied the reminder text for one family's private chat (R77, R78)."""
    student = books.load_student(teacher.school_id, student_id)
    require(teacher, Action.family_remind, _target(student), now)
    books.record(event("family.reminder.copied", teacher, now, student=student.id))


MAY_WAIT = frozenset(
    {
        "notice.handed_outside",
        "notice.moved_on",
        "notice.page_given",
        "notice.promised",
        "notice.signed_by_link",
    }
)
"""Nothing for the family to do or know today: the page says it whenever somebody looks."""


def tell_by_telephone(
    books: Books, notice: Notice, class_id: str, now: datetime, *, phrase: str = ""
) -> None:
    """No channel reaches this person: what cannot wait becomes the class teacher's task.

    `phrase` is what stands in her list, where the notice itself may not (R40).
    """
    if notice.phrase in MAY_WAIT:
        return
    student = str(notice.ids["student"]) if "student" in notice.ids else None
    books.add_task(
        Task(
            key=f"telephone:{notice.cause}:{notice.actor_id}",
            school_id=notice.school_id,
            class_id=class_id,
            role=Role.class_teacher,
            kind=TaskKind.telephone,
            student_id=student,
            actor_id=notice.actor_id,
            phrase=phrase or notice.phrase,
            at=now,
            ids=notice.ids,
        )
    )


def close_task(books: Books, actor: Actor, key: str, now: datetime) -> None:
    """Done by hand by whoever's role it is, and on record."""
    task = books.load_task(actor.school_id, key)
    school_class = books.load_class(actor.school_id, task.class_id)
    target = Target(actor.school_id, school_class.grade_id, school_class.id)
    if permit(actor, Action.task_close, target, now.date(), role=task.role) is None:
        raise NotThere
    books.close_task(actor.school_id, key, actor.id, now)
    books.record(event("family.task.done", actor, now, task=task.kind))


def _open_claim(books: Books, teacher: Actor, claim_id: str, now: datetime) -> Claim:
    claim = books.load_claim(teacher.school_id, claim_id)
    school_class = books.load_class(teacher.school_id, claim.class_id)
    target = Target(teacher.school_id, school_class.grade_id, school_class.id)
    require(teacher, Action.claim_decide, target, now)
    if claim.state is not ClaimState.open:
        raise RuleError("claim.already_decided")
    return claim


def _tell_claimant(books: Books, claim: Claim, phrase: str, now: datetime) -> None:
    ids: dict[str, str | int] = {"claim": claim.id}
    if claim.student_id:
        ids["student"] = claim.student_id
    books.owe(Notice(claim.id, claim.school_id, claim.actor_id, phrase, now, ids))


def _target(student: Student) -> Target:
    return Target(student.school_id, student.grade_id, student.class_id, student.id)
