"""The authority's part of a case as its page shows it, and a refusal as the family will read it.

Called by the case page.
"""

from datetime import date, datetime

from admin.stages import standing_decisions
from admin.typed import OutsideTyped
from conversations.form import Form, Text
from conversations.parts import called
from conversations.status import paper_word, status_words
from conversations.turn import Paper, Param, Phrase
from conversations.wording import render_notice, words
from registry.actors import Role
from registry.cases import may_record
from registry.frozen import frozen
from registry.masks import mask
from registry.policy import Sight, evidence_sight
from registry.routes import ROUTES, is_discreet
from registry.submissions import Outside, Said, State
from storage.evidence import letter_kind
from storage.queries import Case
from storage.queries.family import Teacher
from web.visits import Visit

RESULTS = (Said.accepted, Said.more, Said.refused)


@frozen
class Written:
    """One thing written down of the authority."""

    result: Said
    on: date
    number: str
    words: str
    note: str
    file_id: str  # of its letter, where this reader opens it
    has_letter: bool
    by: str
    at: datetime


@frozen
class Preview:
    """What reaches the family if this is written down: the message, then the opened page."""

    message: str
    page: tuple[str, ...]


@frozen
class OutsideView:
    """The step outside the school."""

    written: tuple[Written, ...]
    may_record: bool
    handed: date | None
    today: date
    typed: OutsideTyped
    results: tuple[Said, ...]
    preview: Preview | None = None

    @property
    def asks_day(self) -> bool:
        """Whether the papers are still to be handed in."""
        return self.may_record and self.handed is None

    @property
    def asks_result(self) -> bool:
        """Whether the authority's answer can be written down."""
        return self.may_record and self.handed is not None


def outside_view(
    visit: Visit, case: Case, role: Role, typed: OutsideTyped, preview: Preview | None
) -> OutsideView | None:
    """None for a case that has no step outside the school."""
    submission = case.submission
    if all(step.is_inside for step in ROUTES[submission.route].steps):
        return None
    is_there = submission.state is State.awaiting_outside
    return OutsideView(
        written=tuple(_written(case, role)),
        may_record=is_there and may_record(visit.person(), submission, visit.now),
        handed=submission.outside_since,
        today=visit.today,
        typed=typed,
        results=RESULTS,
        preview=preview,
    )


def preview_refusal(
    visit: Visit, case: Case, form: Form | None, said: Outside, note: str, teacher: Teacher
) -> Preview:
    """In the words the family will read (R191)."""
    submission, school = case.submission, visit.school
    title = form.title if form is not None else Text({})
    paper = Paper(
        *(submission.form_id, submission.form_version, title, submission.student_id, None),
        state=State.refused,
        step=ROUTES[submission.route].steps[submission.step].code,
        route=submission.route,
        effect=submission.effect,
        is_outside=True,
        words=said.words,
        paper_number=said.paper_number,
        note=note,
    )
    known: dict[str, Param] = {
        "teacher": called(teacher.name),
        "teacher_phone": teacher.phone or school.telephone,
    }
    name = case.student.fields.get("full_name", "")
    phrase = "notice.discreet" if is_discreet(submission.route) else "notice.refused"
    params: dict[str, Param] = {
        "child": mask("name", name),
        "paper": Phrase(f"paper.{paper_word(ROUTES[submission.route], submission.effect)}"),
        "telephone": school.telephone,
    }
    lines = tuple(words(line, visit.language) for line in status_words(paper, known))
    return Preview(render_notice(phrase, params, visit.language), lines)


def _written(case: Case, role: Role) -> list[Written]:
    """Oldest first; what was undone is struck through in the story, not here."""
    kind = letter_kind(case.submission.route)
    seen = evidence_sight(role, kind, committee_helps=False, committee_sees_evidence=False)
    is_open = seen is Sight.full or not is_discreet(case.submission.route)
    return [
        Written(
            one.outside.result,
            one.outside.on,
            one.outside.paper_number,
            one.outside.words if is_open else "",
            one.note if is_open else "",
            one.outside.file_id or "" if seen is Sight.full else "",
            one.outside.file_id is not None,
            case.names.get(one.actor_id, ""),
            one.at,
        )
        for one in standing_decisions(case)
        if one.outside is not None
    ]
