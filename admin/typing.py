"""A family took pictures only: a class teacher or the registrar types the paper beside them.

`/panel/typing/{draft}`. Who typed does not review (the second-person rule), and what a guardian
agrees to, signs or alone may say stays the family's. Rule: R80, R81, R159, K21.
"""

from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from admin.pages import back_to, show
from admin.typing_grid import (
    FILES,
    FieldLine,
    Kept,
    Typed,
    keep,
    left_to_family,
    left_to_type,
    lines,
    ops_of,
    with_warnings,
)
from conversations.draft import Draft, DraftState
from conversations.finish import finish, sent_as
from conversations.turn import Facts
from conversations.walk import Route
from conversations.wording import words
from registry import families, sending
from registry.actors import Actor, Role
from registry.cases import event
from registry.frozen import frozen
from registry.policy import Action, Target, permit
from registry.problems import Conflict, NotThere
from registry.routes import ROUTES
from registry.students import Student
from storage.dialogue import load_draft, save_draft
from storage.people_books import load_actor, staff
from storage.queries.family import ChildView, child_view
from storage.reader import Reader
from storage.region_books import load_regions
from storage.unit import Unit
from web.labels import class_label
from web.visits import Visit


@frozen
class Desk:
    """One paper to be typed, seen as the family that handed in the pictures would see it."""

    draft: Draft
    facts: Facts
    student: Student
    view: ChildView
    missed: tuple[Role, ...]  # steps nobody but this person could take: then he had better not

    @property
    def route(self) -> Route:
        return route_of(self.facts, self.draft)


@frozen
class Picture:
    """One picture beside the fields."""

    file_id: str
    label: str


def route_of(facts: Facts, draft: Draft) -> Route:
    """The walk of a draft. Raises: NotThere without its form."""
    if facts.form is None:
        raise NotThere
    return Route(facts.form, draft, replace(facts, draft=draft))


async def show_typing(visit: Visit) -> web.StreamResponse:
    """The pictures and the fields; that they were opened is recorded first (R231)."""
    draft_id, actor = visit.parameter("id"), visit.person()

    def open_desk(unit: Unit) -> Desk:
        desk = read_desk(unit, visit, draft_id)
        unit.record(event("family.photos.opened", actor, visit.now, draft=draft_id))
        return desk

    return await _page(visit, await visit.house.db.write(open_desk))


async def save_typing(visit: Visit) -> web.StreamResponse:
    """Keep what was typed; `done` hands it to the family, `paper` sends it to be signed on paper.

    Raises: NotThere, Conflict `typing.changed`.
    """
    draft_id, act = visit.parameter("id"), visit.fields.get("act", "")
    typed = _typed(visit)

    def save(unit: Unit) -> tuple[Desk, Kept, tuple[str, ...] | None]:
        desk = read_desk(unit, visit, draft_id)
        if visit.fields.get("revision") != str(desk.draft.revision):
            raise Conflict("typing.changed")
        actor = visit.person()
        kept = keep(desk.facts, desk.draft, typed, actor.id, route_of)
        typists = kept.draft.typed_by | {actor.id} if kept.count else kept.draft.typed_by
        draft = replace(kept.draft, typed_by=typists)
        route = route_of(desk.facts, draft)
        is_whole = not kept.problems and not left_to_type(route)
        if is_whole and act == "done":
            return desk, kept, _hand_back(unit, visit, desk, draft)
        if is_whole and act == "paper" and not left_to_family(route):
            return desk, kept, _send(unit, visit, desk, draft)
        _store(unit, desk, draft)
        return read_desk(unit, visit, draft_id), kept, None

    desk, kept, told = await visit.house.db.write(save)
    if told is None:
        wants_end = act in ("done", "paper")
        is_refused = bool(kept.problems) or wants_end
        return await _page(visit, desk, kept, act=act, status=422 if is_refused else 200)
    for person in told:
        visit.house.news.tell(person)
    return back_to("/panel", done="typed")


# ---- reading


def read_desk(reader: Reader, visit: Visit, draft_id: str) -> Desk:
    """Raises: NotThere alike for foreign, missing and not handed in."""
    actor = visit.person()
    draft = load_draft(reader, actor.school_id, draft_id)
    view = child_view(reader, actor.school_id, draft.student_id or "") if draft else None
    if draft is None or view is None or draft.state is not DraftState.handed:
        raise NotThere
    student = view.student
    if not may_type(actor, student, visit):
        raise NotThere
    facts = _facts(reader, visit, draft, view)
    return Desk(draft, facts, student, view, _missed(reader, visit, facts, student))


def _missed(reader: Reader, visit: Visit, facts: Facts, student: Student) -> tuple[Role, ...]:
    """Who types does not review: the roles of the paper's way that nobody else holds here."""
    route = ROUTES.get(facts.form.route or "") if facts.form else None
    others = [one for one in staff(reader, student.school_id) if one.id != visit.person().id]
    target = Target(student.school_id, student.grade_id, student.class_id, student.id)
    inside = (step for step in route.steps if step.is_inside) if route else ()
    roles = dict.fromkeys(step.instead or step.role for step in inside)
    return tuple(
        role
        for role in roles
        if not any(
            permit(one, Action.submission_decide, target, visit.today, role=role) for one in others
        )
    )


def may_type(actor: Actor, student: Student, visit: Visit) -> bool:
    """In reach, and not his own child."""
    target = Target(student.school_id, student.grade_id, student.class_id, student.id)
    is_own = actor.link_to(student.id) is not None
    return not is_own and permit(actor, Action.typing_do, target, visit.today) is not None


def _facts(reader: Reader, visit: Visit, draft: Draft, view: ChildView) -> Facts:
    """What the walk knows, of the person who handed in the pictures (K21)."""
    house, student = visit.house, view.student
    return Facts(
        now=visit.now,
        language=visit.language,
        actor=load_actor(reader, draft.school_id, draft.photos_by),
        school=visit.school,
        is_web=True,
        child_name=student.fields.get("full_name", ""),
        class_label=class_label(view.grade, view.school_class, visit.language),
        teacher_name=view.teacher.name,
        teacher_phone=view.teacher.phone,
        form=house.forms.get(draft.form_id, draft.form_version),
        draft=draft,
        student=student,
        stage=view.grade.stage.value,
        grade_number=view.grade.number,
    )


def _typed(visit: Visit) -> Mapping[str, Typed]:
    ops = ops_of(visit.fields.getall("field", []))
    return {
        op: Typed(
            tuple(visit.fields.getall(f"v:{op}", [])), visit.fields.get(f"insist:{op}") == "yes"
        )
        for op in ops
    }


# ---- writing


def _store(unit: Unit, desk: Desk, draft: Draft) -> None:
    route = route_of(desk.facts, draft)
    step = route.next_step()
    walked = (route.done, route.total, step.path if step else "")
    save_draft(unit, draft, desk.draft.revision, *walked, now=desk.facts.now)


def _hand_back(unit: Unit, visit: Visit, desk: Desk, draft: Draft) -> tuple[str, ...]:
    """The family reads it through and a guardian signs; who is to be told at once."""
    open_again = replace(draft, state=DraftState.open)
    _store(unit, desk, open_again)
    count = sum(one.by in draft.typed_by for one in draft.answers.values())
    return families.give_typed(unit, visit.person(), desk.student, draft, count, visit.now)


def _send(unit: Unit, visit: Visit, desk: Desk, draft: Draft) -> tuple[str, ...]:
    """To the review without a signature: a guardian signs the printed sheet (K21)."""
    form, actor = desk.route.form, visit.person()
    content = finish(form, draft, replace(desk.facts, draft=draft, sign=None))
    sent = replace(sent_as(form, draft, replace(content, signature=None)), by_staff=True)
    case = sending.submit(unit, actor, sent, visit.now)
    none: frozenset[str] = frozenset()
    _store(
        unit,
        desk,
        replace(draft, state=DraftState.submitted, submission_id=case.id, mended=none),
    )
    unit.close_task(case.school_id, families.typing_key(draft.id), actor.id, visit.now)
    people = unit.linked_actors(case.school_id, case.student_id)
    return tuple(person.id for person in people)


# ---- the page


async def _page(
    visit: Visit, desk: Desk, kept: Kept | None = None, *, act: str = "", status: int = 200
) -> web.Response:
    kept = kept or Kept(desk.draft)
    route = desk.route
    to_type, of_family = left_to_type(route), left_to_family(route)
    values = {
        "desk": desk,
        "title": words(route.words(route.form.title), visit.language),
        "label": desk.facts.class_label,
        "pictures": _pictures(desk),
        "lines": await _lines(visit, route, kept),
        "left": len(to_type),
        "missing": frozenset(step.path for step in to_type),
        "of_family": tuple(words(it.node.brief, visit.language) for it in of_family),
        "problems": kept.problems,
        "act": act,
        "saved": bool(kept.count),
        "missed": desk.missed,
    }
    return await show(visit, "typing.html", values, here="home", status=status)


async def _lines(visit: Visit, route: Route, kept: Kept) -> tuple[FieldLine, ...]:
    """The grid, its region codes looked up."""
    grid, school_id = lines(route, kept), visit.person().school_id
    codes = [line.region for line in grid if line.region]
    if not codes:
        return grid
    regions = await visit.house.db.read(lambda reader: load_regions(reader, school_id, codes))
    return with_warnings(grid, regions, visit.language)


def _pictures(desk: Desk) -> tuple[Picture, ...]:
    """Everything the family photographed, asked for by the form or not."""
    route = desk.route
    return tuple(
        Picture(
            desk.draft.answers[node.path].text,
            words(route.words(node.brief.text, node.step), desk.facts.language),
        )
        for node in route.plan.nodes
        if node.question.type in FILES and node.path in desk.draft.answers
    )
