"""What a turn does in a form: the answer to the question in hand, or a button beside it.

`ACTS` is the table of the buttons; `move` the only entry. Called by `dialogue`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from conversations.answering import (
    MANY_TRIES,
    Hand,
    Moved,
    answer,
    broken,
    fail,
    focus_on,
    keep,
    may_ask_home,
    may_insist,
    may_promise,
    may_sign_by_link,
    may_skip,
    may_take_photos,
    remind_at,
    route_value,
    settled,
    sign,
    stay,
    touched,
)
from conversations.asked import Given, Read
from conversations.draft import Answer, Draft, Focus
from conversations.finish import codes, is_as_read
from conversations.plan import Step
from conversations.together import together
from conversations.turn import (
    PAGE,
    SIGN,
    AskHelp,
    AskHome,
    AskHomeNoMore,
    Chose,
    HandPhotos,
    MakeDoor,
    RemindAt,
    Said,
    Sent,
)
from conversations.walk import ANSWERED, FLAGGED, TO_ASK, Route
from locales import LANGUAGES, say
from registry.contradictions import content_objections
from registry.evidence import EVIDENCE, known_of
from registry.problems import Problem


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
        return _met(hand, given)
    if hand.focus.unconfirmed is not None and isinstance(given, Said):
        word = given.text.strip()
        if word in _words_for("walk.yes") | _words_for("walk.all_right"):
            return _yes(hand, "")
        if word in _words_for("walk.no") | _words_for("walk.some_differ"):
            return _no(hand, "")
        known = together(hand)
        if known:
            return _line_of(hand, known, word)
    moved = answer(hand, hand.step, given)
    return _finish(hand, moved.draft) if moved.is_ready else moved


def _met(hand: Hand, given: Given) -> Moved:
    """Somebody else of the family was first at this question: the other answer stands, the
    question is asked again beside it, and what was typed is still in its field.
    """
    focus, route = hand.place.focus, hand.route
    step = route.step(focus.path) if focus is not None else None
    if step is None or route.state(step.path) is not ANSWERED:
        return stay(hand, news="walk.moved_on" if focus else "")
    there = route.answer(step)
    again = Focus(step.path, is_edit=True)
    place = hand.place.at("form", again)
    after = answer(Hand(place, route, step), step, given).draft
    mine = Route(route.form, after, route.facts).answer(step)
    is_kept = after is not route.draft
    if is_kept and mine is not None and there is not None and mine.text == there.text:
        return stay(hand, news="walk.moved_on")
    typed = given.text.strip() if isinstance(given, Said) else None
    return Moved(place.at("form", replace(again, rejected=typed), "walk.met"), route.draft)


# ---- acts: what the buttons beside the answers do


def _yes(hand: Hand, argument: str) -> Moved:
    focus, step = hand.focus, hand.step
    if step is None or focus.unconfirmed is None:
        return stay(hand)
    known = together(hand)
    if known and argument in ("", "all"):
        return _all_right(hand, known)
    if step.node.is_signature:
        return _finish(hand, sign(hand, step, focus.unconfirmed, is_sure=True).draft)
    problem = broken(hand.route, step, focus.unconfirmed)
    if problem is not None:
        return fail(hand, Read(problem=problem, rejected=focus.unconfirmed))
    return keep(hand, step, Answer(focus.unconfirmed, hand.route.me))


def _all_right(hand: Hand, known: tuple[tuple[Step, str], ...]) -> Moved:
    """One tap: everything known before is still so (R8, R83)."""
    draft = hand.route.draft
    me = hand.route.me
    given = {step.path: Answer(text, me) for step, text in known if not step.node.is_own}
    own = {
        step.path: {**draft.own.get(step.path, {}), me: Answer(text, me)}
        for step, text in known
        if step.node.is_own
    }
    paths = given.keys() | own.keys()
    draft = draft.keeping(
        {**draft.answers, **given},
        {**draft.own, **own},
        later=draft.later - paths,
        seen=draft.seen - paths,
    )
    return settled(hand, draft, "walk.saved")


def _line_of(hand: Hand, known: tuple[tuple[Step, str], ...], word: str) -> Moved:
    """A typed number opens that line of the list; other words are no answer to all of it."""
    number = int(word) if word.isdecimal() and len(word) < 4 else 0
    if 1 <= number <= len(known):
        return _go(hand, known[number - 1][0].op)
    return stay(hand, news="walk.together_how")


def _no(hand: Hand, _: str) -> Moved:
    focus, step = hand.focus, hand.step
    if step is None or focus.unconfirmed is None:
        return stay(hand)
    if together(hand):
        return stay(hand, focus=replace(focus, is_alone=True))
    draft = hand.route.draft
    if focus.is_proposed:
        declined = f"{step.path}={focus.unconfirmed}"
        draft = draft.keeping(seen=draft.seen | {declined})
        fresh = focus_on(Route(hand.route.form, draft, hand.route.facts), step)
        if fresh.unconfirmed is not None:
            return Moved(hand.place.at("form", fresh), draft)
    again = Focus(step.path, is_edit=focus.is_edit, seen=focus.seen)
    return Moved(hand.place.at("form", again), draft)


def _insist(hand: Hand, _: str) -> Moved:
    step, rejected = hand.step, hand.focus.rejected
    if step is None or not rejected or not may_insist(hand, step):
        return stay(hand)
    return keep(hand, step, Answer(rejected, hand.route.me, insisted=True))


def _later(hand: Hand, _: str) -> Moved:
    step, draft = hand.step, hand.route.draft
    if step is None or not may_promise(hand, step):
        return stay(hand)
    return settled(hand, draft.keeping(later=draft.later | {step.path}), "walk.later_noted")


def _skip(hand: Hand, _: str) -> Moved:
    step, draft = hand.step, hand.route.draft
    if step is None or not may_skip(hand.route, step):
        return stay(hand)
    path = step.path
    answers = {key: a for key, a in draft.answers.items() if key != path}
    own = {**draft.own}
    if path in own:
        own[path] = {who: a for who, a in own[path].items() if who != hand.route.me}
    skipped = touched(draft, path).keeping(answers, own)
    return settled(hand, skipped.keeping(seen=skipped.seen | {path}), "")


def _leave_as_is(hand: Hand, _: str) -> Moved:
    step = hand.step
    if step is None or not hand.focus.is_edit or route_value(hand.route, step) is None:
        return stay(hand)
    return settled(hand, hand.route.draft, "")


def _reason(hand: Hand, _: str) -> Moved:
    step = hand.step
    if step is None or hand.route.state(step.path) is not FLAGGED:
        return stay(hand)
    if not hand.route.is_mine(step):
        return stay(hand)
    return stay(hand, focus=Focus(step.path, is_explaining=True))


def _back(hand: Hand, _: str) -> Moved:
    path = hand.step.path if hand.step and not hand.step.node.is_signature else ""
    step = hand.route.before(path)
    if step is None:
        return stay(hand, news="walk.at_first")
    return _go_to(hand, step)


def _go(hand: Hand, argument: str) -> Moved:
    found = hand.route.plan.step_by_op(argument)
    step = hand.route.step(found.path) if found else None
    if step is None:
        return stay(hand)
    gone = _go_to(hand, step)
    focus = gone.place.focus
    if focus is None or not focus.is_proposed:
        return gone
    return replace(gone, place=gone.place.at("form", replace(focus, is_alone=True)))


def _go_to(hand: Hand, step: Step) -> Moved:
    route = hand.route
    keeper = route.gatekeeper(step)
    if keeper is not None:
        step = keeper
    state = route.state(step.path)
    if state == "other":
        return stay(hand, news="walk.locked")
    focus = focus_on(route, step, is_edit=state not in TO_ASK)
    return Moved(hand.place.at("form", focus), route.draft)


def _summary(hand: Hand, _: str) -> Moved:
    return Moved(hand.place.at("summary"), hand.route.draft)


def _onward(hand: Hand, _: str) -> Moved:
    """From the summary to the first thing missing, promised ones included."""
    missing = hand.route.missing()
    return _go_to(hand, missing[0]) if missing else _summary(hand, "")


def _drop(hand: Hand, member: str) -> Moved:
    """A member of a repeat off the route; what was said of it stays in the draft, unseen."""
    step, draft = hand.step, hand.route.draft
    grown = draft.answers.get(step.path) if step is not None and step.node.is_repeat else None
    if step is None or grown is None or member not in grown.text.split():
        return stay(hand)
    rest = " ".join(m for m in grown.text.split() if m != member)
    answers = {**draft.answers, step.path: Answer(rest, hand.route.me)}
    draft = draft.keeping(answers, seen=draft.seen - {step.path})
    return Moved(hand.place.at("form", Focus(step.path)), draft)


def _page(hand: Hand, argument: str) -> Moved:
    if argument == "all":
        return stay(hand, focus=replace(hand.focus, search="", page=0))
    page = int(argument) if argument.isdecimal() and len(argument) < 6 else 0
    return stay(hand, focus=replace(hand.focus, page=page))


def _help(hand: Hand, _: str) -> Moved:
    """The teacher is told; a question somebody needs help with may wait."""
    path, focus = "", hand.place.focus
    if hand.step is not None:
        path = hand.step.path
        focus = replace(hand.focus, tries=max(hand.focus.tries, MANY_TRIES))
    place = hand.place.at(hand.place.screen, focus, "walk.help_asked")
    return Moved(place, hand.route.draft, AskHelp(path))


def _paper(hand: Hand, _: str) -> Moved:
    path = hand.step.path if hand.step else ""
    return Moved(hand.place.at("home", None, "walk.on_paper"), hand.route.draft, AskHelp(path))


def _door(hand: Hand, _: str) -> Moved:
    return Moved(hand.place, hand.route.draft, MakeDoor())


def _ask_home(hand: Hand, argument: str) -> Moved:
    """A link for somebody at home: for this page's photo, or for a guardian's signature."""
    step, draft = hand.step, hand.route.draft
    if argument == SIGN and may_sign_by_link(hand.route):
        return Moved(hand.place.at("summary"), draft, AskHome(SIGN))
    if argument == PAGE and step is not None and may_ask_home(hand, step):
        return Moved(hand.place, draft, AskHome(PAGE, step.path))
    return stay(hand)


def _ask_home_no_more(hand: Hand, argument: str) -> Moved:
    path = hand.step.path if hand.step is not None and argument == PAGE else ""
    place = hand.place.at(hand.place.screen, hand.place.focus, "walk.link_ended")
    return Moved(place, hand.route.draft, AskHomeNoMore(SIGN if argument == SIGN else PAGE, path))


def _photos(hand: Hand, argument: str) -> Moved:
    """Pictures instead of typing, and back again: what is answered stays."""
    draft = hand.route.draft
    if argument == "no" and draft.takes_photos:
        return settled(hand, draft.keeping(photos_by=""), "walk.photos_no_more")
    if not may_take_photos(hand.route):
        return stay(hand)
    return settled(hand, draft.keeping(photos_by=hand.route.me), "walk.photos_begun")


def _remind(hand: Hand, _: str) -> Moved:
    now = hand.route.facts.now
    at = remind_at(now)
    key = "walk.remind_today" if at.date() == now.date() else "walk.remind_tomorrow"
    place = hand.place
    return Moved(place.at(place.screen, place.focus, key), hand.route.draft, RemindAt(at))


# ---- the summary and the end


def _in_summary(hand: Hand, given: Given) -> Moved:
    """A typed number edits that line; anything else is explained."""
    text = given.text.strip() if isinstance(given, Said) else ""
    number = int(text) if text.isdecimal() and len(text) < 5 else 0
    if 1 <= number <= len(hand.route.steps):
        return _go_to(hand, hand.route.steps[number - 1])
    return stay(hand, news="walk.summary_how" if isinstance(given, Said | Sent) else "")


def _send(hand: Hand, _: str) -> Moved:
    """[都对]: check everything once more, then the signature, then off it goes."""
    if hand.route.draft.takes_photos:
        return _hand_photos(hand)
    stopped = _unfinished(hand)
    if stopped is not None:
        return stopped
    if hand.route.signatures:
        step = hand.route.signatures[0]
        focus = Focus(step.path, seen=hand.focus.seen)
        return Moved(hand.place.at("form", focus), hand.route.draft)
    return _finish(hand, hand.route.draft)


def _hand_photos(hand: Hand) -> Moved:
    draft = hand.route.draft
    if hand.route.missing() or hand.route.is_on_paper:
        return Moved(hand.place.at("summary"), draft)
    return Moved(hand.place.at("status"), draft, HandPhotos(is_handed=True))


def _finish(hand: Hand, draft: Draft) -> Moved:
    stopped = _unfinished(hand)
    if stopped is not None:
        return stopped
    return Moved(hand.place.at("status"), draft, is_ready=True)


def _unfinished(hand: Hand) -> Moved | None:
    """What stands in the way of sending: missing answers, then those a later change broke."""
    route = hand.route
    if route.missing() or route.is_on_paper:
        return Moved(hand.place.at("summary"), route.draft)
    if not is_as_read(route, hand.focus.seen):
        return Moved(hand.place.at("summary", None, "walk.summary_changed"), route.draft)
    for step in route.steps:
        answer = route.answer(step)
        if answer is None or answer.insisted or step.path not in route.values:
            continue
        if not route.is_mine(step):
            continue  # what another person wrote is neither shown nor asked again here (K21)
        problem = broken(route, step, answer.text)
        if problem is not None:
            return _lead_to(hand, step, answer.text, problem)
    return _evidence_missing(hand) or _cannot_be(hand)


def _cannot_be(hand: Hand) -> Moved | None:
    """Dates out of range, a guardian who is the child: said before it is signed."""
    route = hand.route
    known = route.facts.circumstances
    if known is None:
        return None
    steps = {step.node.question.save_to: step for step in route.steps}
    values = {
        node.question.save_to: route.values[node.path]
        for node in route.plan.nodes
        if node.question.save_to and node.path in route.values
    }
    for it in content_objections(values, known):
        step = steps.get(it.field)
        answer = route.answer(step) if step is not None else None
        is_his = step is not None and answer is not None and route.is_mine(step)
        if it.stops and is_his and step is not None and answer is not None and not answer.insisted:
            return _lead_to(hand, step, answer.text, Problem(f"legality.{it.code}"))
    return None


def _lead_to(hand: Hand, step: Step, rejected: str, problem: Problem | None) -> Moved:
    focus = Focus(step.path, rejected=rejected or None, problem=problem, is_edit=True)
    return Moved(hand.place.at("form", focus, "walk.broke"), hand.route.draft)


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
    for group in rule.missing(shown, {**known_of(route.facts.student), **codes(route)}):
        for step in route.steps:
            if kinds.get(step.path) in group:
                return _lead_to(hand, step, "", None)
    return None


ACTS: Mapping[str, Callable[[Hand, str], Moved]] = {
    "back": _back,
    "door": _door,
    "drop": _drop,
    "explain": _reason,
    "go": _go,
    "help": _help,
    "home_ask": _ask_home,
    "home_end": _ask_home_no_more,
    "insist": _insist,
    "keep": _leave_as_is,
    "later": _later,
    "no": _no,
    "onward": _onward,
    "page": _page,
    "paper": _paper,
    "photos": _photos,
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
