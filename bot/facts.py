"""Everything one turn may know, fetched before it: the person, his children, papers and the draft.

Reads only, inside the turn's own unit. `whole` fetches what the lobby lists; in a form the draft
in hand and its child are enough, and most turns are in a form. Called by `bot.turns`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.progress import progress, with_progress
from conversations.dialogue import FORM_SCREENS
from conversations.draft import Draft, DraftState, Place
from conversations.form import Form
from conversations.turn import AskedHome, Child, Facts, Flagged, Paper
from registry.actors import Actor, Relation
from registry.effects import statuses_for
from registry.problems import NotThere
from registry.records import ClaimState
from registry.routes import ROUTES
from registry.students import Status, Student
from registry.submissions import Act, Decision, Flag, State
from storage.dialogue import load_draft, load_place
from storage.errands import open_errands
from storage.queries.family import (
    CaseLine,
    ChildView,
    ClaimView,
    DraftView,
    FamilyView,
    child_view,
    family_view,
)
from storage.review_books import decisions
from storage.unit import Unit
from web.house import House
from web.labels import class_label

WEB = "web"  # the channel that takes sensitive answers and files


@dataclass(frozen=True, slots=True)
class Scene:
    """The facts of one turn, and where the person is."""

    place: Place
    facts: Facts
    is_whole: bool


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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
    def claimed_relation(self) -> Relation | None:
        """What the claimant says he is to the child; a link says it otherwise."""
        view = self.view
        return Relation(view.claim.relation) if isinstance(view, ClaimView) else None


def gather(unit: Unit, house: House, actor_id: str, channel: str, *, whole: bool) -> Scene:
    """The facts now. Raises: NotThere for a person who is not, or no longer, with us."""
    actor = unit.load_actor(house.school_id, actor_id)
    if not actor.is_active:
        raise NotThere
    return gather_at(unit, house, actor, load_place(unit, actor_id), channel, whole=whole)


def gather_at(
    unit: Unit, house: House, actor: Actor, place: Place, channel: str, *, whole: bool
) -> Scene:
    """The same, for a place that is not stored yet."""
    draft = load_draft(unit, actor.school_id, place.draft_id) if place.draft_id else None
    in_form = place.screen in FORM_SCREENS and draft is not None and draft.student_id is not None
    facts = nothing_but(unit, house, actor, channel)
    is_light = in_form and not whole and draft is not None and draft.submission_id is None
    facts = (
        _in_form(unit, house, facts, draft)
        if is_light and draft is not None
        else _in_lobby(unit, house, facts, place, draft)
    )
    return Scene(place, _with_links(unit, house, facts, place), not is_light)


def _with_links(unit: Unit, house: House, facts: Facts, place: Place) -> Facts:
    """Links passed to somebody at home, where the person is at what they are for."""
    form, draft = facts.form, facts.draft
    asked = form.questions.get(place.focus.path) if form and place.focus else None
    is_at_one = place.screen == "summary" or (asked is not None and asked.type == "image")
    if draft is None or not is_at_one or place.screen not in FORM_SCREENS:
        return facts
    waiting = open_errands(unit, draft.school_id, draft.id, facts.now)
    return replace(
        facts,
        asked_home=tuple(
            AskedHome(
                one.kind.value,
                one.path,
                f"{house.address}/l/{one.token}",
                one.expires_at.astimezone(facts.now.tzinfo),
            )
            for one in waiting
        ),
    )


def nothing_but(unit: Unit, house: House, actor: Actor, channel: str) -> Facts:
    """Who, where and when."""
    return Facts(
        now=house.clock(),
        language=actor.language,
        actor=actor,
        school=unit.load_school(house.school_id),
        is_web=channel == WEB,
        web_address=house.address,
        sign=lambda text: house.sealer.sign("signature", text.encode()).hex(),
    )


def _in_form(unit: Unit, house: House, facts: Facts, draft: Draft) -> Facts:
    """One child, one open draft that was never sent."""
    link = facts.actor.link_to(draft.student_id)
    view = child_view(unit, draft.school_id, draft.student_id or "")
    if link is None or not link.may_see or view is None:
        return facts  # the tie has gone: the draft is nobody's business any more
    form = house.forms.get(draft.form_id, draft.form_version)
    return replace(_about(facts, _child(view)), form=form, draft=draft)


def _in_lobby(unit: Unit, house: House, facts: Facts, place: Place, draft: Draft | None) -> Facts:
    """Every child and paper of this person, and the draft in hand if it is about one of them."""
    family = family_view(unit, facts.actor)
    subjects = tuple(_subjects(family))
    standings = {
        view.id: standing(view.case, decisions(unit, view.case.id), facts.now)
        for view in family.drafts
        if view.case is not None
    }
    known = {
        view.id: progress(
            unit, view.case, decisions(unit, view.case.id), facts.school.settings, facts.now
        )
        for view in family.drafts
        if view.case is not None
    }
    facts = replace(
        facts,
        children=tuple(
            Child(it.id, it.name, _class_label(it, facts.language), it.status) for it in subjects
        ),
        papers=tuple(
            with_progress(paper, known.get(paper.draft_id or ""))
            for paper in _papers(house, facts, family, subjects, standings)
        ),
        claim_state=family.claims[-1].claim.state.value if family.claims else None,
    )
    wanted = (draft.student_id or draft.claim_id) if draft else place.child
    subject = next((it for it in subjects if it.id == wanted), None)
    if subject is None:
        return _about(facts, subjects[0]) if len(subjects) == 1 else facts
    facts = _about(facts, subject)
    return facts if draft is None else _with_draft(house, facts, draft, standings.get(draft.id))


def _with_draft(house: House, facts: Facts, draft: Draft, case: Standing | None) -> Facts:
    """A returned case opens its draft again, from the moment the family may know of it."""
    is_returned = case is not None and case.state is State.returned
    if is_returned and draft.state is DraftState.submitted:
        draft = replace(draft, state=DraftState.returned)
    return replace(
        facts,
        form=house.forms.get(draft.form_id, draft.form_version),
        draft=draft,
        flags=case.flags if case is not None else (),
        paper=next((paper for paper in facts.papers if paper.draft_id == draft.id), None),
    )


def _about(facts: Facts, subject: Subject) -> Facts:
    teacher = subject.view.teacher
    return replace(
        facts,
        child_name=subject.name,
        class_label=_class_label(subject, facts.language),
        teacher_name=teacher.name,
        teacher_phone=teacher.phone,
        student=subject.student,
        claimed_relation=subject.claimed_relation,
    )


def _subjects(family: FamilyView) -> Iterator[Subject]:
    yield from (_child(view) for view in family.children)
    for view in family.claims:
        if view.claim.state is ClaimState.open:
            yield Subject(view.claim.id, view.claim.child_name, Status.expected, view)


def _child(view: ChildView) -> Subject:
    student = view.student
    return Subject(student.id, student.fields.get("full_name", ""), student.status, view)


def _class_label(subject: Subject, language: str) -> str:
    return class_label(subject.view.grade, subject.view.school_class, language)


# ---- papers


def _papers(
    house: House,
    facts: Facts,
    family: FamilyView,
    subjects: Sequence[Subject],
    standings: Mapping[str, Standing],
) -> Iterator[Paper]:
    """What was begun, then what could be; child by child."""
    for subject in subjects:
        begun = [view for view in family.drafts if subject.id in (view.student_id, view.claim_id)]
        for view in begun:
            if view.state != DraftState.closed:
                form = house.forms.get(view.form_id, view.form_version)
                paper = _begun(form, _paper(form, subject), view, standings.get(view.id))
                yield _with_due(paper, facts)
        started = {view.form_id for view in begun}
        for form in house.forms.newest.values():
            if form.id not in started and is_offered(form, subject.status):
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
    )


def _begun(form: Form, paper: Paper, view: DraftView, case: Standing | None) -> Paper:
    paper = replace(paper, draft_id=view.id, done=view.done, total=view.total)
    if case is None:
        return paper
    return replace(
        paper,
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
    """The school's day for sending, while a returned paper can still keep it."""
    until = facts.school.settings.collection_until
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
    approvals = {
        steps[decision.step].code: decision.at.astimezone(now.tzinfo).date()
        for decision in told
        if decision.act is Act.approve
    }
    return {"submitted": case.submitted_at.astimezone(now.tzinfo).date(), **approvals}
