"""What one pass over a form leaves for the next: what its conditions and calculations came to.

A pass with a trail gives what a pass without one gives, sooner: only what depends on an answer
that has moved is worked out again. Valid for any later state of the draft. Used by `passing`.
"""

from collections.abc import Mapping

from conversations.draft import Answer, Draft
from conversations.expressions.coercion import Single
from conversations.plan import Plan
from registry.frozen import frozen


@frozen
class Trail:
    """Of one form in one language. `gates`: which entries of the plan were open."""

    plan: Plan
    language: str
    draft: Draft
    gates: Mapping[int, bool]
    values: Mapping[str, str]
    worked_out: Mapping[str, Single]

    def moved(self, after: Draft) -> set[str]:
        """Where that draft holds another answer than the pass had before it."""
        one, two = self.draft.answers, after.answers
        moved = {path for path in one.keys() | two.keys() if _text(one, path) != _text(two, path)}
        if self.draft.own != after.own:
            moved |= self.draft.own.keys() | after.own.keys()
        return moved


def _text(answers: Mapping[str, Answer], path: str) -> str:
    answer = answers.get(path)
    return "" if answer is None else answer.text


class Trails:
    """Of the drafts that were walked last, for whoever holds turns together. Losing one costs
    nothing but time.
    """

    MOST = 100

    def __init__(self) -> None:
        self._kept: dict[str, Trail] = {}

    def of(self, draft_id: str) -> Trail | None:
        return self._kept.get(draft_id)

    def keep(self, trail: Trail) -> None:
        """The newest of its draft; the one kept longest goes first."""
        self._kept.pop(trail.draft.id, None)
        self._kept[trail.draft.id] = trail
        if len(self._kept) > self.MOST:
            self._kept.pop(next(iter(self._kept)), None)
