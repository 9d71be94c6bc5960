"""「原件已核对」: who of the school has held the paper itself against its picture, and when.

A tick of its own for every picture, apart from the decision: a case may pass before the family has
been at school, and the tick may come long after. Rule: R12.
"""

from datetime import datetime

from registry.actors import Actor
from registry.books import Books
from registry.cases import event, may_see, target_of
from registry.policy import Action, permit
from registry.problems import NotThere, RuleError
from registry.submissions import Original, Submission


def tick_original(
    books: Books, actor: Actor, submission_id: str, file_id: str, now: datetime
) -> None:
    """The original of that picture was seen; a second tick leaves the first one's name.

    Raises: NotThere; RuleError `originals.no_picture` for one the family has replaced meanwhile.
    """
    case = _case(books, actor, submission_id, now)
    if file_id not in {paper.file_id for paper in case.content.evidence}:
        raise RuleError("originals.no_picture")
    if books.add_original(case.school_id, Original(case.id, file_id, actor.id, now)):
        books.record(event("review.original.seen", actor, now, submission=case.id, file=file_id))


def untick_original(
    books: Books, actor: Actor, submission_id: str, file_id: str, now: datetime
) -> None:
    """Ticked by mistake: the tick goes, the record of both stays. Raises: NotThere."""
    case = _case(books, actor, submission_id, now)
    if books.remove_original(case.school_id, case.id, file_id):
        books.record(event("review.original.unseen", actor, now, submission=case.id, file=file_id))


def may_tick(actor: Actor, case: Submission, now: datetime) -> bool:
    """Whether this person takes papers in hand for that child."""
    return (
        may_see(actor, case, now)
        and permit(actor, Action.paper_tick, target_of(case), now.date()) is not None
    )


def _case(books: Books, actor: Actor, submission_id: str, now: datetime) -> Submission:
    case = books.load_submission(actor.school_id, submission_id)
    if not may_tick(actor, case, now):
        raise NotThere
    return case
