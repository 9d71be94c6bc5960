"""Whatever a family does at any form, it can go on to the end, and ODK takes what it sends.

The state machine of the walk, at the form of the house and at every form of this folder, helped
along by fitting answers. All that was sent is then opened by ODK's engine, as if Collect had
filled it: relevance, required, constraints and worked-out values.
"""

import os
import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from conversations.authoring.walking import ON_PAPER, SENT, STUCK, go_through
from conversations.form import Form
from conversations.turn import Chose, Command
from conversations.walk import LATER
from conversations.xlsform.reader import read_form
from conversations.xlsform.sheets import read_markdown
from registry.actors import Relation
from registry.submissions import Flag
from tests.conversations.javarosa import find_reason_missing
from tests.conversations.papers import paper_text
from tests.conversations.stage import FAMILY
from tests.conversations.test_walk_always_goes_on import RELATIONS, AnyFamily
from tests.forms.filling import Checked, check_with_odk, compile_engine, is_same, neutral, xform
from tests.forms.sending import (
    OnStage,
    SendingStage,
    Submission,
    given,
    instance,
    key_of,
    sensible,
    worked_out,
)
from tests.forms.shelf import NOW, OWN, SOURCES, form_named

SCALE = int(os.environ.get("XUEJI_TEST_SCALE", "1"))
ALL = ("new_student", *SOURCES)
DIALOGUES = 6 * SCALE
STEPS = 8
CORRECTIONS = 6
MOST_TURNS = 600
MISSING = find_reason_missing()
needs_odk = pytest.mark.skipif(bool(MISSING), reason=MISSING)


class FamilyAtForm(AnyFamily):
    """The same family at another form, which it finishes when nobody disturbs it any more."""

    def __init__(self, name: str, keep: Callable[[Submission], None]) -> None:
        super().__init__()
        self.stage = SendingStage(form_named(name), now=NOW, keep=keep)

    @initialize(seed=st.integers(0, 2**20), relation=RELATIONS)
    def begin(self, seed: int, relation: Relation | None) -> None:
        self.source = random.Random(seed)
        self.stage.relation = relation
        self.enter()

    def enter(self) -> None:
        self.seen(self.stage.fill(next(iter(FAMILY))))

    def go_on(self, turns: int, corrections: int = 0) -> str:
        """Answer sensibly for so many turns; how it ended."""
        if self.stage.is_sent:
            return SENT
        if self.stage.place().screen not in ("form", "summary"):
            self.enter()
        walk = OnStage(self.stage, turns, self.source, corrections)
        if walk.draft.takes_photos:
            type_after_all(walk)
        return go_through(walk, sensible(self.stage, self.source)).end

    @rule(turns=st.integers(1, 25))
    def answer(self, turns: int) -> None:
        self.go_on(turns)

    @rule(path=st.integers(0, 50))
    def returned(self, path: int) -> None:
        if self.stage.is_sent:
            values = self.stage.sent["draft-child-1"].values
            self.stage.send_back(Flag(values[path % len(values)].path, "incomplete"))
            self.seen(self.stage.look())

    def promise(self) -> bool:
        walk = OnStage(self.stage, MOST_TURNS, self.source)
        return walk.press("later")

    def teardown(self) -> None:
        end = self.go_on(MOST_TURNS, CORRECTIONS)
        for attempt in range(8):
            if end != STUCK:
                break
            # Two answers exclude the question's every answer: change one of those before. Or it
            # hangs on one that was promised: promise this one too, and give that one first.
            if attempt % 2 or not self.promise():
                for _ in range(self.source.randint(1, 4)):
                    self.stage.take(Command("back"))
            end = self.go_on(MOST_TURNS)
        assert end in (SENT, ON_PAPER), f"{end} at {self.stage.place()}"


def type_after_all(walk: OnStage) -> None:
    """Who hands over pictures sends nothing from here: the school types it."""
    if not walk.press("photos.no"):
        first = walk.route().steps[0]
        walk.give(Chose(walk.place.turn, f"go.{first.op}"), first.node.label)
        walk.press("photos.no")


@cache
def sent_at(name: str) -> tuple[Submission, ...]:
    """All that was sent in the dialogues at this form."""
    found: list[Submission] = []
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: FamilyAtForm(name, found.append),
        settings=settings(
            max_examples=DIALOGUES, stateful_step_count=STEPS, deadline=None,
            phases=(Phase.generate,),
        ),
    )  # fmt: skip
    return tuple(found)


@pytest.mark.parametrize("name", ALL)
def test_a_family_can_always_send_the_form_in_the_end(name: str) -> None:
    sent = sent_at(name)
    assert len(sent) >= DIALOGUES * 3 // 4
    for each in sent:
        assert each.route.missing() == ()
        assert LATER not in each.route.states.values()
        assert {v.text for v in each.content.values} <= set(each.route.values.values())


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_engine(tmp_path_factory.mktemp("whole"))


@pytest.mark.java
@needs_odk
def test_whatever_is_sent_is_acceptable_to_odk(
    classes: Path, record_property: Callable[[str, object], None]
) -> None:
    texts = {**SOURCES, **OWN}
    runs = [(*for_odk(texts[name]), [instance(s.route) for s in sent_at(name)]) for name in ALL]
    pairs = [
        (name, submission, odk)
        for name, checked in zip(ALL, check_with_odk(classes, runs), strict=True)
        for submission, odk in zip(sent_at(name), checked, strict=True)
    ]
    record_property("insisted", [(name, key) for name, s, _ in pairs for key in insisted(s)])
    assert [(name, fault) for name, s, odk in pairs for fault in faults(s, odk)] == []


WATCHED = paper_text(
    """
    | type | name | label | required | relevant | constraint | constraint_message | calculation |
    | integer | age | 几岁？ | yes | | . < 20 | 太大。 |
    | text | school | 在哪里上学？ | yes | ${age} > 5 |
    | calculate | twice | | | | | | ${age} * 2 |
    """
)


@pytest.mark.java
@needs_odk
@pytest.mark.parametrize(
    ("answers", "refused", "route"),
    [
        ({"age": "9", "school": "甲"}, {}, {"age": "9", "school": "甲", "twice": "18"}),
        ({"age": "9"}, {"school": "required"}, {"age": "9", "school": "", "twice": "18"}),
        ({"age": "20", "school": "甲"}, {"age": "constraint"}, None),
        ({"age": "3", "school": "甲"}, {}, {"age": "3", "twice": "6"}),
    ],
    ids=["sound", "left out", "refused by a check", "off the route"],
)
def test_odk_sees_what_is_wrong_with_a_form_that_was_sent(
    classes: Path, answers: dict[str, str], refused: object, route: object
) -> None:
    leaves = "".join(f"<{key}>{text}</{key}>" for key, text in answers.items())
    ((odk,),) = check_with_odk(classes, [(*for_odk(WATCHED), [f"<data>{leaves}</data>"])])
    assert (odk.refused, odk.is_valid) == (refused, not refused)
    values = {key: text for key, text in odk.values.items() if not key.startswith("meta/")}
    assert route is None or values == route


def for_odk(text: str) -> tuple[Form, str]:
    """The form, and its XForm without our own checks: where we are stricter nobody minds."""
    workbook = neutral(read_markdown(text), "true()", most=10_000)
    form = read_form(workbook)
    return form, xform(workbook, form)


def insisted(sent: Submission) -> list[str]:
    """What stays although a check is against it: the reviewer is told."""
    return [key_of(sent.route, value.path) for value in sent.content.values if value.insisted]


def faults(sent: Submission, odk: Checked) -> Iterator[object]:
    """What ODK has against it, apart from what the family insisted on against a check."""
    route, kept = sent.route, [(key, "constraint") for key in insisted(sent)]
    if odk.error:
        yield odk.error
    yield from (refusal for refusal in odk.refused.items() if refusal not in kept)
    if not odk.is_valid and not odk.refused:
        yield "refused as a whole"
    yield from (("not asked", key) for key, _ in given(route) if key not in odk.values)
    for key, text in worked_out(route):
        if not is_same(odk.values.get(key, ""), text):
            yield key, text, odk.values.get(key, "")
