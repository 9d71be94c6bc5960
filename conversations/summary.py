"""The summary as replies: what is missing, what was answered, and the way to send it.

Decides nothing. Called by `showing`.
"""

from collections.abc import Mapping

from conversations.answering import may_sign_by_link
from conversations.draft import DraftState
from conversations.parts import (
    BACK,
    HELP,
    HOME,
    PHOTOS_NO,
    REMIND,
    asked_home,
    note_of,
    note_pictures,
    params_of,
    route_link,
)
from conversations.plan import Step
from conversations.turn import SIGN, Ask, Button, Day, Listing, Param, Phrase, Reply
from conversations.walk import Route

MAX_NAMES = 6
"""Missing questions are named; more than these are counted, the list below shows them."""

DISCARD = Button("discard", Phrase("walk.discard"), "quiet")
ONWARD = Button("onward", Phrase("walk.onward"), "main")
PHOTOS_SEND = Button("send", Phrase("walk.photos_send"), "main")
SEND = Button("send", Phrase("walk.send"), "main")
SEND_UNSIGNED = Button("send", Phrase("walk.send_unsigned"), "quiet")
SIGN_HERE = Button("send", Phrase("walk.to_signature"), "main")
SIGN_BY_LINK = Button(f"home_ask.{SIGN}", Phrase("walk.sign_by_link"), "main")
SIGN_BY_LINK_END = Button(f"home_end.{SIGN}", Phrase("walk.link_end"), "quiet")


def summary_of(route: Route) -> list[Reply]:
    if route.is_on_paper:
        return [_on_paper(route)]
    missing, link = route.missing(), route_link(route, SIGN)
    words: list[Param] = [_summary_opening(route, missing)]
    words.extend(note_of(route, note) for note in route.notes.get("", ()))
    if len(missing) > MAX_NAMES:
        words.append(Phrase("walk.many_missing", {"count": len(missing)}))
    elif missing:
        names = Listing(tuple(step.node.brief for step in missing))
        words.append(Phrase("walk.still_missing", {"count": len(missing), "names": names}))
    elif route.draft.takes_photos:
        words.append(Phrase("walk.photos_ready", params_of(route.facts)))
    elif link is not None:
        words.append(Phrase("walk.link_waits", params_of(route.facts)))
    elif not route.is_guardian and "" not in route.notes:
        words.append(Phrase("walk.guardian_signs", params_of(route.facts)))
    send = PHOTOS_SEND if route.draft.takes_photos else SEND
    buttons = [ONWARD] if missing else [SIGN_HERE if route.signatures else send]
    if may_sign_by_link(route):
        buttons = [SIGN_BY_LINK, send] if link is None else [SIGN_BY_LINK_END, SEND_UNSIGNED]
    if missing and route.draft.state is DraftState.returned:
        buttons.append(REMIND)
    if route.draft.takes_photos:
        buttons.append(PHOTOS_NO)
    buttons += [BACK, HOME, HELP]
    if route.draft.state is DraftState.open:
        buttons.append(DISCARD)
    ask = Ask("digits")
    pictures = tuple(note_pictures(route, route.notes.get("", ())))
    summary = Reply("summary", tuple(words), tuple(buttons), ask, route.lines(), pictures)
    return [*asked_home(link), summary]


def _on_paper(route: Route) -> Reply:
    """The family will come for the paper form; it may still change its mind."""
    words = tuple(note_of(route, note) for note in route.notes.get("", ()))
    return Reply(
        "note", words or (Phrase("walk.on_paper", params_of(route.facts)),), (BACK, HOME, HELP)
    )


def _summary_opening(route: Route, missing: tuple[Step, ...]) -> Param:
    if route.draft.state is DraftState.returned and missing:
        paper = route.facts.paper
        count: Mapping[str, Param] = {"count": len(missing)}
        if paper is None or paper.due is None:
            return Phrase("walk.returned", count)
        return Phrase("walk.returned_by", {**count, "due": Day(paper.due.isoformat())})
    return Phrase("walk.read_it_through")
