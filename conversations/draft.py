"""A family's unfinished form, and where one person is in it. Both are small, serialisable and re-
derivable.

Answers are XForms canonical text by path: select_multiple space-joined, dates ISO, files as file
ids. The draft belongs to the child, never to a person; its position is recomputed from form +
answers on every turn (design.md §1).
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from registry.frozen import frozen
from registry.problems import Problem


@frozen
class Answer:
    """One given answer and who gave it. `insisted`: kept although check or reviewer objects."""

    text: str
    by: str
    insisted: bool = False
    note: str = ""  # why it stays so, in the family's words, for the reviewer


class DraftState(StrEnum):
    """Whether the family may write."""

    open = "open"
    submitted = "submitted"
    returned = "returned"  # reopened by flags: the walk asks flagged paths only
    handed = "handed"  # photos only: the school types it from the pictures
    closed = "closed"


@frozen
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
    seen: frozenset[str] = frozenset()  # optional questions skipped, "path=proposed" declined
    mended: frozenset[str] = frozenset()  # flagged paths answered again in this round
    submission_id: str | None = None
    photos_by: str = ""  # who chose 「只拍照，请老师照着填」; "" = the family types
    typed_by: frozenset[str] = frozenset()  # staff who typed from the pictures

    @property
    def takes_photos(self) -> bool:
        """Whether the family is asked for pictures alone, because the school will type."""
        return bool(self.photos_by) and not self.typed_by and self.state is DraftState.open

    def keeping(
        self,
        answers: Mapping[str, Answer] | None = None,
        own: Mapping[str, Mapping[str, Answer]] | None = None,
        *,
        later: frozenset[str] | None = None,
        seen: frozenset[str] | None = None,
        mended: frozenset[str] | None = None,
        photos_by: str | None = None,
    ) -> "Draft":
        """The same draft with other answers or marks (several times faster than `replace`)."""
        return Draft(
            self.id,
            self.school_id,
            self.form_id,
            self.form_version,
            self.student_id,
            self.claim_id,
            self.occasion,
            self.revision,
            self.state,
            self.answers if answers is None else answers,
            self.own if own is None else own,
            self.later if later is None else later,
            self.seen if seen is None else seen,
            self.mended if mended is None else mended,
            self.submission_id,
            self.photos_by if photos_by is None else photos_by,
            self.typed_by,
        )

    def __repr__(self) -> str:
        """Ids and counts only: answers never reach a log."""
        return f"Draft({self.id!r}, {self.form_id!r}, {len(self.answers)} answers)"


@frozen
class Focus:
    """The question in hand of one person, with all that is needed to show it again unchanged."""

    path: str
    unconfirmed: str | None = None  # a read or proposed value waiting for [对] / [不对]
    is_proposed: bool = False  # `unconfirmed` is our proposal, not what the person wrote
    picked: str | None = None  # choices toggled so far, space-joined, not yet an answer
    rejected: str | None = None  # as typed, shown beside the problem; may be insisted on
    problem: Problem | None = None  # why; code "form.constraint" is the form's own message
    page: int = 0  # of a long list of choices
    search: str = ""
    is_edit: bool = False  # asked again on purpose: back, or a line of the summary
    is_explaining: bool = False  # the next text says why a flagged value stays as it is
    is_alone: bool = False  # a value known before, not to be confirmed together with others
    seen: str = ""  # mark of the summary last shown, which is what will be signed
    tries: int = 0  # failed checks in a row: after three, help is offered

    def __repr__(self) -> str:
        """Where, never what: a typed value never reaches a log."""
        return f"Focus({self.path!r}, tries={self.tries})"


@frozen
class Place:
    """Where one actor is, across channels. Losing it costs one re-asked question and nothing else.

    `screen` is a row of `conversations.lobby.SCREENS`, or one of the form's: "form" (a question),
    "summary". Screens of the lobby opened from a form keep `draft_id` and `focus`, to return.
    """

    actor_id: str
    turn: int = 0  # carried by every button
    screen: str = "home"
    draft_id: str | None = None
    focus: Focus | None = None
    child: str | None = None  # student or claim id: the child chosen in the lobby
    news: str = ""  # phrase key: what the last turn did, said above what is shown

    def at(self, screen: str, focus: Focus | None = None, news: str = "") -> "Place":
        """The same person and turn, somewhere else."""
        return Place(self.actor_id, self.turn, screen, self.draft_id, focus, self.child, news)

    def acting(self) -> "Place":
        """The next turn, with what the last one said forgotten."""
        return Place(
            self.actor_id, self.turn + 1, self.screen, self.draft_id, self.focus, self.child
        )
