"""What the case's page says of the national number of a child who enters grade 7. Rule: R106."""

from datetime import datetime

from admin.sheets import Eyes, shown
from registry import national_numbers
from registry.frozen import frozen
from registry.identity import derive
from registry.national_numbers import FIELD
from registry.values import KINDS
from storage import people_books
from storage.queries import Case
from storage.trace_books import closed_task
from storage.unit import Unit
from web.visits import Visit


@frozen
class NumberView:
    """`text`: as these eyes may see it; "" while it is missing. `by`: who fetched it."""

    text: str
    by: str = ""
    at: datetime | None = None
    may_type: bool = False
    typed: str = ""
    doubts: tuple[str, ...] = ()  # kept all the same; for who may still correct it

    def __repr__(self) -> str:
        """Nothing about a child."""
        return "NumberView(…)"


def number_view(unit: Unit, visit: Visit, case: Case, eyes: Eyes) -> NumberView | None:
    """Nothing where none is asked for, and where the family wrote it: it stands in the sheet."""
    submission = case.submission
    if not national_numbers.is_wanted(unit, submission) or submission.content.fields().get(FIELD):
        return None
    known = case.student.fields.get(FIELD, "")
    closed = closed_task(unit, submission.school_id, national_numbers.task_key(submission))
    by, at = closed if known and closed else (None, None)
    may_type = national_numbers.may_fetch(unit, visit.person(), submission, visit.now)
    id_number = submission.content.fields().get("id_number", "")
    names = people_books.names(unit, submission.school_id, {by}) if by else {}
    return NumberView(
        (shown(FIELD, known, eyes) or "") if known else "",
        names.get(by or "", ""),
        at if by else None,
        may_type,
        visit.fields.get("fetched", ""),
        _doubts(known, id_number) if known and may_type else (),
    )


def _doubts(number: str, id_number: str) -> tuple[str, ...]:
    """What does not fit: the last character, or an ID number other than the child's (K5)."""
    warnings = KINDS[FIELD].read(number, None).warnings
    if warnings:
        return tuple(one.code for one in warnings)
    is_other = number.startswith("G") and derive(id_number) and number[1:] != id_number
    return ("panel.number.differs",) if is_other else ()
