"""The school: its grades, classes and settings. Pure data, read by every use case."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Stage(StrEnum):
    """学段: drives grades and which rules hold (R143, K4)."""

    primary = "primary"
    junior = "junior"
    senior = "senior"


COMPULSORY = frozenset({Stage.primary, Stage.junior})
"""Grades 1–9: no withdrawal (K4)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the school decides (U1–U14). `None` = the school has not said; nothing is invented."""

    committee_helps: bool = (
        False  # R1, K1: the committee does the first review where the family agrees
    )
    committee_sees_evidence: bool = False  # K1: second switch, pictures too
    committee_days: int | None = None  # U4, working days
    school_days: int | None = None  # U4, working days
    undo_minutes: int = 5
    number_branch: str = "01"  # K17, the two digits after the year
    door_minutes: int = 10
    claim_days: int = 30
    colour: str = "#1f5f8b"
    collection_until: date | None = None  # deadline shown to families


@dataclass(frozen=True, slots=True)
class School:
    """One school; every row of the data belongs to one."""

    id: str
    name: str
    telephone: str
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """A class of one grade; `teacher_id` is its class teacher, once named."""

    id: str
    school_id: str
    grade_id: str
    number: int  # 1–99, R200
    teacher_id: str | None = None
