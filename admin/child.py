"""One child's page: what the register holds, what is being corrected, its history and its cases.

A number is shown by POST only, once; each showing names its purpose and is on record. A key field
under correction keeps its old value for everybody. Rule: R10, R33, R41, R72, T3.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from aiohttp import web

from admin.moving import ClassLine, class_history
from admin.once import Once
from admin.pages import back_to, show
from admin.school_fields import Told, may_fill
from admin.school_lines import label_of, regions_for, warning_of
from admin.sheets import Eyes, shown
from conversations.form import Form, Question
from conversations.status import paper_word
from locales import WORDING, catalogue, say
from registry.actors import Actor, Role
from registry.cases import event
from registry.effects import suspension_ahead
from registry.fields import FIELDS, Field, FieldClass
from registry.frozen import frozen
from registry.placing import may_move
from registry.policy import Action, Target, permit
from registry.problems import NotThere
from registry.regions import Regions
from registry.register import pending_key_fields
from registry.routes import ROUTES
from registry.school_fields import SCHOOL_FIELDS, Filled
from registry.students import Status, Student
from registry.submissions import NationalEntry
from storage import people_books, queries
from storage.national_books import entries_of
from storage.queries import panel
from storage.queries.panel import CaseHead
from storage.unit import Unit
from web.labels import class_label
from web.visits import Visit

PURPOSES = ("check_paper", "national_system", "family_asked")
"""Why a number is shown: `panel.purpose.<code>`."""


@frozen
class FieldView:
    """One field of a child's page."""

    code: str
    label: str
    text: str
    is_masked: bool
    may_reveal: bool
    is_pending: bool = False  # 更正办理中: the old value holds until the authority agreed (R72)
    warning: str = ""


@frozen
class ChangeView:
    """One step of a child's status."""

    on: date
    was: Status
    becomes: Status
    by: str
    case_id: str
    until: date | None = None  # of a suspension (R41)


@frozen
class Typed:
    """Typed into the national system by hand; `on` None = it still waits."""

    on: date | None
    by: str = ""


@frozen
class CaseLink:
    """One case of the child."""

    id: str
    number: int
    paper: str
    state: str
    at: object
    typed: Typed | None = None  # in the national system (R10)


@frozen
class ChildPage:
    """Everything read for one child."""

    student: Student
    label: str
    role: Role
    changes: tuple[ChangeView, ...]
    cases: tuple[CaseHead, ...]
    pending: frozenset[str]
    typed: Mapping[str, Typed]
    regions: Regions | None
    classes: tuple[ClassLine, ...]


@frozen
class Shown:
    """One field of one child, to be shown in full once."""

    student_id: str
    code: str


@frozen
class Children:
    """The children's pages with what waits to be shown once."""

    shown: Once[Shown]
    told: Once[Told]

    async def show(self, visit: Visit) -> web.StreamResponse:
        """One child, numbers masked for everybody."""
        query, actor_id = visit.request.query, visit.person().id
        kept = self.shown.take(actor_id, query.get("shown", ""))
        told = self.told.take(actor_id, query.get("filled", ""))
        is_his = kept is not None and kept.student_id == visit.parameter("id")
        filled = told.filled if told and told.student_id == visit.parameter("id") else Filled()
        return await _child_page(visit, filled, revealed=kept.code if kept and is_his else "")

    async def reveal(self, visit: Visit) -> web.StreamResponse:
        """Show one field in full, once; the purpose is recorded before the value leaves."""
        actor, student_id = visit.person(), visit.parameter("id")
        code, purpose = visit.fields.get("field", ""), visit.fields.get("purpose", "")
        if code not in FIELDS or purpose not in PURPOSES:
            raise NotThere

        def record(unit: Unit) -> None:
            student = unit.load_student(actor.school_id, student_id)
            if permit(actor, Action.value_reveal, _target(student), visit.today) is None:
                raise NotThere
            ids = {"student": student_id, "field": code, "purpose": purpose}
            unit.record(event("register.value.revealed", actor, visit.now, **ids))

        await visit.house.db.write(record)
        key = self.shown.keep(actor.id, Shown(student_id, code))
        return back_to(f"/panel/child/{student_id}", shown=key)


async def _child_page(visit: Visit, filled: Filled, *, revealed: str) -> web.StreamResponse:
    actor, student_id = visit.person(), visit.parameter("id")
    read = await visit.house.db.read(lambda unit: _gather(unit, visit, actor, student_id))
    student = read.student
    target = _target(student)
    may_reveal = permit(actor, Action.value_reveal, target, visit.today) is not None
    lines = _fields(visit, read, may_reveal=may_reveal, revealed=revealed)
    values = {
        "id": student.id,
        "name": student.fields.get("full_name", ""),
        "class_label": read.label,
        "status": student.status,
        "student_number": student.student_number,
        "lines": tuple(line for line in lines if line.code not in SCHOOL_FIELDS),
        "school_lines": tuple(line for line in lines if line.code in SCHOOL_FIELDS),
        "may_fill": may_fill(visit, student),
        "written": _labels(visit, filled.written),
        "removed": _labels(visit, filled.removed),
        "purposes": PURPOSES,
        "may_see_family": permit(actor, Action.link_edit, target, visit.today) is not None
        and actor.link_to(student.id) is None,
        "changes": read.changes,
        "classes": read.classes,
        "may_move": may_move(actor, student, visit.now),
        "suspended": _suspended(visit, read),
        "ahead": suspension_ahead(student, visit.today),
        "cases": tuple(_case_link(visit, one, read.typed.get(one.id)) for one in read.cases),
    }
    return await show(visit, "child.html", values, here="register")


def _gather(unit: Unit, visit: Visit, actor: Actor, student_id: str) -> ChildPage:
    child = queries.child_view(unit, actor.school_id, student_id)
    if child is None:
        raise NotThere
    grant = permit(actor, Action.register_see, _target(child.student), visit.today)
    if grant is None:
        raise NotThere
    changes = panel.status_changes(unit, actor, student_id)
    cases = panel.cases_of_child(unit, actor, student_id, visit.today)
    entered = entries_of(unit, actor.school_id, [one.id for one in cases])
    people = {one.recorded_by for one in changes} | {one.by for one in entered if one.by}
    names = people_books.names(unit, actor.school_id, people)
    return ChildPage(
        child.student,
        class_label(child.grade, child.school_class, visit.language),
        grant.role,
        tuple(
            ChangeView(
                one.on,
                one.was,
                one.becomes,
                names.get(one.recorded_by, ""),
                one.submission_id or "",
                one.until,
            )
            for one in changes
        ),
        cases,
        pending_key_fields(unit, actor.school_id, student_id),
        _typed(entered, names),
        regions_for(unit, child.student),
        class_history(unit, visit, child.student, grant.role),
    )


@frozen
class Suspended:
    """From when until when; a day nobody wrote is not there."""

    since: date | None
    until: date | None
    is_over: bool


def _suspended(visit: Visit, read: ChildPage) -> Suspended | None:
    if read.student.status is not Status.suspended:
        return None
    fields = read.student.fields
    since, until = (_day(fields.get(f"suspended_{it}", "")) for it in ("from", "until"))
    return Suspended(since, until, until is not None and until < visit.today)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _typed(entered: Sequence[NationalEntry], names: Mapping[str, str]) -> Mapping[str, Typed]:
    """Of each case the last one ticked, or that one still waits."""
    found: dict[str, Typed] = {}
    for one in sorted(entered, key=lambda it: (it.on is None, it.at or it.since)):
        found[one.submission_id] = Typed(one.on, names.get(one.by or "", ""))
    return found


def _case_link(visit: Visit, case: CaseHead, typed: Typed | None) -> CaseLink:
    paper = _paper(visit, case)
    return CaseLink(case.id, case.number, paper, case.state, case.submitted_at, typed)


def _paper(visit: Visit, case: CaseHead) -> str:
    return say(f"paper.{paper_word(ROUTES[case.route], case.effect)}", visit.language)


def _fields(
    visit: Visit, read: ChildPage, *, may_reveal: bool, revealed: str
) -> tuple[FieldView, ...]:
    """Every field the register holds, in its order, and those of the school, filled or not."""
    eyes = Eyes(read.role, visit.language, committee_helps=False, committee_sees_evidence=False)
    covered = replace(eyes, role=_MASKED_FOR.get(read.role, read.role))
    questions = _questions(visit.house.forms.newest)
    lines = []
    for code, field in FIELDS.items():
        text = read.student.fields.get(code, "")
        is_covered = field.field_class is FieldClass.identity and code != revealed
        seen = shown(code, text, covered if is_covered else eyes, questions.get(code))
        is_pending = code in read.pending
        if (text or is_pending or code in SCHOOL_FIELDS) and seen is not None:
            label = _label(field, questions.get(code), visit.language)
            is_covered = is_covered and bool(text)
            odd = "" if is_covered else warning_of(visit, code, text, read.regions)
            may = is_covered and may_reveal
            lines.append(FieldView(code, label, seen, is_covered, may, is_pending, odd))
    return tuple(lines)


_MASKED_FOR: Mapping[Role, Role] = {Role.registrar: Role.class_teacher}
"""A number is masked on the child's page even for who may have it shown."""


def _questions(forms: Mapping[str, Form]) -> Mapping[str, Question]:
    """Register field → the first question that asks for it: its labels and choices."""
    return {
        question.save_to: question
        for form in forms.values()
        for question in reversed(tuple(form.questions.values()))
        if question.save_to
    }


def _label(field: Field, question: Question | None, language: str) -> str:
    """The register's own word: a question is brief because its section says the rest."""
    key = f"panel.field.{field.code}"
    if key in catalogue(WORDING) or question is None:
        return say(key, language)
    return question.brief.within(language)


def _labels(visit: Visit, codes: Iterable[str]) -> str:
    labels = (label_of(code, visit.language) for code in codes)
    return say("panel.join", visit.language).join(labels)


def _target(student: Student) -> Target:
    return Target(student.school_id, student.grade_id, student.class_id, student.id)
