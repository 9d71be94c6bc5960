"""What goes into the dialogue and what comes out: Input → Turn.

Pure values, the same for every channel.
"""

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from conversations.draft import Draft, Place
from conversations.form import Form, Picture, Text
from registry.actors import Actor, Relation, Role
from registry.frozen import frozen
from registry.legality import Circumstances
from registry.problems import Problem
from registry.records import KeptConsent
from registry.schools import School
from registry.students import Student
from registry.submissions import Content, Flag, State

if TYPE_CHECKING:
    from conversations.trail import Trail

# ---- in


@frozen
class Said:
    """Typed text, as typed; more than 10,000 characters is a Problem in the dialogue."""

    text: str


@frozen
class Chose:
    """A pressed button: the turn it was shown on and its operation.

    Operations are short ASCII without content: "a.2" is the third choice of the question in hand,
    "go.7" a line of the summary, "back", "later", "yes". An older turn changes nothing.
    """

    turn: int
    op: str


@frozen
class Sent:
    """A file, already checked, cleaned, sealed and stored; or why it was not."""

    file_id: str | None
    problem: Problem | None = None
    hint: str | None = None  # "photo.blurry": said, never refused


@frozen
class Command:
    """A word after a slash or from the menu: "start", "status", "help", "language", "leave"."""

    name: str
    argument: str = ""


@frozen
class Look:
    """Show where I am; changes nothing (reload, another device, after a restart)."""


Input: TypeAlias = Said | Chose | Sent | Command | Look

# ---- known


@frozen
class Child:
    """One child a person is linked to or claims, as the lobby lists it."""

    student_id: str  # or the claim's id
    name: str
    class_label: str
    status: str


@frozen
class Flagged:
    """One place a returned paper asks to mend, by the short name of its question."""

    label: Text
    reason: str  # row of registry.moves.RETURN_REASONS


@frozen
class Paper:
    """One paper that can be opened for a child (or a claim), and how far it is."""

    form_id: str
    form_version: str
    title: Text
    student_id: str | None
    claim_id: str | None
    draft_id: str | None = None
    done: int = 0
    total: int = 0
    state: State | None = None  # of its submission, if there is one
    number: int | None = None
    step: str | None = None  # code of the step it waits at
    flagged: tuple[Flagged, ...] = ()
    submission_id: str | None = None
    route: str = ""  # row of registry.routes
    committee_helps: bool = False
    passed: Mapping[str, date] = field(default_factory=dict)  # "submitted", steps, "end" → day
    due: date | None = None  # of the step it waits at, or for the family to mend
    may_recall: bool = False
    reason: str = ""  # why it was rejected: row of registry.moves.REJECT_REASONS
    note: str = ""  # what the reviewer wrote to it
    is_handed: bool = False  # the school types it from the family's pictures
    effect: str = ""  # row of registry.effects
    joined: Role | None = None  # of a joint step, who has approved already (R160)
    handed: date | None = None  # to the authority, on that day (R21)
    is_outside: bool = False  # what is asked or refused, the authority asked or refused
    words: str = ""  # its own words
    paper_number: str = ""  # of its letter
    due_of: str = "step"  # what the day is of, `status.by_when_…`: registry.limits.Promise
    is_due_certain: bool = True  # False: the day crosses a year whose holidays are not published
    occasion: str = "entry"  # how often there is a new one: entry, year, term or case
    is_past: bool = False  # finished, and of an earlier occasion: a new one may be begun
    at: date | None = None  # the day it was sent


PAGE, SIGN = "page", "sign"
"""What somebody at home is asked for by a link: a photo of one page, a guardian's signature."""


@frozen
class AskedHome:
    """A link that still waits: for the photo of one question, or for a guardian's signature."""

    kind: str  # PAGE or SIGN
    path: str  # of the question; "" for a signature
    address: str = field(repr=False)
    until: datetime


@frozen
class Facts:
    """Everything one turn may know, fetched before it. The dialogue reads nothing else."""

    now: datetime
    language: str
    actor: Actor
    school: School
    is_web: bool  # this channel can take sensitive answers and files
    child_name: str = ""
    class_label: str = ""
    teacher_name: str = ""
    teacher_phone: str = ""
    children: tuple[Child, ...] = ()
    papers: tuple[Paper, ...] = ()
    form: Form | None = None
    draft: Draft | None = None
    student: Student | None = None  # register / roster values for proposals
    flags: tuple[Flag, ...] = ()  # of a returned submission
    claim_state: str | None = None
    claimed_relation: Relation | None = None  # of the open claim in hand (K21)
    paper: Paper | None = None  # the one in hand
    circumstances: Circumstances | None = None  # of the child in hand, for what may be done now
    consents: tuple[KeptConsent, ...] = ()  # of the child in hand; in the lobby only
    guardian_count: int = 1  # people of the family who are linked to the child
    pending: frozenset[str] = frozenset()  # key fields whose change waits outside (R72)
    sibling: Student | None = None  # whose family block is proposed
    label_of: Callable[[str, str], Text | None] | None = None  # of a register field's code
    web_address: str = ""  # of this school's web chat, for web-only questions
    sign: Callable[[str], str] | None = None  # HMAC of the summary shown, hex
    stage: str = ""  # of the child's grade: registry.schools.Stage
    grade_number: int = 0
    asked_home: tuple[AskedHome, ...] = ()  # links of this draft that still wait
    signer: str = ""  # the guardian who signs by a link what somebody else filled (K21)
    trail: "Trail | None" = field(default=None, repr=False, compare=False)
    """Of an earlier walk of this draft: saves time, changes nothing."""

    @property
    def relation(self) -> Relation | None:
        """Of this person to the child in hand, by his link, else by his claim. Rule: K21."""
        child = self.draft.student_id if self.draft else None
        link = self.actor.link_to(child) if child else None
        return link.relation if link else self.claimed_relation


# ---- out


@frozen
class Day:
    """A date (ISO), written the way of the language."""

    iso: str


@frozen
class Listing:
    """Several things said one after the other, joined the way of the language."""

    items: "tuple[Param, ...]"


@frozen
class Phrase:
    """A wording of the product: catalogue key and parameters."""

    key: str
    params: "Mapping[str, Param]" = field(default_factory=dict)


@frozen
class FormWords:
    """A wording of the form, with the display values of the `${…}` inside it."""

    text: Text
    values: "Mapping[str, Param]" = field(default_factory=dict)


Param: TypeAlias = str | int | Phrase | FormWords | Day | Listing
"""Anything that stands where words stand."""


@frozen
class Button:
    """One offered choice: `op` comes back in Chose. `style`: answer, main, quiet or danger.

    "quiet" ones are the same on every question (back, later, help): channels may lay them
    out apart.
    """

    op: str
    label: Param
    style: str = "answer"
    is_on: bool = False  # toggled choice of select_multiple


@frozen
class Ask:
    """What kind of input would answer, so that a channel can offer the right keyboard.

    `kind`: text, multiline, digits, date, photo, none. `value` is prefilled when editing.
    """

    kind: str
    path: str = ""
    value: str = ""
    is_sensitive: bool = False


@frozen
class Line:
    """One numbered line of a summary or a status list; `op` edits it."""

    label: Param
    value: Param
    op: str | None = None
    section: Param | None = None
    state: str = "ok"  # ok, missing, flagged, locked


@frozen
class Illustration:
    """A picture of the form, with the words of the question or the choice it belongs to."""

    picture: Picture
    label: Param
    is_choice: bool = False


@frozen
class Reply:
    """One bubble. `kind`: question, note, done, problem, summary, status, home, or link: what a
    link is for, and its address alone, to be passed on.
    """

    kind: str
    words: tuple[Param, ...]  # paragraphs
    buttons: tuple[Button, ...] = ()
    ask: Ask | None = None
    lines: tuple[Line, ...] = ()
    pictures: tuple[Illustration, ...] = ()


@frozen
class Header:
    """The quiet head of the page: whose paper, which section, what is left."""

    child: str
    section: Param
    done: int
    total: int


# ---- what the rest of the house must do with a turn, in the same transaction


@frozen
class OpenDraft:
    """Open (or create) the draft of this paper, then look."""

    form_id: str
    student_id: str | None
    claim_id: str | None


@frozen
class Submit:
    """The finished form. `submission_id` is set from round 2 on."""

    content: Content


@frozen
class Recall:
    """Take the submission back before a decision."""

    submission_id: str


@frozen
class Reapply:
    """[再次申请]: the same paper anew, with all its answers, as a new case."""

    draft_id: str


@frozen
class RegisterWish:
    """A wish that cannot be done now, or not on-line: for the registrar, and on the day it opens
    for the family.
    """

    paper: str  # a paper or a wish of registry.legality
    opens: date | None = None


@frozen
class WithdrawConsent:
    """A consent taken back for the child in hand (K22)."""

    purpose: str


@frozen
class Discard:
    """Throw the draft's answers away (confirmed)."""

    draft_id: str


@frozen
class SetLanguage:
    """Speak another language from now on."""

    language: str


@frozen
class AskHelp:
    """「请老师帮我」: a task for the class teacher, with the question's path."""

    path: str


@frozen
class RemindAt:
    """「今晚提醒我」: a promise of a notice."""

    at: datetime


@frozen
class MakeDoor:
    """A door to another device or channel."""


@frozen
class HandPhotos:
    """「只拍照，请老师照着填」: the pictures go to the school, which types; or come back."""

    is_handed: bool


@frozen
class AskHome:
    """A link for somebody at home, for exactly one thing."""

    kind: str  # PAGE or SIGN
    path: str = ""


@frozen
class AskHomeNoMore:
    """That link taken back."""

    kind: str
    path: str = ""


Outcome: TypeAlias = (
    OpenDraft
    | Submit
    | Recall
    | Reapply
    | RegisterWish
    | WithdrawConsent
    | Discard
    | SetLanguage
    | AskHelp
    | RemindAt
    | MakeDoor
    | AskHome
    | AskHomeNoMore
    | HandPhotos
)

LOOK_AGAIN = (
    OpenDraft,
    Submit,
    Recall,
    Reapply,
    WithdrawConsent,
    Discard,
    AskHome,
    AskHomeNoMore,
    HandPhotos,
)
"""After these the caller carries the outcome out, fetches facts anew and asks
`converse(turn.place, Look(), facts)` for what to show: the number of the submission, the opened
draft (its id set in the place). Such a turn carries no replies."""


@frozen
class Turn:
    """The answer to an Input.

    Store `place` whenever it differs from the one given. `draft` is None when the turn touched
    none; `is_changed` says whether to store it (its revision is still the one given: storage
    counts).
    """

    place: Place
    replies: tuple[Reply, ...]
    draft: Draft | None = None
    is_changed: bool = False
    header: Header | None = None
    outcome: Outcome | None = None
    done: int = 0
    total: int = 0
    asking: str = ""  # path in hand, for the class teacher's list
    answered: "Callable[[], tuple[Line, ...]]" = field(default=tuple, repr=False, compare=False)
    """The answers so far as lines, worked out when asked for."""

    trail: "Trail | None" = field(default=None, repr=False, compare=False)
    """What the walk of this turn leaves for the next one's; see `Facts.trail`."""

    @property
    def looks_again(self) -> bool:
        """Whether the outcome must be carried out before anything can be shown."""
        return isinstance(self.outcome, LOOK_AGAIN)
