"""A family's unfinished form, and where one person is in it. Both are small, serialisable and re-derivable.

Answers are XForms canonical text by path: select_multiple space-joined, dates ISO, files as file ids. The draft belongs
to the child, never to a person; its position is recomputed from form + answers on every turn (design.md §1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Answer:
    """One given answer and who gave it. `insisted`: kept although a check failed, for the reviewer."""

    text: str
    by: str
    insisted: bool = False


class DraftState(StrEnum):
    """Whether the family may write."""

    open = "open"
    submitted = "submitted"
    returned = "returned"  # reopened by flags: the walk asks flagged paths only
    closed = "closed"


@dataclass(frozen=True, slots=True)
class Draft:
    """Unique by (school, form, subject, occasion); the subject is a student or a claim."""

    id: str
    school_id: str
    form_id: str
    form_version: str
    student_id: str | None
    claim_id: str | None
    occasion: str  # campaign, else school year, else case
    revision: int = 0  # moves only when answers, later or seen change
    state: DraftState = DraftState.open
    answers: Mapping[str, Answer] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)  # path → actor → answer
    later: frozenset[str] = frozenset()  # promised: 「以后再补」
    seen: frozenset[str] = frozenset()  # notes read, proposals declined ("path=proposed")
    mended: frozenset[str] = frozenset()  # flagged paths answered again in this round
    submission_id: str | None = None

    def __repr__(self) -> str:
        """Ids and counts only: answers never reach a log."""
        return f"Draft({self.id!r}, {self.form_id!r}, {len(self.answers)} answers)"


@dataclass(frozen=True, slots=True)
class Focus:
    """The question in hand of one person."""

    path: str
    unconfirmed: str | None = None  # a read value waiting for [对] / [不对]
    page: int = 0  # of a long list of choices
    search: str = ""
    is_edit: bool = False  # came from the summary and returns there
    tries: int = 0  # failed checks in a row: after three, help is offered


@dataclass(frozen=True, slots=True)
class Place:
    """Where one actor is, across channels. Losing it costs one re-asked question and nothing else."""

    actor_id: str
    turn: int = 0  # carried by every button
    screen: str = "home"  # a row of conversations.lobby.SCREENS, or "form"
    draft_id: str | None = None
    focus: Focus | None = None
