"""A case as one reviewer may see it: register value → proposed value, papers, signature, consents.

Pure. Every value passes `registry.policy.sight` here and nowhere else, so a template never holds
what its reader may not see. Called by the case page and the child's page.
"""

from collections.abc import Mapping
from dataclasses import field as made
from datetime import date

from admin.checks import Finding
from conversations.form import Form, Group, Question
from locales import say
from registry.actors import Role
from registry.cases import is_decided_by
from registry.fields import FIELDS, FieldClass
from registry.frozen import frozen
from registry.masks import HIDDEN, mask
from registry.moves import RETURN_REASONS
from registry.options import OPTIONS
from registry.policy import LEADERS, TELLING_PAPERS, Sight, decided_sight, evidence_sight, sight
from registry.regions import Regions
from registry.schools import Settings
from registry.submissions import Consent, Content, Evidence, Flag, Original, Submission, Value
from registry.values import read_by_staff


@frozen
class Eyes:
    """Who looks: decides how much of each value he sees, and in which language."""

    role: Role
    language: str
    committee_helps: bool
    committee_sees_evidence: bool
    decides: bool = False  # a leader before a change that is his to decide (R69, R99)

    @classmethod
    def of(cls, role: Role, language: str, case: Submission, settings: Settings) -> "Eyes":
        """The eyes of that role on that case."""
        decides = role in LEADERS and is_decided_by(role, case)
        sees_evidence = settings.committee_sees_evidence
        return cls(role, language, case.committee_helps, sees_evidence, decides)

    def sees(self, field_class: FieldClass) -> Sight:
        """How much of such a value."""
        seen = decided_sight if self.decides else sight
        return seen(self.role, field_class)

    def calls(self, kind: str) -> str:
        """The kind of paper he is told of. Rule: R261."""
        is_told = self.role is not Role.committee or kind not in TELLING_PAPERS
        return kind if is_told else "other_paper"

    def sees_paper(self, kind: str) -> Sight:
        """How much of a picture of that kind of paper. Rule: K1, R40."""
        return evidence_sight(
            self.role,
            kind,
            committee_helps=self.committee_helps,
            committee_sees_evidence=self.committee_sees_evidence,
        )


@frozen
class FieldLine:
    """One value as shown. `old` is the register's, only where it differs."""

    path: str
    code: str  # register field, or ""
    label: str
    old: str
    new: str
    is_changed: bool
    is_key: bool
    is_masked: bool
    insisted: bool
    note: str
    warnings: tuple[str, ...]  # keys of the catalogue
    reasons: tuple[str, ...]
    earlier: str = ""  # the value of the round before, where it was mended
    is_mended: bool = False
    flag: Flag | None = None  # now being set


@frozen
class Section:
    """Lines under one heading of the paper."""

    label: str
    lines: tuple[FieldLine, ...]


@frozen
class PaperLine:
    """One picture of a paper; without a file id it is only said to be there."""

    path: str
    label: str
    kind: str
    file_id: str
    reasons: tuple[str, ...]
    flag: Flag | None = None
    original: Original | None = None  # the paper itself was seen (R12)


@frozen
class ConsentLine:
    """One agreement or refusal."""

    purpose: str
    agreed: bool
    consent: Consent

    @property
    def key(self) -> str:
        """What it is called; a school's own paper may ask for something we have no word for."""
        return f"panel.consent.{self.purpose if self.purpose in _PURPOSES else 'other'}"


_PURPOSES = frozenset({"committee_help", "health_papers", "statement"})


@frozen
class Sheet:
    """All of it."""

    child: str
    sections: tuple[Section, ...]
    papers: tuple[PaperLine, ...]
    consents: tuple[ConsentLine, ...]
    signed_name: str

    @property
    def lines(self) -> tuple[FieldLine, ...]:
        """Every value, in the order of the paper."""
        return tuple(line for section in self.sections for line in section.lines)


@frozen
class Case:
    """What a sheet is made from. `flags` by path: what the reviewer has marked so far."""

    content: Content
    before: Content | None  # of the round before
    register: Mapping[str, str]
    form: Form | None
    findings: tuple[Finding, ...] = ()
    flags: Mapping[str, Flag] = made(default_factory=dict)
    originals: tuple[Original, ...] = ()
    regions: Regions | None = None  # the school's table; None = it has none

    def __repr__(self) -> str:
        """Nothing about a child."""
        return "Case(…)"


def lay_out(case: Case, eyes: Eyes) -> Sheet:
    """The case for those eyes."""
    proposed = {**case.register, **case.content.fields()}
    signature = case.content.signature
    return Sheet(
        child=_shown_name(proposed.get("full_name", ""), eyes),
        sections=_sections(case, eyes),
        papers=tuple(
            _paper(case, paper, eyes)
            for paper in case.content.evidence
            if eyes.sees_paper(paper.kind) is not Sight.none
        ),
        consents=tuple(
            ConsentLine(consent.purpose, consent.agreed, consent)
            for consent in case.content.consents
            if consent.purpose != "health_papers" or eyes.sees(FieldClass.health) is Sight.full
        ),
        signed_name=_shown_name(signature.typed_name, eyes) if signature else "",
    )


def reasons_for(kind: str) -> tuple[str, ...]:
    """The canned reasons that can be said of a "value" or of "evidence"; own words last."""
    fitting = (code for code, of in RETURN_REASONS.items() if of & {kind, "any"})
    return tuple(sorted(fitting, key=lambda code: (code == "other", code)))


def shown(code: str, text: str, eyes: Eyes, question: Question | None = None) -> str | None:
    """A register value as those eyes see it; None = not even that it exists."""
    how = eyes.sees(_class_of(code, question))
    if how is Sight.none:
        return None
    if not text:
        return ""
    if how is Sight.full:
        return _display(code, text, eyes.language, question)
    covered = mask(_kind_of(code, question), text) if how is Sight.masked else HIDDEN
    return say("panel.case.filled", eyes.language) if covered == HIDDEN else covered


def _sections(case: Case, eyes: Eyes) -> tuple[Section, ...]:
    before = {value.path: value.text for value in case.before.values} if case.before else {}
    grouped: dict[str, list[FieldLine]] = {}
    for value in case.content.values:
        question = case.form.questions.get(value.path) if case.form else None
        if _is_said_elsewhere(value, question):
            continue
        line = _line(case, value, question, before.get(value.path), eyes)
        if line is not None:
            grouped.setdefault(_heading(case.form, value.path, eyes.language), []).append(line)
    return tuple(Section(label, tuple(lines)) for label, lines in grouped.items())


def _line(
    case: Case, value: Value, question: Question | None, before: str | None, eyes: Eyes
) -> FieldLine | None:
    code = value.field or ""
    new = shown(code, value.text, eyes, question)
    if new is None:
        return None
    was = case.register.get(code, "") if code else ""
    is_changed = bool(was) and was != value.text
    mended = before is not None and before != value.text
    return FieldLine(
        path=value.path,
        code=code,
        label=_label(value, question, eyes.language),
        old=(shown(code, was, eyes, question) or "") if is_changed else "",
        new=new,
        is_changed=is_changed,
        is_key=code in FIELDS and FIELDS[code].is_key,
        is_masked=eyes.sees(_class_of(code, question)) is not Sight.full,
        insisted=value.insisted,
        note=value.note if eyes.role is not Role.committee else "",
        warnings=_warnings(case, value, eyes),
        # What the form works out by itself the family is never asked, so nobody can mend it.
        reasons=() if question and question.type == "calculate" else reasons_for("value"),
        earlier=(shown(code, before or "", eyes, question) or "") if mended else "",
        is_mended=mended,
        flag=case.flags.get(value.path),
    )


def _warnings(case: Case, value: Value, eyes: Eyes) -> tuple[str, ...]:
    """Keys of what the machine noticed about this value, itself first."""
    own: list[str] = []
    field = FIELDS.get(value.field or "")
    if field is not None and field.kind not in OPTIONS:
        reading = read_by_staff(field.kind, value.text, case.regions)
        if reading.problem is not None:
            own.append("check.unread")
        elif eyes.sees(field.field_class) is Sight.full:
            own += [warning.code for warning in reading.warnings]
    return (*own, *(finding.code for finding in case.findings if value.field in finding.fields))


def _paper(case: Case, paper: Evidence, eyes: Eyes) -> PaperLine:
    question = case.form.questions.get(paper.path) if case.form else None
    called = eyes.calls(paper.kind)
    is_named = called == paper.kind
    own = _words(question, eyes.language) or paper.label
    return PaperLine(
        path=paper.path,
        label=own if is_named else say(f"evidence.{called}", eyes.language),
        kind=paper.kind,
        file_id=paper.file_id if eyes.sees_paper(paper.kind) is Sight.full else "",
        # A page names what can be marked by its path.
        reasons=reasons_for("evidence") if is_named else (),
        flag=case.flags.get(paper.path),
        original=next((one for one in case.originals if one.file_id == paper.file_id), None),
    )


def _is_said_elsewhere(value: Value, question: Question | None) -> bool:
    """Consents and the signature have a place of their own."""
    if question is None:
        return False
    return question.house.consent is not None or question.house.role in ("statement", "signature")


def _heading(form: Form | None, path: str, language: str) -> str:
    top = path.split("/", 1)[0]
    for node in form.children if form else ():
        if isinstance(node, Group) and node.name == top:
            return node.label.within(language)
    return ""


def _label(value: Value, question: Question | None, language: str) -> str:
    return _words(question, language) or value.label or value.path


def _words(question: Question | None, language: str) -> str:
    if question is None:
        return ""
    return question.brief.within(language) or question.label.within(language)


def _class_of(code: str, question: Question | None) -> FieldClass:
    """A value outside the register is as careful as its mask says."""
    if code in FIELDS:
        return FIELDS[code].field_class
    if question is None:
        return FieldClass.delicate
    meant = FIELDS.get(question.save_to or "")
    if meant is not None:  # 「我想当面和老师说」 is as delicate as what it stands for (R261)
        return meant.field_class
    word = question.house.mask
    if word is None:
        is_open = bool(question.choices) and not question.house.sensitive
        return FieldClass.plain if is_open else FieldClass.personal
    return _BY_MASK.get(word, FieldClass.personal)


_BY_MASK: Mapping[str, FieldClass] = {
    "id": FieldClass.identity,
    "name": FieldClass.name,
    "open": FieldClass.plain,
    "other": FieldClass.delicate,
}


def _kind_of(code: str, question: Question | None) -> str:
    if code in FIELDS:
        return FIELDS[code].kind
    return (question.house.mask if question else None) or "other"


def _display(code: str, text: str, language: str, question: Question | None) -> str:
    labels = (
        {choice.name: choice.label.within(language) for choice in question.choices}
        if (question)
        else {}
    )
    table = OPTIONS.get(FIELDS[code].kind, {}) if code in FIELDS else {}
    if labels or table or (code in FIELDS and FIELDS[code].kind == "options"):
        special = OPTIONS["special_situation"] if code == "special_situation" else {}
        words = (
            labels.get(one) or table.get(one) or special.get(one, one) for one in text.split()
        )
        return say("panel.join", language).join(words)
    is_day = question is not None and question.type == "date"
    if is_day or (code in FIELDS and FIELDS[code].kind in ("date", "birth_date")):
        return _day(text, language)
    return text


def _day(text: str, language: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return say("panel.time.day", language, {"year": day.year, "month": day.month, "day": day.day})


def _shown_name(name: str, eyes: Eyes) -> str:
    return mask("name", name) if eyes.sees(FieldClass.name) is not Sight.full else name
