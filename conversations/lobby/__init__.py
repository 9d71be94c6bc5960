"""Everything outside a form: home, the child, how far a paper is, language, help, and what needs a
second word.

`SCREENS` is the table: what a screen shows; `ACTS` what its buttons do. Pure, like the walk.
Called by `dialogue`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from conversations.draft import Place
from conversations.lobby.acts import ACTS
from conversations.lobby.home import discard, help, home, language, recall, status
from conversations.lobby.matters import objection, wishes
from conversations.lobby.parts import Gone as Gone
from conversations.lobby.parts import paper_in_hand as paper_in_hand
from conversations.lobby.parts import papers_of as papers_of
from conversations.lobby.record import consents, history, record
from conversations.parts import params_of
from conversations.turn import Facts, FormWords, Header, Phrase, Reply

SCREENS: Mapping[str, Callable[[Place, Facts], tuple[Reply, ...]]] = {
    "consents": consents,
    "discard": discard,
    "help": help,
    "history": history,
    "home": home,
    "language": language,
    "objection": objection,
    "recall": recall,
    "record": record,
    "status": status,
    "wishes": wishes,
}


def show(place: Place, facts: Facts) -> tuple[Reply, ...]:
    """The screen somebody is on; what stands after a dot is what it is about."""
    replies = SCREENS.get(place.screen.partition(".")[0], home)(place, facts)
    if not place.news:
        return replies
    paper = paper_in_hand(place, facts)
    params = params_of(facts, paper.done, paper.total) if paper else params_of(facts)
    return (Reply("note", (Phrase(place.news, params),)), *replies)


def header(place: Place, facts: Facts) -> Header | None:
    """Whose paper it is and which, above how far it is: a family may have sent several."""
    paper = paper_in_hand(place, facts) if place.screen == "status" else None
    if paper is None:
        return None
    return Header(facts.child_name, FormWords(paper.title), 0, 0)


def go(place: Place, facts: Facts, op: str) -> Gone:
    """Press a button of the lobby; an unknown one changes nothing."""
    verb, _, argument = op.partition(".")
    act = ACTS.get(verb)
    if act is None:
        return Gone(place)
    return act(replace(place, news=""), facts, argument)
