"""What a family sends: a finished draft becomes a case, round by round, or is taken back.

Called by the path from a message to a reply, in the same transaction as the turn. Rule: R17, R81,
K22.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from registry.actors import Actor
from registry.books import Books
from registry.desk import event, move_of, require, target_of
from registry.evidence import EVIDENCE
from registry.moves import MOVES
from registry.policy import Action, Target
from registry.problems import RuleError
from registry.schools import School
from registry.students import Student
from registry.submissions import Act, Content, State, Submission


@dataclass(frozen=True, slots=True)
class Sent:
    """A finished draft with what its form names in the tables."""

    draft_id: str
    student_id: str
    form_id: str
    form_version: str
    route: str
    effect: str
    evidence_rule: str | None
    content: Content


def submit(books: Books, actor: Actor, sent: Sent, now: datetime) -> Submission:
    """Send a finished draft: round 1, or the next round after a return or a recall.

    Raises: RuleError `submit.evidence_missing`, `submit.consent_missing`, `submit.not_open`;
    NotThere.
    Rule: R17, R81, K22.
    """
    student = books.load_student(actor.school_id, sent.student_id)
    require(actor, Action.draft_fill, _target_of_student(student), now)
    _require_complete(sent, student)
    school = books.load_school(actor.school_id)
    before = books.open_submission_of_draft(actor.school_id, sent.draft_id)
    case = (
        _first_round(books, actor, sent, student, school, now)
        if before is None
        else _next_round(books, actor, sent, before, school, now)
    )
    link = actor.link_to(student.id)
    if link is not None and link.relation is not sent.content.relation:
        books.add_link(actor.id, replace(link, relation=sent.content.relation))
    books.keep_round(case, sent.content)
    books.shut_errands(case.school_id, sent.draft_id, now)
    books.record(
        event(
            "submission.form.sent",
            actor,
            now,
            submission=case.id,
            round=case.round,
            form=case.form_id,
        )
    )
    return case


def recall(books: Books, actor: Actor, submission_id: str, now: datetime) -> Submission:
    """Take a submission back before anybody decided in this round."""
    case = books.load_submission(actor.school_id, submission_id)
    move_of(case, Act.recall)
    require(actor, Action.submission_recall, target_of(case), now)
    if any(d.round == case.round and d.undone_at is None for d in books.decisions(case.id)):
        raise RuleError("recall.already_decided")
    recalled = replace(
        case, state=State.recalled, waiting_since=now, leased_by=None, leased_until=None
    )
    books.save_submission(recalled)
    books.record(
        event("submission.form.recalled", actor, now, submission=case.id, round=case.round)
    )
    return replace(recalled, revision=case.revision + 1)


def _require_complete(sent: Sent, student: Student) -> None:
    rule = EVIDENCE[sent.evidence_rule] if sent.evidence_rule else None
    if rule and rule.missing(
        {paper.kind for paper in sent.content.evidence}, sent.content.codes()
    ):
        raise RuleError("submit.evidence_missing")
    if not sent.content.agreed("statement"):
        raise RuleError("submit.consent_missing")


def _first_round(
    books: Books, actor: Actor, sent: Sent, student: Student, school: School, now: datetime
) -> Submission:
    case = Submission(
        id=books.new_id(),
        school_id=school.id,
        grade_id=student.grade_id,
        class_id=student.class_id,
        student_id=student.id,
        draft_id=sent.draft_id,
        number=books.next_receipt(school.id),
        form_id=sent.form_id,
        form_version=sent.form_version,
        route=sent.route,
        effect=sent.effect,
        state=State.in_review,
        step=0,
        round=1,
        revision=0,
        submitted_by=actor.id,
        submitted_at=now,
        waiting_since=now,
        committee_helps=_committee_helps(sent.content, school),
        content=sent.content,
    )
    books.add_submission(case)
    return case


def _next_round(
    books: Books, actor: Actor, sent: Sent, before: Submission, school: School, now: datetime
) -> Submission:
    """A corrected case goes back to the step that returned it: who asked is who checks."""
    if (before.state, Act.resubmit) not in MOVES:
        raise RuleError("submit.not_open")
    case = replace(
        before,
        state=State.in_review,
        round=before.round + 1,
        submitted_by=actor.id,
        submitted_at=now,
        waiting_since=now,
        form_version=sent.form_version,
        committee_helps=_committee_helps(sent.content, school),
        content=sent.content,
        leased_by=None,
        leased_until=None,
    )
    books.save_submission(case)
    return replace(case, revision=before.revision + 1)


def _committee_helps(content: Content, school: School) -> bool:
    return school.settings.committee_helps and content.agreed("committee_help")


def _target_of_student(student: Student) -> Target:
    return Target(student.school_id, student.grade_id, student.class_id, student.id)
