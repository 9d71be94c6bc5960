"""Evidence pictures, opened for whoever the policy lets see that child's papers, byte by byte.

A picture is our own JPEG, yet it leaves with headers under which even a hostile file could do
nothing. Foreign and missing answer alike. What a reviewer opens in full is recorded (R231).
"""

import asyncio
from collections.abc import Iterator

from aiohttp import web

from conversations.draft import DraftState
from registry.actors import Actor, Role
from registry.cases import may_see, target_of
from registry.policy import Action, Sight, Target, evidence_sight, permit
from registry.problems import NotThere
from registry.records import Event
from registry.submissions import Submission
from storage.dialogue import load_draft
from storage.evidence import OwnedFile, Showing, cases_showing, find_file
from storage.files import FileMissing
from storage.unit import Unit
from web.routes import route
from web.visits import Visit

HEADERS = {
    "Content-Disposition": 'attachment; filename="evidence.jpg"',
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Content-Type": "image/jpeg",
}


async def show_picture(visit: Visit) -> web.StreamResponse:
    """The picture as it is kept."""
    house, person, file_id = visit.house, visit.person(), visit.parameter("id")

    def open_picture(unit: Unit) -> OwnedFile:
        file, case = _allowed(unit, visit, person, file_id)
        if case is not None:
            ids: dict[str, str | int] = {"submission": case.id, "file": file.id}
            name = "review.evidence.seen"
            unit.record(Event(name, person.school_id, person.id, visit.now, ids))
        elif types_from(unit, visit, person, file):
            ids = {"draft": file.draft_id}
            name = "family.photos.opened"
            unit.record(Event(name, person.school_id, person.id, visit.now, ids))
        return file

    is_family = visit.has_role(Role.guardian)
    read = house.db.read if is_family and not _is_staff(visit) else house.db.write
    file = await read(open_picture)
    return await _send(visit, file.id)


async def show_small(visit: Visit) -> web.StreamResponse:
    """Its smaller copy, for lists and the side of a form."""
    person, file_id = visit.person(), visit.parameter("id")
    file, _ = await visit.house.db.read(lambda unit: _allowed(unit, visit, person, file_id))
    return await _send(visit, file.preview_id or file.id)


ROUTES = (
    route("GET", "/file/{id}", show_picture, action=Action.evidence_see),
    route("GET", "/file/{id}/small", show_small, action=Action.evidence_see),
)


def _allowed(
    unit: Unit, visit: Visit, person: Actor, file_id: str
) -> tuple[OwnedFile, Submission | None]:
    """The file, and the case a reviewer sees it in. Raises: NotThere. Rule: K1."""
    file = find_file(unit, person.school_id, file_id)
    if file.id != file_id:
        raise NotThere  # a preview has no address of its own
    link = person.link_to(file.student_id) if file.student_id else None
    if file.claimant_id == person.id or (link is not None and link.may_see):
        return file, None
    if types_from(unit, visit, person, file):
        return file, None
    for shown in cases_showing(unit, person.school_id, file):
        if _reviews(visit, person, shown):
            return file, shown.case
    raise NotThere


def types_from(unit: Unit, visit: Visit, person: Actor, file: OwnedFile) -> bool:
    """Whether he types a paper from this picture, which its family handed to the school."""
    target = Target(person.school_id, file.grade_id, file.class_id, file.student_id)
    is_own = not file.student_id or person.link_to(file.student_id) is not None
    if is_own or permit(person, Action.typing_do, target, visit.today) is None:
        return False
    draft = load_draft(unit, person.school_id, file.draft_id)
    return draft is not None and draft.state is DraftState.handed


def _reviews(visit: Visit, person: Actor, shown: Showing) -> bool:
    case = shown.case
    if not may_see(person, case, visit.now):
        return False
    return any(
        permit(person, Action.evidence_see, target_of(case), visit.today, role=role) is not None
        and all(_is_open(visit, role, case, kind) for kind in shown.kinds)
        for role in (Role.registrar, Role.class_teacher, Role.committee)
    )


def _is_open(visit: Visit, role: Role, case: Submission, kind: str) -> bool:
    """Whether that role sees such a paper itself. Rule: K1, R40."""
    seen = evidence_sight(
        role,
        kind,
        committee_helps=case.committee_helps,
        committee_sees_evidence=visit.school.settings.committee_sees_evidence,
    )
    return seen is Sight.full


def _is_staff(visit: Visit) -> bool:
    return any(
        visit.has_role(role) for role in (Role.registrar, Role.class_teacher, Role.committee)
    )


async def _send(visit: Visit, file_id: str) -> web.StreamResponse:
    """Piece by piece; the first is authentic before a header leaves."""
    try:
        pieces = await asyncio.to_thread(visit.house.files.read, file_id)
    except FileMissing:
        raise NotThere from None
    piece = await asyncio.to_thread(_next, pieces)
    response = web.StreamResponse(headers=HEADERS)
    await response.prepare(visit.request)
    try:
        while piece:
            await response.write(piece)
            piece = await asyncio.to_thread(_next, pieces)
        await response.write_eof()
    except ConnectionError:
        return response
    except Exception:  # half a picture has left: cut the line, an error page would be bytes of it
        if visit.request.transport is not None:
            visit.request.transport.abort()
        return response
    return response


def _next(pieces: Iterator[bytes]) -> bytes:
    return next(pieces, b"")
