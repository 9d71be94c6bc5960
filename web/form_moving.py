"""Open drafts and a new version of their paper: they keep theirs, or move when the school asks.

Each draft moves in a unit of its own, on record, with a report of what was kept, what the family
is asked again and what nobody asks any more. Called by the panel's page of a paper.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial

from conversations.authoring.moving import Moved, move
from conversations.draft import Draft, DraftState
from conversations.form import Form
from conversations.turn import Facts
from conversations.walk import Route
from conversations.xlsform.problems import FormError
from conversations.xlsform.shelf import FormShelf
from registry.actors import Actor
from registry.cases import event, require
from registry.frozen import frozen
from registry.policy import Action, Target
from registry.problems import NotThere
from registry.students import Student
from storage.dialogue import load_draft, save_draft
from storage.school_forms import open_drafts
from storage.unit import Unit
from web.house import House


@frozen
class Moving:
    """What moving does to one draft: counts and places, never an answer."""

    draft_id: str
    student_id: str | None
    version: str  # the one it pins before
    kept: int
    asked: tuple[str, ...]
    dropped: tuple[str, ...]


async def foresee(
    house: House, actor: Actor, form_id: str, new: Form | None = None
) -> tuple[Moving, ...]:
    """What would become of every open draft that pins another version than `new`.

    `new` is a version not yet in force; None = the one in force. Raises: NotThere.
    """
    return await _each(house, actor, form_id, new, saves=False)


async def move_drafts(house: House, actor: Actor, form_id: str) -> tuple[Moving, ...]:
    """Move them. A draft that its family sent or moved meanwhile is left out. Raises: NotThere."""
    return await _each(house, actor, form_id, None, saves=True)


async def _each(
    house: House, actor: Actor, form_id: str, new: Form | None, *, saves: bool
) -> tuple[Moving, ...]:
    now, shelf = house.clock(), house.forms
    require(actor, Action.form_edit, Target(actor.school_id), now)
    new = new or shelf.newest.get(form_id)
    if new is None:
        raise NotThere
    drafts = await house.db.read(lambda unit: open_drafts(unit, actor.school_id, form_id))
    run = house.db.write if saves else house.db.read
    found: list[Moving] = []
    for draft_id, version in drafts:
        if version != new.version:
            step = partial(move_one, shelf, new, actor, draft_id, now, saves)
            moving = await run(step)
            found += [moving] if moving is not None else []
    return tuple(found)


def move_one(
    shelf: FormShelf,
    new: Form,
    actor: Actor,
    draft_id: str,
    now: datetime,
    saves: bool,
    unit: Unit,
) -> Moving | None:
    """One draft to the new version; None where there is nothing to move any more."""
    draft = load_draft(unit, actor.school_id, draft_id)
    if draft is None or draft.state is not DraftState.open or draft.form_version == new.version:
        return None
    try:
        old = shelf.get(draft.form_id, draft.form_version)
    except (KeyError, FormError):
        return None  # what its version asked cannot be told any more
    facts = _facts(unit, draft, now)
    moved = move(draft, old, new, facts)
    if saves:
        _save(unit, actor, moved, new, facts)
    return Moving(
        draft_id=draft.id,
        student_id=draft.student_id,
        version=draft.form_version,
        kept=len(moved.kept),
        asked=moved.asked,
        dropped=moved.dropped,
    )


def _save(unit: Unit, actor: Actor, moved: Moved, new: Form, facts: Facts) -> None:
    draft = moved.draft
    route = Route(new, draft, replace(facts, form=new, draft=draft))
    save_draft(unit, draft, draft.revision, route.done, route.total, "", facts.now)
    ids = {"draft": draft.id, "form": new.id, "version": new.version}
    unit.record(event("school.form.moved", actor, facts.now, **ids))


def _facts(unit: Unit, draft: Draft, now: datetime) -> Facts:
    """What the form's conditions may look at, for nobody in particular."""
    school = unit.load_school(draft.school_id)
    student: Student | None = None
    if draft.student_id is not None:
        student = unit.load_student(draft.school_id, draft.student_id)
    nobody = Actor("", draft.school_id)
    return Facts(now, nobody.language, nobody, school, True, draft=draft, student=student)
