"""What the lobby's own matters ask of the house: a paper opened on its occasion, applied for
again, a wish registered, a consent taken back.

In the same unit of work as the turn. Called by `bot.outcomes`.
"""

from dataclasses import replace

from conversations.draft import Answer, Draft, DraftState
from conversations.finish import AGREED
from conversations.form import Form
from conversations.remembering import remember
from conversations.turn import Facts, RegisterWish
from conversations.walk import Route
from registry import consents, wishes
from registry.actors import Actor
from registry.occasions import occasion
from registry.problems import NotThere, RuleError
from registry.records import Event
from registry.submissions import State
from storage.dialogue import add_draft, find_draft, load_draft, save_draft
from storage.queries.family import DraftView, family_view
from storage.unit import Unit
from web.house import House

NONE: frozenset[str] = frozenset()


def occasion_of(unit: Unit, form: Form, facts: Facts, subject_id: str, class_id: str) -> str:
    """The occasion of this paper for that child (or claim) today."""
    grade_id = unit.load_class(facts.school.id, class_id).grade_id
    entry_year = unit.load_grade(facts.school.id, grade_id).entry_year
    past: frozenset[str] = frozenset()
    if form.occasion == "case":
        past = frozenset(
            view.occasion
            for view in family_view(unit, facts.actor).drafts
            if view.form_id == form.id
            and subject_id in (view.student_id, view.claim_id)
            and view.case is not None
            and view.case.state is State.effective
        )
    return occasion(form.occasion, facts.now.date(), entry_year, past)


def opened(unit: Unit, form: Form, facts: Facts, fresh: Draft) -> Draft:
    """The draft of that paper on that occasion; a fresh one begins with what was agreed before."""
    subject = (fresh.student_id, fresh.claim_id)
    draft = find_draft(unit, fresh.school_id, form.id, *subject, fresh.occasion)
    if draft is not None:
        return draft
    if fresh.student_id is not None:
        kept = unit.kept_consents(fresh.school_id, fresh.student_id)
        known = replace(facts, form=form, draft=fresh)
        fresh = remember(form, fresh, known, kept)
    add_draft(unit, fresh, facts.now)
    ids = {"draft": fresh.id, "form": form.id}
    actor = facts.actor
    unit.record(Event("draft.form.opened", actor.school_id, actor.id, facts.now, ids))
    return fresh


def apply_again(draft: Draft, form: Form) -> Draft:
    """[再次申请]: all answers kept, signed anew, sent as a new case."""
    signatures = {path for path, it in form.questions.items() if it.house.role == "signature"}
    answers = {path: it for path, it in draft.answers.items() if path not in signatures}
    return replace(draft, state=DraftState.open, answers=answers, mended=NONE, submission_id=None)


def register_wish(unit: Unit, facts: Facts, wish: RegisterWish) -> None:
    """Of the child in hand. Raises: NotThere."""
    student = facts.student
    if student is None:
        raise NotThere
    wishes.register_wish(unit, facts.actor, student.id, wish.paper, wish.opens, facts.now)


def withdraw_consent(unit: Unit, house: House, facts: Facts, purpose: str) -> None:
    """In the books, and in every paper of the child that is still to be sent."""
    student = facts.student
    if student is None:
        raise RuleError("help.which_child")
    consents.withdraw(unit, facts.actor, student.id, purpose, facts.now)
    for view in family_view(unit, facts.actor).drafts:
        if view.student_id == student.id and view.state != DraftState.closed:
            _refuse_in(unit, house, facts, view, purpose)


def _refuse_in(unit: Unit, house: House, facts: Facts, view: DraftView, purpose: str) -> None:
    draft = load_draft(unit, facts.school.id, view.id)
    form = house.forms.get(view.form_id, view.form_version)
    if draft is None:
        return
    changed = without_consent(draft, form, purpose, facts.actor)
    if changed is draft:
        return
    route = Route(form, changed, replace(facts, form=form, draft=changed))
    step = route.next_step()
    asking = step.path if step else ""
    save_draft(unit, changed, draft.revision, route.done, route.total, asking, facts.now)


def without_consent(draft: Draft, form: Form, purpose: str, actor: Actor) -> Draft:
    """The consent's answer is no, or asked anew where the form knows no such answer."""
    answers = dict(draft.answers)
    for path, question in form.questions.items():
        given = answers.get(path)
        if question.house.consent != purpose or given is None or given.text not in AGREED:
            continue
        no = next((it.name for it in question.choices if it.name not in AGREED), None)
        if no is None:
            del answers[path]
        else:
            answers[path] = Answer(no, actor.id)
    return draft if answers == draft.answers else draft.keeping(answers)
