"""The people of one child, for the class teacher and the registrar: rights, notes, an end.

`/panel/child/{id}/family`. What one of them wrote, his telephone and his address are not here;
what stands here never reaches a family. Rule: K21, R78.
"""

from collections.abc import Mapping

from aiohttp import web

from admin.pages import back_to, show
from registry import guardians
from registry.actors import Relation
from registry.frozen import frozen
from registry.guardians import RIGHTS, Wanted
from registry.policy import Action, Target, permit
from registry.problems import NotThere, RuleError
from registry.students import Student
from storage.queries.family import ChildView, child_view
from storage.reader import Reader
from storage.ties import Tie, ties_of
from storage.unit import Unit
from web.labels import class_label
from web.visits import Visit

RELATIONS = tuple(Relation)


@frozen
class Family:
    """What the page shows."""

    view: ChildView
    ties: tuple[Tie, ...]


async def show_family(visit: Visit) -> web.StreamResponse:
    """Who they are and what each may."""
    return await _page(visit)


async def change_family(visit: Visit) -> web.StreamResponse:
    """One person's rights and note, or his end. Raises: NotThere."""
    person_id, act = visit.fields.get("person", ""), visit.fields.get("act", "")
    child_id, staff = visit.parameter("id"), visit.person()

    def change(unit: Unit) -> None:
        if act == "end":
            guardians.end_link(unit, staff, person_id, child_id, visit.now)
        else:
            guardians.change_link(unit, staff, person_id, child_id, _wanted(visit), visit.now)

    try:
        await visit.house.db.write(change)
    except RuleError as error:
        if isinstance(error, NotThere):
            raise
        return await _page(visit, error.code, person_id)
    visit.house.news.tell(person_id)
    done = "link_ended" if act == "end" else "link_changed"
    return back_to(f"/panel/child/{child_id}/family", done=done)


def _wanted(visit: Visit) -> Wanted:
    """Raises: NotThere for a relation that is none."""
    said = visit.fields.get("relation", "")
    if said not in RELATIONS:
        raise NotThere
    rights = {name: visit.fields.get(name) == "yes" for name in RIGHTS}
    note = visit.fields.get("note")
    return Wanted(Relation(said), rights, None if note is None else note.strip())


async def _page(visit: Visit, problem: str = "", person: str = "") -> web.Response:
    family = await visit.house.db.read(lambda unit: _gather(unit, visit))
    student, view = family.view.student, family.view
    values = {
        "id": student.id,
        "name": student.fields.get("full_name", ""),
        "class_label": class_label(view.grade, view.school_class, visit.language),
        "ties": family.ties,
        "names": _names(student, family.ties),
        "relations": RELATIONS,
        "rights": RIGHTS,
        "is_entrusted": guardians.is_entrusted(student),
        "problem": problem,
        "limit": guardians.MAX_NOTE,
        "person": person,
    }
    status = 422 if problem else 200
    return await show(visit, "family.html", values, here="register", status=status)


def _names(student: Student, ties: tuple[Tie, ...]) -> Mapping[str, str]:
    """Person → what the register calls him, where no second of that relation came."""
    relations = [tie.link.relation for tie in ties]
    return {
        tie.actor_id: guardians.name_in_register(student, tie.link.relation)
        for tie in ties
        if relations.count(tie.link.relation) == 1
    }


def _gather(reader: Reader, visit: Visit) -> Family:
    """Raises: NotThere alike for foreign, missing and one's own child."""
    actor = visit.person()
    view = child_view(reader, actor.school_id, visit.parameter("id"))
    if view is None or actor.link_to(view.student.id) is not None:
        raise NotThere
    student = view.student
    target = Target(student.school_id, student.grade_id, student.class_id, student.id)
    if permit(actor, Action.link_edit, target, visit.today) is None:
        raise NotThere
    return Family(view, ties_of(reader, actor.school_id, student.id, visit.now))
