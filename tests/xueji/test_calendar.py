"""A new school has its holidays from the start, and no start loads the library that knows them."""

import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

from documents.public_holidays import marks
from registry.settings import settings_problems
from registry.setup import found_school
from registry.working_days import Calendar
from storage.school_books import schools
from storage.unit import Unit
from xueji.calendar import seed_calendar
from xueji.opening import SCHOOL_TIME, open_database
from xueji.settings import ProcessSettings

EVERY_ROOM = (
    "import sys, xueji.cli, xueji.init, xueji.demo, xueji.server, xueji.work, admin.routes\n"
    "print('chinese_calendar' in sys.modules)"
)


def calendar_of(home: Path) -> Calendar:
    with open_database(ProcessSettings(home=home), read_only=True) as db:
        (school,) = db.read_now(schools)
        assert settings_problems(school.settings) == ()
        return db.read_now(lambda unit: unit.load_calendar(school.id))


def test_no_start_loads_the_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", EVERY_ROOM], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"


def test_a_founded_school_has_days_to_check_and_nothing_confirmed(home: Path) -> None:
    found = calendar_of(home)
    this_year = marks(datetime.now(SCHOOL_TIME).year)
    assert found.published == frozenset()
    assert set(this_year or {}) <= set(found.kinds)


def test_the_demonstration_counts_by_confirmed_days(demonstration: Path) -> None:
    found = calendar_of(demonstration)
    assert found.published == {day.year for day in found.kinds}


def test_only_known_years_are_filled(home: Path) -> None:
    def seed(unit: Unit) -> tuple[tuple[int, ...], Calendar]:
        now = datetime(2026, 12, 31, 23, 0, tzinfo=SCHOOL_TIME)
        school, registrar = found_school(unit, "向阳小学", "010-55550123", "林登记", now)
        years = seed_calendar(unit, unit.load_actor(school.id, registrar.id), now)
        return years, unit.load_calendar(school.id)

    with open_database(ProcessSettings(home=home)) as db:
        years, calendar = db.write_now(seed)
    assert years == (2026,)
    assert calendar.is_working(date(2026, 10, 10))
    assert {day.year for day in calendar.kinds} == {2026}
