"""A statement read and consents given before are not asked again while their words are the same.

What is remembered is written into a fresh draft as an answer of whoever gave it, so that it stands
in the summary and can be changed there. Called when a draft is opened. Rule: K22.
"""

from collections.abc import Sequence

from conversations.draft import Answer, Draft
from conversations.finish import AGREED, digest_of
from conversations.form import Form
from conversations.plan import STATEMENT, Step
from conversations.turn import Facts
from conversations.walk import OPEN, Route
from registry.records import KeptConsent

MAX_PASSES = 4
"""One answer may open the next question; consents of a form are few."""


def remember(form: Form, draft: Draft, facts: Facts, kept: Sequence[KeptConsent]) -> Draft:
    """The draft with what this family said before to the very same words."""
    for _ in range(MAX_PASSES if kept else 0):
        route = Route(form, draft, facts)
        fresh = {
            step.path: answer
            for step in route.steps
            if route.state(step.path) is OPEN
            and (answer := _said_before(route, step, kept)) is not None
        }
        if not fresh:
            break
        draft = draft.keeping({**draft.answers, **fresh})
    return draft


def _said_before(route: Route, step: Step, kept: Sequence[KeptConsent]) -> Answer | None:
    """A statement counts for who read it, a consent for the child; a refusal is remembered too."""
    question = step.node.question
    is_statement = step.node.role == STATEMENT
    purpose = STATEMENT if is_statement else question.house.consent
    if purpose is None or step.node.is_own:
        return None
    key = (purpose, route.form.version, digest_of(route, question))
    same = [it for it in kept if (it.purpose, it.version, it.digest) == key]
    mine = [it for it in same if it.actor_id == route.me]
    said = mine or ([] if is_statement else same)
    if not said:
        return None
    return _answer(step, said[-1])


def _answer(step: Step, it: KeptConsent) -> Answer | None:
    codes = step.node.codes
    if not codes:
        return Answer("OK", it.actor_id) if it.holds else None
    wanted = next((code for code in codes if (code in AGREED) is it.holds), None)
    return Answer(wanted, it.actor_id) if wanted is not None else None
