"""[办别的事]: what a family may want, and what is said before a paper opens (K4).

The list follows from the child's status; a wish leads to its paper, or to the sentences of
`registry.legality` with what can be done instead. Shows; decides nothing.
"""

from collections.abc import Iterator

from conversations.draft import Place
from conversations.lobby.parts import HELP, HOME, LANGUAGE, papers_of
from conversations.parts import params_of
from conversations.turn import Button, Facts, FormWords, Param, Phrase, Reply
from conversations.wishes import WISHES, Wish
from registry.legality import Objection, objections

OFFERS = frozenset(WISHES)
"""Offers that are wishes; "ask" is the button every screen has."""


def wishes(place: Place, facts: Facts) -> tuple[Reply, ...]:
    """Everything that can be asked for this child."""
    known = (it for it in listed(facts) if _leads_on(it, place, facts))
    buttons = [Button(f"wish.{it.code}", Phrase(f"wish.{it.code}")) for it in known]
    buttons += _others(place, facts)
    words = (Phrase("lobby.wishes_which", params_of(facts)),)
    return (Reply("home", words, (*buttons, HOME, HELP)),)


def listed(facts: Facts) -> tuple[Wish, ...]:
    """The wishes of a child of that status."""
    if facts.student is None:
        return ()
    return tuple(it for it in WISHES.values() if facts.student.status in it.listed)


def _leads_on(wish: Wish, place: Place, facts: Facts) -> bool:
    """Whether there is a paper for it, or something to say instead."""
    is_said = bool(objections_to(wish.paper, facts))
    return is_said or index_of(wish.paper, place, facts) is not None


def objection(place: Place, facts: Facts) -> tuple[Reply, ...]:
    """Why not, or why not now, and what instead; where it only warns, the way on."""
    paper = place.screen.partition(".")[2]
    found = objections_to(paper, facts)
    words: list[Param] = [Phrase(f"legality.{it.code}", params_of(facts)) for it in found]
    buttons = list(_offered(found, paper))
    index = index_of(paper, place, facts)
    if not any(it.stops for it in found):
        if index is None:
            words.append(Phrase("lobby.no_paper", params_of(facts)))
        else:
            buttons.insert(0, Button(f"open.{index}.yes", Phrase("lobby.go_ahead"), "main"))
    return (Reply("home", tuple(words), (*buttons, HOME, HELP, LANGUAGE)),)


def objections_to(paper: str, facts: Facts) -> tuple[Objection, ...]:
    """What is said before this paper opens for the child in hand."""
    return objections(paper, facts.circumstances) if facts.circumstances is not None else ()


def index_of(paper: str, place: Place, facts: Facts) -> int | None:
    """Where the paper of that name stands in the facts: the one in hand, else a fresh one."""
    found = [i for i, it in papers_of(place, facts) if it.form_id == paper and not it.is_past]
    return found[-1] if found else None


def _others(place: Place, facts: Facts) -> Iterator[Button]:
    """Papers of the school's own that are begun as often as needed and that no wish names."""
    known = {wish.paper for wish in WISHES.values()}
    for i, paper in papers_of(place, facts):
        if paper.occasion == "case" and paper.draft_id is None and paper.form_id not in known:
            yield Button(f"open.{i}", FormWords(paper.title))


def _offered(found: tuple[Objection, ...], paper: str) -> Iterator[Button]:
    told: set[str] = set()
    for offer in (offer for it in found for offer in it.offers):
        if offer in told or offer == "ask":
            continue
        told.add(offer)
        if offer in OFFERS:
            yield Button(f"wish.{offer}", Phrase(f"wish.{offer}"), "answer")
        else:
            yield Button(f"tell.{paper}", Phrase(f"lobby.{offer}_registrar"), "main")
