"""Where somebody stands in a form, as replies: the question in hand, or the summary.

Everything shown follows from Place, Draft and Facts, so looking twice shows the same twice.
Decides nothing. Called by `dialogue`.
"""

import re
from collections.abc import Iterator

from conversations.answering import (
    CONSTRAINT,
    MANY_TRIES,
    Hand,
    asked,
    may_ask_home,
    may_insist,
    may_promise,
    may_skip,
    may_take_photos,
    route_value,
)
from conversations.form import NO_TEXT
from conversations.parts import (
    BACK,
    HELP,
    HOME,
    PHOTOS_NO,
    REMIND,
    asked_home,
    label_of,
    note_of,
    note_pictures,
    params_of,
    route_link,
)
from conversations.plan import Step
from conversations.proposing import known_before
from conversations.signing import others_named
from conversations.summary import summary_of
from conversations.together import together
from conversations.turn import (
    PAGE,
    Ask,
    Button,
    Header,
    Illustration,
    Line,
    Listing,
    Param,
    Phrase,
    Reply,
)
from conversations.walk import FLAGGED, Route

FIRST_QUESTIONS = 2
"""So many answers long, pictures instead of typing are offered beside every question."""

TELLS_DONE = frozenset({"walk.later_noted", "walk.saved", "walk.saved_all"})

NOTHING_GIVEN = frozenset({"answer.choices_none", "value.empty"})
"""Problems in place of which the form's own `required_message` is said."""

ASK_HOME = Button(f"home_ask.{PAGE}", Phrase("walk.ask_home"), "quiet")
ASK_HOME_END = Button(f"home_end.{PAGE}", Phrase("walk.link_end"), "quiet")
ALL_RIGHT = Button("yes.all", Phrase("walk.all_right"), "main")
DOOR = Button("door", Phrase("walk.open_web"), "main")
EXPLAIN = Button("explain", Phrase("walk.explain"), "answer")
HELP_NOW = Button("help", Phrase("walk.help"), "main")
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
INSIST = Button("insist", Phrase("walk.insist"), "answer")
KEEP = Button("keep", Phrase("walk.keep"), "answer")
LATER = Button("later", Phrase("walk.later"), "quiet")
NO = Button("no", Phrase("walk.no"), "answer")
PAPER = Button("paper", Phrase("walk.paper"), "quiet")
PHOTOS = Button("photos", Phrase("walk.photos"), "quiet")
RETAKE = Button("no", Phrase("answer.photo_again"), "answer")
SKIP = Button("skip", Phrase("walk.skip"), "quiet")
SOME_DIFFER = Button("no", Phrase("walk.some_differ"), "answer")
SUMMARY = Button("summary", Phrase("walk.summary"), "quiet")
USE_IT = Button("yes", Phrase("answer.photo_use"), "answer")
YES = Button("yes", Phrase("walk.yes"), "main")


def show(hand: Hand) -> tuple[Reply, ...]:
    """What this person sees."""
    route, place = hand.route, hand.place
    replies: list[Reply] = []
    if place.news:
        is_all = place.news == "walk.saved" and not route.left
        key = "walk.saved_all" if is_all else place.news
        phrase = Phrase(key, params_of(route.facts, route.done, route.total))
        replies.append(Reply("done" if key in TELLS_DONE else "note", (phrase,)))
    if place.screen == "summary" or hand.step is None:
        replies.extend(summary_of(route))
    else:
        replies.extend(_question(hand, hand.step))
    return tuple(replies)


def header_of(hand: Hand) -> Header:
    """The quiet head of the page."""
    step = hand.step
    section: Param = step.node.section if step else Phrase("walk.summary_title")
    route = hand.route
    return Header(route.facts.child_name, section, route.done, route.total)


# ---- a question


def _question(hand: Hand, step: Step) -> list[Reply]:
    replies = _trouble(hand, step)
    if step.path in hand.route.flags:
        replies.append(_flagged(hand, step))
    replies.extend(asked_home(route_link(hand.route, PAGE, step.path)))
    known = together(hand)
    if known:
        return [*replies, _together(hand, step, known)]
    words = _words(hand, step)
    buttons = _buttons(hand, step)
    pictures = _pictures(hand, step, buttons)
    replies.append(Reply("question", words, buttons, _ask(hand, step), pictures=pictures))
    return replies


def _together(hand: Hand, step: Step, known: tuple[tuple[Step, str], ...]) -> Reply:
    """What was known before, as one list with one tap."""
    route = hand.route
    own = known_before(route, step)[0]
    words: list[Param] = [note_of(route, note) for note in route.notes.get(step.path, ())]
    words.append(Phrase("walk.together" if own == known[0][1] else "walk.together_sibling"))
    lines = tuple(
        Line(_brief(route, one), route.shown(one, text), f"go.{one.op}", one.node.section)
        for one, text in known
    )
    buttons = (ALL_RIGHT, SOME_DIFFER, *_quiet(hand, step))
    return Reply("question", tuple(words), buttons, Ask("none", step.path), lines)


def _trouble(hand: Hand, step: Step) -> list[Reply]:
    """Why the last input was no answer, and help after the third time."""
    focus = hand.focus
    if focus.problem is None:
        return []
    question = step.node.question
    words: list[Param] = []
    if focus.problem.code in NOTHING_GIVEN and question.required_message.by_language:
        words.append(hand.route.words(question.required_message, step))
    elif focus.problem.code != CONSTRAINT:
        words.append(Phrase(focus.problem.code, focus.problem.params))
    elif question.constraint_message.by_language:
        words.append(hand.route.words(question.constraint_message, step))
    else:
        words.append(Phrase("answer.refused"))
    if focus.rejected:
        words.append(Phrase("walk.you_wrote", {"value": _rejected(hand, step, focus.rejected)}))
    if focus.tries >= MANY_TRIES:
        words.append(Phrase("walk.offer_help", params_of(hand.route.facts)))
    return [Reply("problem", tuple(words))]


def _rejected(hand: Hand, step: Step, text: str) -> Param:
    """A code or a day that the form refused is shown as people read it, typed words as typed."""
    is_day = step.node.question.type == "date" and ISO_DAY.fullmatch(text)
    if is_day or text in step.node.codes:
        return step.node.type.show(step.node.question, text)
    return text


def _flagged(hand: Hand, step: Step) -> Reply:
    """What the reviewer asked for, and what was written before."""
    flag = hand.route.flags[step.path]
    words: list[Param] = [Phrase("walk.flagged", {"reason": Phrase(f"reason.{flag.reason}")})]
    if flag.note:
        words.append(Phrase("walk.flag_note", {"note": flag.note}))
    if step.path in hand.route.values:
        words.append(Phrase("walk.was", {"value": hand.route.shown(step)}))
    return Reply("note", tuple(words))


def _words(hand: Hand, step: Step) -> tuple[Param, ...]:
    focus, route = hand.focus, hand.route
    if focus.is_explaining:
        return (Phrase("walk.explain_how"),)
    if focus.unconfirmed is not None:
        before = _before(hand, step) if focus.is_proposed else ()
        return (*before, *_doubt(hand, step, focus.unconfirmed))
    question = step.node.question
    words = list(_before(hand, step))
    words.append(label_of(route, step))
    if question.hint.by_language:
        words.append(route.words(question.hint, step))
    if question.guidance.by_language and focus.tries:
        words.append(route.words(question.guidance, step))
    if question.house.web_only and not route.facts.is_web:
        words.append(Phrase("walk.web_only", params_of(route.facts)))
    if focus.is_edit and route_value(route, step) is not None:
        words.append(Phrase("walk.now", {"value": route.shown(step)}))
    return tuple(words)


def _before(hand: Hand, step: Step) -> Iterator[Param]:
    """What is said before a question the first time: its section, and the notes on the way."""
    route = hand.route
    if hand.focus.tries:
        return
    if _opens_section(route, step):
        yield Phrase("walk.section", {"section": step.node.section})
    for note in route.notes.get(step.path, ()):
        yield note_of(route, note)


def _pictures(hand: Hand, step: Step, buttons: tuple[Button, ...]) -> tuple[Illustration, ...]:
    """Of the notes before it, of the question, and of the choices offered on this page."""
    focus, question = hand.focus, step.node.question
    if focus.is_explaining or focus.unconfirmed is not None:
        return ()
    notes = hand.route.notes.get(step.path, ()) if focus.tries == 0 else ()
    found = note_pictures(hand.route, notes)
    if question.picture is not None:
        found.append(Illustration(question.picture, label_of(hand.route, step)))
    for button in buttons if question.choices else ():
        letter, _, number = button.op.partition(".")
        picture = question.choices[int(number)].picture if letter == "a" else None
        if picture is not None:
            found.append(Illustration(picture, button.label, is_choice=True))
    return tuple(found)


def _doubt(hand: Hand, step: Step, text: str) -> tuple[Param, ...]:
    focus = hand.focus
    if focus.problem is not None:  # a poor picture: its problem is already said
        return (Phrase("answer.photo_doubt"),)
    if step.node.is_signature:
        named = others_named(hand.route, hand.route.relation, text)
        return (Phrase("walk.sign_differs", {"value": text, "named": Listing(named)}),)
    if not focus.is_proposed:
        value = step.node.type.show(step.node.question, text)
        return (Phrase("walk.confirm", {"value": value}),)
    label = _brief(hand.route, step)
    return (Phrase("walk.propose", {"label": label, "value": hand.route.shown(step, text)}),)


def _brief(route: Route, step: Step) -> Param:
    label = step.node.brief
    return route.words(label.text, step) if label.text.refs else label


def _opens_section(route: Route, step: Step) -> bool:
    """Whether this is the first question of its section on this route."""
    section = step.node.section.text
    if section is NO_TEXT or not section.by_language:
        return False
    for other in route.steps:
        if other.node.section.text is section:
            return other is step
    return False


def _buttons(hand: Hand, step: Step) -> tuple[Button, ...]:
    focus, route = hand.focus, hand.route
    buttons: list[Button] = []
    if step.node.question.house.web_only and not route.facts.is_web:
        buttons.append(DOOR)
    elif focus.unconfirmed is not None:
        buttons += (USE_IT, RETAKE) if focus.problem is not None else (YES, NO)
    elif not focus.is_explaining:
        buttons += step.node.type.buttons(asked(hand, step))
    if may_insist(hand, step):
        buttons.append(INSIST)
    if focus.is_edit and route_value(route, step) is not None:
        buttons.append(KEEP)
    buttons += _quiet(hand, step)
    return tuple(buttons)


def _quiet(hand: Hand, step: Step) -> list[Button]:
    """The ways beside an answer, the same on every question."""
    route, house = hand.route, step.node.question.house
    buttons: list[Button] = []
    if route.state(step.path) is FLAGGED:
        if not hand.focus.is_explaining and route.is_mine(step):
            buttons.append(EXPLAIN)
        buttons.append(REMIND)
    if may_promise(hand, step):
        buttons.append(LATER)
    elif may_skip(route, step):
        buttons.append(SKIP)
    if may_ask_home(hand, step):
        is_asked = route_link(route, PAGE, step.path) is not None
        buttons.append(ASK_HOME_END if is_asked else ASK_HOME)
    if house.role == "statement" and not step.node.choices:
        buttons.append(PAPER)
    buttons += _photos_instead(hand)
    buttons.append(BACK if route.before(step.path) is not None else HOME)
    if route.done:
        buttons.append(SUMMARY)
    buttons.append(HELP_NOW if hand.focus.tries >= MANY_TRIES else HELP)
    return buttons


def _photos_instead(hand: Hand) -> tuple[Button, ...]:
    """Offered at the beginning, and to whoever needed help; taken back at any time."""
    if hand.route.draft.takes_photos:
        return (PHOTOS_NO,)
    is_wanted = hand.route.done <= FIRST_QUESTIONS or hand.focus.tries >= MANY_TRIES
    return (PHOTOS,) if is_wanted and may_take_photos(hand.route) else ()


def _ask(hand: Hand, step: Step) -> Ask:
    """What would answer; what was written is offered again for mending, unless it is masked."""
    focus, house = hand.focus, step.node.question.house
    kind = "multiline" if focus.is_explaining else step.node.type.ask(step.node.question)
    if house.web_only and not hand.route.facts.is_web:
        kind = "none"
    value = focus.rejected or ""
    if (
        not value
        and focus.is_edit
        and house.mask is None
        and kind not in ("none", "photo", "file")
    ):
        is_choice = bool(step.node.choices)
        value = "" if is_choice else route_value(hand.route, step) or ""
    return Ask(kind, step.path, value, house.sensitive)
