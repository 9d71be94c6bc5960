"""Forms as families send them: a dialogue on the stage that goes on sensibly, and what it sends.

`OnStage` lets the explorer's answers be given by somebody on the stage; `instance` writes what was
sent the way ODK keeps a filled form. Called by the tests of dialogues.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

from conversations.answering import may_skip
from conversations.authoring.clues import find_clues
from conversations.authoring.trials import SKIP, trials
from conversations.authoring.walking import SENT, Choose, Walk
from conversations.draft import DraftState, Place
from conversations.plan import Node, Step
from conversations.turn import Chose, Input, Outcome, Param, Submit
from conversations.walk import Route
from registry.submissions import Content
from tests.conversations.stage import Stage

MOST_MEMBERS = 3
PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Submission:
    """What went out, and the route it was read from."""

    route: Route
    content: Content

    def __repr__(self) -> str:
        """Its answers by path: they are invented."""
        return f"Submission({self.route.values})"


@dataclass
class SendingStage(Stage):
    """A stage that keeps all that was ever sent."""

    keep: Callable[[Submission], None] = field(default=lambda _: None)

    def _carry_out(self, outcome: Outcome, place: Place) -> None:
        if isinstance(outcome, Submit):
            draft = self.draft()
            assert draft is not None
            self.keep(Submission(Route(self.form, draft, self.facts()), outcome.content))
        super()._carry_out(outcome, place)

    @property
    def is_sent(self) -> bool:
        draft = self.draft()
        return draft is not None and draft.state is DraftState.submitted


class OnStage(Walk):
    """Whoever is on the stage, answering by himself for some turns.

    Before sending he reads the summary and changes his mind a few times: `corrections`.
    """

    def __init__(
        self, stage: Stage, turns: int, source: random.Random, corrections: int = 0
    ) -> None:
        draft, turn = stage.draft(), stage.turn
        assert draft is not None
        assert turn is not None
        super().__init__(stage.facts(), stage.place(), draft, turn)
        self.stage, self.turns = stage, turns
        self.source, self.corrections = source, corrections

    def give(self, given: Input, said: Param) -> None:
        self.stage.take(given)
        self.steps += 1
        draft, turn = self.stage.draft(), self.stage.turn
        assert turn is not None
        self.place, self.turn, self.facts = self.stage.place(), turn, self.stage.facts()
        if draft is not None and draft != self.draft:
            self.draft = draft
        if draft is not None and draft.state is DraftState.submitted:
            self.end = SENT
        elif self.steps >= self.turns:
            self.end = PAUSED

    def press(self, op: str) -> bool:
        if op != "send" or not self.corrections:
            return super().press(op)
        self.corrections -= 1
        step = self.source.choice(self.route().steps)
        self.give(Chose(self.place.turn, f"go.{step.op}"), step.node.label)
        return True


def sensible(stage: Stage, source: random.Random) -> Choose:
    """Answers that fit, in any order, and now and then one that does not."""
    clues = find_clues(stage.form)

    def choose(route: Route, step: Step) -> Sequence[str]:
        if step.node.is_repeat:
            count = len(route.values.get(step.path, "").split())
            return ("add",) if count < source.randrange(MOST_MEMBERS + 1) else ("enough",)
        found = list(trials(route, step, clues, may_skip=may_skip(route, step)))
        source.shuffle(found)
        if SKIP in found and source.random() < 0.7:
            found.remove(SKIP)
            found.append(SKIP)
        return found

    return choose


# ---- what was sent, as ODK keeps it


def instance(route: Route) -> str:
    """The whole route. ODK works out calculations anew, but filters need them from the start."""
    root = Element("data", {"id": route.form.id, "version": route.form.version})
    places = {"": root}
    for key, text in (*given(route), *worked_out(route)):
        _element(places, key).text = text
    return tostring(root, encoding="unicode")


def given(route: Route) -> Iterator[tuple[str, str]]:
    """Key and text; keys count members from 1, whatever their number is in the draft."""
    for step, key in _steps(route):
        node = step.node
        if node.is_repeat or _is_worked_out(node):
            continue
        if text := route.values.get(step.path):
            yield key, text


def worked_out(route: Route) -> Iterator[tuple[str, str]]:
    """Calculations on the route, "" where they come to nothing."""
    for step, key in _steps(route):
        if _is_worked_out(step.node):
            yield key, route.values.get(step.path, "")


def key_of(route: Route, path: str) -> str:
    return next(key for step, key in _steps(route) if step.path == path)


def _is_worked_out(node: Node) -> bool:
    """By a calculation of the author's; ODK takes the moment of sending from its own clock."""
    question = node.question
    return question.calculation is not None and not question.change and question.type != "end"


def _steps(route: Route) -> Iterator[tuple[Step, str]]:
    for node in route.plan.nodes:
        yield from _places(route, node)


def _places(route: Route, node: Node) -> Iterator[tuple[Step, str]]:
    if not node.repeat:
        yield node.step, node.path
        return
    for number, member in enumerate(route.values.get(node.repeat, "").split(), 1):
        yield node.step_of(member), node.path_of(str(number))


def _element(places: dict[str, Element], key: str) -> Element:
    found = places.get(key)
    if found is None:
        above, _, name = key.rpartition("/")
        parent = _element(places, above)
        found = places[key] = SubElement(parent, name.partition("#")[0])
    return found
