"""The register: its list, and the search by name or by whole number.

What is typed comes by POST only; a name that finds several children stands sealed in the address
of their list, so that it can be gone back to. Rule: R33, T2, T3.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date

from aiohttp import web

from admin.pages import back_to, show
from admin.places import Places, reach_classes, read_places
from admin.queue import Chip, class_choices
from registry.cases import event
from registry.effects import suspension_ahead
from registry.frozen import frozen
from registry.policy import Action, Target, permit
from registry.readings import compact
from registry.students import Status, Student
from storage import queries
from storage.queries import RegisterFilter
from storage.reader import Reader
from storage.sealing import SealingError
from web.visits import Visit

PAGE_ROWS = 50
MOST_TYPED = 60
_PLACE = "register_search"  # what a name in an address is sealed for; no table has it
_VIEWS = (None, Status.expected, Status.enrolled, Status.suspended, Status.transferred_out)


@frozen
class RegisterLine:
    """One child of the list."""

    id: str
    name: str
    class_label: str
    status: Status
    student_number: str | None
    ahead: date | None  # the first day of a suspension that has not begun


@frozen
class Found:
    """One page of the list. `next`: the id after which the next one begins."""

    rows: tuple[Student, ...]
    count: int
    places: Places
    next: str


async def show_register(visit: Visit, problem: str = "", typed: str = "") -> web.StreamResponse:
    """By class, status and name, page after page; what found nobody stays in its field."""
    actor, query = visit.person(), visit.request.query
    status = Status(query["status"]) if query.get("status") in set(Status) else None
    wanted = RegisterFilter(class_id=query.get("class") or None, status=status)
    name = _sought(visit)
    listed = await visit.house.db.read(lambda reader: _list(reader, visit, wanted, name))
    places = reach_classes(listed.places, actor, Action.register_see, visit.today)
    values = {
        "rows": tuple(_line(student, places, visit.today) for student in listed.rows),
        "count": listed.count,
        "status": status or "",
        "views": tuple(_chip(visit, one, status) for one in _VIEWS),
        "classes": class_choices(places, query.get("class", "")),
        "may_number": _may_number(visit),
        "problem": problem,
        "name": name,
        "typed": typed or name,
        "find": query.get("find", "") if name else "",
        "every_url": _url(visit, find=""),
        "next_url": _url(visit, after=listed.next) if listed.next else "",
        "first_url": _url(visit) if query.get("after") else "",
    }
    return await show(
        visit, "register.html", values, here="register", status=404 if problem else 200
    )


def _list(reader: Reader, visit: Visit, wanted: RegisterFilter, name: str) -> Found:
    actor, today, after = visit.person(), visit.today, visit.request.query.get("after") or None
    places = read_places(reader, actor.school_id, visit.language)
    if name:
        every = queries.register_named(reader, actor, wanted, name, today)
        found = tuple(one for one in every if after is None or one.id > after)
        count = len(every)
    else:
        found = queries.register_list(
            reader, actor, wanted, today, after=after, limit=PAGE_ROWS + 1
        )
        count = queries.register_count(reader, actor, wanted, today)
    rows = found[:PAGE_ROWS]
    return Found(rows, count, places, rows[-1].id if len(found) > PAGE_ROWS else "")


async def search(visit: Visit) -> web.StreamResponse:
    """By a name or a part of it, or by exactly this ID or school number; that somebody searched
    is on record, not for whom.
    """
    actor, wanted = visit.person(), visit.fields.get("wanted", "").strip()[:MOST_TYPED]
    is_number = any(char.isdecimal() for char in wanted)
    if is_number and not _may_number(visit):
        return await show_register(visit, "panel.register.no_name", wanted)

    look = _by_number if is_number else _by_name
    found = await visit.house.db.read(lambda reader: look(reader, visit, wanted))
    searched = event("register.student.searched", actor, visit.now, count=len(found))
    await visit.house.db.write(lambda unit: unit.record(searched))
    if not found:
        missing = "panel.register.not_found" if is_number else "panel.register.no_name"
        return await show_register(visit, missing, wanted)
    if len(found) == 1:
        return back_to(f"/panel/child/{found[0].id}")
    return back_to("/panel/register", find=_sealed(visit, wanted))


def _by_number(reader: Reader, visit: Visit, typed: str) -> tuple[Student, ...]:
    number = compact(typed)
    for wanted in (RegisterFilter(id_number=number), RegisterFilter(student_number=number)):
        found = queries.register_list(reader, visit.person(), wanted, visit.today, limit=1)
        if found:
            return found
    return ()


def _by_name(reader: Reader, visit: Visit, typed: str) -> tuple[Student, ...]:
    return queries.register_named(reader, visit.person(), RegisterFilter(), typed, visit.today)


def _sealed(visit: Visit, name: str) -> str:
    """The name as it may stand in an address: only its seeker's own pages can read it."""
    sealed = visit.house.sealer.seal(_PLACE, visit.person().id, "find", name.encode())
    return urlsafe_b64encode(sealed).decode("ascii").rstrip("=")


def _sought(visit: Visit) -> str:
    """What this list is looking for; "" = nothing, or what somebody else sealed."""
    said = visit.request.query.get("find", "")
    try:
        sealed = urlsafe_b64decode(said + "=" * (-len(said) % 4))
        return visit.house.sealer.unseal(_PLACE, visit.person().id, "find", sealed).decode()
    except (ValueError, SealingError):
        return ""


def _line(student: Student, places: Places, today: date) -> RegisterLine:
    place = places.get(student.class_id)
    return RegisterLine(
        student.id,
        student.fields.get("full_name", ""),
        place.label if place else "",
        student.status,
        student.student_number,
        suspension_ahead(student, today),
    )


def _chip(visit: Visit, status: Status | None, here: Status | None) -> Chip:
    return Chip(status or "", _url(visit, status=status or ""), status is here)


def _url(visit: Visit, **changes: str) -> str:
    """The list with its filters; `back_to` writes addresses the same way."""
    query = {name: visit.request.query.get(name, "") for name in ("class", "status", "find")}
    return back_to("/panel/register", **(query | changes)).headers["Location"]


def _may_number(visit: Visit) -> bool:
    actor = visit.person()
    return permit(actor, Action.value_reveal, Target(actor.school_id), visit.today) is not None
