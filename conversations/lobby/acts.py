"""What the buttons of the lobby do: the next place, and what the house must do for it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from conversations.answering import remind_at
from conversations.draft import Place
from conversations.lobby.matters import index_of, objections_to
from conversations.lobby.parts import WAITING, Gone, may_reapply, paper_in_hand
from conversations.turn import (
    AskHelp,
    Discard,
    Facts,
    HandPhotos,
    OpenDraft,
    Reapply,
    Recall,
    RegisterWish,
    RemindAt,
    SetLanguage,
    WithdrawConsent,
)
from conversations.wishes import WISHES
from locales import LANGUAGES
from registry.legality import TRANSFER_OUT, WITHDRAWAL
from registry.submissions import State

UNDER_WAY = frozenset({State.in_review, State.approved, State.awaiting_outside})


def _go_home(place: Place, facts: Facts, _: str) -> Gone:
    return Gone(replace(place, screen="home", focus=None))


def _go_children(place: Place, facts: Facts, _: str) -> Gone:
    return Gone(replace(place, screen="home", child=None, draft_id=None, focus=None))


def _take_child(place: Place, facts: Facts, argument: str) -> Gone:
    index = _index(argument, len(facts.children))
    if index is None:
        return Gone(place)
    chosen = facts.children[index].student_id
    return Gone(replace(place, screen="home", child=chosen, draft_id=None, focus=None))


def _open(place: Place, facts: Facts, argument: str) -> Gone:
    number, _, word = argument.partition(".")
    index = _index(number, len(facts.papers))
    if index is None:
        return Gone(place)
    paper = facts.papers[index]
    child = paper.student_id or paper.claim_id
    inside = replace(place, child=child, draft_id=paper.draft_id, focus=None)
    if paper.is_handed or (paper.state is not None and paper.state not in WAITING):
        return Gone(replace(inside, screen="status"))
    if paper.state is None:
        found = objections_to(paper.form_id, facts)
        if any(it.stops for it in found) or (found and word != "yes" and not paper.done):
            return Gone(replace(inside, screen=f"objection.{paper.form_id}"))
    outcome = OpenDraft(paper.form_id, paper.student_id, paper.claim_id)
    return Gone(replace(inside, screen="form"), outcome)


def _photos_back(place: Place, facts: Facts, _: str) -> Gone:
    """The family types itself after all."""
    paper = paper_in_hand(place, facts)
    if paper is None or not paper.is_handed:
        return Gone(replace(place, screen="status"))
    return Gone(replace(place, screen="form", focus=None), HandPhotos(is_handed=False))


def _go_to(screen: str) -> Callable[[Place, Facts, str], Gone]:
    """A screen about the child in hand."""
    return lambda place, facts, _: Gone(replace(place, screen=screen, draft_id=None, focus=None))


def _wish(place: Place, facts: Facts, argument: str) -> Gone:
    """A wish opens its paper, or says why not (K4)."""
    wish = WISHES.get(argument)
    if wish is None or facts.student is None:
        return Gone(place)
    index = index_of(wish.paper, place, facts)
    if index is not None:
        gone = _open(place, facts, str(index))
        is_under_way = facts.papers[index].state in UNDER_WAY
        news = "wish.under_way" if is_under_way else gone.place.news
        return replace(gone, place=replace(gone.place, news=news))
    return Gone(replace(place, screen=f"objection.{wish.paper}", draft_id=None, focus=None))


def _tell(place: Place, facts: Facts, argument: str) -> Gone:
    """The registrar is told of the wish; the family is reminded on the day it can be done."""
    found = objections_to(argument, facts)
    if not found or argument not in TOLD:
        return Gone(place)
    opens = next((it.opens for it in found if it.opens is not None), None)
    news = "lobby.wish_kept" if opens is not None else "lobby.wish_told"
    return Gone(replace(place, news=news), RegisterWish(argument, opens))


TOLD = frozenset({TRANSFER_OUT, WITHDRAWAL, "transfer_in", "resumption"})
"""Papers and wishes of which the registrar is told, or the day kept."""


def _apply_again(place: Place, facts: Facts, _: str) -> Gone:
    paper = paper_in_hand(place, facts)
    if paper is None or paper.draft_id is None or not may_reapply(paper):
        return Gone(place)
    found = objections_to(paper.form_id, facts)
    if any(it.stops for it in found):
        return Gone(replace(place, screen=f"objection.{paper.form_id}"))
    return Gone(replace(place, screen="form", focus=None), Reapply(paper.draft_id))


def _withdraw(place: Place, facts: Facts, argument: str) -> Gone:
    index = _index(argument, len(facts.consents))
    if index is None or place.screen != "consents":
        return Gone(place)
    purpose = facts.consents[index].purpose
    other = "" if purpose == "committee_help" else "_other"
    return Gone(replace(place, news=f"consent.is_withdrawn{other}"), WithdrawConsent(purpose))


def _resume(place: Place, facts: Facts, _: str) -> Gone:
    if place.draft_id is None:
        return _go_home(place, facts, "")
    return Gone(replace(place, screen="form"))


def _see_status(place: Place, facts: Facts, argument: str) -> Gone:
    index = _index(argument, len(facts.papers))
    if index is not None:
        place = replace(place, draft_id=facts.papers[index].draft_id)
    elif place.draft_id is None:
        sent = [paper for paper in facts.papers if paper.state and paper.draft_id]
        place = replace(place, draft_id=sent[0].draft_id if len(sent) == 1 else None)
    return Gone(replace(place, screen="status", focus=None))


def _ask_help(place: Place, facts: Facts, argument: str) -> Gone:
    if argument == "teacher" or place.screen != "home":
        path = place.focus.path if place.focus else ""
        return Gone(replace(place, news="lobby.help_asked"), AskHelp(path))
    return Gone(replace(place, screen="help"))


def _guide(place: Place, facts: Facts, _: str) -> Gone:
    return Gone(replace(place, screen="help"))


def _speak(place: Place, facts: Facts, argument: str) -> Gone:
    if argument not in LANGUAGES:
        return Gone(place)
    screen = "form" if place.focus is not None else "home"
    return Gone(replace(place, screen=screen), SetLanguage(argument))


def _choose_language(place: Place, facts: Facts, _: str) -> Gone:
    return Gone(replace(place, screen="language"))


def _throw_away(place: Place, facts: Facts, argument: str) -> Gone:
    if place.draft_id is None:
        return Gone(place)
    if place.screen != "discard" or argument != "yes":
        return Gone(replace(place, screen="discard"))
    empty = replace(place, screen="home", draft_id=None, focus=None, news="lobby.discarded")
    return Gone(empty, Discard(place.draft_id))


def _take_back(place: Place, facts: Facts, argument: str) -> Gone:
    paper = paper_in_hand(place, facts)
    if paper is None or paper.submission_id is None or not paper.may_recall:
        return Gone(replace(place, screen="status", news="lobby.recall_late"))
    if argument != "yes":
        return Gone(replace(place, screen="recall"))
    return Gone(replace(place, screen="status", news=""), Recall(paper.submission_id))


def _remind(place: Place, facts: Facts, argument: str) -> Gone:
    if place.draft_id is None:
        return Gone(place)
    tomorrow = facts.now.replace(hour=0) + timedelta(days=1)
    at = remind_at(tomorrow if argument == "tomorrow" else facts.now)
    key = "walk.remind_today" if at.date() == facts.now.date() else "walk.remind_tomorrow"
    return Gone(replace(place, news=key), RemindAt(at))


ACTS: Mapping[str, Callable[[Place, Facts, str], Gone]] = {
    "child": _take_child,
    "children": _go_children,
    "consents": _go_to("consents"),
    "discard": _throw_away,
    "guide": _guide,
    "help": _ask_help,
    "history": _go_to("history"),
    "home": _go_home,
    "lang": _speak,
    "language": _choose_language,
    "open": _open,
    "photos": _photos_back,
    "reapply": _apply_again,
    "recall": _take_back,
    "record": _go_to("record"),
    "remind": _remind,
    "resume": _resume,
    "status": _see_status,
    "tell": _tell,
    "wish": _wish,
    "wishes": _go_to("wishes"),
    "withdraw": _withdraw,
}


def _index(argument: str, count: int) -> int | None:
    number = int(argument) if argument.isdecimal() and len(argument) < 6 else count
    return number if number < count else None
