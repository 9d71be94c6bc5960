"""Everything outside a form: home, the child, how far a paper is, language, help, and what needs a
second word.

`SCREENS` is the table: what a screen shows; `ACTS` what its buttons do. Pure, like the walk.
Called by `dialogue`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from conversations.answering import remind_at
from conversations.draft import Place
from conversations.form import Text
from conversations.showing import params_of
from conversations.status import paper_line, status_words, timeline
from conversations.turn import (
    AskHelp,
    Button,
    Discard,
    Facts,
    FormWords,
    OpenDraft,
    Outcome,
    Paper,
    Param,
    Phrase,
    Recall,
    RemindAt,
    Reply,
    SetLanguage,
)
from locales import LANGUAGES, WORDING
from registry.submissions import State

HOME = Button("home", Phrase("lobby.home"), "quiet")
HELP = Button("help", Phrase("walk.help"), "quiet")
LANGUAGE = Button("language", Phrase("lobby.language"), "quiet")

TOMORROW = Button("remind.tomorrow", Phrase("lobby.remind_tomorrow"), "quiet")
RETURN = Button("resume", Phrase("lobby.resume_form"), "main")

STAYS = frozenset({"discard", "help", "language", "recall"})
"""Screens opened over a form: they keep the question in hand, to return to it."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Where a button of the lobby leads."""

    place: Place
    outcome: Outcome | None = None


def show(place: Place, facts: Facts) -> tuple[Reply, ...]:
    """The screen somebody is on."""
    replies = SCREENS.get(place.screen, _home)(place, facts)
    if not place.news:
        return replies
    paper = paper_in_hand(place, facts)
    params = params_of(facts, paper.done, paper.total) if paper else params_of(facts)
    return (Reply("note", (Phrase(place.news, params),)), *replies)


def go(place: Place, facts: Facts, op: str) -> Gone:
    """Press a button of the lobby; an unknown one changes nothing."""
    verb, _, argument = op.partition(".")
    act = ACTS.get(verb)
    if act is None:
        return Gone(place)
    return act(replace(place, news=""), facts, argument)


def papers_of(place: Place, facts: Facts) -> tuple[tuple[int, Paper], ...]:
    """The papers of the child in hand, with their index in the facts."""
    child = place.child
    if child is None and len(facts.children) > 1:
        return ()
    return tuple(
        (i, paper)
        for i, paper in enumerate(facts.papers)
        if child is None or child in (paper.student_id, paper.claim_id)
    )


def paper_in_hand(place: Place, facts: Facts) -> Paper | None:
    """The paper whose draft the place is at."""
    if place.draft_id is None:
        return None
    found = (paper for paper in facts.papers if paper.draft_id == place.draft_id)
    return next(found, facts.paper)


# ---- screens


def _home(place: Place, facts: Facts) -> tuple[Reply, ...]:
    if facts.claim_state in ("refused", "expired") and not facts.children:
        phrase = Phrase(f"lobby.claim_{facts.claim_state}", params_of(facts))
        return (Reply("home", (phrase,), (HELP, LANGUAGE)),)
    if len(facts.children) > 1 and place.child is None:
        return _choose_child(place, facts)
    papers = papers_of(place, facts)
    if not papers:
        return (Reply("home", (Phrase("lobby.nothing", params_of(facts)),), (HELP, LANGUAGE)),)
    words: list[Param] = []
    if not any(paper.done or paper.state for _, paper in papers):
        words += (Phrase(f"lobby.welcome_{i}", params_of(facts)) for i in (1, 2))
        helps = facts.school.settings.committee_helps
        words.append(Phrase("lobby.welcome_3_committee" if helps else "lobby.welcome_3"))
    else:
        words.append(Phrase("lobby.hello", params_of(facts)))
    if facts.claim_state == "open":
        words.append(Phrase("lobby.waiting", params_of(facts)))
    is_one = len(papers) == 1  # its button is enough
    lines = tuple(paper_line(paper, None if is_one else f"open.{i}") for i, paper in papers)
    buttons = [_paper_button(i, paper) for i, paper in papers]
    if len(facts.children) > 1:
        buttons.append(Button("children", Phrase("lobby.other_child"), "quiet"))
    buttons += _tomorrow(place, facts)
    return (Reply("home", tuple(words), (*buttons, HELP, LANGUAGE), None, lines),)


def _choose_child(place: Place, facts: Facts) -> tuple[Reply, ...]:
    buttons = tuple(
        Button(f"child.{i}", Phrase("lobby.child", {"name": c.name, "class": c.class_label}))
        for i, c in enumerate(facts.children)
    )
    return (Reply("home", (Phrase("lobby.which_child"),), (*buttons, HELP, LANGUAGE)),)


def _status(place: Place, facts: Facts) -> tuple[Reply, ...]:
    paper = paper_in_hand(place, facts)
    if paper is None or paper.state is None:
        return _home(place, facts)
    buttons: list[Button] = []
    if paper.state in (State.returned, State.recalled):
        buttons.append(Button("resume", Phrase("lobby.mend"), "main"))
        buttons.append(Button("remind", Phrase("walk.remind"), "quiet"))
    if paper.may_recall:
        buttons.append(Button("recall", Phrase("lobby.recall"), "quiet"))
    words = status_words(paper, params_of(facts))
    return (Reply("status", words, (*buttons, HOME, HELP), None, timeline(paper)),)


def _help(place: Place, facts: Facts) -> tuple[Reply, ...]:
    words = (Phrase("lobby.help_1", params_of(facts)), Phrase("lobby.help_2", params_of(facts)))
    ask = Button("help.teacher", Phrase("walk.help"), "main")
    return (Reply("home", words, (ask, _way_back(place), *_tomorrow(place, facts), LANGUAGE)),)


def _language(place: Place, facts: Facts) -> tuple[Reply, ...]:
    buttons = tuple(
        Button(f"lang.{code}", FormWords(Text({WORDING: name})), "answer", code == facts.language)
        for code, name in LANGUAGES.items()
    )
    return (Reply("home", (Phrase("lobby.which_language"),), (*buttons, _way_back(place))),)


def _discard(place: Place, facts: Facts) -> tuple[Reply, ...]:
    words = (Phrase("lobby.discard_sure", params_of(facts)),)
    yes = Button("discard.yes", Phrase("lobby.discard_yes"), "danger")
    return (Reply("home", words, (_way_back(place), yes, HELP)),)


def _recall(place: Place, facts: Facts) -> tuple[Reply, ...]:
    words = (Phrase("lobby.recall_sure", params_of(facts)),)
    yes = Button("recall.yes", Phrase("lobby.recall_yes"), "danger")
    no = Button("status", Phrase("lobby.recall_no"), "main")
    return (Reply("home", words, (no, yes, HELP)),)


SCREENS: Mapping[str, Callable[[Place, Facts], tuple[Reply, ...]]] = {
    "discard": _discard,
    "help": _help,
    "home": _home,
    "language": _language,
    "recall": _recall,
    "status": _status,
}


# ---- acts


def _go_home(place: Place, facts: Facts, _: str) -> Gone:
    return Gone(replace(place, screen="home", focus=None))


def _go_children(place: Place, facts: Facts, _: str) -> Gone:
    return Gone(replace(place, screen="home", child=None, draft_id=None, focus=None))


def _take_child(place: Place, facts: Facts, argument: str) -> Gone:
    index = _index(argument, len(facts.children))
    if index is None:
        return Gone(place)
    chosen = facts.children[index].student_id
    return Gone(replace(place, screen="home", child=chosen, draft_id=None, focus=None))


def _open(place: Place, facts: Facts, argument: str) -> Gone:
    index = _index(argument, len(facts.papers))
    if index is None:
        return Gone(place)
    paper = facts.papers[index]
    child = paper.student_id or paper.claim_id
    inside = replace(place, child=child, draft_id=paper.draft_id, focus=None)
    if paper.state not in (None, State.returned, State.recalled):
        return Gone(replace(inside, screen="status"))
    outcome = OpenDraft(paper.form_id, paper.student_id, paper.claim_id)
    return Gone(replace(inside, screen="form"), outcome)


def _resume(place: Place, facts: Facts, _: str) -> Gone:
    if place.draft_id is None:
        return _go_home(place, facts, "")
    return Gone(replace(place, screen="form"))


def _see_status(place: Place, facts: Facts, argument: str) -> Gone:
    index = _index(argument, len(facts.papers))
    if index is not None:
        place = replace(place, draft_id=facts.papers[index].draft_id)
    elif place.draft_id is None:
        sent = [paper for paper in facts.papers if paper.state and paper.draft_id]
        place = replace(place, draft_id=sent[0].draft_id if len(sent) == 1 else None)
    return Gone(replace(place, screen="status", focus=None))


def _ask_help(place: Place, facts: Facts, argument: str) -> Gone:
    if argument == "teacher" or place.screen != "home":
        path = place.focus.path if place.focus else ""
        return Gone(replace(place, news="lobby.help_asked"), AskHelp(path))
    return Gone(replace(place, screen="help"))


def _guide(place: Place, facts: Facts, _: str) -> Gone:
    return Gone(replace(place, screen="help"))


def _speak(place: Place, facts: Facts, argument: str) -> Gone:
    if argument not in LANGUAGES:
        return Gone(place)
    screen = "form" if place.focus is not None else "home"
    return Gone(replace(place, screen=screen), SetLanguage(argument))


def _choose_language(place: Place, facts: Facts, _: str) -> Gone:
    return Gone(replace(place, screen="language"))


def _throw_away(place: Place, facts: Facts, argument: str) -> Gone:
    if place.draft_id is None:
        return Gone(place)
    if place.screen != "discard" or argument != "yes":
        return Gone(replace(place, screen="discard"))
    empty = replace(place, screen="home", draft_id=None, focus=None, news="lobby.discarded")
    return Gone(empty, Discard(place.draft_id))


def _take_back(place: Place, facts: Facts, argument: str) -> Gone:
    paper = paper_in_hand(place, facts)
    if paper is None or paper.submission_id is None or not paper.may_recall:
        return Gone(replace(place, screen="status", news="lobby.recall_late"))
    if argument != "yes":
        return Gone(replace(place, screen="recall"))
    return Gone(replace(place, screen="status", news=""), Recall(paper.submission_id))


def _remind(place: Place, facts: Facts, argument: str) -> Gone:
    if place.draft_id is None:
        return Gone(place)
    tomorrow = facts.now.replace(hour=0) + timedelta(days=1)
    at = remind_at(tomorrow if argument == "tomorrow" else facts.now)
    key = "walk.remind_today" if at.date() == facts.now.date() else "walk.remind_tomorrow"
    return Gone(replace(place, news=key), RemindAt(at))


ACTS: Mapping[str, Callable[[Place, Facts, str], Gone]] = {
    "child": _take_child,
    "children": _go_children,
    "discard": _throw_away,
    "guide": _guide,
    "help": _ask_help,
    "home": _go_home,
    "lang": _speak,
    "language": _choose_language,
    "open": _open,
    "recall": _take_back,
    "remind": _remind,
    "resume": _resume,
    "status": _see_status,
}


# ---- a paper


def _paper_button(index: int, paper: Paper) -> Button:
    if paper.state in (State.returned, State.recalled):
        key = "lobby.mend_paper"
    elif paper.state is not None:
        key = "lobby.see_status"
    else:
        key = "lobby.go_on" if paper.done else "lobby.begin"
    return Button(f"open.{index}", Phrase(key, {"title": FormWords(paper.title)}), "main")


def _tomorrow(place: Place, facts: Facts) -> tuple[Button, ...]:
    """「明天再提醒我」, while the paper in hand is the family's to fill."""
    paper = paper_in_hand(place, facts)
    if paper is None or paper.draft_id != place.draft_id:
        return ()
    return (TOMORROW,) if paper.state in (None, State.returned, State.recalled) else ()


def _way_back(place: Place) -> Button:
    return RETURN if place.draft_id is not None else HOME


def _index(argument: str, count: int) -> int | None:
    number = int(argument) if argument.isdecimal() and len(argument) < 6 else count
    return number if number < count else None
