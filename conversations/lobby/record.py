"""The child's present record as his family may see it, what it sent before, what it agreed to.

Identity numbers are masked; another guardian's own telephone and number are shown only as given.
Rule: R121, R127, K16, K22.
"""

from collections.abc import Iterator

from conversations.draft import Place
from conversations.lobby.parts import HELP, HOME, papers_of
from conversations.parts import params_of
from conversations.status import paper_line
from conversations.turn import (
    Button,
    Day,
    Facts,
    FormWords,
    Line,
    Listing,
    Param,
    Phrase,
    Reply,
)
from registry.actors import Role
from registry.effects import suspension_ahead
from registry.fields import FIELDS, Field
from registry.masks import mask
from registry.options import OPTIONS
from registry.policy import Sight, sight
from registry.privacy import is_own_of_other
from registry.records import KeptConsent

RECORD = Button("record", Phrase("lobby.record"), "quiet")
STATEMENT = "statement"

WORKED_OUT = frozenset(
    {("disability", "none"), ("health", "10"), ("health", "50"), ("left_behind", "0")}
)
"""Codes that a form works out by itself and offers on no button: our own words say them."""


def record(place: Place, facts: Facts) -> tuple[Reply, ...]:
    """The register's values, masked."""
    lines = tuple(_lines(facts))
    key = "record.intro" if lines else "record.empty"
    buttons = (
        Button("wish.change", Phrase("wish.change"), "answer"),
        Button("history", Phrase("lobby.history"), "quiet"),
        Button("consents", Phrase("lobby.consents"), "quiet"),
    )
    return (Reply("home", (Phrase(key, params_of(facts)),), (*buttons, HOME, HELP), None, lines),)


def history(place: Place, facts: Facts) -> tuple[Reply, ...]:
    """「我填过的」: everything ever sent for this child, each with what became of it."""
    sent = [(i, paper) for i, paper in papers_of(place, facts) if paper.state is not None]
    lines = tuple(paper_line(paper, f"status.{i}") for i, paper in sent)
    key = "lobby.history_intro" if sent else "lobby.history_none"
    words = (Phrase(key, params_of(facts)),)
    return (Reply("home", words, (RECORD, HOME, HELP), None, lines),)


def consents(place: Place, facts: Facts) -> tuple[Reply, ...]:
    """「我同意过的」: each with its day; taken back with one press. Rule: K22."""
    standing = facts.consents
    lines = tuple(Line(_purpose(it), _since(it)) for it in standing)
    buttons = tuple(
        Button(f"withdraw.{i}", Phrase("consent.withdraw", {"what": _purpose(it)}), "answer")
        for i, it in enumerate(standing)
        if it.holds and it.purpose != STATEMENT
    )
    key = "consent.intro" if standing else "consent.none"
    words = (Phrase(key, params_of(facts)),)
    return (Reply("home", words, (*buttons, RECORD, HOME, HELP), None, lines),)


_NAMED = frozenset({STATEMENT, "committee_help", "health_papers", "optional"})


def _purpose(it: KeptConsent) -> Param:
    """A school's own form may ask a consent for a purpose that no catalogue names."""
    return Phrase(f"consent.purpose_{it.purpose if it.purpose in _NAMED else 'of_form'}")


def _since(it: KeptConsent) -> Param:
    if it.withdrawn_at is not None:
        return Phrase("consent.withdrawn", {"day": Day(it.withdrawn_at.date().isoformat())})
    if it.purpose == STATEMENT:
        key = "consent.read"
    else:
        key = "consent.agreed" if it.agreed else "consent.refused"
    return Phrase(key, {"day": Day(it.at.date().isoformat())})


def _lines(facts: Facts) -> Iterator[Line]:
    student = facts.student
    if student is None:
        return
    ahead = suspension_ahead(student, facts.now.date())
    status = Phrase(f"record.is_{student.status}")
    if ahead is not None:
        status = Phrase("record.suspension_ahead", {"day": Day(ahead.isoformat())})
    yield Line(Phrase("record.status"), status)
    if student.student_number:
        yield Line(Phrase("record.student_number"), student.student_number)
    for code, field in FIELDS.items():
        text = student.fields.get(code, "")
        if text:
            yield _line(facts, field, text)


def _line(facts: Facts, field: Field, text: str) -> Line:
    value = _value(facts, field, text)
    if field.code in facts.pending:
        value = Phrase("record.pending", {"value": value})  # R72: the old value until then
    return Line(Phrase(f"panel.field.{field.code}"), value)


def _value(facts: Facts, field: Field, text: str) -> Param:
    student = facts.student
    link = facts.actor.link_to(student.id) if student else None
    if student is None or is_own_of_other(field.code, student, link, facts.guardian_count):
        return Phrase("walk.filled_by_other")
    if field.code in OPTIONS:
        return Listing(tuple(_option(facts, field.code, code) for code in text.split()))
    choice = facts.label_of(field.code, text) if facts.label_of is not None else None
    if choice is not None:
        return FormWords(choice)
    if field.kind in ("date", "birth_date"):
        return Day(text)
    is_covered = sight(Role.guardian, field.field_class) is Sight.masked
    return mask(field.kind, text) if is_covered else text


def _option(facts: Facts, field: str, code: str) -> Param:
    """A code in words: as on the button, as worked out, else the national name; never bare."""
    choice = facts.label_of(field, code) if facts.label_of is not None else None
    if choice is not None:
        return FormWords(choice)
    if (field, code) in WORKED_OUT:
        return Phrase(f"record.{field}_{code}")
    return OPTIONS[field].get(code, code)
