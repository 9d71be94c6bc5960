"""What one thing asked of somebody at home does: a photo given, a paper signed, in one unit.

A link stands for its maker and one draft: what is done through it is done with what the maker
may do at that moment, so a stopped maker's link does nothing. The pages are
`bot.errand_pages`'s; why it is built so: docs/decisions/010. Rule: K21, K22, R81.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.facts import WEB, gather_at
from conversations.dialogue import converse
from conversations.draft import Draft, DraftState, Focus, Place
from conversations.turn import Chose, Facts, Sent, Turn
from conversations.walk import ANSWERED, OTHER, Route
from registry.frozen import frozen
from registry.masks import mask
from registry.policy import Action, Target, permit
from registry.problems import NotThere, Problem, RuleError
from registry.records import Event, Notice
from storage.dialogue import save_draft
from storage.errands import count_try, finish_errand, make_errand, shut_errand
from storage.evidence import NewFile, add_file
from storage.links import ERRANDS, Entry, EntryKind, NewEntry, find_entry
from storage.unit import Unit
from web.house import House

MAX_PICTURES: Final = 5
"""Of one link: poor ones may be taken again, not for ever."""


@frozen
class Errand:
    """An open link with the facts of its maker, and where it leads in the form."""

    entry: Entry
    facts: Facts
    draft: Draft

    @property
    def route(self) -> Route:
        """The draft as it stands for the maker."""
        if self.facts.form is None:
            raise NotThere
        return Route(self.facts.form, self.draft, self.facts)


@frozen
class GivenPage:
    """What became of a photo. `is_poor`: kept, and a better one is still welcome."""

    is_kept: bool
    is_poor: bool = False
    problem: Problem | None = None
    told: tuple[str, ...] = ()  # persons whose page shows something new


# ---- made and taken back by the family


def ask_home(unit: Unit, facts: Facts, draft: Draft, kind: str, path: str) -> None:
    """A link for exactly this. Raises: RuleError `submit.claim_waiting`, NotThere."""
    _require(facts, draft)
    if kind == EntryKind.sign and draft.student_id is None:
        raise RuleError("submit.claim_waiting")
    wanted = NewEntry(
        EntryKind(kind),
        draft.school_id,
        student_id=draft.student_id,
        actor_id=facts.actor.id,
        expires_at=facts.now + timedelta(hours=facts.school.settings.errand_hours),
        draft_id=draft.id,
        path=path,
    )
    make_errand(unit, wanted, facts.now)
    _record(unit, facts, draft, "family.errand.made", kind, path)


def ask_no_more(unit: Unit, facts: Facts, draft: Draft, kind: str, path: str) -> None:
    """The link opens nothing any more."""
    _require(facts, draft)
    shut_errand(unit, draft.school_id, draft.id, EntryKind(kind), path, facts.now)
    _record(unit, facts, draft, "family.errand.shut", kind, path)


def _require(facts: Facts, draft: Draft) -> None:
    """Who fills may ask somebody at home. Raises: NotThere."""
    actor = facts.actor
    student_id = draft.student_id or ""
    target = Target(draft.school_id, student_id=student_id, actor_id=actor.id)
    link = actor.link_to(student_id)
    may_fill = draft.claim_id is not None or (link is not None and link.may_fill)
    if not may_fill or permit(actor, Action.errand_make, target, facts.now.date()) is None:
        raise NotThere


def _record(unit: Unit, facts: Facts, draft: Draft, name: str, kind: str, path: str) -> None:
    ids: dict[str, str | int] = {"draft": draft.id, "errand": kind, "path": path}
    unit.record(Event(name, draft.school_id, facts.actor.id, facts.now, ids))


# ---- through the link


def errand_at(unit: Unit, house: House, token: str, language: str) -> Errand | None:
    """What the link leads to now; None where it leads nowhere any more."""
    now, entry = house.clock(), find_entry(unit, token)
    if (
        entry is None
        or entry.kind not in ERRANDS
        or entry.school_id != house.school_id
        or not entry.is_open(now)
    ):
        return None
    if entry.draft_id is None or entry.actor_id is None:
        return None
    maker = unit.load_actor(entry.school_id, entry.actor_id)
    if not maker.is_active:
        return None
    focus = Focus(entry.path, is_edit=True) if entry.path else None
    place = Place(maker.id, screen="form", draft_id=entry.draft_id, focus=focus)
    facts = gather_at(unit, house, maker, place, WEB, whole=False).facts
    draft = facts.draft
    if draft is None or facts.form is None:
        return None
    if draft.state not in (DraftState.open, DraftState.returned):
        return None
    try:
        _require(facts, draft)
    except NotThere:
        return None
    return Errand(entry, replace(facts, language=language), draft)


def waits_for_page(errand: Errand) -> bool:
    """Whether the photo is still wanted: not there yet, or this link's own was poor."""
    route = errand.route
    step = route.step(errand.entry.path)
    if step is None or step.node.question.type != "image":
        return False
    state = route.state(step.path)
    return state not in (ANSWERED, OTHER) or 0 < errand.entry.tries < MAX_PICTURES


def about(errand: Errand) -> Mapping[str, object]:
    """All that a stranger is shown of the child."""
    facts = errand.facts
    return {"class_name": facts.class_label, "child": mask("name", facts.child_name)}


def give_page(unit: Unit, errand: Errand, sent: Sent, file: NewFile | None) -> GivenPage:
    """The photo goes where the family would have put it, by the dialogue's own rules."""
    entry, facts, draft = errand.entry, errand.facts, errand.draft
    place = Place(
        facts.actor.id,
        screen="form",
        draft_id=draft.id,
        focus=Focus(entry.path, is_edit=True),
    )
    turn = converse(place, sent, facts)
    if sent.hint and not turn.is_changed:
        # A poor one is kept all the same, and a better one asked for.
        turn = converse(turn.place, Chose(turn.place.turn, "yes"), facts)
    if turn.draft is None or not turn.is_changed or file is None:
        return GivenPage(False, problem=sent.problem or _problem(turn))
    add_file(unit, replace(file, draft_id=draft.id), facts.now)
    save_draft(unit, turn.draft, draft.revision, turn.done, turn.total, turn.asking, facts.now)
    may_be_better = bool(sent.hint) and entry.tries + 1 < MAX_PICTURES
    if may_be_better:
        count_try(unit, entry, facts.now)
    elif not finish_errand(unit, entry, facts.now):
        raise NotThere
    ids: dict[str, str | int] = {"draft": draft.id, "path": entry.path}
    unit.record(Event("family.page.given", entry.school_id, None, facts.now, ids))
    tell_maker(unit, errand, "notice.page_given", {**ids, "form": draft.form_id})
    return GivenPage(True, may_be_better, told=family_of(unit, draft, facts))


def proof_wanted(errand: Errand) -> tuple[str, str]:
    """What a stranger must know before he is shown anything: the birth date, else the name."""
    route = errand.route
    saved = {
        node.question.save_to: route.values[node.path]
        for node in route.plan.nodes
        if node.question.save_to and node.path in route.values
    }
    student = errand.facts.student
    known = {**(student.fields if student else {}), **saved}
    if known.get("birth_date"):
        return "birth_date", known["birth_date"]
    return "full_name", known.get("full_name", "")


def family_of(unit: Unit, draft: Draft, facts: Facts) -> tuple[str, ...]:
    """Everybody whose page may show this draft."""
    if draft.student_id is None:
        return (facts.actor.id,)
    people = unit.linked_actors(draft.school_id, draft.student_id)
    return tuple({facts.actor.id, *(person.id for person in people)})


def tell_maker(unit: Unit, errand: Errand, phrase: str, ids: dict[str, str | int]) -> None:
    """A line in his messenger, or above his page."""
    entry = errand.entry
    if errand.draft.student_id is not None:
        ids = {**ids, "student": errand.draft.student_id}
    cause = f"{phrase}.{entry.id}"
    now: datetime = errand.facts.now
    unit.owe(Notice(cause, entry.school_id, errand.facts.actor.id, phrase, now, ids))


def _problem(turn: Turn) -> Problem:
    focus = turn.place.focus
    return focus.problem if focus is not None and focus.problem else Problem("errand.over")
