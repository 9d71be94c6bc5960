"""What stands to be entered in the national system by hand, and who says it has been.

We never drive that system (R226): the registrar types there what has reached our register and
ticks it here, with the day. Finished at school and entered there are two states. What of a paper
enters early stands apart from the rest, so that it is not lost when the authority refuses.
Rule: R10.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

from registry.actors import Actor
from registry.books import Books
from registry.cases import event, target_of
from registry.effects import EFFECTS
from registry.frozen import frozen
from registry.policy import Action, permit
from registry.problems import NotThere, RuleError
from registry.students import Student
from registry.submissions import NationalEntry, Submission


class Part(StrEnum):
    """Which entering of one case it is."""

    early = "early"  # what need not wait for the authority (R72)
    whole = "whole"  # its effect


@frozen
class EntryKey:
    """One line of the list."""

    submission_id: str
    part: Part

    def __str__(self) -> str:
        return f"{self.submission_id}.{self.part}"

    @classmethod
    def parse(cls, text: str) -> "EntryKey":
        """Raises: NotThere."""
        submission_id, _, part = text.rpartition(".")
        if not submission_id or part not in set(Part):
            raise NotThere
        return cls(submission_id, Part(part))


def owe_entry(
    books: Books, case: Submission, part: Part, was: Student, entered: Student, now: datetime
) -> None:
    """Something has reached the register: the national system wants it too, if it holds such."""
    before = differences(was.fields, entered.fields)
    has_moved = (was.status, was.student_number) != (entered.status, entered.student_number)
    if EFFECTS[case.effect].is_national and (before or has_moved):
        books.add_national_entry(case.school_id, NationalEntry(case.id, part, now, before))


def differences(was: Mapping[str, str], entered: Mapping[str, str]) -> Mapping[str, str]:
    """Fields that are not as they were, with the old value ("" where there was none)."""
    return {
        code: was.get(code, "")
        for code in sorted(was.keys() | entered.keys())
        if was.get(code, "") != entered.get(code, "")
    }


def note_entries(
    books: Books, actor: Actor, keys: Iterable[EntryKey], on: date, now: datetime
) -> int:
    """These were typed there on that day; how many were not ticked before.

    Raises: NotThere; RuleError `entries.day_wrong`, `entries.none_chosen`.
    """
    wanted = tuple(dict.fromkeys(keys))
    if not wanted:
        raise RuleError("entries.none_chosen")
    if on > now.date():
        raise RuleError("entries.day_wrong")
    noted = 0
    for key in wanted:
        case = _case(books, actor, key, now)
        if books.note_national_entry(
            case.school_id, key.submission_id, key.part, on, actor.id, now
        ):
            ids = {"submission": key.submission_id, "part": str(key.part)}
            books.record(event("register.entry.noted", actor, now, **ids))
            noted += 1
    return noted


def withdraw_entry(books: Books, actor: Actor, key: EntryKey, now: datetime) -> bool:
    """Ticked by mistake: it is listed again; the record of both stays. Raises: NotThere."""
    case = _case(books, actor, key, now)
    is_open_again = books.reopen_national_entry(case.school_id, key.submission_id, key.part)
    if is_open_again:
        ids = {"submission": key.submission_id, "part": str(key.part)}
        books.record(event("register.entry.withdrawn", actor, now, **ids))
    return is_open_again


def _case(books: Books, actor: Actor, key: EntryKey, now: datetime) -> Submission:
    """Never his own child's."""
    case = books.load_submission(actor.school_id, key.submission_id)
    is_his_own = actor.link_to(case.student_id) is not None
    if is_his_own or permit(actor, Action.entry_note, target_of(case), now.date()) is None:
        raise NotThere
    return case
