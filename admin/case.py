"""The page of one case: opened (and recorded) first, then laid out for the eyes of one role.

Called for `/panel/case/{id}` and, after a refused decision, by `admin.deciding`, which brings the
typed flags and notes along so that nothing a reviewer wrote is lost.
"""

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from admin.checks import Finding, Known, county_codes, findings
from admin.clocks import ClockLine, clock_lines
from admin.evidence_list import Checklist, Compare, checklist
from admin.numbers import NumberView, number_view
from admin.outside_view import OutsideView, outside_view, preview_refusal
from admin.pages import show
from admin.places import ClassPlace, Standing, role_before
from admin.queue import QueueLine, Wanted, just_decided, list_beside
from admin.returning import ReturnView, return_view
from admin.sheets import Case as Laid
from admin.sheets import Eyes, Sheet, lay_out
from admin.stages import approve_word, stages
from admin.standing import can_undo, changed_words, standing_words
from admin.story import story
from admin.typed import NOTHING_TYPED, Fault, Typed
from conversations.form import Form
from conversations.status import paper_word
from locales import say
from registry import cases, desk, signatures
from registry.actors import Actor, Role
from registry.frozen import frozen
from registry.moves import REJECT_REASONS
from registry.originals import may_tick
from registry.policy import Action, permit
from registry.problems import NotThere, Problem
from registry.regions import Regions
from registry.routes import ROUTES
from registry.submissions import Outside, State, Submission
from storage import queries
from storage.queries import Case
from storage.queries.family import Teacher
from storage.queries.panel import is_namesake_known
from storage.unit import Unit
from web.labels import class_label
from web.visits import Visit


@frozen
class Opened:
    """Everything read for the page, after the view was recorded."""

    case: Case
    role: Role
    beside: tuple[QueueLine, ...]
    same_id: bool
    namesake: bool
    clock: ClockLine | None
    is_signed: bool
    teacher: Teacher
    regions: Regions | None  # what the school's table says of the codes in it
    returning: ReturnView | None  # the class a child comes back to (K12)
    number: NumberView | None  # the national number still to be fetched (R106)
    signer_waits: bool  # signed by a link by somebody the class teacher has not confirmed yet


async def show_case(visit: Visit) -> web.StreamResponse:
    """Record the view, then show."""
    wanted = Wanted.of(visit.request.query)
    return await case_page(visit, visit.parameter("id"), wanted)


async def case_page(
    visit: Visit,
    case_id: str,
    wanted: Wanted,
    *,
    typed: Typed = NOTHING_TYPED,
    problem: Problem | None = None,
    faults: tuple[Fault, ...] = (),
    preview: Outside | None = None,
    is_changed: bool = False,
    status: int = 200,
) -> web.Response:
    """The page as it stands now; `typed` is shown again after a refusal, `preview` before a
    refusal by the authority is written down.
    """
    actor = visit.person()
    db = visit.house.db
    await db.write(lambda unit: desk.open_case(unit, actor, case_id, visit.now))
    opened = await db.read(lambda unit: _read(unit, visit, actor, case_id, wanted))
    values = {
        **_values(visit, actor, opened, typed),
        "outside": _outside(visit, opened, typed, preview),
        "faults": faults,
        "fault_places": {fault.place: fault for fault in faults},
        "beside": opened.beside,
        "query": wanted.query(),
        "queue_url": wanted.url(),
        "next_url": _next_url(opened),
        "problem": problem.code if problem else "",
        "params": problem.params if problem else {},
        "changed": changed_words(visit, opened.case) if is_changed else "",
        "undo": await just_decided(visit),
        "kept": _kept(visit, opened, typed),
        "reject_reason": typed.reason,
        "reject_note": typed.note,
    }
    return await show(visit, "case.html", values, here="queue", status=status)


def _read(unit: Unit, visit: Visit, actor: Actor, case_id: str, wanted: Wanted) -> Opened:
    """Raises: NotThere for a case that none of his roles sees."""
    case = queries.case_view(unit, actor, case_id, visit.today)
    submission = case.submission
    role = role_before(
        actor, _place(case), submission.student_id, _standing(submission), visit.today
    )
    if role is None:
        raise NotThere
    proposed = {**case.student.fields, **submission.content.fields()}
    holder = unit.student_with_id_number(actor.school_id, proposed.get("id_number", ""))
    return Opened(
        case,
        role,
        list_beside(unit, visit, actor, wanted),
        same_id=holder not in (None, submission.student_id),
        namesake=is_namesake_known(
            unit,
            case.grade,
            submission.student_id,
            proposed.get("full_name", ""),
            proposed.get("birth_date", ""),
        ),
        clock=clock_lines(unit, visit, (submission,)).get(submission.id),
        is_signed=signatures.stands(unit, submission),
        teacher=_teacher(unit, submission),
        regions=unit.load_regions(actor.school_id, county_codes(proposed)),
        returning=return_view(unit, visit, case),
        number=number_view(unit, visit, case, _eyes(visit, role, submission)),
        signer_waits=submission.content.signature is not None
        and signatures.waits_for_teacher(unit, submission, submission.content.signature),
    )


def _values(visit: Visit, actor: Actor, opened: Opened, typed: Typed) -> dict[str, object]:
    case, submission = opened.case, opened.case.submission
    form = visit.house.forms.by_key.get((submission.form_id, submission.form_version))
    sheet = _sheet(visit, opened, form, typed)
    may_decide = cases.may_take(actor, submission, visit.now)
    is_signed = opened.is_signed
    return {
        "case": submission,
        "sheet": sheet,
        "class_label": class_label(case.grade, case.school_class, visit.language),
        "form_title": form.title.within(visit.language) if form else _paper(visit, submission),
        "stages": stages(case, visit.now),
        "clock": opened.clock,
        "story": story(case, sheet, opened.role, visit.language),
        "evidence": _evidence(visit, opened, form, sheet),
        "findings": tuple(finding.code for finding in _findings(opened)),
        "holder": _holder(case, actor, visit.now),
        "standing": standing_words(visit, case),
        "can_undo": can_undo(case, actor, visit.now),
        "may_decide": may_decide,
        "may_reject": cases.may_reject(actor, submission, visit.now),
        "returning": opened.returning,
        "number_line": opened.number,
        "needs_tick": not is_signed,
        "signer_waits": opened.signer_waits,
        "may_tick": not is_signed
        and submission.state is State.in_review
        and permit(actor, Action.paper_tick, cases.target_of(submission), visit.today) is not None,
        "may_see_originals": may_tick(actor, submission, visit.now),
        "names": case.names,
        "reject_reasons": sorted(REJECT_REASONS, key=lambda code: (code == "other", code)),
        "approve_key": approve_word(submission, submission.step),
    }


def _evidence(visit: Visit, opened: Opened, form: Form | None, sheet: Sheet) -> Checklist:
    submission = opened.case.submission
    content, student = submission.content, opened.case.student
    eyes = _eyes(visit, opened.role, submission)
    known = Compare(
        {**student.fields, **content.fields()},
        content.codes(),
        visit.today,
        eyes,
        visit.school.settings.suspension_months,
    )
    return checklist(form.evidence_rule if form else None, content, sheet.papers, known)


def _outside(
    visit: Visit, opened: Opened, typed: Typed, said: Outside | None
) -> OutsideView | None:
    case, submission = opened.case, opened.case.submission
    shown = None
    if said is not None:
        form = visit.house.forms.by_key.get((submission.form_id, submission.form_version))
        note = typed.outside.note
        shown = preview_refusal(visit, case, form, said, note, opened.teacher)
    return outside_view(visit, case, opened.role, typed.outside, shown)


def _sheet(visit: Visit, opened: Opened, form: Form | None, typed: Typed) -> Sheet:
    case, submission = opened.case, opened.case.submission
    laid = Laid(
        content=submission.content,
        before=case.rounds[-2] if len(case.rounds) > 1 else None,
        register={**case.student.fields, **_before(case)},
        form=form,
        findings=_findings(opened),
        flags=typed.flags,
        regions=opened.regions,
        originals=case.originals,
    )
    eyes = _eyes(visit, opened.role, submission)
    return lay_out(laid, eyes)


def _eyes(visit: Visit, role: Role, submission: Submission) -> Eyes:
    return Eyes.of(role, visit.language, submission, visit.school.settings)


def _before(case: Case) -> Mapping[str, str]:
    """What the fields were, once the paper has reached the register: who types it into the
    national system reads old → new. Rule: R10.
    """
    return {
        code: text for one in reversed(case.entries) for code, text in (one.before or {}).items()
    }


def _findings(opened: Opened) -> tuple[Finding, ...]:
    case = opened.case
    fields = {**case.student.fields, **case.submission.content.fields()}
    return findings(
        Known(
            fields,
            case.grade.stage,
            case.grade.entry_number,
            case.grade.entry_year,
            opened.same_id,
            opened.namesake,
            opened.regions,
        )
    )


def _kept(visit: Visit, opened: Opened, typed: Typed) -> str:
    """What was typed, as text to take along, where the case can no longer be decided here."""
    actor, submission = visit.person(), opened.case.submission
    is_outside = submission.state is State.awaiting_outside
    if cases.may_take(actor, submission, visit.now) or (
        is_outside and cases.may_record(actor, submission, visit.now)
    ):
        return ""
    values = {value.path: value.label for value in opened.case.submission.content.values}
    papers = {paper.path: paper.label for paper in opened.case.submission.content.evidence}
    labels = values | papers
    flags = (f"{labels.get(flag.path, '')} {flag.note}" for flag in typed.flags.values())
    outside = (typed.outside.number, typed.outside.words, typed.outside.note)
    return "\n".join(line.strip() for line in (*flags, typed.note, *outside) if line.strip())


def _paper(visit: Visit, submission: Submission) -> str:
    """The short name, where the school no longer has that version of the form."""
    word = paper_word(ROUTES[submission.route], submission.effect)
    return say(f"paper.{word}", visit.language)


def _teacher(unit: Unit, submission: Submission) -> Teacher:
    child = queries.child_view(unit, submission.school_id, submission.student_id)
    return child.teacher if child is not None else Teacher()


def _place(case: Case) -> ClassPlace:
    return ClassPlace(case.school_class, case.grade, "")


def _standing(submission: Submission) -> Standing:
    return Standing(
        submission.route, submission.step, submission.state, submission.committee_helps
    )


def _holder(case: Case, actor: Actor, now: datetime) -> str:
    """Who else is looking at it."""
    submission = case.submission
    is_held = submission.leased_until is not None and submission.leased_until > now
    if not is_held or submission.leased_by in (None, actor.id):
        return ""
    return case.names.get(submission.leased_by or "", "")


def _next_url(opened: Opened) -> str:
    """The one after this in the same list."""
    ids = [row.id for row in opened.beside]
    here = opened.case.submission.id
    after = opened.beside[ids.index(here) + 1 :] if here in ids else opened.beside
    return after[0].url if after else ""
