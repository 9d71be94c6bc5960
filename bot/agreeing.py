"""What a guardian agrees to and signs behind a link: statement and consents, each by itself and
unticked, and the paper as he would send it.

Pure; the pages and the sending are `bot.signing`'s. Rule: K21, K22, R81.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.errands import Errand
from conversations.dialogue import converse
from conversations.draft import Answer, Place
from conversations.plan import STATEMENT, Step
from conversations.turn import Chose, FormWords, Phrase, Submit
from conversations.walk import Route
from conversations.wording import words
from registry.actors import Actor, Relation
from registry.frozen import frozen
from registry.submissions import Content

_PLACE: Final = Place("", screen="summary")


@frozen
class Signer:
    """A guardian by his link to the child, or by his own word (a claim the teacher decides)."""

    actor: Actor
    relation: Relation
    is_known: bool


@frozen
class Agreement:
    """Something only a guardian agrees to: the statement or a consent, never ticked for him."""

    name: str  # of its field on the page
    path: str
    words: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]  # code, label
    chosen: str = ""


def is_ready(errand: Errand) -> bool:
    """Whether nothing but a guardian is wanting; he is not asked to sign half a paper."""
    return not errand.route.missing()


def agreed(errand: Errand, signer: Signer, chosen: Mapping[str, str]) -> Errand:
    """The same paper with what the guardian chose, as he would send it."""
    answers = {path: Answer(code, signer.actor.id) for path, code in chosen.items() if code}
    draft = errand.draft.keeping({**errand.draft.answers, **answers})
    return replace(
        errand, draft=draft, facts=replace(errand.facts, draft=draft, signer=signer.actor.id)
    )


def agreements(errand: Errand, signer: Signer, chosen: Mapping[str, str]) -> tuple[Agreement, ...]:
    """The statement and every consent, each by itself; what he has not chosen is not chosen."""
    route = agreed(errand, signer, chosen).route
    steps = (it for it in route.steps if it.node.is_consent or it.node.role == STATEMENT)
    return tuple(_agreement(route, step, at, chosen) for at, step in enumerate(steps))


def _agreement(route: Route, step: Step, at: int, chosen: Mapping[str, str]) -> Agreement:
    question, language = step.node.question, route.facts.language
    texts = (words(route.words(it, step), language) for it in (question.label, question.hint))
    choices = tuple(
        (it.name, words(FormWords(it.label), language)) for _, it in route.choices(step)
    )
    if not choices:
        choices = (("OK", words(Phrase("errand.agree_read"), language)),)
    code = chosen.get(step.path, "")
    known = {name for name, _ in choices}
    return Agreement(
        f"agree-{at}",
        step.path,
        tuple(filter(None, texts)),
        choices,
        code if code in known else "",
    )


def is_statement(errand: Errand, agreement: Agreement) -> bool:
    node = errand.route.plan.by_path.get(agreement.path)
    return node is not None and node.role == STATEMENT


def content_of(errand: Errand, signer: Signer, chosen: Mapping[str, str]) -> Content | None:
    """What is sent, by the dialogue's own checks; None where it stops at something."""
    whole = agreed(errand, signer, chosen)
    place = replace(_PLACE, actor_id=errand.facts.actor.id, draft_id=errand.draft.id)
    turn = converse(place, Chose(place.turn, "send"), whole.facts)
    return turn.outcome.content if isinstance(turn.outcome, Submit) else None
