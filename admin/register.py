"""The register: its list, and the search by whole number.

A number is searched by POST only, so it never stands in an address. Rule: R33, T3.
"""

from dataclasses import dataclass

from aiohttp import web

from admin.pages import back_to, show
from admin.places import Places, reach_classes, read_places
from admin.queue import Chip, class_choices
from registry.cases import event
from registry.policy import Action, Target, permit
from registry.problems import NotThere
from registry.readings import compact
from registry.students import Status, Student
from storage import queries
from storage.queries import RegisterFilter
from storage.unit import Unit
from web.visits import Visit

PAGE_ROWS = 50
_VIEWS = (None, Status.expected, Status.enrolled, Status.suspended, Status.transferred_out)


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One child of the list."""

    id: str
    name: str
    class_label: str
    status: Status
    student_number: str | None


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
