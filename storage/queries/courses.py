"""What happened to cases, as their clocks read it: rounds sent, decisions standing, handed out.

No content and no note is opened. Who asks has been shown the cases before. Called for the queue,
the case page, a family's status and the job that watches limits.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, bindparam, select

from registry.frozen import frozen
from registry.limits import Course
from registry.submissions import Act
from storage import tables as t
from storage.reader import Reader

_CASES: Final[BindParameter[object]] = bindparam("cases", expanding=True)
_SENT: Final = (
    select(
        t.submission.c.id,
        t.submission.c.outside_since,
        t.submission_round.c.submitted_at,
    )
    .join(t.submission_round, t.submission_round.c.submission_id == t.submission.c.id)
    .where(t.submission.c.school_id == bindparam("of_school"), t.submission.c.id.in_(_CASES))
    .order_by(t.submission_round.c.round)
)
_DECIDED: Final = (
    select(
        t.decision.c.submission_id,
        t.decision.c.act,
        t.decision.c.step,
        t.decision.c.round,
        t.decision.c.at,
    )
    .where(
        t.decision.c.school_id == bindparam("of_school"),
        t.decision.c.submission_id.in_(_CASES),
        t.decision.c.undone_at.is_(None),
    )
    .order_by(t.decision.c.at, t.decision.c.id)
)


@frozen
class Deed:
    """One decision that stands."""

    act: Act
    step: int
    round: int
    at: datetime


def courses(reader: Reader, school_id: str, case_ids: Collection[str]) -> Mapping[str, Course]:
    """By case; nothing is asked where there is none."""
    if not case_ids:
        return {}
    of = {"of_school": school_id, "cases": sorted(case_ids)}
    decided: dict[str, list[Deed]] = defaultdict(list)
    for row in reader.every(_DECIDED, of):
        decided[row.submission_id].append(Deed(Act(row.act), row.step, row.round, row.at))
    sent: dict[str, list[datetime]] = defaultdict(list)
    outside = {}
    for row in reader.every(_SENT, of):
        sent[row.id].append(row.submitted_at)
        outside[row.id] = row.outside_since
    return {case: Course(tuple(sent[case]), tuple(decided[case]), outside[case]) for case in sent}
