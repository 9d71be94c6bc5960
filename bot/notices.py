"""Whether a notice is still true when its time has come, and how it reads.

A notice carries the school's words, field labels and canned reasons: never a value and never what
a reviewer wrote freely. Called by the sender and by the chat's page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from conversations.draft import DraftState
from conversations.form import Form
from conversations.status import paper_word, step_word, way
from conversations.turn import Day, FormWords, Listing, Param, Phrase
from conversations.wording import Bubble, Shown, render_notice
from registry.actors import Actor
from registry.fields import FIELDS, UNNAMED
from registry.frozen import frozen
from registry.masks import mask
from registry.records import Notice
from registry.routes import ROUTES, is_discreet
from registry.schools import School
from registry.submissions import Flag, State
from storage import unseen
from storage.queries.family import CaseLine, DraftView, FamilyView, family_view
from storage.review_books import decisions
from storage.unit import Unit
from web.house import House


@frozen
class Told:
    """One notice, known to be true, with what its words may name."""

    notice: Notice
    actor: Actor
    class_id: str  # whose teacher telephones if nobody can be reached
    params: Mapping[str, Param]

    is_discreet: bool = False  # about health: a preview says nothing but that it is there (R40)

    def words(self, language: str = "") -> str:
        """In the person's language, or in another: for a page he has opened himself."""
        return render_notice(self.notice.phrase, self.params, language or self.actor.language)

    def preview(self) -> str:
        """What may light up on a screen that others see: a messenger, somebody else's list."""
        phrase = DISCREET if self.is_discreet else self.notice.phrase
        return render_notice(phrase, self.params, self.actor.language)


@frozen
class _Case:
    """The paper a notice is about."""

    draft: DraftView | None
    case: CaseLine | None


DISCREET: Final = "notice.discreet"

_Test: TypeAlias = Callable[[_Case], bool]


def _is(*states: State) -> _Test:
    return lambda about: about.case is not None and about.case.state in states


def _is_unfinished(about: _Case) -> bool:
    waits = (DraftState.open.value, DraftState.returned.value)
    is_returned = about.case is not None and about.case.state is State.returned
    return about.draft is not None and (about.draft.state in waits or is_returned)


_STILL_TRUE: Final[Mapping[str, _Test]] = {
    "notice.handed_outside": _is(State.awaiting_outside),
    "notice.moved_on": _is(State.in_review, State.awaiting_outside),
    "notice.outside_more": _is(State.returned),
    "notice.promised": _is_unfinished,
    "notice.refused": _is(State.refused),
    "notice.rejected": _is(State.rejected),
    "notice.returned": _is(State.returned),
}
"""A reminder after the paper was sent, a return already mended: dropped. Others stay true."""


def tell(unit: Unit, house: House, notice: Notice) -> Told | None:
    """None where it is not true any more, or not this person's business."""
    actor = unit.load_actor(notice.school_id, notice.actor_id)
    family = family_view(unit, actor)
    child = _id(notice, "student")
    if not actor.is_active or (child and not _may_hear(actor, child)):
        return None
    about = _about(family, notice)
    school = unit.load_school(notice.school_id)
    if notice.phrase == "notice.transfer_opens" and _is_frozen(school, house):
        return None  # the school has put the day off
    is_true = _STILL_TRUE.get(notice.phrase)
    if is_true is not None and not is_true(about):
        return None
    params = _params(unit, house, school, family, notice, about)
    is_hidden = about.case is not None and is_discreet(about.case.route)
    return Told(notice, actor, _class_of(family, notice), params, is_hidden)


async def look_at(house: House, actor_id: str) -> tuple[str, ...]:
    """What waited on this person's page, which counts as arrived by being shown."""
    waiting = await house.db.read(lambda unit: unseen.laid(unit, actor_id))
    if not waiting:
        return ()

    def show(unit: Unit) -> tuple[str, ...]:
        now = house.clock()
        fresh = [notice for key, notice in waiting if unseen.mark_seen(unit, key, now)]
        told = (tell(unit, house, notice) for notice in fresh)
        return tuple(one.words() for one in told if one is not None)

    return await house.db.write(show)


def above(shown: Shown, told: Sequence[str]) -> Shown:
    """The page with these notices before everything else."""
    if not told:
        return shown
    return replace(shown, bubbles=(Bubble("note", tuple(told)), *shown.bubbles))


def _may_hear(actor: Actor, child: str) -> bool:
    link = actor.link_to(child)
    return link is not None and link.gets_notices


def _about(family: FamilyView, notice: Notice) -> _Case:
    case_id, draft_id = _id(notice, "submission"), _id(notice, "draft")
    for draft in family.drafts:
        if draft_id == draft.id or (draft.case is not None and draft.case.id == case_id):
            return _Case(draft, draft.case)
    return _Case(None, None)


def _class_of(family: FamilyView, notice: Notice) -> str:
    child, claim = _id(notice, "student"), _id(notice, "claim")
    for view in family.children:
        if view.student.id == child:
            return view.school_class.id
    found = (view.school_class.id for view in family.claims if view.claim.id == claim)
    return next(found, "")


def _params(
    unit: Unit, house: House, school: School, family: FamilyView, notice: Notice, about: _Case
) -> Mapping[str, Param]:
    until = school.settings.collection_until
    return {
        **_stage(about),
        "child": _child_name(family, notice) or Phrase("lobby.your_child"),
        "count": len(_flags(unit, about, notice)),
        "deadline": Phrase("lobby.no_deadline") if until is None else Day(until.isoformat()),
        "school": school.name,
        "telephone": school.telephone,
        "what": _what(house, _flags(unit, about, notice), about),
    }


def _stage(about: _Case) -> Mapping[str, Param]:
    """The paper by its short name, what was done last, who has it now."""
    case = about.case
    if case is None:
        return {"paper": Phrase("paper.new_student"), "past": "", "way": ""}
    route = ROUTES[case.route]
    steps = [step_word(step, case.committee_helps) for step in route.steps]
    past = Phrase(f"status.past_{steps[case.step - 1]}") if case.step else ""
    return {
        "paper": Phrase(f"paper.{paper_word(route, case.effect)}"),
        "past": past,
        "way": way(route, case.step, case.committee_helps),
    }


def _child_name(family: FamilyView, notice: Notice) -> str:
    """Masked: a notice may light up on a screen that others see."""
    child, claim = _id(notice, "student"), _id(notice, "claim")
    for view in family.children:
        if view.student.id == child:
            return mask("name", view.student.fields.get("full_name", ""))
    names = (mask("name", one.claim.child_name) for one in family.claims if one.claim.id == claim)
    return next(names, "")


def _flags(unit: Unit, about: _Case, notice: Notice) -> tuple[Flag, ...]:
    if about.case is None:
        return ()
    made = decisions(unit, about.case.id)
    return next((one.flags for one in made if one.id == notice.cause), ())


def _what(house: House, flags: tuple[Flag, ...], about: _Case) -> Param:
    if not flags or about.draft is None:
        return ""
    form = house.forms.get(about.draft.form_id, about.draft.form_version)
    return Listing(
        tuple(
            Phrase(
                "notice.flag",
                {
                    "field": _named(form, flag.path),
                    "reason": Phrase(f"reason.{flag.reason}"),
                },
            )
            for flag in flags
        )
    )


def _is_frozen(school: School, house: House) -> bool:
    first, last = school.settings.freeze_from, school.settings.freeze_until
    return first is not None and last is not None and first <= house.clock().date() <= last


def _named(form: Form, path: str) -> Param:
    """A delicate matter is not named where others may look on (R261)."""
    question = form.questions.get(path)
    field = FIELDS.get(question.save_to or "") if question is not None else None
    if field is not None and field.field_class in UNNAMED:
        return Phrase("notice.one_place")
    return FormWords(form.brief(path))


def _id(notice: Notice, name: str) -> str:
    return str(notice.ids.get(name, ""))
