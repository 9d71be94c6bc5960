"""What stands to be typed into the national system by hand (R10): part of the books."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, insert, select, update

from registry.submissions import NationalEntry
from storage import tables as t
from storage.reader import AnyRow, Reader, Writing

_OF_CASES: Final = (
    select(t.national_entry)
    .where(
        t.national_entry.c.school_id == bindparam("of_school"),
        t.national_entry.c.submission_id.in_(bindparam("of_cases", expanding=True)),
    )
    .order_by(t.national_entry.c.since, t.national_entry.c.part)
)
_ONE: Final = update(t.national_entry).where(
    t.national_entry.c.school_id == bindparam("of_school"),
    t.national_entry.c.submission_id == bindparam("of_submission"),
    t.national_entry.c.part == bindparam("of_part"),
)
_NOTE: Final = _ONE.where(t.national_entry.c.noted_at.is_(None))
_REOPEN: Final = _ONE.where(t.national_entry.c.noted_at.is_not(None))


class NationalBooks(Writing):
    """Part of the unit of work."""

    __slots__ = ()

    def add_national_entry(self, school_id: str, entry: NationalEntry) -> None:
        place = ("national_entry", f"{entry.submission_id}.{entry.part}", "before")
        before = (
            None if entry.before is None else self.sealer.seal_json(*place, dict(entry.before))
        )
        self.run(
            insert(t.national_entry),
            {
                "school_id": school_id,
                "submission_id": entry.submission_id,
                "part": entry.part,
                "since": entry.since,
                "before": before,
                "noted_on": entry.on,
                "noted_by": entry.by,
                "noted_at": entry.at,
            },
        )

    def note_national_entry(
        self, school_id: str, submission_id: str, part: str, on: date, by: str, at: datetime
    ) -> bool:
        noted = {"noted_on": on, "noted_by": by, "noted_at": at}
        return self.run(_NOTE, {**_key(school_id, submission_id, part), **noted}) > 0

    def reopen_national_entry(self, school_id: str, submission_id: str, part: str) -> bool:
        noted = {"noted_on": None, "noted_by": None, "noted_at": None}
        return self.run(_REOPEN, {**_key(school_id, submission_id, part), **noted}) > 0


def entries_of(
    reader: Reader, school_id: str, case_ids: Collection[str]
) -> tuple[NationalEntry, ...]:
    """Of these cases, oldest first. The page asked the policy before."""
    if not case_ids:
        return ()
    rows = reader.every(_OF_CASES, {"of_school": school_id, "of_cases": sorted(case_ids)})
    return tuple(entry_from(reader, row) for row in rows)


def entry_from(reader: Reader, row: AnyRow) -> NationalEntry:
    """From a row of the table."""
    before = None
    if row.before is not None:
        place = ("national_entry", f"{row.submission_id}.{row.part}", "before")
        opened = reader.sealer.unseal_json(*place, row.before)
        known = opened if isinstance(opened, dict) else {}
        before = {code: str(text) for code, text in known.items()}
    return NationalEntry(
        row.submission_id,
        row.part,
        row.since,
        before,
        row.noted_on,
        row.noted_by,
        row.noted_at,
    )


def _key(school_id: str, submission_id: str, part: str) -> dict[str, str]:
    return {"of_school": school_id, "of_submission": submission_id, "of_part": part}
