"""What screens and acts of the lobby share: its buttons, the papers of the child in hand."""

from collections.abc import Mapping

from conversations.draft import Place
from conversations.turn import Button, Facts, Outcome, Paper, Phrase
from conversations.wishes import WISHED
from registry.frozen import frozen
from registry.submissions import State

HOME = Button("home", Phrase("lobby.home"), "quiet")
HELP = Button("help", Phrase("walk.help"), "quiet")
LANGUAGE = Button("language", Phrase("lobby.language"), "quiet")

TOMORROW = Button("remind.tomorrow", Phrase("lobby.remind_tomorrow"), "quiet")
RETURN = Button("resume", Phrase("lobby.resume_form"), "main")


WAITING = frozenset({State.returned, State.recalled})
NOT_DONE = frozenset({State.rejected, State.refused})
DONE = NOT_DONE | {State.effective}
NO_DAY = "9999"
ASKED_OF = ("entry", "term", "year", "case")
"""Occasions of a paper, from what is asked of everybody to what few need."""


@frozen
class Gone:
    """Where a button of the lobby leads."""

    place: Place
    outcome: Outcome | None = None


def papers_of(place: Place, facts: Facts) -> tuple[tuple[int, Paper], ...]:
    """The papers of the child in hand, with their index in the facts."""
    child = place.child
    if child is None and len(facts.children) > 1:
        return ()
    return tuple(
        (i, paper)
        for i, paper in enumerate(facts.papers)
        if child is None or child in (paper.student_id, paper.claim_id)
    )


def at_home(place: Place, facts: Facts) -> tuple[tuple[int, Paper], ...]:
    """What home lists: what waits for the family, what it has begun, what the school asks, what is
    under way, what is done, in this order. Papers a family wishes for come in by a wish; the last
    outcome of each stays in sight, for nobody looks for a result where he was not told to.
    """
    mine = papers_of(place, facts)
    last = {(it.form_id, it.student_id): i for i, it in mine if it.draft_id is not None}
    listed = (
        (i, paper)
        for i, paper in mine
        if (paper.draft_id or paper.form_id not in WISHED)
        and (not paper.is_past or _is_last_wish(paper, i, last))
    )
    return tuple(sorted(listed, key=lambda item: _urgency(item[1])))


def _is_last_wish(paper: Paper, i: int, last: Mapping[tuple[str, str | None], int]) -> bool:
    return paper.form_id in WISHED and last.get((paper.form_id, paper.student_id)) == i


def is_done(paper: Paper) -> bool:
    """Whether nothing happens with it any more."""
    return paper.state in DONE


def may_reapply(paper: Paper) -> bool:
    """Whether [再次申请] opens it anew, with all its answers."""
    return paper.state in NOT_DONE and paper.draft_id is not None


def paper_in_hand(place: Place, facts: Facts) -> Paper | None:
    """The paper whose draft the place is at."""
    if place.draft_id is None:
        return None
    found = (paper for paper in facts.papers if paper.draft_id == place.draft_id)
    return next(found, facts.paper)


# ---- screens


def tomorrow(place: Place, facts: Facts) -> tuple[Button, ...]:
    """「明天再提醒我」, while the paper in hand is the family's to fill."""
    paper = paper_in_hand(place, facts)
    if paper is None or paper.draft_id != place.draft_id or paper.is_handed:
        return ()
    return (TOMORROW,) if paper.state is None or paper.state in WAITING else ()


def way_back(place: Place) -> Button:
    return RETURN if place.draft_id is not None else HOME


def _urgency(paper: Paper) -> tuple[int, str, int, int]:
    """What waits for the family before the rest; of those alike the one due sooner, then what is
    asked of everybody, and of what was sent the latest.
    """
    due = paper.due.isoformat() if paper.due is not None else NO_DAY
    return _rank(paper), due, ASKED_OF.index(paper.occasion), -(paper.number or 0)


def _rank(paper: Paper) -> int:
    if paper.state is State.returned:
        return 0
    if paper.state is State.recalled:
        return 1
    if paper.state is None:
        return 1 if paper.done else 2
    return 4 if is_done(paper) else 3
