"""What enrolled families of the demonstration school asked for since: later papers at every step.

Each goes through the chat and the desk like a real one. A row whose paper is not on the shelf is
left out. Called by `demo_school`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Final

from bot.turns import look
from conversations.wording import Shown
from registry import desk, outside
from registry.actors import Actor
from registry.desk import Verdict
from registry.frozen import frozen
from registry.outside import Entry
from registry.submissions import Act, Flag, Outside, Said, State, Submission
from storage.queries.panel import cases_of_child
from storage.unit import Unit
from web.house import House
from xueji.demo_families import PHOTO, Family, Stuck, bubble_of, press, send
from xueji.demo_papers import household_page
from xueji.demo_people import Child, invented_number
from xueji.work import exhaust


@frozen
class Deed:
    """One thing somebody of the school did with it, so many days after it was sent."""

    days: float
    who: str  # "teacher", "registrar" or "principal"
    act: Act = Act.approve
    flags: Mapping[str, str] = field(default_factory=dict)  # path → reason
    said: Said | None = None
    words: str = ""
    note: str = ""


@frozen
class Later:
    """One paper of one child, by the name of the child, and where it stands in the end."""

    ends: State
    child: str
    form: str
    way: tuple[str, ...]  # the buttons that lead to it
    answers: Mapping[str, str] = field(repr=False)
    deeds: tuple[Deed, ...] = ()
    waits: float = 0.0  # days after the first moment a family could ask
    days: Mapping[str, int] = field(default_factory=dict)  # question → so many days from then


@frozen
class School:
    """Who decides, and the child's own id."""

    school_id: str
    people: Mapping[str, Actor]  # "teacher", "registrar", "principal"
    student_id: str


NAMED: Final = "named:"
_S = State
_INCOMPLETE: Final = {"what/home_address": "incomplete"}
_HANDED: Final = Deed(0.5, "registrar", said=Said.handed)
_REFUSED: Final = Deed(
    1,
    "registrar",
    said=Said.refused,
    words="出生医学证明与户口本上的号码不一致，请先到派出所核对。",
    note="请到派出所户籍窗口开《更正证明》，拿到后再申请，填过的不用重填。",
)
_CHANGE: Final = ("home", "wishes", "wish.change")
_INSIDE: Final = (Deed(0.1, "teacher"), Deed(0.2, "registrar"), Deed(0.3, "principal"))
_KEY: Final = {"items": "证件号码", "id_type": "居民身份证", "why": "原来的号码抄错了一位"}

_AWAY: Final = ("home", "wishes", "wish.suspension")
_ILL: Final = {
    "suspension_reason": "生病，要在家休养",
    "health_papers": "同意，在这里拍照",
    "hospital": "县级、区级或更大的医院",
}
_AGREED: Final = Deed(1, "registrar", said=Said.accepted)
_CHECK: Final = ("home", f"{NAMED}学期初信息核对")

_HERE: Final = ("home", "wishes", "wish.transfer_in")
_MOVED: Final = {
    "reason": "家搬到这里来了",
    "old_school": "望河初级中学",
    "old_grade": "七年级",
    "lives": "户口本",
}
_BACK: Final = ("home", "wishes", "wish.resumption")
_WELL: Final = {
    "doctor": "医生说可以上学了",
    "placing": "休学前的年级，班号不变",
    "health_papers": "同意，在这里拍照",
}
_CARE: Final = ("home", "wishes", "wish.care")
_GRANDMOTHER: Final = {
    "left_behind": "两位都在外地",
    "phone": "19900009999",
    "carer_name": "王桂兰",
    "carer_relation": "爷爷奶奶或外公外婆",
    "carer_phone": "19900007777",
    "knows": "知道，他同意",
    "entrust_paper": "跳过",
}

LATER_PAPERS: Final = (
    Later(_S.in_review, "程煜城", "start_of_term_check", _CHECK, {"same": "都没变"}),
    Later(
        *(_S.effective, "叶梓涵", "start_of_term_check", _CHECK),
        {"same": "有变的", "items": "联系电话", "phone": "19900008888"},
        (Deed(0.2, "teacher"),),
    ),
    Later(
        *(_S.in_review, "李昊然", "info_change", _CHANGE),
        {"items": "联系电话", "phone": "19900009999", "why": "换了手机号"},
    ),
    Later(
        *(_S.returned, "刘一诺", "info_change", _CHANGE),
        {"items": "现住址", "home_address": "清溪县望河巷", "why": "搬家了"},
        (Deed(0.1, "teacher"), Deed(0.2, "registrar", Act.return_, _INCOMPLETE)),
    ),
    # key fields: with the authority, to be handed to it, refused by it
    Later(_S.awaiting_outside, "王梓萱", "info_change", _CHANGE, _KEY, (*_INSIDE, _HANDED)),
    Later(_S.awaiting_outside, "乌日娜", "info_change", _CHANGE, _KEY, _INSIDE),
    Later(_S.refused, "孙浩宇", "info_change", _CHANGE, _KEY, (*_INSIDE, _HANDED, _REFUSED)),
    # away for health: with the registrar, and suspended since the authority agreed
    Later(
        *(_S.in_review, "朴智敏", "suspension", _AWAY, _ILL, (Deed(0.1, "teacher"),)),
        days={"suspended_from": 7, "suspended_until": 187},
    ),
    Later(
        *(_S.effective, "梁㛃", "suspension", _AWAY, _ILL, (*_INSIDE, _HANDED, _AGREED)),
        days={"suspended_from": 0, "suspended_until": 180},
    ),
    # well again: with the principal
    Later(
        *(_S.in_review, "梁㛃", "resumption", _BACK, _WELL, _INSIDE[:2]),
        waits=1.1,
        days={"return_on": 9},
    ),
    # from another school: with the registrar, and with the authority
    Later(_S.in_review, "白雪", "transfer_in", _HERE, _MOVED, (Deed(0.1, "teacher"),)),
    Later(
        *(_S.awaiting_outside, "魏鹏程", "transfer_in", _HERE, _MOVED, (*_INSIDE, _HANDED)),
    ),
    # parents at work far away: with the class teacher, and known to the school
    Later(_S.in_review, "李昊然", "entrusted_care", _CARE, _GRANDMOTHER, waits=3.1),
    Later(
        *(_S.effective, "程煜城", "entrusted_care", _CARE, _GRANDMOTHER, _INSIDE[:2]),
        waits=0.1,
    ),
)


async def ask_later(
    house: House, family: Family, later: Later, school: School, since: datetime
) -> None:
    """From the wish to where the case stands today."""
    if later.form not in house.forms.newest:
        return
    photo = await asyncio.to_thread(household_page, family.child, len(family.child.name))
    since = min(since + timedelta(days=later.waits), house.clock())
    answers = {
        **family.answers,
        **_own(family.child, later.form),
        **_dates(since, later),
        **later.answers,
    }
    asking = replace(family, answers=answers, photo=photo)
    try:
        await _send(_at(house, since), asking, later)
    except Stuck:
        return  # a changed paper asks what nobody here knows: the family stands at that question
    for deed in later.deeds:
        moment = min(since + timedelta(days=deed.days), house.clock())
        await _do(_at(house, moment), deed, school)


def _dates(since: datetime, later: Later) -> Mapping[str, str]:
    """The days the family writes."""
    ahead = later.days.items()
    return {name: (since.date() + timedelta(days=days)).isoformat() for name, days in ahead}


async def _send(house: House, family: Family, later: Later) -> None:
    shown = await look(house, family.actor_id, "web")
    for op in later.way:
        if op == "home" and bubble_of(shown, "home") is not None:
            continue
        shown = await press(house, family, shown, _op(shown, op))
    await send(house, family)


def _op(shown: Shown, op: str) -> str:
    """A button by its code, or by what stands on it."""
    if not op.startswith(NAMED):
        return op
    wanted = op.removeprefix(NAMED)
    for bubble in shown.bubbles:
        for button in bubble.buttons:
            if wanted in button.label:
                return button.token.partition(":")[2]
    raise Stuck(wanted)


_PHOTOS: Final = (
    *("change_page", "diagnosis", "first_page", "guardian_page", "id_page", "record_sheet"),
    *("recovery_proof", "treatment"),
)


def _own(child: Child, form: str) -> Mapping[str, str]:
    """What the later papers ask beyond the first one; a change brings the number mended, a
    transfer the national one.
    """
    shown = dict.fromkeys(_PHOTOS, PHOTO)
    if form == "transfer_in":
        return {**shown, "national_number": f"G{child.id_number}"}
    if form != "info_change":
        return shown
    number = invented_number(child.birth_date, 500 + 2 * len(child.name) + int(child.sex == "1"))
    return {**shown, "id_number": number}


async def _do(house: House, deed: Deed, school: School) -> None:
    actor, now = school.people[deed.who], house.clock()

    def carry_out(unit: Unit) -> Submission:
        head = cases_of_child(unit, actor, school.student_id, now.date())[0]
        case = desk.open_case(unit, actor, head.id, now)
        if deed.said is not None:
            said = Outside(deed.said, now.date(), words=deed.words)
            entry = Entry(case.id, case.revision, said, note=deed.note)
            is_handing = deed.said is Said.handed
            use = outside.hand_outside if is_handing else outside.record_outside
            return use(unit, actor, entry, now)
        flags = tuple(Flag(path, reason) for path, reason in deed.flags.items())
        verdict = Verdict(case.id, case.revision, deed.act, flags)
        return desk.decide(unit, actor, verdict, now)

    await house.db.write(carry_out)
    await exhaust(house)


def _at(house: House, moment: datetime) -> House:
    """The same house, when it was that moment."""
    return replace(house, clock=lambda: moment)
