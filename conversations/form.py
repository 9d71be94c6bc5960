"""A paper of the school as data: a versioned tree of questions read from an XLSForm.

Immutable and shared by digest. The reader builds it, the walk walks it, the panel and exports
list it. Nothing here asks
or answers.
"""

from collections.abc import Mapping
from dataclasses import field

from conversations.expressions import Expression
from registry.frozen import frozen

Language = str


@frozen
class Text:
    """One wording in several languages. `refs` are the `${…}` paths inside, filled with display
    values.

    Each language's template uses str.format-free markers `\x00path\x00`; see
    `conversations.wording`.
    """

    by_language: Mapping[Language, str]
    refs: frozenset[str] = frozenset()

    def within(self, language: Language, default: Language = "zh_Hans") -> str:
        """The wording, falling back to the default language, then to any; never "-"."""
        words = self.by_language
        return words.get(language) or words.get(default) or next(iter(words.values()), "")


NO_TEXT = Text({})


@frozen
class PictureFile:
    """A file handed in with the form: its name, and the digest it is kept and served by."""

    name: str
    digest: str


@frozen
class Picture:
    """What is shown beside a question or a choice, in one or several languages."""

    by_language: Mapping[Language, PictureFile]

    def within(self, language: Language, default: Language = "zh_Hans") -> PictureFile:
        """The file, falling back to the default language, then to any."""
        files = self.by_language
        return files.get(language) or files.get(default) or next(iter(files.values()))


@frozen
class Choice:
    """One answer to a select question. `columns` serve choice filters and the `own` columns of a
    list.
    """

    name: str
    label: Text
    columns: Mapping[str, str] = field(default_factory=dict)
    picture: Picture | None = None


@frozen
class House:
    """The `chat::` columns of a question (closed list, docs/forms.md)."""

    ask_later: bool = False  # 「以后再补」 is offered although required
    consent: str | None = None  # this yes/no is a separate consent for that purpose (K22)
    evidence: str | None = None  # kind of paper the picture shows
    fact: str | None = None  # row of conversations.facts.FACTS: a hidden answer the house knows
    insist: bool = False  # 「户口本就是这样」: a failed constraint may be kept for the reviewer
    mask: str | None = None  # row of registry.masks
    own: bool = False  # stored per person; the other guardian sees only that it is filled
    proposal: Expression | None = None  # offered, never silently taken
    reads: str | None = None  # code under which rules of the registry read the answer
    role: str | None = (
        None  # "relation", "statement", "signature": what the walk does with the answer
    )
    sensitive: bool = False  # nothing of it before the statement was read
    web_only: bool = False  # Telegram sends the person to the web chat


@frozen
class Change:
    """When a kept answer is worked out anew: as soon as one of these answers changes."""

    paths: tuple[str, ...]
    calculation: Expression | None  # None: the answer is taken away
    from_start: bool = False  # worked out once before anything changes
    keeps_kind: bool = False  # a number stays one, true stays true; else it is kept as text


@frozen
class Question:
    """One question. `path` is its place ("child/full_name"); `name` its XLSForm name."""

    path: str
    name: str
    type: str  # row of conversations.types.TYPES
    label: Text
    hint: Text = NO_TEXT
    guidance: Text = NO_TEXT
    appearance: frozenset[str] = frozenset()
    parameters: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    choice_filter: Expression | None = None
    required: bool | Expression = False
    required_message: Text = NO_TEXT
    relevant: Expression | None = None  # its own; groups add theirs
    constraint: Expression | None = None
    constraint_message: Text = NO_TEXT
    calculation: Expression | None = None
    default: Expression | str | None = None
    read_only: bool | Expression = False
    change: Change | None = None
    save_to: str | None = None  # register field
    house: House = House()
    brief: Text = NO_TEXT  # `chat::brief`: its short name in summaries; the label where empty
    picture: Picture | None = None


@frozen
class Group:
    """A section, or a repeat when `repeats` is set (one level)."""

    path: str
    name: str
    label: Text
    children: tuple["Question | Group", ...]
    relevant: Expression | None = None
    repeats: bool = False
    repeat_count: Expression | None = None
    appearance: frozenset[str] = frozenset()


@frozen
class Form:
    """A whole paper, pinned by drafts and submissions as (id, version); `digest` tells two texts
    apart.
    """

    id: str
    version: str
    title: Text
    default_language: Language
    digest: str
    children: tuple[Question | Group, ...]
    questions: Mapping[str, Question]  # by path, in order
    route: str | None = None  # row of registry.routes
    effect: str | None = None  # row of registry.effects
    evidence_rule: str | None = None  # row of registry.evidence
    occasion: str = "entry"  # how often there is a new one: entry, year, term or case
    instance_name: Expression | None = None
    tables: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    """List → its rows, for `instance('list')` and `pulldata`."""

    def brief(self, path: str) -> Text:
        """The short name of a question; empty when the form has no such path."""
        question = self.questions.get(path)
        if question is None:
            return NO_TEXT
        return question.brief if question.brief.by_language else question.label

    @property
    def key(self) -> tuple[str, str]:
        """What a draft pins."""
        return (self.id, self.version)
