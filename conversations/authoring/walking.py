"""One family going through a form from the first question to the last, by itself.

Every step is the real `converse`; nothing is stored. Who walks chooses the answers. Called by
`exploring` and by the terminal channel's scripts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from conversations.answering import may_skip
from conversations.authoring.trials import FILE, SKIP
from conversations.dialogue import converse
from conversations.draft import Draft, Place
from conversations.form import Form
from conversations.plan import Step
from conversations.turn import (
    Button,
    Chose,
    Facts,
    FormWords,
    Input,
    Look,
    Param,
    Phrase,
    Reply,
    Said,
    Sent,
    Submit,
    Turn,
)
from conversations.walk import Route
from registry.frozen import frozen

MAX_STEPS = 4_000
MAX_TRIES = 24

SENT, ON_PAPER, STUCK, ENDLESS = "sent", "on_paper", "stuck", "endless"
"""How a walk ends."""


@frozen
class Exchange:
    """What the family said, and what it was shown then. "" opens the form."""

    said: Param
    replies: tuple[Reply, ...]


@dataclass(slots=True)
class Walk:
    """A conversation so far. `chosen`: path → trial that was taken; `met`: questions asked."""

    facts: Facts
    place: Place
    draft: Draft
    turn: Turn
    exchanges: list[Exchange] = field(default_factory=list)
    chosen: dict[str, str] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)  # paths of questions and notes, without members
    refused: set[tuple[str, str]] = field(default_factory=set)
    steps: int = 0
    end: str = ""
    at: str = ""  # where it is stuck

    def __repr__(self) -> str:
        """Where it ended; never what was said."""
        return f"Walk({self.steps} steps, {self.end!r})"

    def give(self, given: Input, said: Param) -> None:
        """One turn."""
        facts = replace(self.facts, draft=self.draft)
        self.turn = converse(self.place, given, facts)
        self.place = self.turn.place
        self.draft = self.turn.draft or self.draft
        self.steps += 1
        self.exchanges.append(Exchange(said, self.turn.replies))

    def press(self, op: str) -> bool:
        """Press a button that is shown."""
        button = next((each for each in self.buttons() if each.op == op), None)
        if button is None:
            return False
        self.give(Chose(self.place.turn, op), button.label)
        return True

    def say(self, text: str) -> None:
        """Type."""
        self.give(Said(text), text)

    def buttons(self) -> tuple[Button, ...]:
        """All that can be pressed now."""
        return tuple(button for reply in self.turn.replies for button in reply.buttons)

    def members(self, path: str) -> str:
        """The members of a repeat so far."""
        answer = self.draft.answers.get(path)
        return answer.text if answer else ""

    def route(self) -> Route:
        """Where the draft stands."""
        if self.facts.form is None:
            raise ValueError("a walk needs its form")
        return Route(self.facts.form, self.draft, self.facts)


Choose = Callable[[Route, Step], Sequence[str]]
"""What to answer at a question, best first; `SKIP` leaves it out."""


def begin(form: Form, facts: Facts) -> Walk:
    """In front of the first question."""
    draft = new_draft(form, facts)
    facts = replace(facts, form=form, draft=draft)
    place = Place(facts.actor.id, 0, "form", draft.id)
    turn = converse(place, Look(), facts)
    walk = Walk(facts, turn.place, draft, turn)
    walk.exchanges.append(Exchange("", turn.replies))
    return walk


def new_draft(form: Form, facts: Facts) -> Draft:
    """An empty one of an invented child."""
    return Draft("draft", facts.school.id, form.id, form.version, CHILD_ID, None, "trial")


CHILD_ID = "child"


def go_through(walk: Walk, choose: Choose) -> Walk:
    """To the end: sent, on paper, stuck at a question, or going round in circles."""
    while not walk.end:
        if walk.steps > MAX_STEPS:
            walk.end, walk.at = ENDLESS, walk.turn.asking
        elif isinstance(walk.turn.outcome, Submit):
            walk.end = SENT
        elif walk.turn.asking:
            _answer(walk, choose)
        else:
            _close(walk)
    return walk


def _close(walk: Walk) -> None:
    """The summary: send, or go to what is missing."""
    route = walk.route()
    walk.met |= {step.node.path for notes in route.notes.values() for step in notes}
    if route.is_on_paper:
        walk.end = ON_PAPER
    elif not (walk.press("send") or walk.press("onward")):
        walk.end = STUCK


def _answer(walk: Walk, choose: Choose) -> None:
    route = walk.route()
    path = walk.turn.asking
    step = route.step(path)
    if step is None:
        walk.end, walk.at = STUCK, path
        return
    walk.met |= {path_of.node.path for path_of in (step, *route.notes.get(path, ()))}
    if walk.place.focus is not None and walk.place.focus.is_proposed:
        # Both answers to a proposal are tried, one walk or question after the other.
        is_declined = (len(walk.chosen) + len(walk.facts.actor.links)) % 2
        any(walk.press(op) for op in (("no",) if is_declined else ("yes", "yes.all")))
        return
    for text in tuple(choose(route, step))[:MAX_TRIES]:
        if _try(walk, step, text, route):
            walk.chosen[path] = walk.members(path) if step.node.is_repeat else text
            return
        walk.refused.add((path, text))
        if walk.turn.asking != path:
            return
    walk.end, walk.at = STUCK, path


def _try(walk: Walk, step: Step, text: str, before: Route) -> bool:
    """Give one answer the way a person would; whether it was taken."""
    draft = walk.draft
    if text == SKIP:
        return may_skip(before, step) and walk.press("skip")
    _GIVE.get(step.node.question.type, _type_in)(walk, step, text)
    focus = walk.place.focus
    if focus is not None and focus.path == step.path and focus.unconfirmed is not None:
        walk.press("yes")
    return walk.draft is not draft or isinstance(walk.turn.outcome, Submit)


def _type_in(walk: Walk, step: Step, text: str) -> None:
    walk.say(text)


def _choose_one(walk: Walk, step: Step, text: str) -> None:
    found = step.node.codes.get(text)
    if found is None:
        walk.say(text)
    elif not walk.press(f"a.{found[0]}"):
        walk.give(Said(text), FormWords(found[1].label))


def _choose_several(walk: Walk, step: Step, text: str) -> None:
    """By switches where all are in sight, else typed."""
    codes = [step.node.codes[code][0] for code in text.split() if code in step.node.codes]
    shown = {button.op for button in walk.buttons()}
    if not all(f"a.{code}" in shown for code in codes):
        walk.say(text)
        return
    walk.press("clear")
    for code in codes:
        walk.press(f"a.{code}")
    if step.node.question.type != "rank":
        walk.press("done")


def _send_file(walk: Walk, step: Step, text: str) -> None:
    shown = Phrase(
        "answer.photo_given" if step.node.question.type == "image" else "answer.file_given"
    )
    walk.give(Sent(text or FILE), shown)


def _acknowledge(walk: Walk, step: Step, text: str) -> None:
    walk.press("ok")


def _press_named(walk: Walk, step: Step, text: str) -> None:
    walk.press(text)


_GIVE: dict[str, Callable[[Walk, Step, str], None]] = {
    "acknowledge": _acknowledge,
    "file": _send_file,
    "image": _send_file,
    "rank": _choose_several,
    "repeat": _press_named,
    "select_multiple": _choose_several,
    "select_one": _choose_one,
}
