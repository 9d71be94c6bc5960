"""Every column that can be read on disk, with the reason why it may. A test fails for another.

What is not listed here is of type `tables.Sealed`. Read by the tests, and by whoever asks what
a thief of the database sees.
"""

from collections.abc import Mapping
from typing import Final

_ID: Final = "made by the application at random; says nothing"
_CODE: Final = "a word of our own lists"
_COUNT: Final = "a number that counts or orders"
_TIME: Final = "when the program did something"
_FORM: Final = "which paper of the school, no answer"
_PLACE: Final = "a place in the form, no answer"
_HASH: Final = "hash of a random token of 128 bits or more"
_INDEX: Final = "keyed blind index: finds equal values, cannot be computed without the key"
_IDS: Final = "ids, codes and counts only"
_SCHOOL: Final = "what the school itself makes public or decides"

# The same name has the same meaning in every table.
EVERYWHERE: Final[Mapping[str, str]] = {
    "actor_id": _ID,
    "claim_id": _ID,
    "class_id": _ID,
    "draft_id": _ID,
    "grade_id": _ID,
    "id": _ID,
    "notice_id": _ID,
    "school_id": _ID,
    "student_id": _ID,
    "submission_id": _ID,
    "at": _TIME,
    "state": _CODE,
    "kind": _CODE,
    "form_id": _FORM,
    "form_version": _FORM,
    "channel": "which channel, no address",
    "due": _TIME,
    "tries": _COUNT,
    "lease": _ID,
    "leased_until": _TIME,
    "phrase": "a key of the catalogue",
    "ids": _IDS,
}

PLAIN: Final[Mapping[str, str]] = {
    "actor.is_active": "whether the person may come in",
    "actor.language": "which of our languages",
    "actor.login_lookup": _INDEX,
    "address.added_at": _TIME,
    "address.is_reachable": "whether the last message arrived",
    "address.lookup": _INDEX,
    "answered.message_id": "a number the channel made",
    "attempt.outcome": _CODE,
    "claim.decided_by": _ID,
    "claim.relation": _CODE,
    "decision.act": _CODE,
    "decision.flag_count": _COUNT,
    "decision.reason": _CODE,
    "decision.role": _CODE,
    "decision.round": _COUNT,
    "decision.settles_at": _TIME,
    "decision.step": _COUNT,
    "decision.undone_at": _TIME,
    "decision.was": _CODE,
    "draft.asking": _PLACE,
    "draft.done": _COUNT,
    "draft.occasion": "a school year, campaign or case id",
    "draft.revision": _COUNT,
    "draft.subject_id": _ID,
    "draft.total": _COUNT,
    "draft.updated_at": _TIME,
    "entry.created_at": _TIME,
    "entry.expires_at": _TIME,
    "entry.token_hash": _HASH,
    "entry.used_at": _TIME,
    "event.hash": "links the audit chain",
    "event.name": _CODE,
    "event.previous": "links the audit chain",
    "event.seq": _COUNT,
    "file.added_at": _TIME,
    "file.added_by": _ID,
    "file.height": _COUNT,
    "file.preview_id": _ID,
    "file.size": _COUNT,
    "file.width": _COUNT,
    "grade.entry_number": _SCHOOL,
    "grade.entry_year": _SCHOOL,
    "grade.number": _SCHOOL,
    "grade.stage": _SCHOOL,
    "grant.is_ended": "whether it was taken back",
    "grant.place_id": _ID,
    "grant.role": _CODE,
    "grant.scope": _CODE,
    "grant.since": "a day of the school's own decision",
    "grant.until": "a day of the school's own decision",
    "inbox.message_id": "a number the channel made",
    "inbox.received_at": _TIME,
    "job.key": _IDS,
    "job.problem": "an error code",
    "notice.cause": _IDS,
    "number.number": "the school's own 学号: year, branch and serial, no fact about the child",
    "place.turn": _COUNT,
    "school.name": _SCHOOL,
    "school.settings": _SCHOOL,
    "school.telephone": _SCHOOL,
    "school_class.number": _SCHOOL,
    "school_class.teacher_id": _ID,
    "session.created_at": _TIME,
    "session.csrf_seed": "random; useless without the session's cookie",
    "session.expires_at": _TIME,
    "session.seen_at": _TIME,
    "session.token_hash": _HASH,
    "status_change.becomes": _CODE,
    "status_change.on": "the day a status changed; needed to count the roll",
    "status_change.reason": _CODE,
    "status_change.recorded_at": _TIME,
    "status_change.recorded_by": _ID,
    "status_change.was": _CODE,
    "student.id_lookup": _INDEX,
    "student.revision": _COUNT,
    "student.status": _CODE,
    "student.student_number": "the school's own 学号: year, branch and serial",
    "submission.committee_helps": "whether the family agreed to the committee's help",
    "submission.effect": _CODE,
    "submission.leased_by": _ID,
    "submission.number": _COUNT,
    "submission.revision": _COUNT,
    "submission.round": _COUNT,
    "submission.route": _CODE,
    "submission.step": _COUNT,
    "submission.submitted_at": _TIME,
    "submission.submitted_by": _ID,
    "submission.waiting_since": _TIME,
    "submission_round.round": _COUNT,
    "submission_round.submitted_at": _TIME,
    "submission_round.submitted_by": _ID,
    "tally.events": _COUNT,
    "tally.last_hash": "links the audit chain",
    "tally.receipts": _COUNT,
    "task.done_at": _TIME,
    "task.done_by": _ID,
    "task.key": _IDS,
    "task.role": _CODE,
    "tie.gets_notices": "a right of the person",
    "tie.may_fill": "a right of the person",
    "tie.may_see": "a right of the person",
    "tie.relation": _CODE,
}


def reason(table: str, column: str) -> str | None:
    """Why that column may be read on disk; None = it may not."""
    return PLAIN.get(f"{table}.{column}") or EVERYWHERE.get(column)
