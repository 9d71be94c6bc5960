"""What a turn asks of the rest of the house, carried out in the same unit of work.

One function for each kind of `Outcome`. Each returns the place from which to look again. Raises
what the use cases raise; `bot.turns` words it. Called by `bot.turns` only.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot import errands, matters
from bot.facts import Scene
from conversations.draft import Draft, DraftState, Place
from conversations.finish import sent_as
from conversations.turn import (
    AskHelp,
    AskHome,
    AskHomeNoMore,
    Discard,
    HandPhotos,
    MakeDoor,
    OpenDraft,
    Reapply,
    Recall,
    RegisterWish,
    RemindAt,
    SetLanguage,
    Submit,
    Turn,
    WithdrawConsent,
)
from conversations.walk import Route
from registry import families, sending
from registry.frozen import frozen
from registry.problems import NotThere, RuleError
from registry.records import Event, Notice
from registry.submissions import Content
from storage.dialogue import save_draft
from storage.links import EntryKind, NewEntry, make_entry
from storage.unit import Unit
from web.house import House


@frozen
class Work:
    """What an outcome is carried out with."""

    unit: Unit
    house: House
    scene: Scene
    turn: Turn
    channel: str

    @property
    def now(self) -> datetime:
        return self.scene.facts.now

    def draft(self) -> Draft:
        """The draft in hand as the turn left it. Raises: NotThere."""
        draft = self.turn.draft or self.scene.facts.draft
        if draft is None:
            raise NotThere
        return draft

    def record(self, name: str, ids: Mapping[str, str | int]) -> None:
        actor = self.scene.facts.actor
        self.unit.record(Event(name, actor.school_id, actor.id, self.now, ids))

    def store(self, draft: Draft) -> None:
        """Store the draft as revision + 1, with how far it is."""
        facts = self.scene.facts
        seen = facts.draft.revision if facts.draft else draft.revision
        if facts.form is None:
            raise NotThere
        route = Route(facts.form, draft, facts)
        step = route.next_step()
        asking = step.path if step else ""
        save_draft(self.unit, draft, seen, route.done, route.total, asking, self.now)


def carry_out(work: Work) -> Place:
    """Do what the turn asks; the place to look from. The use cases refuse with RuleError."""
    match work.turn.outcome:
        case OpenDraft() as paper:
            return _open_draft(work, paper)
        case Submit(content):
            return _submit(work, content)
        case Recall(submission_id):
            return _recall(work, submission_id)
        case Reapply(draft_id):
            _apply_again(work, draft_id)
        case RegisterWish() as wish:
            matters.register_wish(work.unit, work.scene.facts, wish)
        case WithdrawConsent(purpose):
            matters.withdraw_consent(work.unit, work.house, work.scene.facts, purpose)
        case Discard(draft_id):
            _discard(work, draft_id)
        case SetLanguage(language):
            work.unit.set_language(work.scene.facts.actor.id, language)
        case AskHelp(path):
            _ask_help(work, path)
        case RemindAt(at):
            _remind(work, at)
        case AskHome(kind, path):
            errands.ask_home(work.unit, work.scene.facts, work.draft(), kind, path)
        case AskHomeNoMore(kind, path):
            errands.ask_no_more(work.unit, work.scene.facts, work.draft(), kind, path)
        case HandPhotos(is_handed):
            _hand_photos(work, is_handed=is_handed)
        case MakeDoor() | None:
            pass  # a door's address is a secret: `bot.turns` makes it where it is shown
    return work.turn.place


def _open_draft(work: Work, outcome: OpenDraft) -> Place:
    unit, facts, place = work.unit, work.scene.facts, work.turn.place
    school_id = facts.school.id
    class_id = _class_of(work, outcome)
    form = work.house.forms.newest.get(outcome.form_id)
    if form is None:
        raise NotThere
    subject = (outcome.student_id, outcome.claim_id)
    subject_id = outcome.student_id or outcome.claim_id or ""
    occasion = matters.occasion_of(unit, form, facts, subject_id, class_id)
    fresh = Draft(unit.new_id(), school_id, form.id, form.version, *subject, occasion)
    draft = matters.opened(unit, form, facts, fresh)
    return replace(place, draft_id=draft.id, screen="form", focus=None)


def _submit(work: Work, content: Content) -> Place:
    draft, form = work.draft(), work.scene.facts.form
    if form is None:
        raise NotThere
    sent = sent_as(form, draft, content)
    case = sending.submit(work.unit, work.scene.facts.actor, sent, work.now)
    none: frozenset[str] = frozenset()
    work.store(replace(draft, state=DraftState.submitted, submission_id=case.id, mended=none))
    return replace(work.turn.place, screen="status", focus=None)


def _recall(work: Work, submission_id: str) -> Place:
    draft = work.draft()
    if draft.submission_id != submission_id:
        raise NotThere
    sending.recall(work.unit, work.scene.facts.actor, submission_id, work.now)
    work.store(replace(draft, state=DraftState.open))
    return work.turn.place


def _apply_again(work: Work, draft_id: str) -> None:
    draft, form = work.draft(), work.scene.facts.form
    paper = work.scene.facts.paper
    if draft.id != draft_id or form is None or paper is None or paper.submission_id is None:
        raise NotThere
    sending.reopen(work.unit, work.scene.facts.actor, paper.submission_id, work.now)
    work.store(matters.apply_again(draft, form))


def _discard(work: Work, draft_id: str) -> None:
    draft = work.draft()
    link = work.scene.facts.actor.link_to(draft.student_id)
    if link is not None and not link.may_fill:
        raise RuleError("family.may_not_fill")
    if draft.id != draft_id or draft.state is not DraftState.open:
        raise NotThere
    none: frozenset[str] = frozenset()
    work.store(replace(draft, answers={}, own={}, later=none, seen=none, mended=none))
    work.record("draft.form.discarded", {"draft": draft.id})


def _hand_photos(work: Work, *, is_handed: bool) -> None:
    """To the school, which types, or back to the family, which types itself."""
    draft, facts = work.draft(), work.scene.facts
    link = facts.actor.link_to(draft.student_id)
    if draft.student_id is None or facts.student is None:
        raise RuleError("submit.claim_waiting")
    was = DraftState.open if is_handed else DraftState.handed
    if link is None or not link.may_fill or draft.state is not was:
        raise NotThere
    student, now = facts.student, work.now
    if is_handed:
        families.hand_photos(work.unit, facts.actor, student, draft.id, now)
        work.store(replace(draft, state=DraftState.handed))
    else:
        families.take_photos_back(work.unit, facts.actor, student, draft.id, now)
        work.store(replace(draft, state=DraftState.open, photos_by=""))


def _ask_help(work: Work, path: str) -> None:
    facts = work.scene.facts
    student = facts.student
    class_id = student.class_id if student else _claimed_class(work)
    student_id = student.id if student else None
    families.ask_help(work.unit, facts.actor, class_id, student_id, path, work.now)


def _remind(work: Work, at: datetime) -> None:
    actor, draft = work.scene.facts.actor, work.draft()
    ids: dict[str, str | int] = {"draft": draft.id, "form": draft.form_id}
    if draft.student_id is not None:
        ids["student"] = draft.student_id
    cause = f"promise.{draft.id}.{at:%Y%m%d}"
    notice = Notice(cause, actor.school_id, actor.id, "notice.promised", at, ids)
    work.unit.owe(notice)


def door(work: Work) -> tuple[str, ...]:
    """A fresh door for this person: where it opens."""
    facts = work.scene.facts
    minutes = facts.school.settings.door_minutes
    return doorways(work.house, make_door(work.unit, work.house, facts.actor.id, minutes))


def make_door(unit: Unit, house: House, actor_id: str, minutes: int) -> str:
    """The token of a way in for another device or channel: short, single use."""
    now = house.clock()
    wanted = NewEntry(
        EntryKind.door,
        house.school_id,
        actor_id=actor_id,
        expires_at=now + timedelta(minutes=minutes),
    )
    return make_entry(unit, wanted, now)


def doorways(house: House, token: str) -> tuple[str, ...]:
    """Where the door opens: the web chat, then each messenger that runs."""
    return (f"{house.address}/l/{token}", *(start + token for start in house.doorways.values()))


def _class_of(work: Work, outcome: OpenDraft) -> str:
    actor, unit = work.scene.facts.actor, work.unit
    if outcome.student_id is not None:
        link = actor.link_to(outcome.student_id)
        if link is None:
            raise NotThere
        if not link.may_fill:
            raise RuleError("family.may_not_fill")
        return unit.load_student(actor.school_id, outcome.student_id).class_id
    claim = unit.load_claim(actor.school_id, outcome.claim_id or "")
    if claim.actor_id != actor.id:
        raise NotThere
    return claim.class_id


def _claimed_class(work: Work) -> str:
    facts = work.scene.facts
    subject = facts.draft.claim_id if facts.draft else work.turn.place.child
    if subject is None and len(facts.children) == 1:
        subject = facts.children[0].student_id
    if subject is None:
        raise RuleError("help.which_child")
    link = facts.actor.link_to(subject)
    if link is not None:
        return work.unit.load_student(facts.school.id, subject).class_id
    claim = work.unit.load_claim(facts.school.id, subject)
    if claim.actor_id != facts.actor.id:
        raise NotThere
    return claim.class_id
