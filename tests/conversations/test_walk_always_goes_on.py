"""Whatever a family does, the dialogue never fails and asks nothing settled or off the route.

A state machine over all inputs on the real new-student form; draft and place go through JSON.
"""

import os

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from conversations.draft import DraftState
from conversations.turn import Chose, Command, Said, Sent
from conversations.walk import TO_ASK, Route
from conversations.wording import Shown
from locales import catalogue
from registry.actors import Relation
from registry.problems import Problem
from registry.submissions import Flag
from tests.conversations.stage import FAMILY, Stage, buttons_of, chosen

SCALE = int(os.environ.get("XUEJI_TEST_SCALE", "1"))

TEXTS = st.one_of(
    st.sampled_from(sorted(set(FAMILY.values()))),
    st.sampled_from(
        ("1", "2", "99", "对", "不对", "返回", "取消", "3/12/2018", "2018年3月12日", "😀", "OK")
    ),
    st.text(max_size=30),
)
COMMANDS = ("back", "help", "language", "leave", "start", "status", "summary", "nonsense")
RELATIONS = st.sampled_from((None, Relation.father, Relation.helper))


class AnyFamily(RuleBasedStateMachine):
    """A mother, a father and a neighbour at one draft."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage()
        self.tokens: list[str] = []

    def seen(self, shown: Shown) -> None:
        for bubble in shown.bubbles:
            self.tokens += [button.token for button in bubble.buttons]
            self.tokens += [line.token for line in bubble.lines if line.token]

    @initialize(filled=st.sampled_from((*FAMILY, None)), relation=RELATIONS)
    def begin(self, filled: str | None, relation: Relation | None) -> None:
        self.stage.relation = relation
        self.seen(self.stage.fill(filled))

    @rule(text=TEXTS)
    def say(self, text: str) -> None:
        self.seen(self.stage.take(Said(text)))

    @rule(data=st.data())
    def press(self, data: st.DataObject) -> None:
        bubbles = self.stage.shown().bubbles
        now = [b.token for x in bubbles for b in x.buttons]
        now += [line.token for x in bubbles for line in x.lines if line.token]
        if now:
            self.seen(self.stage.take(chosen(data.draw(st.sampled_from(now)))))

    @rule(data=st.data())
    def press_old(self, data: st.DataObject) -> None:
        if not self.tokens:
            return
        given = chosen(data.draw(st.sampled_from(self.tokens)))
        draft, place = self.stage.draft(), self.stage.place()
        self.seen(self.stage.take(given))
        if given.turn != place.turn:
            assert self.stage.draft() == draft
            assert self.stage.place().turn == place.turn

    @rule(op=st.text(st.characters(codec="ascii"), max_size=12))
    def press_garbage(self, op: str) -> None:
        self.seen(self.stage.take(Chose(self.stage.place().turn, op)))

    @rule(name=st.sampled_from(COMMANDS))
    def command(self, name: str) -> None:
        self.seen(self.stage.take(Command(name)))

    @rule(
        given=st.sampled_from(
            (Sent("f1"), Sent("f2", hint="photo.dark"), Sent(None, Problem("file.empty")))
        )
    )
    def send(self, given: Sent) -> None:
        self.seen(self.stage.take(given))

    @rule()
    def look(self) -> None:
        self.stage.look()
        place, first = self.stage.place(), self.stage.shown()
        self.stage.look()
        assert self.stage.shown() == first
        assert self.stage.place() == place

    @rule(who=st.sampled_from(("mother", "father", "neighbour")), relation=RELATIONS)
    def another_person(self, who: str, relation: Relation | None) -> None:
        self.stage.who, self.stage.relation = who, relation
        if "draft-child-1" in self.stage.drafts:
            self.seen(self.stage.fill(next(iter(FAMILY))))
        else:
            self.seen(self.stage.look())

    @rule(path=st.sampled_from(("home/home_address", "papers/household_page")))
    def returned(self, path: str) -> None:
        draft = self.stage.draft("draft-child-1")
        if draft is not None and draft.state is DraftState.submitted:
            self.stage.send_back(Flag(path, "incomplete"))
            self.seen(self.stage.look())

    @invariant()
    def asks_only_what_is_open(self) -> None:
        stage = self.stage
        turn, draft = stage.turn, stage.draft()
        if turn is None or draft is None or turn.place.screen != "form":
            return
        focus = turn.place.focus
        assert focus is not None
        route = Route(stage.form_of(draft), draft, stage.facts())
        step = route.step(focus.path)
        assert step is not None, f"{focus.path} is not on the route"
        if not focus.is_edit and not step.node.is_signature:
            assert route.state(focus.path) in TO_ASK

    @invariant()
    def everything_can_be_shown_and_helped(self) -> None:
        if self.stage.turn is None:
            return
        shown = self.stage.shown()
        assert shown.bubbles
        for bubble in shown.bubbles:
            assert bubble.paragraphs or bubble.lines
            for button in bubble.buttons:
                assert button.label
                assert len(button.token) <= 64
                assert button.token.isascii()
        words = catalogue(shown.language)
        ways = ("walk.help", "lobby.language", "lobby.resume_form", "lobby.home")
        assert any(words[way] in buttons_of(shown) for way in ways)


TestAnyFamily = AnyFamily.TestCase
TestAnyFamily.settings = settings(max_examples=120 * SCALE, stateful_step_count=30, deadline=None)
