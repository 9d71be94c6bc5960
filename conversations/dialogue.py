"""The dialogue: `converse(place, input, facts) -> Turn`. Pure; the same for every channel.

Either the lobby or the walk of a form. Sends nothing, reads no clock and no database: all it
knows is in Facts. Called by `bot.turns` and by the author's preview.
"""

from collections.abc import Mapping
from dataclasses import replace

from conversations import lobby, showing
from conversations.answering import Hand, Moved, hand_of, move, next_place
from conversations.draft import DraftState, Place
from conversations.finish import finish
from conversations.turn import Chose, Command, Facts, Input, Look, Said, Sent, Submit, Turn
from conversations.walk import Route
from registry.problems import Problem

COMMANDS: Mapping[str, str] = {
    "back": "back",
    "continue": "resume",
    "help": "help",
    "home": "home",
    "language": "language",
    "leave": "leave",
    "start": "home",
    "status": "status",
    "summary": "summary",
}
"""Words after a slash, and the button each stands for. Without the slash a word is an answer."""

FORM_SCREENS = frozenset({"form", "summary"})


def converse(place: Place, given: Input, facts: Facts) -> Turn:
    """One turn. `facts.draft` and `facts.form` belong to `place.draft_id`."""
    given = _plain(given)
    if isinstance(given, Look):
        return _present(place, facts)
    if isinstance(given, Chose) and given.turn != place.turn:
        return _present(place, facts, extra="walk.stale")
    acting = replace(place, turn=place.turn + 1, news="")
    if isinstance(given, Command):
        op = COMMANDS.get(given.name)
        if op is None:
            return _present(place, facts, extra="lobby.unknown_command")
        given = Chose(acting.turn, op)
    if place.screen in FORM_SCREENS and _is_open(place, facts):
        return _in_form(place, acting, given, facts)
    return _in_lobby(acting, given, facts)


def refuse(place: Place, problem: Problem, facts: Facts) -> Turn:
    """The desk refused the outcome of a turn: say why where the person is."""
    at = replace(place, screen="summary" if facts.draft else "home", focus=None)
    return _present(at, facts, extra=problem.code)


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
            left = replace(acting, screen="home", focus=None, news="")
            return _present(left, facts, extra="walk.left", route=route)
        if verb in LOBBY_VERBS:
            return _in_lobby(acting, given, facts)
    if isinstance(given, Look | Command):
        return _present(before, facts)
    hand = hand_of(acting, route)
    return _after(hand, move(hand, given), facts)


LOBBY_VERBS = frozenset({"discard", "home", "lang", "language", "resume", "status"})
"""Buttons that leave a question for a screen of the lobby."""


def _after(hand: Hand, moved: Moved, facts: Facts) -> Turn:
    draft = moved.draft
    is_changed = draft is not hand.route.draft
    if moved.is_ready and facts.form is not None:
        content = finish(facts.form, draft, facts)
        return Turn(moved.place, (), draft, is_changed, None, Submit(content))
    if is_changed:
        facts = replace(facts, draft=draft)
        route = _route(facts)
    else:
        route = hand.route
    turn = _present(moved.place, facts, route=route)
    return replace(turn, draft=draft, is_changed=is_changed, outcome=moved.outcome)


def _route(facts: Facts) -> Route:
    if facts.form is None or facts.draft is None:
        raise ValueError("a form's screen needs its form and draft")
    return Route(facts.form, facts.draft, facts)


# ---- in the lobby


def _in_lobby(place: Place, given: Input, facts: Facts) -> Turn:
    if isinstance(given, Said | Sent):
        return _typed(place, given, facts)
    op = given.op if isinstance(given, Chose) else ""
    op = "home" if op == "leave" else op
    gone = lobby.go(place, facts, op)
    turn = _present(gone.place, facts)
    if gone.outcome is None:
        return turn
    turn = replace(turn, outcome=gone.outcome)
    return replace(turn, replies=()) if turn.looks_again else turn


def _typed(place: Place, given: Said | Sent, facts: Facts) -> Turn:
    """Outside a form nothing is asked in words; a number presses that button."""
    text = given.text.strip() if isinstance(given, Said) else ""
    buttons = [b for reply in lobby.show(place, facts) for b in reply.buttons]
    if text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(buttons):
        return _in_lobby(place, Chose(place.turn, buttons[int(text) - 1].op), facts)
    return _present(place, facts, extra="lobby.press")


# ---- what is shown


def _present(place: Place, facts: Facts, *, extra: str = "", route: Route | None = None) -> Turn:
    """Where the person stands, in words. Chooses the next question where none is in hand."""
    if place.screen not in FORM_SCREENS or not _is_open(place, facts):
        screen = place.screen if place.screen not in FORM_SCREENS else "status"
        at = place if screen == place.screen else replace(place, screen=screen, focus=None)
        return Turn(at, lobby.show(at, facts, extra))
    route = route or _route(facts)
    hand = hand_of(place, route)
    if place.screen == "form" and hand.step is None:
        if place.focus is not None and not place.news:
            place = replace(place, news="walk.moved_on")
        hand = hand_of(next_place(place, route), route)
    return Turn(
        hand.place,
        showing.show(hand, extra),
        header=showing.header_of(hand),
        done=route.done,
        total=route.total,
        asking=hand.step.path if hand.step else "",
    )
