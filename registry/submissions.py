"""A finished form as sent, the review it goes through, and what staff decide about it. Pure
data.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from registry.actors import Relation, Role
from registry.frozen import frozen

IN_PERSON = "in_person"
"""「我想当面和老师说」 in place of a delicate fact: a task for the registrar, nothing written."""


class State(StrEnum):
    """Where a submission stands."""

    in_review = "in_review"  # at step `step` of its route
    returned = "returned"  # waits for the family
    recalled = "recalled"  # taken back by the family before a decision
    rejected = "rejected"
    refused = "refused"  # by the authority; the family may apply again with all it wrote
    awaiting_outside = "awaiting_outside"  # at an outside step (K3)
    approved = "approved"  # released; the effect is due when the undo window closes
    effective = "effective"  # the effect has reached the register


class Act(StrEnum):
    """What a person does to a submission."""

    approve = "approve"
    hand_outside = "hand_outside"  # the registrar handed it to the authority (R21)
    reapply = "reapply"  # 「再次申请」: the same paper anew, with all its answers
    recall = "recall"
    record_outside = "record_outside"  # what the authority said (R21, R22)
    reject = "reject"
    resubmit = "resubmit"
    return_ = "return"
    undo = "undo"


@frozen
class Consent:
    """One separate, unbundled agreement or refusal (K22, T26)."""

    purpose: str  # "statement", "committee_help", …
    agreed: bool
    version: str
    digest: str  # of the text shown, hex
    actor_id: str
    at: datetime


@frozen
class Signature:
    """A guardian's signature over the exact summary shown (R81)."""

    actor_id: str
    relation: Relation
    typed_name: str
    at: datetime
    seal: str  # HMAC of the summary, hex; the summary is stored sealed beside it
    on_paper_by: str | None = None  # staff who ticked 「监护人已在纸上签字」 (K21)
    through: str | None = None  # who made the link by which it was signed elsewhere (K21)


@frozen
class Value:
    """One answered question as the register reads it."""

    path: str  # opaque: where the form asked it
    text: str
    field: str | None  # register field it is proposed for, if any
    label: str = ""  # the question in the school's first language, for staff
    insisted: bool = False  # kept by the family although a check failed: 「户口本就是这样」
    note: str = ""  # why it stays so, in the family's words
    is_typed: bool = False  # by staff, from the family's pictures
    code: str = ""  # a code that rules read ("reason"), where it is no register field


@frozen
class Evidence:
    """One paper shown."""

    path: str
    kind: str  # "household_register" …
    file_id: str
    label: str = ""


@frozen
class Content:
    """What the family sent in one round: sealed at rest, never in a log."""

    values: tuple[Value, ...]
    evidence: tuple[Evidence, ...]
    consents: tuple[Consent, ...]
    signature: Signature | None
    relation: Relation
    summary: str  # exactly what was shown and signed
    typed_by: tuple[str, ...] = ()  # staff who typed it from the family's pictures

    def __repr__(self) -> str:
        """Counts only."""
        return f"Content({len(self.values)} values, {len(self.evidence)} papers)"

    def agreed(self, purpose: str) -> bool:
        """Whether that separate consent was given."""
        return any(consent.agreed for consent in self.consents if consent.purpose == purpose)

    def fields(self) -> Mapping[str, str]:
        """Register field → proposed value."""
        return {value.field: value.text for value in self.values if value.field}

    def codes(self) -> Mapping[str, str]:
        """Everything a condition may read: register fields and the codes of rules."""
        marked = {value.code: value.text for value in self.values if value.code}
        return {**marked, **self.fields()}


@frozen
class Submission:
    """A case: one paper of one child, round by round. Revision counts decision-relevant changes
    only.
    """

    id: str
    school_id: str
    grade_id: str
    class_id: str
    student_id: str
    draft_id: str
    number: int  # receipt shown to the family as 0412
    form_id: str
    form_version: str
    route: str
    effect: str
    state: State
    step: int
    round: int
    revision: int
    submitted_by: str
    submitted_at: datetime
    waiting_since: datetime
    committee_helps: bool  # the family agreed and the school turned it on (K1)
    content: Content
    leased_by: str | None = None
    leased_until: datetime | None = None
    joined_by: Role | None = None  # of a joint step, who has approved already (R160)
    outside_since: date | None = None  # handed to the authority on this day; never paused (R247)


class Said(StrEnum):
    """What happened outside the school, as the registrar writes it down (R21, R22)."""

    handed = "handed"  # nothing yet: the papers were handed in
    accepted = "accepted"
    more = "more"  # the authority wants more material
    refused = "refused"


@frozen
class Outside:
    """The authority's part, recorded by hand, never decided by us (R21). Sealed at rest."""

    result: Said
    on: date
    paper_number: str = ""
    words: str = ""  # the bureau's own
    file_id: str | None = None  # picture of its letter


@frozen
class Flag:
    """A reviewer's verdict on one field: what the family should mend."""

    path: str
    reason: str  # canned code "unreadable", "incomplete", … or "other"
    note: str = ""  # free text, sealed at rest, read only after opening the case


@frozen
class Decision:
    """A staff or family act on a submission, kept for ever."""

    id: str
    submission_id: str
    act: Act
    actor_id: str
    role: Role
    round: int
    step: int
    was: State
    at: datetime
    settles_at: datetime  # end of the undo window
    flags: tuple[Flag, ...] = field(default=())
    reason: str = ""  # code for reject
    note: str = ""
    outside: Outside | None = None
    joined_by: Role | None = None  # of a joint step, who had approved before this
    class_id: str = ""  # to which a child returns, where this decided it (K12)
    undone_at: datetime | None = None


@frozen
class NationalEntry:
    """What of a case has reached the register and is typed into the national system by hand (R10).

    `before` is what the fields were; None = not kept. Until `at` it stands to be typed.
    """

    submission_id: str
    part: str  # registry.national.Part
    since: datetime
    before: Mapping[str, str] | None = None
    on: date | None = None
    by: str | None = None
    at: datetime | None = None

    def __repr__(self) -> str:
        """Nothing about a child."""
        return f"NationalEntry({self.submission_id!r}, {self.part!r})"


@frozen
class Original:
    """「原件已核对」: staff held the paper itself beside its picture (R12)."""

    submission_id: str
    file_id: str
    actor_id: str
    at: datetime
