"""The page behind an errand's link: one question or one signature, and nothing else of the draft.

Works without script and without an account. Looking consumes nothing. What is shown of the
child is school, class and a masked name until a guardian has said who he is
(docs/decisions/010). Called by `bot.entrances`, which found the link.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web

from bot import errand_notes, errands, pictures, signing
from bot.errand_notes import Note, go_on
from bot.errands import Errand, GivenPage
from bot.uploads import PICTURE_BYTES, places
from conversations.turn import FormWords, Sent
from conversations.wording import words
from registry.problems import Conflict, NotThere, Problem
from storage.evidence import NewFile
from storage.images import MIB
from storage.links import EntryKind
from storage.unit import Unit
from web.templates import page, see_other
from web.uploads import drain, read_part
from web.visits import Visit

TRIES: Final = 5
"""Writes that met the family's own run again."""


async def show(visit: Visit) -> web.StreamResponse:
    """The link's page; it changes nothing."""
    note = errand_notes.read_note(visit)
    if note.thanks:
        return errand_notes.thank(visit, note)
    errand = await _find(visit)
    if errand is None:
        return await signing.show_signed(visit) or over(visit)
    return await _SHOWN[errand.entry.kind](visit, errand)


async def act(visit: Visit) -> web.StreamResponse:
    """What was sent on it; the page it leads to says what became of it."""
    errand = await _find(visit)
    if errand is None:
        if visit.upload is not None:
            await drain(visit.upload)
        return see_other(visit.path)
    return await _DONE[errand.entry.kind](visit, errand)


def over(visit: Visit, *, status: int = 410) -> web.Response:
    """Kindly: used, out of time, sent already or not wanted; which, we do not tell."""
    return page(visit, "errand_over.html", {}, status=status)


async def _find(visit: Visit) -> Errand | None:
    token, house = visit.parameter("token"), visit.house

    def find(unit: Unit) -> Errand | None:
        errand = errands.errand_at(unit, house, token, visit.language)
        is_page = errand is not None and errand.entry.kind is EntryKind.page
        return errand if errand is None or not is_page or errands.waits_for_page(errand) else None

    return await house.db.read(find)


# ---- one photo


async def _show_page(visit: Visit, errand: Errand) -> web.Response:
    note, question = errand_notes.read_note(visit), errand.route.form.questions[errand.entry.path]
    # Without the answers that the form's own words may name.
    texts = (FormWords(question.label), FormWords(question.hint))
    shown = (words(text, visit.language) for text in texts)
    values = {
        **errands.about(errand),
        "wanted": tuple(text for text in shown if text),
        "note": note,
    }
    return page(visit, "errand_page.html", values)


async def _take_page(visit: Visit, errand: Errand) -> web.StreamResponse:
    """Read, cleaned and sealed before anything of it is kept."""
    house, part = visit.house, visit.upload
    if part is None:
        return go_on(visit, _refused(Problem("file.empty")))
    async with places:
        data = await read_part(part, PICTURE_BYTES)
        if data is None:
            too_large = Problem("file.too_large", {"max_mib": PICTURE_BYTES // MIB})
            return go_on(visit, _refused(too_large))
        sent, arrived = await pictures.keep(house, errand.facts.actor.id, data)
    given = await _give(visit, sent, arrived.new if arrived else None)
    if given is None:
        return see_other(visit.path)
    for person in given.told:
        house.news.tell(person)
    if not given.is_kept:
        return go_on(visit, _refused(given.problem or Problem("errand.over")))
    return go_on(visit, Note(is_poor=True) if given.is_poor else Note("errand.page_thanks"))


async def _give(visit: Visit, sent: Sent, file: NewFile | None) -> GivenPage | None:
    token, house = visit.parameter("token"), visit.house

    def give(unit: Unit) -> GivenPage | None:
        errand = errands.errand_at(unit, house, token, visit.language)
        if errand is None or not errands.waits_for_page(errand):
            return None
        return errands.give_page(unit, errand, sent, file)

    for left in reversed(range(TRIES)):
        try:
            return await house.db.write(give)
        except NotThere:
            return None
        except Conflict:
            if not left:
                raise
    return None


def _refused(problem: Problem) -> Note:
    return Note(problem=problem.code, params=problem.params)


Shown = Callable[[Visit, Errand], Awaitable[web.StreamResponse]]

_SHOWN: Final[Mapping[EntryKind, Shown]] = {
    EntryKind.page: _show_page,
    EntryKind.sign: signing.show,
}
_DONE: Final[Mapping[EntryKind, Shown]] = {
    EntryKind.page: _take_page,
    EntryKind.sign: signing.act,
}
