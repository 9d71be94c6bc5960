"""Jobs fall due, have their effect once, and stand again when they failed."""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from registry import families, setup
from registry.actors import Actor, Relation
from registry.policy import POLICY
from registry.records import Claim, ClaimState, Job
from registry.schools import SchoolClass, Stage
from storage import jobs
from storage.people_books import staff
from storage.unit import Unit
from web.house import House
from xueji import work
from xueji.opening import SCHOOL_TIME, open_house
from xueji.settings import ProcessSettings

NOW = datetime(2026, 9, 1, 10, tzinfo=SCHOOL_TIME)
OLD = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """At ten on the first of September."""
    with open_house(ProcessSettings(home=home), "", clock=lambda: NOW) as opened:
        yield opened


def later(house: House, after: timedelta) -> House:
    return replace(house, clock=lambda: NOW + after)


def registrar_of(unit: Unit, house: House) -> Actor:
    actor = staff(unit, house.school_id)[0]
    since = NOW.date() - timedelta(days=1)
    return replace(actor, grants=tuple(replace(one, since=since) for one in actor.grants))


async def make_claim(house: House) -> Claim:
    def make(unit: Unit) -> Claim:
        registrar = registrar_of(unit, house)
        grade = setup.add_grade(unit, registrar, Stage.primary, 1, 2026, NOW)
        school_class: SchoolClass = setup.add_classes(unit, registrar, grade.id, [1], NOW)[0]
        person = families.arrive(unit, house.school_id, "zh_Hans", NOW)
        return families.make_claim(unit, person, school_class.id, "张子涵", Relation.mother, NOW)

    return await house.db.write(make)


def test_every_kind_names_an_action_no_role_holds() -> None:
    assert {name for name, kind in work.KINDS.items() if POLICY[kind.action]} == set()


def test_every_job_the_rules_schedule_has_its_row() -> None:
    rules = Path(families.__file__).parent.glob("*.py")
    scheduled = {
        kind
        for rule in rules
        for line in rule.read_text("utf-8").splitlines()
        if "schedule(Job(" in line
        for kind in re.findall(r'"([a-z]+_[a-z]+)"', line)
    }
    assert {"apply_early", "apply_effect", "expire_claim"} <= scheduled <= set(work.KINDS)


async def test_a_claim_nobody_answered_goes_after_thirty_days(house: House) -> None:
    claim = await make_claim(house)
    for days, state in ((29, ClaimState.open), (30, ClaimState.expired)):
        await work.exhaust(later(house, timedelta(days=days)))
        found = await house.db.read(lambda unit: unit.load_claim(house.school_id, claim.id))
        assert found.state is state


async def test_nothing_is_picked_before_its_time(house: House) -> None:
    await house.db.write(
        lambda unit: unit.schedule(
            Job("x", house.school_id, "expire_claim", NOW + timedelta(seconds=1))
        )
    )
    assert await work.run_due(house) == 0


@pytest.mark.parametrize("kind", ["expire_claim", "unheard_of"])
async def test_a_job_that_fails_waits_longer_each_time_and_is_given_up(
    house: House, kind: str
) -> None:
    broken = Job("broken", house.school_id, kind, NOW, {"claim": "nobody"})
    await house.db.write(lambda unit: unit.schedule(broken))
    waited, at = [], timedelta()
    for _ in range(jobs.MAX_TRIES):
        assert await work.run_due(later(house, at)) == 1
        due = await house.db.read(jobs.next_due)
        if due is not None:
            waited.append((due - NOW - at) // timedelta(minutes=1))
            at = due - NOW
    assert waited == [1, 2, 4, 8, 16, 32, 60]
    assert [job.key for job in await house.db.read(jobs.dead)] == ["broken"]


async def test_a_job_that_fails_holds_up_no_other(house: House) -> None:
    claim = await make_claim(house)
    month = later(house, timedelta(days=30))
    broken = Job("a", house.school_id, "unheard_of", NOW)
    await house.db.write(lambda unit: unit.schedule(broken))
    await work.run_due(month)
    found = await house.db.read(lambda unit: unit.load_claim(house.school_id, claim.id))
    assert found.state is ClaimState.expired


async def test_a_file_nobody_refers_to_is_removed_after_its_grace(
    house: House, home: Path
) -> None:
    kept = home / "files" / OLD
    kept.write_bytes(b"sealed")
    long_ago = time.time() - timedelta(days=3).total_seconds()
    os.utime(kept, (long_ago, long_ago))
    now = datetime.now(SCHOOL_TIME)
    tonight = replace(house, clock=lambda: now)
    await house.db.write(lambda unit: work.schedule_daily(unit, house.school_id, now))
    await work.exhaust(tonight)
    assert kept.exists()
    await work.exhaust(replace(house, clock=lambda: now + work.AFTER_START))
    assert not kept.exists()


async def test_a_nightly_job_runs_soon_after_a_start_and_then_at_night(house: House) -> None:
    await house.db.write(lambda unit: work.schedule_daily(unit, house.school_id, NOW))
    await work.exhaust(later(house, work.AFTER_START))
    first = datetime(2026, 9, 2, 3, 30, tzinfo=SCHOOL_TIME)
    assert await house.db.read(jobs.next_due) == first
    await work.exhaust(later(house, first - NOW))
    assert await house.db.read(jobs.next_due) == first + timedelta(days=1)
