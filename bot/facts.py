"""Everything one turn may know, fetched before it: the person, his children, papers and the draft.

Reads only, inside the turn's own unit. `whole` fetches what the lobby lists; in a form the draft
in hand and its child are enough, and most turns are in a form. Called by `bot.turns`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
from functools import partial

from bot.family import in_form, in_lobby, label_in, sibling_of
from bot.papers import CLOSED, Standing, Subject, papers, standing
from bot.progress import progress, with_progress
from conversations.dialogue import FORM_SCREENS
from conversations.draft import Draft, DraftState, Place
from conversations.turn import AskedHome, Child, Facts
from registry.actors import Actor
from registry.frozen import frozen
from registry.problems import NotThere
from registry.records import ClaimState, KeptConsent
from registry.register import pending_key_fields
from registry.routes import ROUTES
from registry.students import Status
from registry.submissions import State
from storage.consent_books import kept_consents
from storage.dialogue import load_draft, load_place
from storage.errands import open_errands
from storage.queries.family import (
    CaseLine,
    ChildView,
    FamilyView,
    child_view,
    family_view,
)
from storage.review_books import decisions
from storage.unit import Unit
from web.house import House
from web.labels import class_label

WEB = "web"  # the channel that takes sensitive answers and files


@frozen
class Scene:
    """The facts of one turn, and where the person is."""

    place: Place
    facts: Facts
    is_whole: bool


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
    if link is None or not (link.may_see and link.may_fill) or view is None:
        return facts  # the tie has gone: the draft is nobody's business any more
    form = house.forms.get(draft.form_id, draft.form_version)
    return replace(
        _about(facts, _child(view)),
        form=form,
        draft=draft,
        trail=house.trails.of(draft.id),
        circumstances=in_form(facts.now.date(), facts.school.settings, view),
        sibling=sibling_of(unit, form, draft, facts.actor),
    )


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
            for paper in papers(house, facts, family.drafts, subjects, standings)
        ),
        claim_state=family.claims[-1].claim.state.value if family.claims else None,
    )
    wanted = (draft.student_id or draft.claim_id) if draft else place.child
    subject = next((it for it in subjects if it.id == wanted), None)
    if subject is None:
        if len(subjects) != 1:
            return facts
        draft, subject = None, subjects[0]
    facts = _about(facts, subject)
    if place.screen in FORM_SCREENS and isinstance(subject.view, ChildView):
        today, settings = facts.now.date(), facts.school.settings
        facts = replace(facts, circumstances=in_form(today, settings, subject.view))
    else:
        facts = _around(unit, house, facts, subject, family)
    if draft is None:
        return facts
    facts = _with_draft(house, facts, draft, standings.get(draft.id))
    if facts.form is None:
        return facts
    return replace(facts, sibling=sibling_of(unit, facts.form, draft, facts.actor))


def _is_of_key_fields(case: CaseLine | None) -> bool:
    """Whether a change of key fields may be under way (R72)."""
    is_open = case is not None and case.state not in CLOSED
    return case is not None and is_open and ROUTES[case.route].paper == "key_change"


def _around(unit: Unit, house: House, facts: Facts, subject: Subject, family: FamilyView) -> Facts:
    """What the lobby says and shows of the child in hand; no form needs it."""
    facts = replace(
        facts,
        circumstances=in_lobby(unit, facts.now.date(), facts.school.settings, subject.view),
        label_of=partial(label_in, house.forms),
    )
    if subject.student is None:
        return facts
    if any(_is_of_key_fields(view.case) for view in family.drafts):
        pending = pending_key_fields(unit, facts.school.id, subject.id)
        facts = replace(facts, pending=pending)
    kept = kept_consents(unit, facts.school.id, subject.id)
    return replace(facts, consents=tuple(_by_our_clock(it, facts.now.tzinfo) for it in kept))


def _by_our_clock(kept: KeptConsent, zone: tzinfo | None) -> KeptConsent:
    """With the days as the school's calendar has them; the books keep UTC."""
    withdrawn = kept.withdrawn_at
    return replace(
        kept,
        at=kept.at.astimezone(zone),
        withdrawn_at=None if withdrawn is None else withdrawn.astimezone(zone),
    )


def _with_draft(house: House, facts: Facts, draft: Draft, case: Standing | None) -> Facts:
    """A returned case opens its draft again, from the moment the family may know of it."""
    link = facts.actor.link_to(draft.student_id)
    if link is not None and not link.may_fill:
        return facts  # he reads how far it is, and writes nothing (K21)
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
    teacher, grade = subject.view.teacher, subject.view.grade
    return replace(
        facts,
        guardian_count=subject.family_size,
        stage=str(grade.stage),
        grade_number=grade.number,
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
