"""What a family agreed to, remembered per child and purpose, and taken back as easily as given.

Kept when a paper is sent; asked again only where words or version changed. Withdrawing costs
nothing but the help it was given for: with the committee's, the class teacher takes the step of
every open case. Rule: K1, K22.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from registry.actors import Actor, Role
from registry.books import Books
from registry.cases import event, require
from registry.policy import Action, Target
from registry.problems import NotThere, RuleError
from registry.records import KeptConsent, Task, TaskKind
from registry.submissions import Consent, Content

STATEMENT = "statement"
COMMITTEE = "committee_help"


def with_first_days(content: Content, kept: Iterable[KeptConsent]) -> Content:
    """What was only remembered keeps the time at which it was given."""
    known = tuple(kept)
    consents = tuple(
        next((replace(it, at=old.at) for old in known if _is_same(old, it)), it)
        for it in content.consents
    )
    return replace(content, consents=consents)


def keep(books: Books, school_id: str, student_id: str, content: Content) -> None:
    """Remember what was said with a paper, refusals too; the latest word counts."""
    for it in content.consents:
        kept = KeptConsent(it.purpose, it.agreed, it.version, it.digest, it.at, it.actor_id)
        books.keep_consent(school_id, student_id, kept)


def withdraw(books: Books, actor: Actor, student_id: str, purpose: str, now: datetime) -> None:
    """Take a consent back, whoever of the guardians gave it. Raises: NotThere; RuleError.

    Nothing else is lost: papers, cases and the register stay as they are.
    """
    student = books.load_student(actor.school_id, student_id)
    target = Target(student.school_id, student.grade_id, student.class_id, student.id)
    require(actor, Action.draft_fill, target, now)
    link = actor.link_to(student_id)
    if link is None or not link.is_guardian:
        raise RuleError("consent.guardians_only")  # K21
    if purpose == STATEMENT or not books.withdraw_consent(student_id, purpose, now):
        raise NotThere
    if purpose == COMMITTEE:
        _without_committee(books, actor, student_id)
    else:
        _ask_registrar(books, actor, student_id, student.class_id, purpose, now)
    books.record(
        event("consent.person.withdrawn", actor, now, student=student_id, purpose=purpose)
    )


def _is_same(old: KeptConsent, it: Consent) -> bool:
    """Whether that consent is the remembered one, not given anew."""
    known = (old.purpose, old.actor_id, old.version, old.digest, old.holds)
    return known == (it.purpose, it.actor_id, it.version, it.digest, it.agreed)


def _without_committee(books: Books, actor: Actor, student_id: str) -> None:
    """The class teacher takes the step from now on (K1)."""
    for case in books.open_submissions(actor.school_id, student_id):
        if case.committee_helps:
            freed = replace(case, committee_helps=False, leased_by=None, leased_until=None)
            books.save_submission(freed)


def _ask_registrar(
    books: Books, actor: Actor, student_id: str, class_id: str, purpose: str, now: datetime
) -> None:
    """What was kept on that consent is the registrar's to look after."""
    books.add_task(
        Task(
            key=f"consent:{student_id}:{purpose}",
            school_id=actor.school_id,
            class_id=class_id,
            role=Role.registrar,
            kind=TaskKind.consent,
            student_id=student_id,
            actor_id=actor.id,
            phrase="task.consent",
            at=now,
            ids={"purpose": purpose},
        )
    )
