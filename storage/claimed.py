"""What becomes of answers given under a claim: moved to the child, kept as proposals, or erased.

Called by the unit of work when a claim is decided; `proposals` by the facts of a turn.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import bindparam, delete, select, update

from conversations.draft import Draft, DraftState
from registry.records import ClaimState
from storage import tables as t
from storage.dialogue import draft_from, find_draft, save_draft
from storage.reader import Reader, Writing

_OF_CLAIM: Final = select(t.draft).where(t.draft.c.claim_id == bindparam("claim_id"))
_HAND_OVER: Final = (
    update(t.draft)
    .where(t.draft.c.id == bindparam("of_draft"))
    .values(revision=t.draft.c.revision + 1, claim_id=None)
)
_FREE_FILES: Final = (
    update(t.file)
    .where(
        t.file.c.draft_id.in_(
            select(t.draft.c.id).where(t.draft.c.claim_id == bindparam("of_claim"))
        )
    )
    .values(draft_id=None)
)
_ERASE: Final = delete(t.draft).where(t.draft.c.claim_id == bindparam("of_claim"))
_MOVE_FILES: Final = update(t.file).where(t.file.c.draft_id == bindparam("of_draft"))
_KEPT: Final = (
    select(t.draft)
    .join(t.claim, t.claim.c.id == t.draft.c.claim_id)
    .where(
        t.claim.c.school_id == bindparam("school_id"),
        t.claim.c.student_id == bindparam("student_id"),
        t.claim.c.state == ClaimState.accepted.value,
        t.draft.c.form_id == bindparam("form_id"),
    )
    .order_by(t.draft.c.updated_at)
)


def move_claimed(unit: Writing, claim_id: str, student_id: str) -> None:
    """To the child's draft where that is missing or empty; else kept beside it, closed."""
    for row in unit.every(_OF_CLAIM, {"claim_id": claim_id}):
        claimed = draft_from(unit, row)
        child = find_draft(
            unit, claimed.school_id, claimed.form_id, student_id, None, claimed.occasion
        )
        if child is None:
            owner = {"student_id": student_id, "subject_id": student_id}
            unit.run(_HAND_OVER, {"of_draft": claimed.id, **owner})
            continue
        if not child.answers and not child.own:
            _fill(unit, child, claimed, (row.done, row.total, row.asking))
            claimed = replace(claimed, answers={}, own={})
        closed = replace(claimed, state=DraftState.closed)
        save_draft(unit, closed, claimed.revision, row.done, row.total, "")


def erase_claimed(unit: Writing, claim_id: str) -> None:
    """Nothing typed under the claim remains; its files are left to the collector of orphans."""
    unit.run(_FREE_FILES, {"of_claim": claim_id})
    unit.run(_ERASE, {"of_claim": claim_id})


def proposals(reader: Reader, school_id: str, student_id: str, form_id: str) -> Mapping[str, str]:
    """Answers by path that an accepted claimant gave beside the child's own draft."""
    key = {"school_id": school_id, "student_id": student_id, "form_id": form_id}
    drafts = (draft_from(reader, row) for row in reader.every(_KEPT, key))
    return {path: answer.text for draft in drafts for path, answer in draft.answers.items()}


def _fill(unit: Writing, child: Draft, claimed: Draft, walked: tuple[int, int, str]) -> None:
    filled = replace(
        child,
        answers=claimed.answers,
        own=claimed.own,
        later=claimed.later,
        seen=claimed.seen,
        form_version=claimed.form_version,
    )
    save_draft(unit, filled, child.revision, *walked, now=datetime.now(UTC))
    unit.run(_MOVE_FILES, {"of_draft": claimed.id, "draft_id": child.id})
