"""What a question type is given and gives back: the question as it is asked, and what was read.

Shared by the types and the dialogue; decides nothing.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from conversations.draft import Focus
from conversations.form import Choice, Question
from conversations.turn import Button, Chose, Param, Said, Sent
from registry.frozen import frozen
from registry.problems import Problem

Given = Said | Chose | Sent
Choices = tuple[tuple[int, Choice], ...]


@frozen
class Asked:
    """One question in front of one person. `choices` are the offered ones with their index."""

    question: Question
    choices: Choices
    codes: Mapping[str, tuple[int, Choice]]
    focus: Focus
    now: datetime
    value: str = ""  # its present answer

    @property
    def today(self) -> date:
        """The school's day."""
        return self.now.date()


@frozen
class Read:
    """What an input means: an answer (`text`), or why not, or one more step towards it."""

    text: str | None = None
    problem: Problem | None = None
    rejected: str = ""  # as typed, to show beside the problem
    doubt: str | None = None  # read, to be confirmed first
    focus: Focus | None = None  # only the question's own view changed: a page, a toggle


class QuestionType(Protocol):
    """One way to answer. Stateless: what is under way stands in the focus."""

    @property
    def is_asked(self) -> bool:
        """Whether a person answers it; a note or a calculation is only shown or worked out."""

    def ask(self, question: Question) -> str:
        """The kind of input a channel should offer (turn.Ask.kind)."""

    def read(self, asked: Asked, given: Given) -> Read:
        """What an input means for this question."""

    def buttons(self, asked: Asked) -> tuple[Button, ...]:
        """Its own buttons."""

    def show(self, question: Question, text: str) -> Param:
        """A stored answer as people read it."""


def refuse(code: str, rejected: str = "", **params: str | int) -> Read:
    """Not an answer: why, and what was typed."""
    return Read(problem=Problem(code, params), rejected=rejected)
