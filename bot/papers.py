"""The papers of a child as its family sees them: what was or can be begun, how far each is.

Reads only what was fetched; decides nothing. Called by `bot.facts`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from conversations.draft import DraftState
from conversations.form import Form
from conversations.turn import Facts, Flagged, Paper
from registry.actors import Relation
from registry.effects import statuses_for
from registry.frozen import frozen
from registry.occasions import occasion
from registry.routes import ROUTES
from registry.students import Status, Student
from registry.submissions import Act, Decision, Flag, Said, State
from storage.queries.family import CaseLine, ChildView, ClaimView, DraftView
from web.house import House

CLOSED = frozenset({State.effective, State.refused, State.rejected})
"""States in which nothing happens to a case any more."""

COLLECTION_FORM = "new_student"
"""The only paper that has a last day (`collection_until`)."""

APPLIED_AGAIN = frozenset({State.rejected, State.refused})
"""A case so ended whose draft is open again is behind the family: it applies anew."""


@frozen
class Standing:
    """A case as its family may know it: a decision counts when its undo window has closed."""

    case: CaseLine
    state: State
    step: int
    last: Decision | None  # that the family may know of
    passed: Mapping[str, date]
    may_recall: bool

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What the family is asked to mend."""
        return self.last.flags if self.last is not None and self.state is State.returned else ()


@frozen
class Subject:
    """Whom a paper is about: a child, or a claim to belong to one."""

    id: str
    name: str
    status: Status
    view: ChildView | ClaimView

    @property
    def student(self) -> Student | None:
        """The child, where the tie is accepted."""
        return self.view.student if isinstance(self.view, ChildView) else None

    @property
    def family_size(self) -> int:
        """How many people are linked to the child."""
        return self.view.family_size if isinstance(self.view, ChildView) else 1

    @property
    def claimed_relation(self) -> Relation | None:
        """What the claimant says he is to the child; a link says it otherwise."""
        view = self.view
        return Relation(view.claim.relation) if isinstance(view, ClaimView) else None


@frozen
class Begun:
    """What was begun for one child or claim, and where each case of it stands."""

    subject: Subject
    drafts: Sequence[DraftView]
    standings: Mapping[str, Standing]
    today: date

    def occasion(self, form: Form) -> str:
        """The present occasion of that paper."""
        entry_year = self.subject.view.grade.entry_year
        return occasion(form.occasion, self.today, entry_year, self.finished(form.id))

    def finished(self, form_id: str) -> frozenset[str]:
        """The occasions of that paper whose case is done with: a new one may be begun."""
        return frozenset(
            view.occasion
            for view in self.drafts
            if view.form_id == form_id and self._is_finished(view)
        )

    def is_new(self, form: Form) -> bool:
        """Whether the paper can be begun on the present occasion."""
        now = self.occasion(form)
        return not any(it.form_id == form.id and it.occasion == now for it in self.drafts)

    def is_past(self, form: Form, view: DraftView) -> bool:
        """Finished, and of an earlier occasion."""
        return view.occasion != self.occasion(form) and self._is_finished(view)

    def _is_finished(self, view: DraftView) -> bool:
        case = self.standings.get(view.id)
        return case is not None and case.state is State.effective


def papers(
    house: House,
    facts: Facts,
    drafts: Sequence[DraftView],
    subjects: Sequence[Subject],
    standings: Mapping[str, Standing],
) -> Iterator[Paper]:
    """What was begun, then what could be; child by child."""
    for subject in subjects:
        mine = [view for view in drafts if subject.id in (view.student_id, view.claim_id)]
        begun = Begun(subject, mine, standings, facts.now.date())
        for view in mine:
            if view.state != DraftState.closed:
                form = house.forms.get(view.form_id, view.form_version)
                paper = _begun(form, _paper(form, subject), view, standings.get(view.id))
                yield replace(_with_due(paper, facts), is_past=begun.is_past(form, view))
        for form in house.forms.newest.values():
            if is_offered(form, subject.status) and begun.is_new(form):
                yield _paper(form, subject)


def is_offered(form: Form, status: Status) -> bool:
    """Whether this paper can do anything for a child of that status."""
    return status in statuses_for(form.effect or "")


def _paper(form: Form, subject: Subject) -> Paper:
    is_child = subject.student is not None
    return Paper(
        form_id=form.id,
        form_version=form.version,
        title=form.title,
        student_id=subject.id if is_child else None,
        claim_id=None if is_child else subject.id,
        route=form.route or "",
        occasion=form.occasion,
    )


def _begun(form: Form, paper: Paper, view: DraftView, case: Standing | None) -> Paper:
    is_handed = view.state == DraftState.handed
    paper = replace(paper, draft_id=view.id, done=view.done, total=view.total, is_handed=is_handed)
    if case is None or (view.state == DraftState.open and case.state in APPLIED_AGAIN):
        return paper
    return replace(
        paper,
        route=case.case.route,  # pinned when sent: key fields go another way than the form names
        submission_id=case.case.id,
        number=case.case.number,
        state=case.state,
        step=ROUTES[case.case.route].steps[case.step].code,
        flagged=tuple(Flagged(form.brief(flag.path), flag.reason) for flag in case.flags),
        reason=case.last.reason if case.last is not None else "",
        note=case.last.note if case.last is not None else "",
        committee_helps=case.case.committee_helps,
        passed=case.passed,
        may_recall=case.may_recall,
    )


def _with_due(paper: Paper, facts: Facts) -> Paper:
    """The school's day for sending the collection form, while a returned one can still keep it."""
    until = facts.school.settings.collection_until if paper.form_id == COLLECTION_FORM else None
    is_open = until is not None and until >= facts.now.date()
    return replace(paper, due=until) if is_open and paper.state is State.returned else paper


def standing(case: CaseLine, made: Sequence[Decision], now: datetime) -> Standing:
    """Where a case stands for its family. Rule: R19."""
    valid = [decision for decision in made if decision.undone_at is None]
    told = [decision for decision in valid if decision.settles_at <= now]
    untold = [decision for decision in valid if decision.settles_at > now]
    state = untold[0].was if untold else case.state
    step = untold[0].step if untold else case.step
    last = told[-1] if told else None
    return Standing(
        case,
        state,
        step,
        last,
        _passed(case, told, now),
        state is State.in_review and not any(it.round == case.round for it in valid),
    )


def _passed(case: CaseLine, told: Sequence[Decision], now: datetime) -> Mapping[str, date]:
    """The day of each step that is behind, for the timeline."""
    steps = ROUTES[case.route].steps
    days = {"submitted": case.submitted_at.astimezone(now.tzinfo).date()}
    for decision in told:
        day = decision.at.astimezone(now.tzinfo).date()
        if decision.act is Act.approve:
            days[steps[decision.step].code] = day
        elif decision.outside is not None and decision.outside.result is Said.accepted:
            days[steps[decision.step].code] = decision.outside.on
    if case.state is State.effective and told:
        days["end"] = told[-1].settles_at.astimezone(now.tzinfo).date()
    return days
