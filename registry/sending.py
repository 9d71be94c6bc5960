"""What a family sends: a finished draft becomes a case, round by round, or is taken back.

Called by the path from a message to a reply, in the same transaction as the turn. Rule: R17, R81,
K22.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from registry import consents, legality, national_numbers, wishes
from registry.actors import Actor, Role
from registry.books import Books
from registry.cases import event, last_decision, move_of, require, route_of, step_of, target_of
from registry.contradictions import content_objections
from registry.effects import EFFECTS, are_dates_right, effect_for
from registry.evidence import EVIDENCE, known_of
from registry.fields import GUARDIAN_FIELDS, KEY_FIELDS
from registry.frozen import frozen
from registry.guardians import kept_relation
from registry.moves import MOVES
from registry.policy import Action, Target
from registry.problems import RuleError
from registry.records import Task, TaskKind
from registry.routes import ROUTES, route_for
from registry.schools import School
from registry.students import Student
from registry.submissions import IN_PERSON, Act, Content, State, Submission


@frozen
class Sent:
    """A finished draft with what its form names in the tables: `route` a row of ROUTINGS, `effect`
    of EFFECTS or EFFECT_ROUTINGS. Which route and effect a case has is decided when it is sent.
    """

    draft_id: str
    student_id: str
    form_id: str
    form_version: str
    route: str
    effect: str
    evidence_rule: str | None
    content: Content
    by_staff: bool = False  # typed from the family's pictures, to be signed on paper


def submit(books: Books, actor: Actor, sent: Sent, now: datetime) -> Submission:
    """Send a finished draft: round 1, or the next round after a return or a recall.

    Raises: RuleError `submit.evidence_missing`, `submit.consent_missing`, `submit.not_open`,
    `submit.wrong_status`, `submit.key_field`, `submit.guardian_field`, `submit.dates_wrong`,
    `legality.…`; NotThere.
    Rule: R9, R17, R72, R81, R90, K22.
    """
    student = books.load_student(actor.school_id, sent.student_id)
    action = Action.typing_do if sent.by_staff else Action.draft_fill
    require(actor, action, _target_of_student(student), now)
    link = actor.link_to(student.id)
    if link is not None and not link.may_fill:
        raise RuleError("family.may_not_fill")
    _require_complete(sent, student)
    school = books.load_school(actor.school_id)
    before = books.open_submission_of_draft(actor.school_id, sent.draft_id)
    _require_legal(books, sent, student, school, now, is_new=before is None)
    kept = books.kept_consents(school.id, student.id)
    sent = replace(sent, content=consents.with_first_days(sent.content, kept))
    case = (
        _first_round(books, actor, sent, student, school, now)
        if before is None
        else _next_round(books, actor, sent, student, before, now)
    )
    if link is not None:
        relation = kept_relation(link, sent.content.relation)
        if relation is not link.relation:
            books.add_link(actor.id, replace(link, relation=relation))
    books.keep_round(case, sent.content)
    national_numbers.follow_sent(books, case, now)
    books.shut_errands(case.school_id, sent.draft_id, now)
    consents.keep(books, school.id, student.id, sent.content)
    if any(IN_PERSON in value.text.split() and not value.field for value in sent.content.values):
        wishes.speak_in_person(books, actor, student.id, student.class_id, now)
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
    link = actor.link_to(case.student_id)
    if link is not None and not link.may_fill:
        raise RuleError("family.may_not_fill")
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


def reopen(books: Books, actor: Actor, submission_id: str, now: datetime) -> Submission:
    """「再次申请」: after a refusal the same draft is open again, every answer kept; sent again it
    is a new case. The caller opens the draft.

    Raises: RuleError `review.not_possible`, `reapply.not_yet`, `reapply.not_last`; NotThere.
    """
    case = books.load_submission(actor.school_id, submission_id)
    require(actor, Action.draft_fill, target_of(case), now)
    move_of(case, Act.reapply)
    last = last_decision(books, case)
    if last is not None and last.settles_at > now:
        raise RuleError("reapply.not_yet")  # the family was not told; it may still be undone
    newest = books.last_submission_of_draft(case.school_id, case.draft_id)
    if newest is None or newest.id != case.id:
        raise RuleError("reapply.not_last")
    ids = {"draft": case.draft_id, "form": case.form_id}
    books.record(event("draft.form.reopened", actor, now, **ids))
    return case


def _require_complete(sent: Sent, student: Student) -> None:
    rule = EVIDENCE[sent.evidence_rule] if sent.evidence_rule else None
    shown = {paper.kind for paper in sent.content.evidence}
    if rule and rule.missing(shown, {**known_of(student), **sent.content.codes()}):
        raise RuleError("submit.evidence_missing")
    if not sent.content.agreed("statement"):
        raise RuleError("submit.consent_missing")


def _require_legal(
    books: Books, sent: Sent, student: Student, school: School, now: datetime, *, is_new: bool
) -> None:
    """What the lobby said first holds when the paper is sent, too. Rule: K4, K11, K19."""
    grade = books.load_grade(school.id, student.grade_id)
    sizes = legality.Sizes()
    if sent.form_id in legality.TRANSFERS and is_new:
        sizes = legality.Sizes(
            books.class_size(student.class_id, student.id),
            books.grade_size(school.id, grade.id, student.id),
        )
    known = legality.circumstances(now.date(), school.settings, grade, student, sizes)
    found = legality.objections(sent.form_id, known) if is_new else ()
    values = sent.content.values
    insisted = frozenset(it.field for it in values if it.insisted and it.field)
    found += content_objections(sent.content.fields(), known, insisted)
    if any(it.stops for it in found):
        raise RuleError(f"legality.{next(it.code for it in found if it.stops)}")
    number = sent.content.fields().get("id_number", "")
    holder = books.student_with_id_number(school.id, number) if number else None
    if holder not in (None, student.id) and "id_number" not in insisted:
        raise RuleError("legality.id_number_known")  # R185; twins have two numbers


def _first_round(
    books: Books, actor: Actor, sent: Sent, student: Student, school: School, now: datetime
) -> Submission:
    route = _route(books, sent, student, school)
    effect = effect_for(sent.effect, sent.content.codes(), student.status)
    _require_possible(books, sent, student, route, effect, now)
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
        route=route,
        effect=effect,
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
    books: Books, actor: Actor, sent: Sent, student: Student, before: Submission, now: datetime
) -> Submission:
    """A corrected case goes back to the step that returned it: who asked is who checks.

    One that became another matter, as when a key field is changed now too, begins its new way.
    """
    if (before.state, Act.resubmit) not in MOVES:
        raise RuleError("submit.not_open")
    school = books.load_school(before.school_id)
    route, step = _route_again(books, sent, student, school, before)
    _require_possible(books, sent, student, route, before.effect, now)
    case = replace(
        before,
        route=route,
        step=step,
        round=before.round + 1,
        submitted_by=actor.id,
        submitted_at=now,
        waiting_since=now,
        form_version=sent.form_version,
        committee_helps=_committee_helps(sent.content, school),
        content=sent.content,
        leased_by=None,
        leased_until=None,
        joined_by=None,
    )
    is_inside = step_of(case).is_inside
    case = replace(case, state=State.in_review if is_inside else State.awaiting_outside)
    books.save_submission(case)
    if not is_inside:
        _ask_to_hand_in(books, case, now)
    return replace(case, revision=before.revision + 1)


def _route(books: Books, sent: Sent, student: Student, school: School) -> str:
    stage = books.load_grade(school.id, student.grade_id).stage
    return route_for(sent.route, sent.content, stage, school.settings)


def _route_again(
    books: Books, sent: Sent, student: Student, school: School, before: Submission
) -> tuple[str, int]:
    """The pinned route and step, whatever the settings say now, while the matter is the same."""
    route = _route(books, sent, student, school)
    is_same = ROUTES[route].base == route_of(before).base
    return (before.route, before.step) if is_same else (route, 0)


def _require_possible(
    books: Books, sent: Sent, student: Student, route: str, effect: str, now: datetime
) -> None:
    """What the register could not take is refused now, not after a week of review."""
    found = EFFECTS[effect]
    fields = sent.content.fields()
    if student.status not in found.allowed:
        raise RuleError("submit.wrong_status")
    if not ROUTES[route].carries_key and changed(student, fields, KEY_FIELDS):
        raise RuleError("submit.key_field")  # R72
    if not _sees_registrar(route) and changed(student, fields, GUARDIAN_FIELDS):
        family = books.linked_actors(student.school_id, student.id)
        links = (person.link_to(student.id) for person in family)
        if sum(link is not None and link.is_guardian for link in links) > 1:
            raise RuleError("submit.guardian_field")  # K21: the other guardian is there too
    if not are_dates_right(found, student, fields, now.date()):
        raise RuleError("submit.dates_wrong")  # R41


def changed(student: Student, fields: Mapping[str, str], codes: Collection[str]) -> bool:
    """Whether one of these fields is to be other than the register has it."""
    return any(fields[c] != student.fields.get(c, "") for c in codes if c in fields)


def _sees_registrar(route: str) -> bool:
    return any(step.role is Role.registrar for step in ROUTES[route].steps)


def _ask_to_hand_in(books: Books, case: Submission, now: datetime) -> None:
    """What the authority wanted is there: the registrar takes it on. Rule: R22."""
    books.add_task(
        Task(
            key=f"outside_more:{case.id}:{case.round}",
            school_id=case.school_id,
            class_id=case.class_id,
            role=Role.registrar,
            kind=TaskKind.outside_more,
            student_id=case.student_id,
            actor_id=None,
            phrase="task.outside_more",
            at=now,
            ids={"submission": case.id},
        )
    )


def _committee_helps(content: Content, school: School) -> bool:
    return school.settings.committee_helps and content.agreed("committee_help")


def _target_of_student(student: Student) -> Target:
    return Target(student.school_id, student.grade_id, student.class_id, student.id)
