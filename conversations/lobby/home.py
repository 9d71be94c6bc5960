"""The screens of the lobby: home, the child, a paper's status, help, language, second words.

Each shows; none decides. Called through `SCREENS`.
"""

from conversations.draft import Place
from conversations.form import Text
from conversations.lobby.parts import (
    HELP,
    HOME,
    LANGUAGE,
    at_home,
    is_done,
    may_reapply,
    paper_in_hand,
    tomorrow,
    way_back,
)
from conversations.parts import params_of
from conversations.status import paper_line, status_words, timeline
from conversations.turn import Button, Facts, FormWords, Paper, Param, Phrase, Reply
from locales import LANGUAGES, WORDING
from registry.submissions import State


def home(place: Place, facts: Facts) -> tuple[Reply, ...]:
    if facts.claim_state in ("refused", "expired") and not facts.children:
        phrase = Phrase(f"lobby.claim_{facts.claim_state}", params_of(facts))
        return (Reply("home", (phrase,), (HELP, LANGUAGE)),)
    if len(facts.children) > 1 and place.child is None:
        return choose_child(place, facts)
    papers = at_home(place, facts)
    more = _more(place, facts)
    if not papers:
        key = "lobby.nothing_now" if more else "lobby.nothing"
        return (Reply("home", (Phrase(key, params_of(facts)),), (*more, HELP, LANGUAGE)),)
    words: list[Param] = []
    if not any(paper.done or paper.state for paper in facts.papers):
        words += (Phrase(f"lobby.welcome_{i}", params_of(facts)) for i in (1, 2))
        helps = facts.school.settings.committee_helps
        words.append(Phrase("lobby.welcome_3_committee" if helps else "lobby.welcome_3"))
    else:
        words.append(Phrase("lobby.hello", params_of(facts)))
    if facts.claim_state == "open":
        words.append(Phrase("lobby.waiting", params_of(facts)))
    is_one = len(papers) == 1  # its button is enough
    lines = tuple(paper_line(paper, None if is_one else f"open.{i}") for i, paper in papers)
    buttons = [_paper_button(i, paper) for i, paper in papers if is_one or not is_done(paper)]
    buttons += (*more, *tomorrow(place, facts))
    return (Reply("home", tuple(words), (*buttons, HELP, LANGUAGE), None, lines),)


def choose_child(place: Place, facts: Facts) -> tuple[Reply, ...]:
    buttons = tuple(
        Button(f"child.{i}", Phrase("lobby.child", {"name": c.name, "class": c.class_label}))
        for i, c in enumerate(facts.children)
    )
    return (Reply("home", (Phrase("lobby.which_child"),), (*buttons, HELP, LANGUAGE)),)


def status(place: Place, facts: Facts) -> tuple[Reply, ...]:
    """How far a sent paper is, and what the family can do about it."""
    paper = paper_in_hand(place, facts)
    if paper is not None and paper.is_handed:
        words_of_it = (Phrase("lobby.handed_words", params_of(facts)),)
        back = Button("photos", Phrase("lobby.photos_back"), "quiet")
        return (Reply("status", words_of_it, (back, HOME, HELP)),)
    if paper is None or paper.state is None:
        return home(place, facts)
    buttons: list[Button] = []
    if paper.state in (State.returned, State.recalled):
        key = "lobby.mend" if paper.state is State.returned else "lobby.resume_form"
        buttons.append(Button("resume", Phrase(key), "main"))
        buttons.append(Button("remind", Phrase("walk.remind"), "quiet"))
    if may_reapply(paper):
        buttons.append(Button("reapply", Phrase("lobby.reapply"), "main"))
    if paper.may_recall:
        buttons.append(Button("recall", Phrase("lobby.recall"), "quiet"))
    words = status_words(paper, params_of(facts))
    return (Reply("status", words, (*buttons, HOME, HELP), None, timeline(paper)),)


def help(place: Place, facts: Facts) -> tuple[Reply, ...]:
    words = (Phrase("lobby.help_1", params_of(facts)), Phrase("lobby.help_2", params_of(facts)))
    ask = Button("help.teacher", Phrase("walk.help"), "main")
    return (Reply("home", words, (ask, way_back(place), *tomorrow(place, facts), LANGUAGE)),)


def language(place: Place, facts: Facts) -> tuple[Reply, ...]:
    buttons = tuple(
        Button(f"lang.{code}", FormWords(Text({WORDING: name})), "answer", code == facts.language)
        for code, name in LANGUAGES.items()
    )
    back = way_back(place)
    return (Reply("home", (Phrase("lobby.which_language"),), (*buttons, back, HELP)),)


def discard(place: Place, facts: Facts) -> tuple[Reply, ...]:
    words = (Phrase("lobby.discard_sure", params_of(facts)),)
    yes = Button("discard.yes", Phrase("lobby.discard_yes"), "danger")
    return (Reply("home", words, (way_back(place), yes, HELP)),)


def recall(place: Place, facts: Facts) -> tuple[Reply, ...]:
    words = (Phrase("lobby.recall_sure", params_of(facts)),)
    yes = Button("recall.yes", Phrase("lobby.recall_yes"), "danger")
    no = Button("status", Phrase("lobby.recall_no"), "main")
    return (Reply("home", words, (no, yes, HELP)),)


# ---- the papers of a child


def _more(place: Place, facts: Facts) -> tuple[Button, ...]:
    """What else there is for this child: other matters, the record, another child."""
    buttons: list[Button] = []
    if facts.student is not None:
        buttons.append(Button("wishes", Phrase("lobby.wishes"), "quiet"))
        buttons.append(Button("record", Phrase("lobby.record"), "quiet"))
    if len(facts.children) > 1:
        buttons.append(Button("children", Phrase("lobby.other_child"), "quiet"))
    return tuple(buttons)


def _paper_button(index: int, paper: Paper) -> Button:
    if paper.state is State.returned:
        key = "lobby.mend_paper"
    elif paper.state is State.recalled:
        key = "lobby.go_on"
    elif paper.state is not None or paper.is_handed:
        key = "lobby.see_status"
    else:
        key = "lobby.go_on" if paper.done else "lobby.begin"
    return Button(f"open.{index}", Phrase(key, {"title": FormWords(paper.title)}), "main")
