"""The school's table of county codes is imported, replaced and removed.

Called by the page 区划代码. Which list it is the school decides; none is shipped. Rule: R119.
"""

from collections.abc import Sequence
from datetime import datetime

from registry.actors import Actor
from registry.books import Books
from registry.cases import event, require
from registry.policy import Action, Target
from registry.problems import RuleError
from registry.regions import County


def replace_regions(books: Books, actor: Actor, rows: Sequence[County], now: datetime) -> None:
    """In place of whatever stood there.

    Raises: RuleError `region.none` for a list without a county: that would be no table.
    """
    require(actor, Action.region_edit, Target(actor.school_id), now)
    if not rows:
        raise RuleError("region.none")
    books.replace_regions(actor.school_id, rows, now)
    books.record(event("school.regions.replaced", actor, now, count=len(rows)))


def remove_regions(books: Books, actor: Actor, now: datetime) -> None:
    """Nothing is checked from then on; removing twice is one removal."""
    require(actor, Action.region_edit, Target(actor.school_id), now)
    if books.remove_regions(actor.school_id):
        books.record(event("school.regions.removed", actor, now))
