"""The dialogue: `converse(place, input, facts) -> Turn`. Pure; the same for every channel.

Either the lobby or the walk of a form. Sends nothing, reads no clock and no database: all it
knows is in Facts. Called by `bot.turns` and by the author's preview.
"""

from collections.abc import Mapping
from dataclasses import replace

from conversations import lobby, showing
from conversations.acts import move
from conversations.answering import Hand, Moved, hand_of, next_place
from conversations.changes import settle
from conversations.draft import DraftState, Focus, Place
from conversations.finish import finish, mark_of
from conversations.turn import (
    LOOK_AGAIN,
    Chose,
    Command,
    Facts,
    Input,
    Line,
    Look,
    Outcome,
    Said,
    Sent,
    Submit,
    Turn,
)
from conversations.walk import Route
from registry.problems import Problem

COMMANDS: Mapping[str, str] = {
    "back": "back",
    "continue": "resume",
    "discard": "discard",
    "help": "guide",
    "home": "home",
    "language": "language",
    "leave": "leave",
    "start": "home",
    "status": "status",
    "summary": "summary",
}
"""Words after a slash, and the button each stands for. Without the slash a word is an answer."""

KEPT_SCREENS = frozenset({"consents", "wishes"})
"""Screens on which a refusal is said where it was met."""

FORM_SCREENS = frozenset({"form", "summary"})


def converse(place: Place, given: Input, facts: Facts) -> Turn:
    """One turn. `facts.draft` and `facts.form` belong to `place.draft_id`."""
    given = _plain(given)
    if isinstance(given, Look):
        return _present(place, facts)
    if isinstance(given, Chose) and given.turn != place.turn:
        return _present(place.at(place.screen, place.focus, "walk.stale"), facts)
    acting = place.acting()
    if isinstance(given, Command):
        op = COMMANDS.get(given.name)
        if op is None:
            place = place.at(place.screen, place.focus, "lobby.unknown_command")
            return _present(place, facts)
        given = Chose(acting.turn, op)
    if place.screen in FORM_SCREENS and _is_open(place, facts):
        return _in_form(place, acting, given, facts)
    return _in_lobby(acting, given, facts)


def refuse(place: Place, problem: Problem, facts: Facts) -> Turn:
    """The desk refused the outcome of a turn: say why where the person is."""
    screen = "summary" if facts.draft is not None else "home"
    screen = place.screen if place.screen in KEPT_SCREENS else screen
    return _present(place.at(screen, None, problem.code), facts)


def answered(facts: Facts) -> tuple[Line, ...]:
    """What is answered so far, each line to be changed by its `op`: the page's history."""
    if facts.form is None or facts.draft is None:
        return ()
    return _route(facts).answered()


def _plain(given: Input) -> Input:
    """A typed "/help" is a command; any other text is data."""
    if isinstance(given, Said) and given.text.startswith("/"):
        name, _, argument = given.text[1:].strip().partition(" ")
        if name.isascii() and name.isalpha():
            return Command(name.lower(), argument)
    return given


def _is_open(place: Place, facts: Facts) -> bool:
    draft = facts.draft
    return (
        facts.form is not None
        and draft is not None
        and draft.id == place.draft_id
        and draft.state in (DraftState.open, DraftState.returned)
    )


# ---- in a form


def _in_form(before: Place, acting: Place, given: Input, facts: Facts) -> Turn:
    route = _route(facts)
    if isinstance(given, Chose):
        verb = given.op.partition(".")[0]
        if verb == "leave":
            return _present(acting.at("home", None, "walk.left"), facts)
        if verb in LOBBY_VERBS:
            return _in_lobby(acting, given, facts)
    if isinstance(given, Look | Command):
        return _present(before, facts)
    hand = hand_of(acting, route)
    return _after(hand, move(hand, given), facts)


LOBBY_VERBS = frozenset({"discard", "guide", "home", "lang", "language", "resume", "status"})
"""Buttons that leave a question for a screen of the lobby."""


def _after(hand: Hand, moved: Moved, facts: Facts) -> Turn:
    route, draft = hand.route, moved.draft
    if moved.is_ready:
        content = finish(route.form, draft, facts)
        return Turn(moved.place, (), draft, True, outcome=Submit(content))
    if isinstance(moved.outcome, LOOK_AGAIN):
        return Turn(moved.place, (), outcome=moved.outcome)
    if draft is not route.draft:
        route = settle(route, route.again(draft))
    if moved.place.screen not in FORM_SCREENS:
        return _in_words(moved.place, facts, moved.outcome)
    return _show(moved.place, route, moved.outcome, is_changed=route is not hand.route)


def _route(facts: Facts) -> Route:
    if facts.form is None or facts.draft is None:
        raise ValueError("a form's screen needs its form and draft")
    return Route(facts.form, facts.draft, facts, facts.trail)


# ---- in the lobby


def _in_lobby(place: Place, given: Input, facts: Facts) -> Turn:
    if isinstance(given, Said | Sent):
        return _typed(place, given, facts)
    op = given.op if isinstance(given, Chose) else ""
    op = "home" if op == "leave" else op
    gone = lobby.go(place, facts, op)
    if isinstance(gone.outcome, LOOK_AGAIN):
        return Turn(gone.place, (), outcome=gone.outcome)
    return _present(gone.place, facts, gone.outcome)


def _typed(place: Place, given: Said | Sent, facts: Facts) -> Turn:
    """Outside a form nothing is asked in words; a number presses that button."""
    text = given.text.strip() if isinstance(given, Said) else ""
    buttons = [b for reply in lobby.show(place, facts) for b in reply.buttons]
    if text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(buttons):
        return _in_lobby(place, Chose(place.turn, buttons[int(text) - 1].op), facts)
    return _present(place.at(place.screen, place.focus, "lobby.press"), facts)


# ---- what is shown


def _present(place: Place, facts: Facts, outcome: Outcome | None = None) -> Turn:
    """Where the person stands, in words."""
    if place.screen in FORM_SCREENS and _is_open(place, facts):
        return _show(place, _route(facts), outcome)
    if place.screen in FORM_SCREENS:
        place = place.at("status")
    return _in_words(place, facts, outcome)


def _in_words(place: Place, facts: Facts, outcome: Outcome | None) -> Turn:
    """A screen of the lobby; how far a paper is stands under its name and the child's."""
    head = lobby.header(place, facts)
    return Turn(place, lobby.show(place, facts), header=head, outcome=outcome)


def _show(
    place: Place, route: Route, outcome: Outcome | None = None, *, is_changed: bool = False
) -> Turn:
    """Where the person stands in a form. Chooses the next question where none is in hand."""
    hand = hand_of(place, route)
    if place.screen == "form" and hand.step is None:
        if place.focus is not None and not place.news:
            place = place.at("form", None, "walk.moved_on")
        hand = hand_of(next_place(place, route), route)
    if hand.place.screen == "summary":
        read = Focus("", seen=mark_of(route))
        hand = replace(hand, place=hand.place.at("summary", read, hand.place.news))
    return Turn(
        hand.place,
        showing.show(hand),
        route.draft,
        is_changed,
        showing.header_of(hand),
        outcome,
        route.done,
        route.total,
        hand.step.path if hand.step else "",
        route.answered,
        route.trail,
    )
