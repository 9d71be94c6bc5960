"""The sender of notices: picks what is due, drops what is not true any more, tells the rest.

On the person's page it lies until he looks, and in his messenger it arrives; where neither can
be, or nobody looks in time, the class teacher telephones. One of the program's loops.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.channels import Channel, SendFailed
from bot.notices import DISCREET, Told, tell
from registry.families import tell_by_telephone
from registry.frozen import frozen
from registry.policy import Action
from registry.records import Event
from storage import outbox, unseen
from storage.dialogue import Address, addresses, mark_reachable
from storage.outbox import SENT, Picked
from storage.unit import Unit
from web.house import House

ACTION: Final = Action.notice_send
PAUSE_SECONDS: Final = 0.5
SEEN_WITHIN: Final = timedelta(hours=24)
"""How long a notice may lie on the page unseen before the teacher rings. Rule: school practice."""

MAX_TRIES: Final = 5
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=1)
BATCH: Final = 20
BATCH_SECONDS: Final = 1.0
"""A messenger takes some thirty messages a second; answers to people have the rest."""

_log = logging.getLogger("bot")


@frozen
class _Way:
    """How this notice can reach its person now."""

    told: Told
    is_laid: bool  # it lies on the page already
    has_page: bool
    addresses: tuple[Address, ...]  # reachable ones, on channels that are running


@frozen
class _Tried:
    """One message on one channel."""

    address: Address
    code: str
    is_gone: bool  # this address takes nothing any more
    at: datetime


@frozen
class _Outcome:
    """After all messengers: one took it, or when trying again makes sense, if ever."""

    is_sent: bool
    wait: timedelta | None
    at: datetime


class Sender:
    """Made once with the channels of messengers; the page needs none."""

    def __init__(self, house: House, channels: Sequence[Channel] = ()) -> None:
        self._house = house
        self._channels = {channel.name: channel for channel in channels}
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._woken.clear()
            if await self.send_due() >= BATCH:
                await asyncio.sleep(BATCH_SECONDS)
                continue
            try:
                async with asyncio.timeout(PAUSE_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                continue

    def wake(self) -> None:
        """Look now: many calls are one look."""
        self._woken.set()

    async def send_due(self) -> int:
        """One batch of what is due; how many were picked."""
        house = self._house
        now = house.clock()
        due = await house.db.read(outbox.next_due)
        if due is None or due > now:
            return 0
        picked = await house.db.write(lambda unit: outbox.pick(unit, now, BATCH))
        # Side by side: one person's slow or blocked chat is no other's.
        await asyncio.gather(*(self._send(one) for one in picked))
        return len(picked)

    async def _send(self, picked: Picked) -> None:
        try:
            await self._tell(picked)
        except Exception:
            # The edge of the loop: the lease runs out and the notice is tried again.
            _log.exception("notice.failed", extra={"notice": picked.id})

    async def _tell(self, picked: Picked) -> None:
        house, now = self._house, self._house.clock()
        way = await house.db.read(lambda unit: self._way(unit, picked, now))
        if way is None:
            await house.db.write(lambda unit: outbox.drop(unit, picked))
            return
        is_sent, wait = await self._write(picked, way)
        await house.db.write(lambda unit: _end(unit, picked, way, _Outcome(is_sent, wait, now)))
        house.news.tell(picked.notice.actor_id)

    def _way(self, unit: Unit, picked: Picked, now: datetime) -> _Way | None:
        told = tell(unit, self._house, picked.notice)
        if told is None:
            return None
        waiting = {notice_id for notice_id, _ in unseen.laid(unit, told.actor.id)}
        open_ones = tuple(
            one
            for one in addresses(unit, told.actor.id)
            if one.is_reachable and one.channel in self._channels
        )
        has_page = unseen.has_page(unit, told.actor.id, now)
        return _Way(told, picked.id in waiting, has_page, open_ones)

    async def _write(self, picked: Picked, way: _Way) -> tuple[bool, timedelta | None]:
        """Try each messenger: whether one took it, else when trying again makes sense."""
        house = self._house
        wait: timedelta | None = None
        for address in way.addresses:
            channel = self._channels[address.channel]
            code, is_gone = SENT, False
            try:
                await channel.deliver(address.value, way.told.preview(), way.told.actor.language)
            except SendFailed as failure:
                code = failure.code
                if not failure.is_permanent:
                    held = timedelta(seconds=failure.retry_after)
                    wait = max(held, min(FIRST_WAIT * 2 ** (picked.tries - 1), LONGEST_WAIT))
                is_gone = failure.is_permanent
            tried = _Tried(address, code, is_gone, house.clock())
            await house.db.write(partial(_remember, picked=picked, tried=tried))
            if code == SENT:
                return True, None
        return False, wait


async def exhaust(house: House, channels: Sequence[Channel] = ()) -> None:
    """Until nothing is due. For tests and the demonstration."""
    sender = Sender(house, channels)
    while await sender.send_due():
        pass


def _remember(unit: Unit, picked: Picked, tried: _Tried) -> None:
    channel = tried.address.channel
    outbox.add_attempt(unit, picked, channel, tried.code, tried.at)
    if tried.is_gone:
        mark_reachable(unit, tried.address.id, is_reachable=False)
    if tried.code == SENT:
        ids: dict[str, str | int] = {"notice": picked.id, "channel": channel}
        unit.record(Event("notice.message.sent", picked.notice.school_id, None, tried.at, ids))


def _end(unit: Unit, picked: Picked, way: _Way, outcome: _Outcome) -> None:
    """What becomes of it; it lies on the page too, once, wherever else it went."""
    now = outcome.at
    if way.has_page and not way.is_laid:
        outbox.add_attempt(unit, picked, unseen.WEB, unseen.LAID, now)
    if outcome.is_sent:
        outbox.mark_sent(unit, picked)
    elif outcome.wait is not None and picked.tries < MAX_TRIES:
        outbox.put_back(unit, picked, now + outcome.wait)
    elif way.has_page and not way.is_laid:
        outbox.put_back(unit, picked, now + SEEN_WITHIN)
    else:
        _telephone(unit, picked, way, now)


def _telephone(unit: Unit, picked: Picked, way: _Way, now: datetime) -> None:
    """No channel is left, or nobody looked: the sentence becomes the class teacher's task."""
    if not outbox.mark_dead(unit, picked):
        return
    notice = picked.notice
    if way.told.class_id:
        phrase = DISCREET if way.told.is_discreet else notice.phrase
        tell_by_telephone(unit, notice, way.told.class_id, now, phrase=phrase)
    ids: dict[str, str | int] = {"notice": picked.id}
    unit.record(Event("notice.message.failed", notice.school_id, None, now, ids))
