"""A whole paper of one family beside as many of the library's bare echoes.

Every turn of the new-student form, from opening it through the signature to the receipt, durable
and sealed, the way a family answers, one family after the other. `paper.new_student` takes the
pictures as they come out of the cleaning; the second row cleans them too.
"""

import asyncio
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.echo import echo_ms
from benchmarks.rows import Row, measures, workplace
from registry import families
from registry.actors import Relation
from storage.dialogue import load_place
from storage.images import CleanImage, Images
from storage.unit import Unit
from tests.month.people import Plan, plans
from tests.month.phone import sit
from tests.month.school import Month, add_children, open_month
from tests.support.site import ZONE, photo
from web.house import House
from xueji import memory
from xueji.demo_families import Family, answers_of

FAMILIES = 24
WARM = 4
SEED = 7


class AlreadyClean(Images):
    """Gives what the worker made of the same picture before."""

    def __init__(self, cleaned: CleanImage) -> None:
        self._cleaned = cleaned

    async def clean(self, data: bytes) -> CleanImage:
        return self._cleaned


async def _fill(house: House, family: Family) -> float:
    """Milliseconds for the whole paper, turn by turn."""
    begin = time.perf_counter()
    assert await sit(house, family)
    return (time.perf_counter() - begin) * 1000


def _arrive(unit: Unit, month: Month, student_id: str, now: datetime) -> str:
    actor = families.arrive(unit, month.school_id, "zh_Hans", now)
    families.take_slip(unit, actor, student_id, Relation.mother, now)
    return actor.id


def _families(month: Month, wanted: list[Plan], now: datetime) -> list[Family]:
    by_class: dict[int, list[str]] = {}
    for plan in wanted:
        by_class.setdefault(plan.child.class_number, []).append(plan.child.name)
    ordered = sorted(wanted, key=lambda plan: [*by_class].index(plan.child.class_number))
    students = add_children(month, by_class, now)
    people = month.house.db.write_now(
        lambda unit: [_arrive(unit, month, student, now) for student in students]
    )
    return [
        Family(actor, plan.child, answers_of(plan.child), photo())
        for actor, plan in zip(people, ordered, strict=True)
    ]


async def _measure(home: Path) -> tuple[float, float, float]:
    """Milliseconds a family without and with the cleaning of pictures; turns a family."""
    now = datetime.now(ZONE)
    with closing(Images()) as images:
        month = open_month(home, images, SEED, now - timedelta(days=1))
        house = replace(month.house, clock=lambda: datetime.now(ZONE))
        people = _families(month, list(plans(SEED, 2 * FAMILIES + WARM, 8, 2026)), now)
        cleaned = await images.clean(photo())
        assert isinstance(cleaned, CleanImage)
        memory.settle()  # as the program does once it is open
        quick = replace(house, images=AlreadyClean(cleaned))
        for family in people[:WARM]:
            await _fill(house, family)
        # In turns, so that a noisy minute of the machine is nobody's.
        plain, whole = [], []
        for one, other in zip(people[WARM::2], people[WARM + 1 :: 2], strict=True):
            plain.append(await _fill(quick, one))
            whole.append(await _fill(house, other))
        turns = house.db.read_now(
            lambda unit: [load_place(unit, family.actor_id).turn for family in people[WARM:]]
        )
        house.db.close()
    return statistics.median(plain), statistics.median(whole), statistics.median(turns)


@measures("paper")
def papers() -> Iterator[Row]:
    with workplace() as directory:
        plain, whole, turns = asyncio.run(_measure(Path(directory)))
    peer, echoes = f"{turns:.0f} stock echoes, keeping nothing", turns * echo_ms()
    yield Row(
        name="paper.new_student",
        ours=plain,
        unit="ms",
        peer=peer,
        peer_value=echoes,
        goal=1.0,
        durable=True,
    )
    yield Row(
        name="paper.new_student.pictures",
        ours=whole,
        unit="ms",
        peer=peer,
        peer_value=echoes,
        durable=True,
    )
