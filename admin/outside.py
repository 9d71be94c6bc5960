"""The authority's part as the registrar writes it down: handed in, accepted, more wanted, refused.

A form with a picture: what was typed and a picture already received are shown again after every
refusal. A refusal by the bureau is first shown as the family will read it. Rule: R21, R22, R191.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import field, replace
from datetime import date, datetime
from typing import TypeAlias
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from admin.case import case_page
from admin.once import MAX_KEPT
from admin.pages import back_to
from admin.typed import Fault, OutsideTyped, Typed, read_revision, read_typed, read_wanted
from registry import outside
from registry.actors import Actor
from registry.frozen import frozen
from registry.outside import Entry
from registry.problems import Conflict, NotThere, RuleError
from registry.submissions import Outside, Said, Submission
from storage.evidence import NewFile, add_file
from storage.images import MIB, ImageRefused
from storage.unit import Unit
from web.pictures import MAX_KEPT_BYTES, keep_picture
from web.routes import FORM_BYTES
from web.uploads import drain, next_file, read_part
from web.visits import Visit

_Received: TypeAlias = tuple[Typed, tuple[Fault, ...]]
_Use: TypeAlias = Callable[[Unit, Actor, Entry, datetime], Submission]

RESULTS = (Said.accepted, Said.more, Said.refused)
_DONE = {
    Said.accepted: "outside_accepted",
    Said.handed: "outside_handed",
    Said.more: "outside_more",
    Said.refused: "outside_refused",
}

_PLACES = {
    # what the desk refuses: the field it is about
    "outside.day_wrong": "on",
    "outside.nothing_wanted": "family_note",
}


@frozen
class Letters:
    """The page's handlers, with letters received and not yet written down, by a random key."""

    _kept: OrderedDict[str, tuple[str, NewFile]] = field(default_factory=OrderedDict)

    async def hand(self, visit: Visit) -> web.StreamResponse:
        """「交到教育局」 on that day."""
        typed = read_typed(visit)
        day = _day(typed.outside.on)
        if day is None:
            return await _again(visit, typed, (Fault("on", "outside.day_missing"),))
        said = Outside(Said.handed, day)
        return await self._write(visit, typed, said, outside.hand_outside)

    async def record(self, visit: Visit) -> web.StreamResponse:
        """「教育局审核结果」."""
        visit, data = await _whole(visit)
        typed, faults = await self._received(visit, data)
        is_confirmed = visit.request.query.get("confirmed") == "1"
        faults = (*_faults(typed), *faults)
        if faults:
            return await _again(visit, typed, faults)
        said = _said(typed.outside)
        if said.result is Said.refused and not is_confirmed:
            case_id, wanted = visit.parameter("id"), read_wanted(visit)
            return await case_page(visit, case_id, wanted, typed=typed, preview=said)
        return await self._write(visit, typed, said, outside.record_outside)

    async def _received(self, visit: Visit, data: bytes | None) -> _Received:
        """With the picture of this POST, or the one received before."""
        typed = read_typed(visit)
        if data is None:
            fault = Fault("letter", "file.too_large", {"max_mib": MAX_KEPT_BYTES // MIB})
            return typed, (fault,)
        if not data:
            is_mine = self._look(visit, typed.outside.picture) is not None
            kept = typed.outside if is_mine else replace(typed.outside, picture="")
            return replace(typed, outside=kept), ()
        found = await keep_picture(visit.house, visit.person().id, data)
        if isinstance(found, ImageRefused):
            return typed, (Fault("letter", found.code, found.params),)
        key = secrets.token_urlsafe(12)
        self._kept[key] = (visit.person().id, found.file)
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return replace(typed, outside=replace(typed.outside, picture=key)), ()

    def _look(self, visit: Visit, key: str) -> NewFile | None:
        actor_id, file = self._kept.get(key, ("", None))
        return file if actor_id == visit.person().id else None

    async def _write(
        self, visit: Visit, typed: Typed, said: Outside, use: _Use
    ) -> web.StreamResponse:
        case_id, wanted, actor = visit.parameter("id"), read_wanted(visit), visit.person()
        letter = self._look(visit, typed.outside.picture)
        said = replace(said, file_id=letter.stored.id if letter is not None else None)
        entry = Entry(
            case_id,
            read_revision(visit),
            said,
            tuple(typed.flags.values()) if said.result is Said.more else (),
            typed.outside.note,
        )

        def write(unit: Unit) -> Submission:
            moved = use(unit, actor, entry, visit.now)
            if letter is not None:
                add_file(unit, replace(letter, draft_id=moved.draft_id), visit.now)
            return moved

        try:
            moved = await visit.house.db.write(write)
        except Conflict:
            return await case_page(
                visit, case_id, wanted, typed=typed, is_changed=True, status=409
            )
        except NotThere:
            raise
        except RuleError as refused:
            fault = Fault(_PLACES.get(refused.code, ""), refused.code, refused.params)
            return await _again(visit, typed, (fault,))
        self._kept.pop(typed.outside.picture, None)
        visit.house.news.tell(moved.submitted_by)
        done = _DONE[said.result]
        return back_to(f"/panel/case/{case_id}", **dict(parse_qsl(wanted.query())), done=done)


async def _again(visit: Visit, typed: Typed, faults: tuple[Fault, ...]) -> web.Response:
    """The page once more, with everything that was typed."""
    case_id, wanted = visit.parameter("id"), read_wanted(visit)
    return await case_page(visit, case_id, wanted, typed=typed, faults=faults, status=422)


async def _whole(visit: Visit) -> tuple[Visit, bytes | None]:
    """With the fields that came after the file too, and the file's bytes; None = too many."""
    part = visit.upload
    data = await read_part(part, MAX_KEPT_BYTES) if part is not None else b""
    fields = MultiDict(visit.fields)
    left = FORM_BYTES
    while visit.rest is not None and (more := await next_file(visit.rest)) is not None:
        if more.filename is not None or left < 0:
            await drain(more)
            continue
        text = await read_part(more, left)
        left -= len(text) if text is not None else left + 1
        fields.add(more.name or "", (text or b"").decode("utf-8", "replace"))
    return replace(visit, fields=MultiDictProxy(fields)), data


def _said(typed: OutsideTyped) -> Outside:
    """After `_faults` found none."""
    return Outside(Said(typed.result), date.fromisoformat(typed.on), typed.number, typed.words)


def _faults(typed: Typed) -> tuple[Fault, ...]:
    """What is missing, in the order of the page."""
    said = typed.outside
    found = []
    if typed.flags and said.result in (Said.accepted, Said.refused):
        found.append(Fault("", "outside.flags_left", {"count": len(typed.flags)}))
    if said.result not in RESULTS:
        found.append(Fault("result", "outside.result_missing"))
    if _day(said.on) is None:
        found.append(Fault("on", "outside.day_missing"))
    if said.result == Said.refused and not said.words:
        found.append(Fault("words", "outside.words_missing"))
    return tuple(found)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
