"""The school: its grades, classes and settings. Pure data, read by every use case."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum

from registry.frozen import frozen


class Stage(StrEnum):
    """学段: drives grades and which rules hold (R143, K4)."""

    primary = "primary"
    junior = "junior"
    senior = "senior"


COMPULSORY = frozenset({Stage.primary, Stage.junior})
"""Grades 1–9: no withdrawal (K4)."""


@frozen
class Settings:
    """What the school decides (U1–U14). `None` = the school has not said; nothing is invented.

    `registry.limits.settings_problems` says what cannot stand together.
    """

    committee_helps: bool = (
        False  # R1, K1: the committee does the first review where the family agrees
    )
    committee_sees_evidence: bool = False  # K1: second switch, pictures too

    # U4, working days for one step; outside_days is the authority's own limit (R247)
    committee_days: int | None = None
    class_days: int | None = None
    school_days: int | None = None
    leader_days: int | None = None
    outside_days: int | None = None

    # R69, R99, R170–R173: "" (no such step), "vice_principal" or "principal"
    leader_daily: str = ""
    leader_major: str = ""
    joint_review: bool = False  # R160: two offices look together

    freeze_from: date | None = None  # no transfer is decided from this day
    freeze_until: date | None = None  # to this day, both included
    return_days_before: int | None = None  # U3: how early a return may be asked for
    suspension_months: int | None = None  # U3: the longest one suspension
    class_limit_entry: int = 55  # R242: entry grades
    class_warn: int = 56  # R243, K19: a big class; other grades warn from here
    # R234: grade id → places
    grade_plans: Mapping[str, int] = field(default_factory=dict, hash=False)

    # K8: dated milestones, the day itself
    term_start: date | None = None  # R83 counts from it
    grade1_until: date | None = None  # R253
    grade7_until: date | None = None  # R253

    password_days: int | None = None  # R31, U2: a password is to be changed after so many days
    undo_minutes: int = 5
    number_branch: str = "01"  # K17, the two digits after the year
    door_minutes: int = 10
    errand_hours: int = 24  # how long a link for one photo or one signature opens
    claim_days: int = 30
    colour: str = "#1f5f8b"
    collection_until: date | None = None  # deadline shown to families


@frozen
class School:
    """One school; every row of the data belongs to one."""

    id: str
    name: str
    telephone: str
    settings: Settings = field(default_factory=Settings)


@frozen
class Grade:
    """A cohort: the children who entered in one year at one stage."""

    id: str
    school_id: str
    stage: Stage
    number: int  # 1–12 as the school counts it now
    entry_year: int
    entry_number: int = (
        1  # the grade the cohort began in: the 學號's grade segment never moves (R206)
    )


@frozen
class SchoolClass:
    """A class of one grade; `teacher_id` is its class teacher, once named."""

    id: str
    school_id: str
    grade_id: str
    number: int  # 1–99, R200
    teacher_id: str | None = None
