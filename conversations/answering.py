"""What an input does to a draft: reads it for the question in hand, checks it, keeps it or says
why not.

Gives the next Place and Draft, never a word. `showing` shows where they stand. Called by
`dialogue`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from conversations.asked import Asked, Given, Read, refuse
from conversations.draft import Answer, Draft, DraftState, Focus, Place
from conversations.expressions import ExpressionError
from conversations.plan import Step
from conversations.turn import (
    AskHelp,
    Chose,
    MakeDoor,
    Outcome,
    RemindAt,
    Said,
    Sent,
)
from conversations.types import EXACT
from conversations.walk import FLAGGED, OPEN, TO_ASK, Route
from locales import LANGUAGES, say
from registry.evidence import EVIDENCE
from registry.problems import Problem
from registry.values import KINDS

CONSTRAINT = "form.constraint"
"""Code of a Problem whose words are the form's own constraint message."""

MAX_TEXT = 10_000
REMIND_HOUR = 19


@dataclass(frozen=True, slots=True)
class Moved:
    """Where an input leads. `is_ready`: everything is checked and signed, the form can be sent."""

    place: Place
    draft: Draft
    outcome: Outcome | None = None
    is_ready: bool = False


@dataclass(frozen=True, slots=True)
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


def move(hand: Hand, given: Given) -> Moved:
    """Carry out an input."""
    if isinstance(given, Chose):
        verb, _, argument = given.op.partition(".")
        act = ACTS.get(verb)
        if act is not None:
            return act(hand, argument)
    if hand.place.screen == "summary":
        return _in_summary(hand, given)
    if hand.step is None:
        return _stay(hand, news="walk.moved_on" if hand.place.focus else "")
    return _answer(hand, hand.step, given)


def asked(hand: Hand, step: Step) -> Asked:
    """The question as its type sees it."""
    answer = hand.route.answer(step)
    is_mine = not step.node.is_own or hand.route.me in hand.route.draft.own.get(step.path, {})
    return Asked(
        step.node.question,
        hand.route.choices(step),
        step.node.codes,
        hand.focus,
        hand.route.facts.now,
        answer.text if answer and is_mine else "",
    )


def focus_on(route: Route, step: Step, *, is_edit: bool = False) -> Focus:
    """A fresh view of a question, with what we propose for it."""
    if is_edit or step.node.is_signature:
        return Focus(step.path, is_edit=is_edit)
    proposed = proposal(route, step)
    return Focus(step.path, unconfirmed=proposed or None, is_proposed=bool(proposed))


def proposal(route: Route, step: Step) -> str:
    """What we would write here: the form's proposal, the register's value, the form's default.

    Offered, never silently taken; nothing that was declined before or that the form refuses.
    """
    if route.state(step.path) is not OPEN:
        return ""
    text = _proposed(route, step)
    if not text or f"{step.path}={text}" in route.draft.seen:
        return ""
    question = step.node.question
    plain = Asked(
        question, route.choices(step), step.node.codes, Focus(step.path), route.facts.now
    )
    read = step.node.type.read(plain, Said(text))
    return text if read.text == text and broken(route, step, text) is None else ""


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
        return replace(place, screen="summary", focus=None)
    return replace(place, screen="form", focus=focus_on(route, step))


# ---- one answer


def _answer(hand: Hand, step: Step, given: Given) -> Moved:
    focus = hand.focus
    house = step.node.question.house
    if house.web_only and not hand.route.facts.is_web:
        return _stay(hand, news="walk.web_only_here")
    if isinstance(given, Said) and not given.text.strip():
        return _fail(hand, refuse("value.empty"))
    if isinstance(given, Said) and len(given.text) > MAX_TEXT:
        return _fail(hand, refuse("value.too_long", limit=MAX_TEXT, count=len(given.text)))
    if focus.is_explaining and isinstance(given, Said):
        return _explain(hand, step, given.text.strip())
    if focus.unconfirmed is not None and isinstance(given, Said):
        word = given.text.strip()
        if word in _words_for("walk.yes"):
            return _yes(hand, "")
        if word in _words_for("walk.no"):
            return _no(hand, "")
    read = step.node.type.read(asked(hand, step), given)
    return _take(hand, step, read)


def _take(hand: Hand, step: Step, read: Read) -> Moved:
    if read.focus is not None:
        return _stay(hand, focus=read.focus)
    if read.doubt is not None:
        problem = broken(hand.route, step, read.doubt)
        if problem is not None:
            return _fail(hand, Read(problem=problem, rejected=read.doubt))
        focus = Focus(
            step.path, unconfirmed=read.doubt, problem=read.problem, is_edit=hand.focus.is_edit
        )
        return _stay(hand, focus=focus)
    if read.text is None:
        return _fail(hand, read)
    if step.node.is_repeat:
        return _grow(hand, step, read.text)
    if step.node.is_signature:
        return _sign(hand, step, read.text)
    problem = broken(hand.route, step, read.text)
    if problem is not None:
        return _fail(hand, Read(problem=problem, rejected=read.text))
    return _keep(hand, step, Answer(read.text, hand.route.me))


def _keep(hand: Hand, step: Step, answer: Answer) -> Moved:
    draft = hand.route.draft
    path = step.path
    if step.node.is_own:
        mine = {**draft.own.get(path, {}), hand.route.me: answer}
        draft = replace(draft, own={**draft.own, path: mine})
    else:
        draft = replace(draft, answers={**draft.answers, path: answer})
    return _settled(hand, _touched(draft, path), "walk.saved")


def _touched(draft: Draft, path: str) -> Draft:
    """The question needs nothing more: neither promised nor skipped, and mended in this round."""
    is_returned = draft.state is DraftState.returned
    if path not in draft.later and path not in draft.seen and not is_returned:
        return draft
    return replace(
        draft,
        later=draft.later - {path},
        seen=draft.seen - {path},
        mended=draft.mended | {path} if is_returned else draft.mended,
    )


def _settled(hand: Hand, draft: Draft, news: str) -> Moved:
    """On to the next question."""
    place = replace(hand.place, screen="form", focus=None, news=news)
    return Moved(place, draft)


def _fail(hand: Hand, read: Read) -> Moved:
    focus = replace(
        hand.focus,
        unconfirmed=None,
        is_proposed=False,
        rejected=read.rejected or None,
        problem=read.problem,
        tries=hand.focus.tries + 1,
    )
    return _stay(hand, focus=focus)


def _stay(hand: Hand, *, focus: Focus | None = None, news: str = "") -> Moved:
    place = replace(hand.place, focus=focus or hand.place.focus, news=news)
    return Moved(place, hand.route.draft)


def _explain(hand: Hand, step: Step, words: str) -> Moved:
    answer = hand.route.answer(step)
    if answer is None:
        return _stay(hand)
    return _keep(hand, step, Answer(answer.text, hand.route.me, insisted=True, note=words[:500]))


def _grow(hand: Hand, step: Step, said: str) -> Moved:
    draft = hand.route.draft
    if said == "enough":
        return _settled(hand, replace(draft, seen=draft.seen | {step.path}), "")
    answer = draft.answers.get(step.path)
    members = answer.text.split() if answer else []
    # Never a number in use before: a new member must not inherit a dropped one's answers.
    fresh = str(max(map(int, members), default=0) + 1)
    grown = Answer(" ".join((*members, fresh)), hand.route.me)
    draft = replace(
        draft, answers={**draft.answers, step.path: grown}, seen=draft.seen - {step.path}
    )
    return _settled(hand, draft, "")


def _sign(hand: Hand, step: Step, text: str) -> Moved:
    reading = KINDS["name"].read(text)
    if reading.problem is not None:
        return _fail(hand, Read(problem=reading.problem, rejected=text[:60]))
    signed = {**hand.route.draft.answers, step.path: Answer(reading.text, hand.route.me)}
    return _finish(hand, replace(hand.route.draft, answers=signed))


# ---- acts: what the buttons beside the answers do


def _yes(hand: Hand, _: str) -> Moved:
    focus, step = hand.focus, hand.step
    if step is None or focus.unconfirmed is None:
        return _stay(hand)
    problem = broken(hand.route, step, focus.unconfirmed)
    if problem is not None:
        return _fail(hand, Read(problem=problem, rejected=focus.unconfirmed))
    return _keep(hand, step, Answer(focus.unconfirmed, hand.route.me))


def _no(hand: Hand, _: str) -> Moved:
    focus, step = hand.focus, hand.step
    if step is None or focus.unconfirmed is None:
        return _stay(hand)
    draft = hand.route.draft
    if focus.is_proposed:
        declined = f"{step.path}={focus.unconfirmed}"
        draft = replace(draft, seen=draft.seen | {declined})
    place = replace(hand.place, focus=Focus(step.path, is_edit=focus.is_edit), news="")
    return Moved(place, draft)


def _insist(hand: Hand, _: str) -> Moved:
    step, rejected = hand.step, hand.focus.rejected
    if step is None or not rejected or not may_insist(hand, step):
        return _stay(hand)
    return _keep(hand, step, Answer(rejected, hand.route.me, insisted=True))


def may_insist(hand: Hand, step: Step) -> bool:
    """Whether the paper may really say so although a check fails."""
    problem = hand.focus.problem
    return (
        step.node.question.house.insist
        and bool(hand.focus.rejected)
        and problem is not None
        and (problem.code == CONSTRAINT or problem.code in EXACT)
    )


def _later(hand: Hand, _: str) -> Moved:
    step, draft = hand.step, hand.route.draft
    if step is None or not may_promise(hand.route, step):
        return _stay(hand)
    return _settled(hand, replace(draft, later=draft.later | {step.path}), "walk.later_noted")


def may_promise(route: Route, step: Step) -> bool:
    """Whether the question may wait until just before sending."""
    return step.node.question.house.ask_later and route.state(step.path) in TO_ASK


def _skip(hand: Hand, _: str) -> Moved:
    step, draft = hand.step, hand.route.draft
    if step is None or not may_skip(hand.route, step):
        return _stay(hand)
    path = step.path
    answers = {key: a for key, a in draft.answers.items() if key != path}
    own = {**draft.own}
    if path in own:
        own[path] = {who: a for who, a in own[path].items() if who != hand.route.me}
    skipped = replace(_touched(draft, path), answers=answers, own=own)
    return _settled(hand, replace(skipped, seen=skipped.seen | {path}), "")


def may_skip(route: Route, step: Step) -> bool:
    """Whether the question may stay empty."""
    return not (step.node.is_repeat or step.node.is_signature or route.is_required(step))


def _leave_as_is(hand: Hand, _: str) -> Moved:
    step = hand.step
    if step is None or not hand.focus.is_edit or route_value(hand.route, step) is None:
        return _stay(hand)
    return _settled(hand, hand.route.draft, "")


def route_value(route: Route, step: Step) -> str | None:
    """The present answer on the route, if it is settled."""
    return route.values.get(step.path) if route.state(step.path) not in TO_ASK else None


def _reason(hand: Hand, _: str) -> Moved:
    step = hand.step
    if step is None or hand.route.state(step.path) is not FLAGGED:
        return _stay(hand)
    return _stay(hand, focus=Focus(step.path, is_explaining=True))


def _back(hand: Hand, _: str) -> Moved:
    path = hand.step.path if hand.step and not hand.step.node.is_signature else ""
    step = hand.route.before(path)
    if step is None:
        return _stay(hand, news="walk.at_first")
    return _go_to(hand, step)


def _go(hand: Hand, argument: str) -> Moved:
    found = hand.route.plan.step_by_op(argument)
    step = hand.route.step(found.path) if found else None
    if step is None:
        return _stay(hand)
    return _go_to(hand, step)


def _go_to(hand: Hand, step: Step) -> Moved:
    route = hand.route
    keeper = route.gatekeeper(step)
    if keeper is not None:
        step = keeper
    state = route.state(step.path)
    if state == "other":
        return _stay(hand, news="walk.locked")
    focus = focus_on(route, step, is_edit=state not in TO_ASK)
    return Moved(replace(hand.place, screen="form", focus=focus, news=""), route.draft)


def _summary(hand: Hand, _: str) -> Moved:
    return Moved(replace(hand.place, screen="summary", focus=None, news=""), hand.route.draft)


def _onward(hand: Hand, _: str) -> Moved:
    """From the summary to the first thing missing, promised ones included."""
    missing = hand.route.missing()
    return _go_to(hand, missing[0]) if missing else _summary(hand, "")


def _page(hand: Hand, argument: str) -> Moved:
    if argument == "all":
        return _stay(hand, focus=replace(hand.focus, search="", page=0))
    page = int(argument) if argument.isdecimal() and len(argument) < 6 else 0
    return _stay(hand, focus=replace(hand.focus, page=page))


def _help(hand: Hand, _: str) -> Moved:
    path = hand.step.path if hand.step else ""
    place = replace(hand.place, news="walk.help_asked")
    return Moved(place, hand.route.draft, AskHelp(path))


def _paper(hand: Hand, _: str) -> Moved:
    place = replace(hand.place, screen="home", focus=None, news="walk.on_paper")
    return Moved(place, hand.route.draft, AskHelp(hand.step.path if hand.step else ""))


def _door(hand: Hand, _: str) -> Moved:
    return Moved(hand.place, hand.route.draft, MakeDoor())


def _remind(hand: Hand, _: str) -> Moved:
    now = hand.route.facts.now
    at = remind_at(now)
    key = "walk.remind_today" if at.date() == now.date() else "walk.remind_tomorrow"
    return Moved(replace(hand.place, news=key), hand.route.draft, RemindAt(at))


# ---- the summary and the end


def _in_summary(hand: Hand, given: Given) -> Moved:
    """A typed number edits that line; anything else is explained."""
    text = given.text.strip() if isinstance(given, Said) else ""
    number = int(text) if text.isdecimal() and len(text) < 5 else 0
    if 1 <= number <= len(hand.route.steps):
        return _go_to(hand, hand.route.steps[number - 1])
    return _stay(hand, news="walk.summary_how" if isinstance(given, Said | Sent) else "")


def _send(hand: Hand, _: str) -> Moved:
    """[都对]: check everything once more, then the signature, then off it goes."""
    stopped = _unfinished(hand)
    if stopped is not None:
        return stopped
    if hand.route.signatures:
        step = hand.route.signatures[0]
        place = replace(hand.place, screen="form", focus=Focus(step.path), news="")
        return Moved(place, hand.route.draft)
    return _finish(hand, hand.route.draft)


def _finish(hand: Hand, draft: Draft) -> Moved:
    stopped = _unfinished(hand)
    if stopped is not None:
        return stopped
    place = replace(hand.place, screen="status", focus=None, news="")
    return Moved(place, draft, is_ready=True)


def _unfinished(hand: Hand) -> Moved | None:
    """What stands in the way of sending: missing answers, then those a later change broke."""
    route = hand.route
    if route.missing() or route.is_on_paper:
        place = replace(hand.place, screen="summary", focus=None, news="")
        return Moved(place, route.draft)
    for step in route.steps:
        answer = route.answer(step)
        if answer is None or answer.insisted or step.path not in route.values:
            continue
        problem = broken(route, step, answer.text)
        if problem is not None:
            return _lead_to(hand, step, answer.text, problem)
    return _evidence_missing(hand)


def _lead_to(hand: Hand, step: Step, rejected: str, problem: Problem | None) -> Moved:
    focus = Focus(step.path, rejected=rejected or None, problem=problem, is_edit=True)
    place = replace(hand.place, screen="form", focus=focus, news="walk.broke")
    return Moved(place, hand.route.draft)


def _evidence_missing(hand: Hand) -> Moved | None:
    """A paper the rule asks for, left out where the form allowed it. Rule: R16."""
    route = hand.route
    rule = EVIDENCE.get(route.form.evidence_rule or "")
    if rule is None:
        return None
    kinds = {
        step.path: step.node.question.house.evidence
        for step in route.steps
        if step.node.question.house.evidence
    }
    shown = {kind for path, kind in kinds.items() if kind and path in route.values}
    for group in rule.missing(shown):
        for step in route.steps:
            if kinds.get(step.path) in group:
                return _lead_to(hand, step, "", None)
    return None


ACTS: Mapping[str, Callable[[Hand, str], Moved]] = {
    "back": _back,
    "door": _door,
    "explain": _reason,
    "go": _go,
    "help": _help,
    "insist": _insist,
    "keep": _leave_as_is,
    "later": _later,
    "no": _no,
    "onward": _onward,
    "page": _page,
    "paper": _paper,
    "remind": _remind,
    "send": _send,
    "skip": _skip,
    "summary": _summary,
    "yes": _yes,
}


@cache
def _words_for(key: str) -> frozenset[str]:
    """How a button reads in any language: typing it is pressing it."""
    return frozenset(say(key, language) for language in LANGUAGES)


def _proposed(route: Route, step: Step) -> str:
    question = step.node.question
    if question.house.proposal is not None:
        return _worked_out(route, step, question.house.proposal.text)
    student = route.facts.student
    link = route.facts.actor.link_to(route.draft.student_id) if student else None
    if student is not None and link is not None and link.may_see and question.save_to:
        return student.fields.get(question.save_to, "")
    if isinstance(question.default, str):
        return question.default
    return _worked_out(route, step, question.default.text) if question.default else ""


def _worked_out(route: Route, step: Step, text: Callable[..., str]) -> str:
    try:
        return text(route.scope_at(step))
    except ExpressionError:
        return ""
