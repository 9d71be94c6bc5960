"""What the database knows of an evidence file: whose it is, its measures and its preview.

The bytes are `storage.files`'s. A row is written after the file is whole on the disk, so no row
is without a file; a file without a row is an orphan for the collector. Called by turns, by the
serving of evidence and by the job that collects orphans.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, insert, or_, select

from registry.frozen import frozen
from registry.problems import NotThere
from registry.routes import is_discreet
from registry.submissions import Submission
from storage import tables as t
from storage.files import StoredFile
from storage.reader import Reader, Writing
from storage.review_books import decisions, rounds, submission_from

KEPT: Final = "kept"

_FIND: Final = (
    select(
        t.file,
        t.draft.c.student_id,
        t.draft.c.claim_id,
        t.student.c.class_id,
        t.student.c.grade_id,
        t.claim.c.class_id.label("claimed_class_id"),
        t.claim.c.actor_id.label("claimant_id"),
    )
    .select_from(
        t.file.join(t.draft, t.draft.c.id == t.file.c.draft_id)
        .outerjoin(t.student, t.student.c.id == t.draft.c.student_id)
        .outerjoin(t.claim, t.claim.c.id == t.draft.c.claim_id)
    )
    .where(
        t.file.c.school_id == bindparam("school_id"),
        or_(t.file.c.id == bindparam("file_id"), t.file.c.preview_id == bindparam("file_id")),
    )
)
_CASES: Final = (
    select(t.submission)
    .where(
        t.submission.c.school_id == bindparam("school_id"),
        t.submission.c.draft_id == bindparam("draft_id"),
    )
    .order_by(t.submission.c.number.desc())
)
_KNOWN: Final = select(t.file.c.id, t.file.c.preview_id).where(t.file.c.draft_id.is_not(None))


@frozen
class NewFile:
    """A picture of a paper, whole on the disk."""

    school_id: str
    draft_id: str
    added_by: str
    stored: StoredFile
    preview_id: str | None
    width: int
    height: int
    kind: str = "image"


@frozen
class OwnedFile:
    """A file with what the policy asks about it. The claimant's own until a claim is accepted."""

    id: str
    preview_id: str | None
    kind: str
    size: int
    width: int
    height: int
    draft_id: str
    student_id: str
    class_id: str
    grade_id: str
    claimant_id: str
    added_by: str
    added_at: datetime


def add_file(unit: Writing, new: NewFile, now: datetime) -> None:
    """Its id is the stored file's."""
    stored = new.stored
    unit.run(
        insert(t.file),
        {
            "id": stored.id,
            "school_id": new.school_id,
            "draft_id": new.draft_id,
            "preview_id": new.preview_id,
            "kind": new.kind,
            "size": stored.size,
            "sha256": unit.sealer.seal("file", stored.id, "sha256", stored.sha256),
            "width": new.width,
            "height": new.height,
            "state": KEPT,
            "added_by": new.added_by,
            "added_at": now,
        },
    )


def find_file(reader: Reader, school_id: str, file_id: str) -> OwnedFile:
    """By the id of the file or of its preview. Raises: `NotThere`."""
    row = reader.first(_FIND, {"school_id": school_id, "file_id": file_id})
    if row is None:
        raise NotThere
    return OwnedFile(
        row.id,
        row.preview_id,
        row.kind,
        row.size,
        row.width,
        row.height,
        row.draft_id,
        row.student_id or "",
        row.class_id or row.claimed_class_id or "",
        row.grade_id or "",
        row.claimant_id or "",
        row.added_by or "",
        row.added_at,
    )


@frozen
class Showing:
    """A case with that picture, and every kind of paper it was shown as."""

    case: Submission
    kinds: frozenset[str]


def cases_showing(reader: Reader, school_id: str, file: OwnedFile) -> tuple[Showing, ...]:
    """Cases that were sent or answered with that picture, newest first: what a draft holds is the
    family's.
    """
    rows = reader.every(_CASES, {"school_id": school_id, "draft_id": file.draft_id})
    cases = (submission_from(reader, row) for row in rows)
    shown = (Showing(case, _kinds(reader, case, file.id)) for case in cases)
    return tuple(one for one in shown if one.kinds)


def _kinds(reader: Reader, case: Submission, file_id: str) -> frozenset[str]:
    sent = (case.content, *rounds(reader, case.school_id, case.id))
    kinds = {paper.kind for one in sent for paper in one.evidence if paper.file_id == file_id}
    letters = (one.outside for one in decisions(reader, case.id) if one.outside is not None)
    if any(letter.file_id == file_id for letter in letters):
        kinds.add(letter_kind(case.route))
    return frozenset(kinds)


def letter_kind(route: str) -> str:
    """The authority's letter in a matter of health is about health."""
    return "authority_letter_health" if is_discreet(route) else "authority_letter"


def known_ids(reader: Reader) -> frozenset[str]:
    """Every file that somebody refers to, previews too."""
    rows = reader.every(_KNOWN, {})
    return frozenset(one for row in rows for one in row if one is not None)
