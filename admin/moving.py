"""「调班」: the registrar puts a child into another class of his grade; and the classes he was in.

`/panel/child/{id}/class`. Everything typed is kept through every refusal. Rule: R69, R72, R105,
R186, R206, R242, R243, K19.
"""

from collections.abc import Mapping
from datetime import date

from aiohttp import web

from admin.pages import back_to, show
from admin.places import read_places
from admin.typed import Fault, read_revision
from registry import placing
from registry.actors import Role
from registry.frozen import frozen
from registry.placing import Moving, Room
from registry.problems import Conflict, NotThere, RuleError
from registry.students import Student
from registry.submissions import State
from storage import people_books, queries
from storage.queries import ChildView
from storage.unit import Unit
from web.labels import class_label
from web.visits import Visit

MAX_NOTE = 200
_PLACES: Mapping[str, str] = {
    # what is wrong, and the field where it is mended
    "placing.class_full": "class_id",
    "placing.class_unknown": "class_id",
    "placing.day_wrong": "on",
    "placing.note_missing": "note",
    "placing.reason_unknown": "reason",
}


@frozen
class ClassLine:
    """One step from class to class."""

    on: date
    was: str
    becomes: str
    reason: str  # key of the catalogue
    note: str
    by: str
    case_id: str


async def show_moving(visit: Visit) -> web.StreamResponse:
    """The other classes of his grade, with their sizes."""
    return await _page(visit)


async def move(visit: Visit) -> web.StreamResponse:
    """Moved at once, or shown again with what is wrong. Raises: NotThere."""
    actor, child_id, fields = visit.person(), visit.parameter("id"), visit.fields
    day = _day(fields.get("on", ""))
    if day is None:
        return await _page(visit, (Fault("on", "placing.day_wrong"),), 422)
    moving = Moving(
        child_id,
        read_revision(visit),
        fields.get("class_id", ""),
        fields.get("reason", ""),
        day,
        fields.get("note", "").strip()[:MAX_NOTE],
    )
    try:
        await visit.house.db.write(lambda unit: placing.move_child(unit, actor, moving, visit.now))
    except Conflict:
        return await _page(visit, (Fault("", "panel.moving.changed"),), 409)
    except NotThere:
        raise
    except RuleError as refused:
        fault = Fault(_PLACES.get(refused.code, ""), refused.code)
        return await _page(visit, (fault,), 422)
    return back_to(f"/panel/child/{child_id}", done="child_moved")


def class_history(unit: Unit, visit: Visit, student: Student, role: Role) -> tuple[ClassLine, ...]:
    """Oldest first; what was written freely is for the registrar's eyes."""
    made = unit.class_changes(student.school_id, student.id)
    if not made:
        return ()
    places = read_places(unit, student.school_id, visit.language)
    names = people_books.names(unit, student.school_id, {one.recorded_by for one in made})
    return tuple(
        ClassLine(
            one.on,
            places[one.was].label,
            places[one.becomes].label,
            f"panel.moving.reason.{one.reason}",
            one.note if role is Role.registrar else "",
            names.get(one.recorded_by, ""),
            one.submission_id or "",
        )
        for one in made
    )


@frozen
class Desk:
    """What is read for the page."""

    view: ChildView
    rooms: tuple[Room, ...]
    is_case_open: bool


def _gather(unit: Unit, visit: Visit) -> Desk:
    """Raises: NotThere alike for foreign, missing and one's own child."""
    actor = visit.person()
    view = queries.child_view(unit, actor.school_id, visit.parameter("id"))
    if view is None or not placing.may_move(actor, view.student, visit.now):
        raise NotThere
    rooms = placing.rooms_beside(unit, view.student, visit.today)
    cases = unit.open_submissions(actor.school_id, view.student.id)
    return Desk(view, rooms, any(one.state is State.in_review for one in cases))


async def _page(visit: Visit, faults: tuple[Fault, ...] = (), status: int = 200) -> web.Response:
    desk = await visit.house.db.read(lambda unit: _gather(unit, visit))
    view, fields = desk.view, visit.fields
    values = {
        "id": view.student.id,
        "name": view.student.fields.get("full_name", ""),
        "class_label": class_label(view.grade, view.school_class, visit.language),
        "student_number": view.student.student_number,
        "revision": view.student.revision,
        "rooms": tuple(
            (one, class_label(one.grade, one.school_class, visit.language)) for one in desk.rooms
        ),
        "reasons": placing.REASONS,
        "is_case_open": desk.is_case_open,
        "today": visit.today.isoformat(),
        "typed": {name: fields.get(name, "") for name in ("class_id", "reason", "note", "on")},
        "limit": MAX_NOTE,
        "faults": faults,
        "fault_places": {fault.place: fault for fault in faults if fault.place},
    }
    return await show(visit, "child_class.html", values, here="register", status=status)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
