"""The register: its list, the search by whole number, one child's page, and showing a number.

A number is searched and shown by POST only, so it never stands in an address; each showing
names its purpose and is on record. Rule: R33, T3.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from aiohttp import web

from admin.once import Once
from admin.pages import back_to, show
from admin.places import Places, reach_classes, read_places
from admin.queue import Chip, class_choices
from admin.sheets import Eyes, shown
from conversations.form import Form, Question
from locales import say
from registry.actors import Actor, Role
from registry.cases import event
from registry.fields import FIELDS, Field, FieldClass
from registry.policy import Action, Target, permit
from registry.problems import NotThere
from registry.readings import compact
from registry.students import Status, Student
from storage import people_books, queries
from storage.queries import RegisterFilter, panel
from storage.queries.panel import CaseHead
from storage.unit import Unit
from web.labels import class_label
from web.visits import Visit

PAGE_ROWS = 50
PURPOSES = ("check_paper", "national_system", "family_asked")
"""Why a number is shown: `panel.purpose.<code>`."""

_VIEWS = (None, Status.expected, Status.enrolled, Status.suspended, Status.transferred_out)


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One child of the list."""

    id: str
    name: str
    class_label: str
    status: Status
    student_number: str | None


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of a child's page."""

    code: str
    label: str
    text: str
    is_masked: bool
    may_reveal: bool


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One step of a child's status."""

    on: date
    was: Status
    becomes: Status
    by: str
    case_id: str


@dataclass(frozen=True, slots=True)
class CaseLink:
    """One case of the child."""

    id: str
    number: int
    state: str
    at: object


@dataclass(frozen=True, slots=True)
class ChildPage:
    """Everything read for one child."""

    student: Student
    label: str
    role: Role
    changes: tuple[ChangeView, ...]
    cases: tuple[CaseHead, ...]


async def show_register(visit: Visit, problem: str = "") -> web.StreamResponse:
    """By class and status, page after page."""
    actor, query = visit.person(), visit.request.query
    status = Status(query["status"]) if query.get("status") in set(Status) else None
    wanted = RegisterFilter(class_id=query.get("class") or None, status=status)
    after = query.get("after") or None

    def gather(unit: Unit) -> tuple[tuple[Student, ...], int, Places]:
        places = read_places(unit, actor.school_id, visit.language)
        found = queries.register_list(
            unit, actor, wanted, visit.today, after=after, limit=PAGE_ROWS + 1
        )
        count = queries.register_count(unit, actor, wanted, visit.today)
        return found, count, reach_classes(places, actor, Action.register_see, visit.today)

    found, count, places = await visit.house.db.read(gather)
    rows = tuple(_line(student, places) for student in found[:PAGE_ROWS])
    values = {
        "rows": rows,
        "count": count,
        "status": status or "",
        "views": tuple(_chip(visit, one, status) for one in _VIEWS),
        "classes": class_choices(places, query.get("class", "")),
        "may_search": _may_search(visit),
        "problem": problem,
        "next_url": _url(visit, after=rows[-1].id) if len(found) > PAGE_ROWS else "",
        "first_url": _url(visit) if after else "",
    }
    return await show(
        visit, "register.html", values, here="register", status=404 if problem else 200
    )


async def search(visit: Visit) -> web.StreamResponse:
    """The child with exactly this ID or school number; searching is on record."""
    actor, number = visit.person(), compact(visit.fields.get("number", ""))
    if not _may_search(visit):
        raise NotThere

    def find(unit: Unit) -> str | None:
        found: tuple[Student, ...] = ()
        for wanted in (RegisterFilter(id_number=number), RegisterFilter(student_number=number)):
            if number and not found:
                found = queries.register_list(unit, actor, wanted, visit.today, limit=1)
        unit.record(event("register.student.searched", actor, visit.now, count=len(found)))
        return found[0].id if found else None

    student_id = await visit.house.db.write(find)
    if student_id is None:
        return await show_register(visit, "panel.register.not_found")
    return back_to(f"/panel/child/{student_id}")


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of one child, to be shown in full once."""

    student_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Children:
    """The children's pages with what waits to be shown once."""

    shown: Once[Shown]

    async def show(self, visit: Visit) -> web.StreamResponse:
        """One child, numbers masked for everybody."""
        key = visit.request.query.get("shown", "")
        kept = self.shown.take(visit.person().id, key)
        is_his = kept is not None and kept.student_id == visit.parameter("id")
        return await _child_page(visit, revealed=kept.code if kept and is_his else "")

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


async def _child_page(visit: Visit, revealed: str = "") -> web.StreamResponse:
    actor, student_id = visit.person(), visit.parameter("id")
    read = await visit.house.db.read(lambda unit: _gather(unit, visit, actor, student_id))
    student = read.student
    target = _target(student)
    may_reveal = permit(actor, Action.value_reveal, target, visit.today) is not None
    values = {
        "id": student.id,
        "name": student.fields.get("full_name", ""),
        "class_label": read.label,
        "status": student.status,
        "student_number": student.student_number,
        "lines": _fields(visit, read, may_reveal=may_reveal, revealed=revealed),
        "purposes": PURPOSES,
        "may_see_family": permit(actor, Action.link_edit, target, visit.today) is not None
        and actor.link_to(student.id) is None,
        "changes": read.changes,
        "cases": tuple(CaseLink(c.id, c.number, c.state, c.submitted_at) for c in read.cases),
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
    names = people_books.names(unit, actor.school_id, {one.recorded_by for one in changes})
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
            )
            for one in changes
        ),
        panel.cases_of_child(unit, actor, student_id, visit.today),
    )


def _fields(
    visit: Visit, read: ChildPage, *, may_reveal: bool, revealed: str
) -> tuple[FieldView, ...]:
    """Every field the register holds, in its order."""
    eyes = Eyes(read.role, visit.language, committee_helps=False, committee_sees_evidence=False)
    covered = replace(eyes, role=_MASKED_FOR.get(read.role, read.role))
    questions = _questions(visit.house.forms.newest)
    lines = []
    for code, field in FIELDS.items():
        text = read.student.fields.get(code, "")
        is_covered = field.field_class is FieldClass.identity and code != revealed
        seen = shown(code, text, covered if is_covered else eyes, questions.get(code))
        if text and seen is not None:
            label = _label(field, questions.get(code), visit.language)
            lines.append(FieldView(code, label, seen, is_covered, is_covered and may_reveal))
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
    words = question.brief.within(language) if question else ""
    return words or say(f"panel.field.{field.code}", language)


def _line(student: Student, places: Places) -> RegisterLine:
    place = places.get(student.class_id)
    return RegisterLine(
        student.id,
        student.fields.get("full_name", ""),
        place.label if place else "",
        student.status,
        student.student_number,
    )


def _chip(visit: Visit, status: Status | None, here: Status | None) -> Chip:
    return Chip(status or "", _url(visit, status=status or ""), status is here)


def _url(visit: Visit, **changes: str) -> str:
    """The list with its filters; `back_to` writes addresses the same way."""
    query = {name: visit.request.query.get(name, "") for name in ("class", "status")}
    return back_to("/panel/register", **(query | changes)).headers["Location"]


def _may_search(visit: Visit) -> bool:
    actor = visit.person()
    return permit(actor, Action.value_reveal, Target(actor.school_id), visit.today) is not None


def _target(student: Student) -> Target:
    return Target(student.school_id, student.grade_id, student.class_id, student.id)
