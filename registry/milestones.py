"""Dated milestones of a school's year, as it has set them: the earliest first. Pure.

Documents disagree on the dates (K8), so only what the school wrote is shown. Fifteen days after
the beginning of a term are calendar days, not working days (R83). Asked by the panel's first page.
"""

from collections.abc import Collection
from datetime import date, timedelta

from registry.frozen import frozen
from registry.schools import Grade, Settings

CHECK_WITHIN = timedelta(days=15)
"""R83: 每学期开学后15日之内进行核对."""

STAYS = timedelta(days=14)
"""How long a milestone that has passed is still shown: our own choice."""


@frozen
class Milestone:
    """Something that is to be done by a day."""

    code: str
    day: date


def milestones(
    settings: Settings, grades: Collection[Grade], today: date
) -> tuple[Milestone, ...]:
    """Of what the school set and has grades for. Rule: K8, R83, R253."""
    numbers = {grade.number for grade in grades}
    start = settings.term_start
    found = (
        ("check_records", start + CHECK_WITHIN if start and start <= today else None),
        ("collection", settings.collection_until),
        ("grade1", settings.grade1_until if 1 in numbers else None),
        ("grade7", settings.grade7_until if 7 in numbers else None),
    )
    shown = (Milestone(code, day) for code, day in found if day and day + STAYS >= today)
    return tuple(sorted(shown, key=lambda one: (one.day, one.code)))
