"""The originals' part of the books: which pictures were held against the paper itself."""

from typing import Final

from sqlalchemy import bindparam, delete, insert, select

from registry.submissions import Original
from storage import tables as t
from storage.reader import Reader, Writing

_OF_CASE: Final = select(t.original_seen).where(
    t.original_seen.c.submission_id == bindparam("submission_id"),
    t.original_seen.c.school_id == bindparam("school_id"),
)
_REMOVE: Final = delete(t.original_seen).where(
    t.original_seen.c.submission_id == bindparam("of_submission"),
    t.original_seen.c.school_id == bindparam("of_school"),
    t.original_seen.c.file_id == bindparam("of_file"),
)


class OriginalsBooks(Writing):
    """Part of the unit of work."""

    __slots__ = ()

    def add_original(self, school_id: str, seen: Original) -> bool:
        known = originals(self, school_id, seen.submission_id)
        if any(one.file_id == seen.file_id for one in known):
            return False
        self.run(
            insert(t.original_seen),
            {
                "school_id": school_id,
                "submission_id": seen.submission_id,
                "file_id": seen.file_id,
                "actor_id": seen.actor_id,
                "at": seen.at,
            },
        )
        return True

    def remove_original(self, school_id: str, submission_id: str, file_id: str) -> bool:
        key = {"of_school": school_id, "of_submission": submission_id, "of_file": file_id}
        return bool(self.run(_REMOVE, key))


def originals(reader: Reader, school_id: str, submission_id: str) -> tuple[Original, ...]:
    """The ticks of one case. The case's page asked the policy before."""
    rows = reader.every(_OF_CASE, {"school_id": school_id, "submission_id": submission_id})
    return tuple(Original(row.submission_id, row.file_id, row.actor_id, row.at) for row in rows)
