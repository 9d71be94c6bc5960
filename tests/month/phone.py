"""One sitting of a family at its phone, wherever it left off.

Built on the demonstration's families: the same path as a real message, button by button.
"""

from bot.turns import look
from conversations.wording import Shown
from web.house import House
from xueji.demo_families import (
    MOST_TURNS,
    Family,
    Stuck,
    answer,
    bubble_of,
    button_of,
    opening,
    press,
)


async def sit(
    house: House, family: Family, *, questions: int = MOST_TURNS, sends: bool = True
) -> bool:
    """Answer that many questions at most; whether the paper was sent."""
    shown = await look(house, family.actor_id, "web")
    for _ in range(3 * MOST_TURNS):
        op = _next(shown, sends=sends)
        if op == "stop":
            return bubble_of(shown, "status") is not None
        if op:
            shown = await press(house, family, shown, op)
            continue
        if not questions:
            return False
        questions -= 1
        shown = await answer(house, family, shown)
    raise Stuck("sit")


async def take_back(house: House, family: Family) -> None:
    """Recall what was just sent, and open it again."""
    shown = await look(house, family.actor_id, "web")
    for op in ("recall", "recall.yes", "resume"):
        shown = await press(house, family, shown, op)


async def mend(house: House, family: Family) -> bool:
    """Where something was sent back: mend it and send it again."""
    shown = await look(house, family.actor_id, "web")
    bubble = bubble_of(shown, "status")
    if bubble is None or button_of(bubble, "resume") is None:
        return False
    await press(house, family, shown, "resume")
    return await sit(house, family)


def _next(shown: Shown, *, sends: bool) -> str:
    """The button to press before anything is answered; "stop" at the end; "" at a question."""
    home, summary = bubble_of(shown, "home"), bubble_of(shown, "summary")
    if bubble_of(shown, "status") is not None:
        return "stop"
    if home is not None:
        return opening(shown)
    if summary is not None:
        if not sends:
            return "stop"
        return "onward" if button_of(summary, "onward") else "send"
    return ""
