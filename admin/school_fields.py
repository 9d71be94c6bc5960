"""「学校填的项目」: the page where the registrar fills what the school knows of one child.

`/panel/child/{id}/school`. Everything typed is kept through every refusal; a number already there
is not printed, so an empty box leaves it. Rule: R33, R107, R119, R261.
"""

from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from admin.once import Once
from admin.pages import Words, back_to, show
from admin.school_lines import Desk, Typed, line_of, regions_for
from admin.typed import read_revision
from locales import say
from registry.frozen import frozen
from registry.policy import Action, Target, permit
from registry.problems import Conflict, NotThere, Problem
from registry.school_fields import SCHOOL_FIELDS, Filled, fill_school_fields
from registry.students import Student
from storage import people_books, queries
from storage.unit import Unit
from web.labels import class_label
from web.visits import Visit


@frozen
class Told:
    """What was just filled for one child, to be said once on his page."""

    student_id: str
    filled: Filled


@frozen
class SchoolFields:
    """The page, with what waits to be said once on the child's."""

    told: Once[Told]

    async def show(self, visit: Visit) -> web.StreamResponse:
        """As the register stands, with a spelling proposed."""
        return await _page(visit)

    async def save(self, visit: Visit) -> web.StreamResponse:
        """Stored whole, or shown again with every problem. Raises: NotThere."""
        actor, child_id, typed = visit.person(), visit.parameter("id"), _typed(visit)

        def fill(unit: Unit) -> Filled:
            values = typed.values(unit.load_student(actor.school_id, child_id))
            seen = read_revision(visit)
            return fill_school_fields(unit, actor, child_id, seen, values, visit.now)

        try:
            filled = await visit.house.db.write(fill)
        except Conflict:
            return await _page(visit, typed, is_changed=True)
        if filled.problems:
            return await _page(visit, typed, filled.problems)
        key = self.told.keep(actor.id, Told(child_id, filled)) if filled.count else None
        done = "school_filled" if filled.count else "school_same"
        return back_to(f"/panel/child/{child_id}", done=done, filled=key)


def may_fill(visit: Visit, student: Student) -> bool:
    """In reach, and not his own child."""
    actor = visit.person()
    target = Target(student.school_id, student.grade_id, student.class_id, student.id)
    is_own = actor.link_to(student.id) is not None
    return not is_own and permit(actor, Action.register_fill, target, visit.today) is not None


# ---- reading


def _typed(visit: Visit) -> Typed:
    texts = {code: visit.fields[code].strip() for code in SCHOOL_FIELDS if code in visit.fields}
    removed = {code for code in SCHOOL_FIELDS if visit.fields.get(f"remove:{code}") == "yes"}
    return Typed(texts, frozenset(removed & texts.keys()))


def _gather(unit: Unit, visit: Visit, *, is_changed: bool) -> Desk:
    """Raises: NotThere alike for foreign, missing and one's own child."""
    actor = visit.person()
    view = queries.child_view(unit, actor.school_id, visit.parameter("id"))
    if view is None or not may_fill(visit, view.student):
        raise NotThere
    desk = Desk(view, regions_for(unit, view.student))
    if not is_changed:
        return desk
    last = queries.last_change(unit, actor, view.student.id, visit.today)
    by = last.actor_id if last else None
    names = people_books.names(unit, actor.school_id, (by,)) if by else {}
    return replace(desk, last=last, name=names.get(by or "", ""))


# ---- the page


async def _page(
    visit: Visit,
    typed: Typed | None = None,
    problems: Mapping[str, Problem] | None = None,
    *,
    is_changed: bool = False,
) -> web.Response:
    desk = await visit.house.db.read(lambda unit: _gather(unit, visit, is_changed=is_changed))
    view, student = desk.view, desk.student
    lines = tuple(
        line_of(visit, desk, code, typed, (problems or {}).get(code), is_changed=is_changed)
        for code in SCHOOL_FIELDS
    )
    values = {
        "id": student.id,
        "name": student.fields.get("full_name", ""),
        "class_label": class_label(view.grade, view.school_class, visit.language),
        "revision": student.revision,
        "lines": lines,
        "changed": _changed(visit, desk) if is_changed else "",
    }
    status = 409 if is_changed else 422 if problems else 200
    return await show(visit, "school_fields.html", values, here="register", status=status)


def _changed(visit: Visit, desk: Desk) -> str:
    """Who was faster, and when."""
    last = desk.last
    if last is None:
        return say("panel.school_fields.changed", visit.language)
    at = Words(visit.language, visit.now).moment(last.at)
    if last.actor_id is None:
        return say("panel.school_fields.changed_by_paper", visit.language, {"at": at})
    return say("panel.school_fields.changed_by", visit.language, {"name": desk.name, "at": at})
