"""What a use case leaves behind: facts remembered, messages owed, work due, tasks for people. Ids
only.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from registry.actors import Role
from registry.frozen import frozen


@frozen
class Event:
    """A fact, past tense, `area.subject.action`; recording it is the audit log (R231)."""

    name: str  # a row of registry.events.EVENTS
    school_id: str
    actor_id: str | None  # None = the program itself
    at: datetime
    ids: Mapping[str, str | int] = field(default_factory=dict)  # ids, codes and counts only


@frozen
class Notice:
    """A message owed to one actor; unique by (cause, actor). Rendered when sent."""

    cause: str  # id of the decision, submission or promise it comes from, with the phrase
    school_id: str
    actor_id: str
    phrase: str  # key in the catalogue
    due: datetime
    ids: Mapping[str, str | int] = field(default_factory=dict)


@frozen
class Job:
    """Work due later that sends nobody a message; unique by key."""

    key: str
    school_id: str
    kind: str
    due: datetime
    ids: Mapping[str, str | int] = field(default_factory=dict)


class TaskKind(StrEnum):
    """What a person of the school has to do by hand."""

    telephone = "telephone"  # tell a family we cannot reach by any channel
    help = "help"  # a family pressed 「请老师帮我」
    limit = "limit"  # the last day of a case has come, or is past
    typing = "typing"  # type a paper from the pictures a family took
    effect_failed = "effect_failed"  # an approved change could not apply
    record_moved = "record_moved"  # a child transferred in: has the record followed? (R237)
    national_number = "national_number"  # to be fetched from the primary school (R106)
    return_class = "return_class"  # a child came back to a cohort that moved on: the right class?
    outside_more = "outside_more"  # what the authority wanted has come: hand it in
    consent = "consent"  # a consent other than the committee's was taken back
    in_person = "in_person"  # a family wants to say something itself, not in writing
    wish = "wish"  # something no paper of ours does, or not today


@frozen
class Task:
    """One thing for a class teacher or registrar, unique by key, until done."""

    key: str
    school_id: str
    class_id: str
    role: Role  # who does it: the class teacher of the class, or the registrar
    kind: TaskKind
    student_id: str | None
    actor_id: str | None  # the family member concerned
    phrase: str
    at: datetime
    ids: Mapping[str, str | int] = field(default_factory=dict)


class ClaimState(StrEnum):
    """What became of a claim."""

    open = "open"
    accepted = "accepted"
    refused = "refused"
    expired = "expired"


@frozen
class Claim:
    """Somebody says he belongs to a child of a class; the class teacher accepts or refuses.

    A claim through a slip names its student and may be accepted at once.
    """

    id: str
    school_id: str
    class_id: str
    actor_id: str
    child_name: str  # as typed; sealed at rest
    relation: str
    at: datetime
    state: ClaimState = ClaimState.open
    student_id: str | None = None
    decided_by: str | None = None

    def __repr__(self) -> str:
        """Ids only."""
        return f"Claim({self.id!r}, {self.state})"


@frozen
class KeptConsent:
    """The last word of one person on one purpose, for one child (K22)."""

    purpose: str
    agreed: bool
    version: str
    digest: str  # of the words shown, hex
    at: datetime
    actor_id: str
    withdrawn_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether it is agreed to now."""
        return self.agreed and self.withdrawn_at is None
