"""An invented family at its phone: answers the chat as a person would, button by button.

Everything goes through `bot.turns`, the same path as a real family's message; nothing is written
past it. Called by the demonstration only.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from bot.pictures import keep
from bot.turns import Message, look, take_message
from conversations.turn import Chose, Input, Said
from conversations.wording import Bubble, Shown, ShownButton
from registry.frozen import frozen
from web.house import House
from xueji.demo_people import COUNTY, Child

LATER: Final = "later"
PHOTO: Final = "photo"
MOST_TURNS: Final = 80
"""A family that is not done by then would never be: the form asks something nobody here knows."""


class Stuck(Exception):
    """The chat asked what this family has no answer for; the message names the question."""


@frozen
class Family:
    """One guardian with a phone, and what he would answer, by the name of the question."""

    actor_id: str
    child: Child
    answers: Mapping[str, str] = field(repr=False)
    photo: bytes = field(default=b"", repr=False)
    first_page: bytes = field(default=b"", repr=False)  # of the register; the photo where empty


def answers_of(child: Child) -> Mapping[str, str]:
    """Labels of buttons, or text to type."""
    return {
        "relation": child.relation,
        "statement": "我知道了，在这里填",
        "committee_help": "同意",
        "committee_help_photos": "同意",
        "full_name": child.name,
        "id_number": child.id_number,
        "born_right": "对",
        "ethnic_group": child.ethnic_group,
        "usual": "有不一样的" if child.is_rural else "都对",
        "unusual": "户别写的是农业、非农业或集体户",
        "household_kind": "农业",
        "birthplace": COUNTY,
        "native_place": COUNTY,
        "household_place": child.address,
        "home_address": child.address,
        "phone": child.phone,
        "second_guardian": child.second_relation,
        "guardian2_name": child.second_name,
        "guardian2_phone": child.second_phone,
        "previous_school": child.previous_school,
        "national_number": "跳过",
        "number_by": "有，我来写",  # asked in grade 7 only
        "primary_number": f"G{child.id_number}",
        "household_first_page": PHOTO,
        "household_page": PHOTO,
        "special_situation": "都没有",
        "signature": child.filler_name,
    }


async def fill(house: House, family: Family, *, questions: int = MOST_TURNS) -> Shown:
    """Open the paper and answer that many questions at most; stops at the summary."""
    shown = await look(house, family.actor_id, "web")
    shown = await press(house, family, shown, opening(shown))
    for _ in range(questions):
        if bubble_of(shown, "summary") is not None:
            return shown
        shown = await answer(house, family, shown)
    return shown


async def send(house: House, family: Family) -> Shown:
    """From the summary through the signature to the school."""
    shown = await look(house, family.actor_id, "web")
    for _ in range(MOST_TURNS):
        if bubble_of(shown, "status") is not None:
            return shown
        is_summary = bubble_of(shown, "summary") is not None
        shown = await (
            press(house, family, shown, "send") if is_summary else answer(house, family, shown)
        )
    raise Stuck("send")


async def mend(house: House, family: Family) -> Shown:
    """After a return: only what was flagged is asked; then it goes back."""
    shown = await look(house, family.actor_id, "web")
    if bubble_of(shown, "status") is None:
        shown = await press(house, family, shown, opening(shown))
    if bubble_of(shown, "status") is not None:
        await press(house, family, shown, "resume")
    return await send(house, family)


async def ask_for_help(house: House, family: Family) -> Shown:
    """「请老师帮我」 at the question in hand."""
    return await press(house, family, await look(house, family.actor_id, "web"), "help")


async def answer(house: House, family: Family, shown: Shown) -> Shown:
    """One question."""
    bubble = _asked(shown)
    path = bubble.ask.path if bubble.ask else ""
    said = family.answers.get(path.rsplit("/", 1)[-1])
    if button_of(bubble, "yes") and path and said not in (LATER, PHOTO):
        return await press(house, family, shown, "yes")
    if said is None:
        raise Stuck(path)
    if said == LATER:
        return await press(house, family, shown, "later")
    if said == PHOTO:
        is_first = path.endswith("household_first_page") and family.first_page
        picture = family.first_page if is_first else family.photo
        return await _photograph(house, family, shown, picture)
    button = next((one for one in bubble.buttons if one.label == said), None)
    if button is None:
        return await _take(house, family, shown, Said(said))
    after = await _take(house, family, shown, _choice(button))
    still = _asked(after, or_none=True)
    is_picking = still is not None and still.ask is not None and still.ask.path == path
    return await press(house, family, after, "done") if is_picking else after


async def _photograph(house: House, family: Family, shown: Shown, photo: bytes) -> Shown:
    """Send the picture; a doubtful one is used all the same."""
    given, file = await keep(house, family.actor_id, photo)
    message = Message(family.actor_id, "web", _message_id(shown), given, shown.turn, file)
    after = (await take_message(house, message)).shown
    bubble = _asked(after, or_none=True)
    is_doubted = bubble is not None and button_of(bubble, "yes") is not None
    return await press(house, family, after, "yes") if is_doubted else after


async def press(house: House, family: Family, shown: Shown, op: str) -> Shown:
    for bubble in reversed(shown.bubbles):
        button = button_of(bubble, op)
        if button is not None:
            return await _take(house, family, shown, _choice(button))
    raise Stuck(op)


async def _take(house: House, family: Family, shown: Shown, given: Input) -> Shown:
    message = Message(family.actor_id, "web", _message_id(shown), given, shown.turn)
    return (await take_message(house, message)).shown


def _asked(shown: Shown, *, or_none: bool = False) -> Bubble:
    bubble = next((one for one in reversed(shown.bubbles) if one.ask is not None), None)
    if bubble is None and not or_none:
        raise Stuck(", ".join(one.kind for one in shown.bubbles))
    return bubble  # type: ignore[return-value]


def bubble_of(shown: Shown, kind: str) -> Bubble | None:
    return next((one for one in shown.bubbles if one.kind == kind), None)


def opening(shown: Shown) -> str:
    """The button of the first paper on the first page."""
    ops = (one.token.partition(":")[2] for it in shown.bubbles for one in it.buttons)
    return next((op for op in ops if op.startswith("open.")), "open")


def button_of(bubble: Bubble, op: str) -> ShownButton | None:
    return next((one for one in bubble.buttons if one.token.partition(":")[2] == op), None)


def _choice(button: ShownButton) -> Chose:
    turn, _, op = button.token.partition(":")
    return Chose(int(turn), op)


def _message_id(shown: Shown) -> str:
    return f"demonstration-{shown.turn}"
