"""Families of a month: who they are, when they sit down, and what they do there.

Invented like the demonstration's, and as many as wanted: a seed makes the same ones again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from xueji.demo_people import Child, Progress, invented_number

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "安晨初丹恩凡歌禾嘉可乐铭宁沛琪然思桐薇希雅泽知梓云舟言屿朗清和"
_STREETS = ("青杨路", "学堂街", "望河巷", "南桥路", "清溪大道", "稻香路")


class Way(StrEnum):
    """How a family comes and goes."""

    at_once = "at_once"  # fills and sends in one sitting
    bit_by_bit = "bit_by_bit"  # stops at a question and comes back another day
    promises = "promises"  # the picture later
    by_class_link = "by_class_link"  # has to be accepted first
    recalls = "recalls"  # sends, takes it back, sends again
    gives_up = "gives_up"  # stops at a question and never comes back
    never = "never"  # does not open the slip


_HOW_OFTEN = {
    Way.at_once: 50, Way.bit_by_bit: 22, Way.promises: 8, Way.by_class_link: 8,
    Way.recalls: 5, Way.gives_up: 4, Way.never: 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """One family's month. `sits`: days on which it sits down, counted from the first."""

    child: Child
    way: Way
    sits: tuple[int, ...]
    hour: float
    first_questions: int  # how many it answers before it stops
    lets_committee_help: bool


@dataclass(slots=True)
class Standing:
    """What a family has done so far."""

    plan: Plan
    student_id: str
    actor_id: str = ""
    is_sent: bool = False
    has_recalled: bool = False


def plans(seed: int, count: int, classes: int, entry_year: int) -> Iterator[Plan]:
    """As many families as wanted, spread over the classes."""
    random = Random(seed)
    ways = tuple(_HOW_OFTEN)
    for index in range(count):
        way = random.choices(ways, [_HOW_OFTEN[way] for way in ways])[0]
        first = random.randrange(0, 14)
        sits = (first, first + random.randrange(1, 6), first + random.randrange(6, 12))
        yield Plan(
            _child(random, index, 1 + index % classes, entry_year),
            way,
            sits,
            random.uniform(7, 21),
            random.randrange(2, 14),
            random.random() < 0.8,
        )


def _child(random: Random, index: int, class_number: int, entry_year: int) -> Child:
    surname = _SURNAMES[index % len(_SURNAMES)]
    given = _GIVEN[index // len(_SURNAMES) % len(_GIVEN)] + random.choice(_GIVEN)
    sex = random.choice("12")
    birth = date(entry_year - 7, 9, 1) + timedelta(days=random.randrange(364))
    # The sequence tells apart even children born on one day: every number is nobody's else.
    number = invented_number(birth, 2 * index + int(sex == "1"))
    address = f"清溪县{random.choice(_STREETS)}{index + 1}号{random.randrange(1, 19)}幢"
    return Child(
        grade=1,
        class_number=class_number,
        name=surname + given,
        sex=sex,
        ethnic_group="汉族",
        progress=Progress.opened,
        birth_date=birth,
        id_number=number,
        relation="妈妈",
        filler_name=random.choice(_SURNAMES) + random.choice(_GIVEN),
        phone=f"1990000{index:04d}",
        second_relation="有，是爸爸",
        second_name=surname + random.choice(_GIVEN),
        second_phone=f"1990001{index:04d}",
        address=address,
        previous_school="小太阳幼儿园",
        is_rural=False,
        turns_before_rest=5,
    )
