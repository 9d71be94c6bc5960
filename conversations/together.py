"""Values known from before are confirmed together: one tap says that all of them are still right.

Questions that follow one another and for which the register, or a sibling's record, has a value
are shown as one list; each line can be opened by itself. Nothing is taken without that tap. Called
by `showing` and `acts`. Rule: R8, R83.
"""

from collections.abc import Iterator

from conversations.answering import Hand, proposal
from conversations.plan import Step
from conversations.proposing import known_before
from conversations.walk import OPEN, Route

MIN_TOGETHER = 2
MAX_TOGETHER = 20
"""More lines than fit on two screens of a phone are confirmed in two lists."""


def together(hand: Hand) -> tuple[tuple[Step, str], ...]:
    """The questions of the list with their values; empty where the question stands alone."""
    step, focus = hand.step, hand.focus
    if step is None or not focus.is_proposed or focus.is_alone or focus.unconfirmed is None:
        return ()
    found = tuple(_row(hand.route, step))
    return found if len(found) >= MIN_TOGETHER and found[0][0] is step else ()


def _row(route: Route, first: Step) -> Iterator[tuple[Step, str]]:
    """From that question on, while each is open and known; what is answered is passed over."""
    is_after, count = False, 0
    for step in route.steps:
        is_after = is_after or step is first
        if not is_after or (route.state(step.path) is not OPEN and step is not first):
            continue
        text = proposal(route, step)
        is_known = bool(text) and text in known_before(route, step)
        is_shut = step.node.question.house.web_only and not route.facts.is_web
        if not is_known or is_shut or count == MAX_TOGETHER:
            return
        count += 1
        yield step, text
