"""What an input does to a draft: reads it for the question in hand, checks it, keeps it or says
why not.

Gives the next Place and Draft, never a word. `showing` shows where they stand. Called by
`dialogue`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from conversations.asked import Asked, Given, Read, refuse
from conversations.draft import Answer, Draft, DraftState, Focus, Place
from conversations.expressions import ExpressionError
from conversations.plan import Step
from conversations.proposing import proposals
from conversations.signing import others_named
from conversations.turn import (
    Outcome,
    Said,
)
from conversations.types import EXACT
from conversations.walk import OPEN, TO_ASK, Route
from registry.frozen import frozen
from registry.problems import Problem
from registry.values import KINDS

CONSTRAINT = "form.constraint"
"""Code of a Problem whose words are the form's own constraint message."""

MAX_TEXT = 10_000
REMIND_HOUR = 19
MANY_TRIES = 3
"""Failed checks of one question, after which help is offered."""


@frozen
class Moved:
    """Where an input leads. `is_ready`: everything is checked and signed, the form can be sent."""

    place: Place
    draft: Draft
    outcome: Outcome | None = None
    is_ready: bool = False


@frozen
class Hand:
    """One turn: where the person is, and the question in hand if there is one."""

    place: Place
    route: Route
    step: Step | None

    @property
    def focus(self) -> Focus:
        """The view of the question in hand."""
        focus = self.place.focus
        if focus is None or (self.step is not None and focus.path != self.step.path):
            return Focus(self.step.path if self.step else "")
        return focus


def hand_of(place: Place, route: Route) -> Hand:
    """The question in hand: the one shown, if it is still asked of this person."""
    focus = place.focus
    step = route.step(focus.path) if focus and place.screen == "form" else None
    if step is None or focus is None:
        return Hand(place, route, None)
    is_asked = focus.is_edit or step.node.is_signature or route.state(step.path) in TO_ASK
    return Hand(place, route, step if is_asked else None)


def asked(hand: Hand, step: Step) -> Asked:
    """The question as its type sees it."""
    answer = hand.route.answer(step)
    return Asked(
        step.node.question,
        hand.route.choices(step),
        step.node.codes,
        hand.focus,
        hand.route.facts.now,
        answer.text if answer and hand.route.is_mine(step) else "",
    )


def focus_on(route: Route, step: Step, *, is_edit: bool = False) -> Focus:
    """A fresh view of a question, with what we propose for it."""
    if is_edit or step.node.is_signature:
        return Focus(step.path, is_edit=is_edit)
    proposed = proposal(route, step)
    return Focus(step.path, unconfirmed=proposed or None, is_proposed=bool(proposed))


def proposal(route: Route, step: Step) -> str:
    """What we would write here (see `proposing`): the first that was not declined before and that
    the form does not refuse.
    """
    if route.state(step.path) is not OPEN:
        return ""
    offered = (text for text in proposals(route, step) if _may_offer(route, step, text))
    return next(offered, "")


def _may_offer(route: Route, step: Step, text: str) -> bool:
    if not text or f"{step.path}={text}" in route.draft.seen:
        return False
    plain = Asked(
        step.node.question,
        route.choices(step),
        step.node.codes,
        Focus(step.path),
        route.facts.now,
    )
    read = step.node.type.read(plain, Said(text))
    return read.text == text and broken(route, step, text) is None


def broken(route: Route, step: Step, text: str) -> Problem | None:
    """Why the form does not accept this answer here."""
    constraint = step.node.question.constraint
    if constraint is None:
        return None
    try:
        holds = constraint.boolean(route.scope_at(step, text))
    except ExpressionError:
        return None
    return None if holds else Problem(CONSTRAINT)


def remind_at(now: datetime) -> datetime:
    """This evening at half past seven, or tomorrow's when it has come."""
    at = now.replace(hour=REMIND_HOUR, minute=30, second=0, microsecond=0)
    return at if at > now + timedelta(minutes=30) else at + timedelta(days=1)


def next_place(place: Place, route: Route) -> Place:
    """The first question still to ask, else the summary."""
    step = route.next_step()
    if step is None:
        return place.at("summary", None, place.news)
    return place.at("form", focus_on(route, step), place.news)


# ---- one answer


def answer(hand: Hand, step: Step, given: Given) -> Moved:
    focus = hand.focus
    house = step.node.question.house
    if house.web_only and not hand.route.facts.is_web:
        return stay(hand, news="walk.web_only_here")
    if isinstance(given, Said) and not given.text.strip():
        return fail(hand, refuse("value.empty"))
    if isinstance(given, Said) and len(given.text) > MAX_TEXT:
        return fail(hand, refuse("value.too_long", limit=MAX_TEXT, count=len(given.text)))
    if focus.is_explaining and isinstance(given, Said):
        return _explain(hand, step, given.text.strip())
    read = step.node.type.read(asked(hand, step), given)
    return _take(hand, step, read)


def _take(hand: Hand, step: Step, read: Read) -> Moved:
    if read.focus is not None:
        return stay(hand, focus=read.focus)
    if read.doubt is not None:
        problem = broken(hand.route, step, read.doubt)
        if problem is not None:
            return fail(hand, Read(problem=problem, rejected=read.doubt))
        focus = Focus(
            step.path, unconfirmed=read.doubt, problem=read.problem, is_edit=hand.focus.is_edit
        )
        return stay(hand, focus=focus)
    if read.text is None:
        return fail(hand, read)
    if step.node.is_repeat:
        return _grow(hand, step, read.text)
    if step.node.is_signature:
        return sign(hand, step, read.text)
    problem = broken(hand.route, step, read.text)
    if problem is not None:
        return fail(hand, Read(problem=problem, rejected=read.text))
    return keep(hand, step, Answer(read.text, hand.route.me))


def keep(hand: Hand, step: Step, answer: Answer) -> Moved:
    draft = hand.route.draft
    path = step.path
    if step.node.is_own:
        mine = {**draft.own.get(path, {}), hand.route.me: answer}
        draft = draft.keeping(own={**draft.own, path: mine})
    else:
        draft = draft.keeping({**draft.answers, path: answer})
    return settled(hand, touched(draft, path), "walk.saved")


def touched(draft: Draft, path: str) -> Draft:
    """The question needs nothing more: neither promised nor skipped, and mended in this round."""
    is_returned = draft.state is DraftState.returned
    if path not in draft.later and path not in draft.seen and not is_returned:
        return draft
    return draft.keeping(
        later=draft.later - {path},
        seen=draft.seen - {path},
        mended=draft.mended | {path} if is_returned else draft.mended,
    )


def settled(hand: Hand, draft: Draft, news: str) -> Moved:
    """On to the next question."""
    return Moved(hand.place.at("form", None, news), draft)


def fail(hand: Hand, read: Read) -> Moved:
    focus = replace(
        hand.focus,
        unconfirmed=None,
        is_proposed=False,
        rejected=read.rejected or None,
        problem=read.problem,
        tries=hand.focus.tries + 1,
    )
    return stay(hand, focus=focus)


def stay(hand: Hand, *, focus: Focus | None = None, news: str = "") -> Moved:
    place = hand.place
    return Moved(place.at(place.screen, focus or place.focus, news), hand.route.draft)


def _explain(hand: Hand, step: Step, words: str) -> Moved:
    answer = hand.route.answer(step)
    if answer is None or not hand.route.is_mine(step):
        return stay(hand)  # an own answer of somebody else is not mine to keep (K21)
    return keep(hand, step, Answer(answer.text, hand.route.me, insisted=True, note=words[:500]))


def _grow(hand: Hand, step: Step, said: str) -> Moved:
    draft = hand.route.draft
    if said == "enough":
        return settled(hand, draft.keeping(seen=draft.seen | {step.path}), "")
    answer = draft.answers.get(step.path)
    members = answer.text.split() if answer else []
    fresh = str(max(_numbers_used(draft, step.path, members), default=0) + 1)
    grown = Answer(" ".join((*members, fresh)), hand.route.me)
    draft = draft.keeping({**draft.answers, step.path: grown}, seen=draft.seen - {step.path})
    return settled(hand, draft, "")


def _numbers_used(draft: Draft, repeat: str, members: list[str]) -> set[int]:
    """A new member must not inherit a dropped one's answers, which stay in the draft."""
    start = f"{repeat}#"
    kept = {
        path[len(start) :].partition("/")[0] for path in draft.answers if path.startswith(start)
    }
    return {int(number) for number in (*members, *kept)}


def sign(hand: Hand, step: Step, text: str, *, is_sure: bool = False) -> Moved:
    """A whole name; one that is not the guardian's of the paper is asked about once. R81, K21."""
    reading = KINDS["signature"].read(text)
    if reading.problem is not None:
        return fail(hand, Read(problem=reading.problem, rejected=text[:60]))
    is_again = hand.focus.unconfirmed == reading.text
    if not (is_sure or is_again) and others_named(hand.route, hand.route.relation, reading.text):
        return stay(hand, focus=Focus(step.path, reading.text, seen=hand.focus.seen))
    signed = {**hand.route.draft.answers, step.path: Answer(reading.text, hand.route.me)}
    return Moved(hand.place, hand.route.draft.keeping(signed), is_ready=True)


def may_insist(hand: Hand, step: Step) -> bool:
    """Whether the paper may really say so although a check fails."""
    problem = hand.focus.problem
    return (
        step.node.question.house.insist
        and bool(hand.focus.rejected)
        and problem is not None
        and (problem.code == CONSTRAINT or problem.code in EXACT)
    )


def may_promise(hand: Hand, step: Step) -> bool:
    """Whether the question may wait until just before sending: the form says so, or it is hard.

    What everything else hangs on cannot wait: who fills, and the statement.
    """
    node = step.node
    if hand.route.state(step.path) not in TO_ASK or node.is_repeat or node.role:
        return False
    return node.question.house.ask_later or hand.focus.tries >= MANY_TRIES


def may_ask_home(hand: Hand, step: Step) -> bool:
    """Whether somebody at home may be asked for this photo by a link."""
    question = step.node.question
    is_shown_here = hand.route.facts.is_web or not question.house.web_only
    return question.type == "image" and is_shown_here and not (step.member or step.node.is_own)


def may_take_photos(route: Route) -> bool:
    """Whether the family may leave the typing of this paper to the school, from pictures."""
    draft = route.draft
    is_first = draft.state is DraftState.open and draft.submission_id is None
    is_new = is_first and not draft.photos_by and route.form.effect == "enrol"
    return is_new and bool(route.plan.photos)


def may_sign_by_link(route: Route) -> bool:
    """Whether all that is wanting is a guardian, who is not the one who fills. Rule: K21."""
    is_ready = not (route.missing() or route.is_on_paper or route.draft.takes_photos)
    return is_ready and not route.is_guardian


def may_skip(route: Route, step: Step) -> bool:
    """Whether the question may stay empty."""
    return not (step.node.is_repeat or step.node.is_signature or route.is_required(step))


def route_value(route: Route, step: Step) -> str | None:
    """The present answer on the route, if it is settled and this person's to see."""
    if not route.is_mine(step):
        return None
    return route.values.get(step.path) if route.state(step.path) not in TO_ASK else None
