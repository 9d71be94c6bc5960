"""A paper tried out before families see it: the real dialogue of an invented child.

Answers stay in memory, for one person of staff and one version; nothing is stored, sent or told.
Called by `form_pages`; shown by `panel/phone.html`.
"""

from collections import OrderedDict
from dataclasses import replace
from typing import Final

from conversations.dialogue import FORM_SCREENS, answered, converse
from conversations.draft import Draft, Place
from conversations.form import Form
from conversations.turn import (
    AskHelp,
    AskHome,
    Chose,
    Facts,
    Input,
    Look,
    MakeDoor,
    RemindAt,
    Said,
    Sent,
    SetLanguage,
    Submit,
    Turn,
)
from conversations.wording import Bubble, Shown, ShownLine, render, render_lines
from locales import say
from registry.actors import Actor
from registry.frozen import frozen
from web.visits import Visit

MOST_PHONES: Final = 100
"""The oldest are forgotten beyond this; they begin anew."""
MAX_TURN: Final = 12  # digits
OVER_A_FORM: Final = frozenset({"discard", "help", "language"})
"""Screens from which the question in hand is one button away."""
UNSENT: Final = AskHelp | MakeDoor | RemindAt
FILE: Final = "trial-file"
CHILD: Final = "child"


@frozen
class Trial:
    """Where somebody is in a paper he tries. `end`: "", "sent" or "left"."""

    form: Form
    place: Place
    draft: Draft
    language: str
    turn: Turn
    end: str = ""

    def __repr__(self) -> str:
        """Where, never what."""
        return f"Trial({self.form.key!r}, turn={self.place.turn})"


@frozen
class Screen:
    """What the phone shows."""

    shown: Shown
    history: tuple[ShownLine, ...]
    turn: int
    language: str
    end: str


class Phones:
    """One phone for each person of staff and version."""

    def __init__(self) -> None:
        self._trials: OrderedDict[tuple[str, str], Trial] = OrderedDict()

    def look(self, visit: Visit, version_id: str, form: Form) -> Screen:
        """Where the trial is; a new one where there is none of this very form."""
        return _screen(visit, self._found(visit, version_id, form))

    def take(self, visit: Visit, version_id: str, form: Form) -> None:
        """Carry out what was pressed or written."""
        before = self._found(visit, version_id, form)
        act = visit.fields.get("act", "")
        if act == "restart":
            after = _begin(visit, form, before.language)
        elif act == "resume" and before.end == "left":
            place = replace(before.place, screen="form", draft_id=before.draft.id)
            after = _step(visit, replace(before, place=place, end=""), Look())
        elif (chosen := visit.fields.get("language")) in visit.house.languages:
            after = _step(visit, replace(before, language=chosen), Look())
        elif before.end:
            return
        else:
            after = _step(visit, before, _given(visit, before))
        self._keep(visit, version_id, after)

    def _found(self, visit: Visit, version_id: str, form: Form) -> Trial:
        found = self._trials.get((visit.person().id, version_id))
        if found is not None and found.form.digest == form.digest:
            return found
        begun = _begin(visit, form, visit.language)
        self._keep(visit, version_id, begun)
        return begun

    def _keep(self, visit: Visit, version_id: str, trial: Trial) -> None:
        key = (visit.person().id, version_id)
        self._trials[key] = trial
        self._trials.move_to_end(key)
        if len(self._trials) > MOST_PHONES:
            self._trials.popitem(last=False)


def _begin(visit: Visit, form: Form, language: str) -> Trial:
    draft = Draft("draft", visit.school.id, form.id, form.version, CHILD, None, "trial")
    place = Place("family", 0, "form", draft.id)
    facts = _facts(visit, form, draft, language)
    turn = converse(place, Look(), facts)
    return Trial(form, turn.place, turn.draft or draft, language, turn)


def _step(visit: Visit, trial: Trial, given: Input) -> Trial:
    facts = _facts(visit, trial.form, trial.draft, trial.language)
    turn = converse(trial.place, given, facts)
    language, outcome = trial.language, turn.outcome
    if isinstance(outcome, SetLanguage) and outcome.language in visit.house.languages:
        language = outcome.language
        facts = replace(facts, language=language)
        turn = converse(turn.place, Look(), facts)
    if isinstance(outcome, AskHome):  # no link leads into a trial
        turn = replace(converse(turn.place, Look(), facts), outcome=AskHelp(""))
    draft = turn.draft or trial.draft
    return Trial(trial.form, turn.place, draft, language, turn, _end(turn))


def _end(turn: Turn) -> str:
    if isinstance(turn.outcome, Submit):
        return "sent"
    is_inside = turn.place.screen in FORM_SCREENS | OVER_A_FORM
    return "" if is_inside and not turn.looks_again else "left"


def _given(visit: Visit, trial: Trial) -> Input:
    """As the chat takes it: what was written on an older page is a button of that page."""
    fields, present = visit.fields, trial.place.turn
    token = fields.get("token")
    if token is not None:
        number, _, op = token.partition(":")
        return Chose(_number(number), op)
    if _number(fields.get("turn", "")) != present:
        return Chose(-1, "old")
    if "photo" in fields:
        return Sent(FILE)
    text = fields.get("text")
    return Look() if text is None else Said(text.replace("\r\n", "\n"))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_TURN else -1


def _facts(visit: Visit, form: Form, draft: Draft, language: str) -> Facts:
    """An invented child of an invented class in this school, now."""
    return Facts(
        visit.now,
        language,
        Actor("family", visit.school.id, language),
        visit.school,
        is_web=True,
        child_name=say("panel.forms.trial_child", language),
        class_label=say("panel.forms.trial_class", language),
        teacher_name=say("panel.forms.trial_teacher", language),
        teacher_phone=visit.school.telephone,
        form=form,
        draft=draft,
    )


def _screen(visit: Visit, trial: Trial) -> Screen:
    language = trial.language
    if trial.end:
        words = (say(f"panel.forms.phone_{trial.end}", language),)
        shown = Shown(None, (Bubble("done", words),), language, trial.place.turn)
        return Screen(shown, (), trial.place.turn, language, trial.end)
    shown = render(trial.turn, language)
    if isinstance(trial.turn.outcome, UNSENT):
        note = Bubble("note", (say("panel.forms.phone_nothing_sent", language),))
        shown = replace(shown, bubbles=(note, *shown.bubbles))
    lines: tuple[ShownLine, ...] = ()
    if trial.place.screen == "form":
        facts = _facts(visit, trial.form, trial.draft, language)
        done = answered(facts)
        lines = render_lines(done, language)
    return Screen(shown, lines, trial.place.turn, language, "")
