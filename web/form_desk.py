"""The desk of the school's papers: a table is uploaded, checked, published, withdrawn.

Every step is on record. Checking is slow and happens outside the books; the school's shelf changes
after the books have kept it. Called by the panel's pages, and by the program when it opens.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from conversations.authoring.forms_check import check_form
from conversations.form import Form
from conversations.xlsform.pictures import digest_of
from conversations.xlsform.problems import FormError, FormProblem
from conversations.xlsform.reader import inspect, read_form
from conversations.xlsform.sheets import Workbook, read_source, write_source
from conversations.xlsform.shelf import FormKey, FormShelf, Unread, builtin_workbook
from registry.actors import Actor
from registry.cases import event, require
from registry.frozen import frozen
from registry.policy import Action, Target
from registry.problems import NotThere, RuleError
from storage.reader import Reader
from storage.school_forms import (
    FormState,
    SchoolForm,
    add_form,
    find_form,
    load_form,
    put_pictures,
    save_form,
    school_forms,
    source_of,
)
from storage.unit import Unit
from web.form_pictures import clean_pictures
from web.house import House

IN_USE: Final = frozenset({FormState.published, FormState.withdrawn})
"""States a draft of a family may pin."""

NO_PICTURES: Final[Mapping[str, bytes]] = {}

_COMES_FROM: Final[Mapping[FormState, frozenset[FormState]]] = {
    FormState.draft: frozenset({FormState.draft}),
    FormState.published: frozenset(FormState),  # published again = in force again
    FormState.withdrawn: frozenset({FormState.published}),
}


@frozen
class Upload:
    """What became of an uploaded table: kept as a draft with its preview, or only problems."""

    problems: tuple[FormProblem, ...]
    form: Form | None = None  # for the preview
    kept: SchoolForm | None = None


# ---- for the pages


async def upload(
    house: House, actor: Actor, workbook: Workbook, pictures: Mapping[str, bytes] = NO_PICTURES
) -> Upload:
    """Check a table and keep it as a draft version if nothing is wrong with it.

    `pictures` are files by name as they were handed in. Raises: NotThere for who may not.
    """
    require(actor, Action.form_edit, Target(actor.school_id), house.clock())
    cleaned, faults = await clean_pictures(house, pictures)
    named = {name: digest_of(data) for name, data in {**pictures, **cleaned}.items()}
    workbook = replace(workbook, pictures=named)
    by_digest = {named[name]: data for name, data in cleaned.items()}
    check = await asyncio.to_thread(check_form, workbook)
    form = check.form
    if form is None or faults:
        return Upload((*check.problems, *faults))
    if form.key in house.shelves.builtin.by_key:
        return Upload((*check.problems, _taken(workbook, form)))
    now = house.clock()
    kept = await house.db.write(lambda unit: keep(unit, actor, form, workbook, now, by_digest))
    if kept is None:
        return Upload((*check.problems, _taken(workbook, form)))
    return Upload((*check.problems, *_never_offered(form)), form, kept)


async def publish(house: House, actor: Actor, row_id: str) -> SchoolForm:
    """From now on families who open this paper are asked by this version; a withdrawn one too.

    Open drafts keep theirs. Raises: NotThere; RuleError form.unread where this program does not
    accept the version any more; Conflict form.changed.
    """
    require(actor, Action.form_edit, Target(actor.school_id), house.clock())
    if await preview(house, actor, row_id) is None:
        raise RuleError("form.unread")
    return await _change(house, actor, row_id, FormState.published)


async def withdraw(house: House, actor: Actor, row_id: str) -> SchoolForm:
    """Back to the version published before it, at last to the built-in one.

    Open drafts keep theirs. Raises: NotThere; RuleError form.not_published; Conflict form.changed.
    """
    return await _change(house, actor, row_id, FormState.withdrawn)


async def versions(house: House, actor: Actor) -> tuple[SchoolForm, ...]:
    """Every own version of the school's papers, the latest change last. Raises: NotThere."""
    require(actor, Action.form_see, Target(actor.school_id), house.clock())
    return await house.db.read(lambda reader: school_forms(reader, actor.school_id))


async def tables(house: House, actor: Actor, row_id: str) -> Workbook:
    """An own version as it was uploaded, to be downloaded and changed. Raises: NotThere."""
    require(actor, Action.form_see, Target(actor.school_id), house.clock())
    source = await house.db.read(lambda reader: source_of(reader, actor.school_id, row_id))
    return read_source(source)


def builtin_tables(house: House, actor: Actor, form_id: str) -> Workbook:
    """A built-in paper, to be downloaded and changed. Raises: NotThere."""
    require(actor, Action.form_see, Target(actor.school_id), house.clock())
    found = builtin_workbook(form_id)
    if found is None:
        raise NotThere
    return found


async def preview(house: House, actor: Actor, row_id: str) -> Form | None:
    """An own version as a form, None where this program does not accept it any more."""
    return await asyncio.to_thread(_sound, await tables(house, actor, row_id))


async def examine(house: House, actor: Actor, row_id: str) -> Upload:
    """An own version as it stands: its form and its warnings, or why this program refuses it now.

    Raises: NotThere.
    """
    kept, workbook = await _load(house, actor, row_id), await tables(house, actor, row_id)
    form, problems = await asyncio.to_thread(inspect, workbook)
    return Upload((*problems, *(_never_offered(form) if form else ())), form, kept)


async def _load(house: House, actor: Actor, row_id: str) -> SchoolForm:
    return await house.db.read(lambda reader: load_form(reader, actor.school_id, row_id))


def lay_out(house: House) -> None:
    """Put the school's own papers on its shelf: when the program opens."""
    shelf = house.db.read_now(partial(open_shelf, house.shelves.builtin, house.school_id))
    house.shelves.put(house.school_id, shelf)


# ---- inside one unit


def keep(
    unit: Unit,
    actor: Actor,
    form: Form,
    workbook: Workbook,
    now: datetime,
    pictures: Mapping[str, bytes] = NO_PICTURES,
) -> SchoolForm | None:
    """The table as a draft version; None where families may know that version already.

    `pictures` by digest. Raises: NotThere.
    """
    require(actor, Action.form_edit, Target(actor.school_id), now)
    source = write_source(workbook)
    known = find_form(unit, actor.school_id, form.id, form.version)
    if known is not None and known.state is not FormState.draft:
        return None
    fresh = SchoolForm(
        id=known.id if known else unit.new_id(),
        school_id=actor.school_id,
        form_id=form.id,
        version=form.version,
        digest=form.digest,
        state=FormState.draft,
        uploaded_by=actor.id,
        uploaded_at=now,
        changed_by=actor.id,
        changed_at=now,
    )
    if known is None:
        add_form(unit, fresh, source)
    else:
        save_form(unit, fresh, known.state, source)
    put_pictures(unit, fresh, pictures)
    _record(unit, actor, "school.form.uploaded", fresh, now)
    return fresh


def change(unit: Unit, actor: Actor, row_id: str, state: FormState, now: datetime) -> SchoolForm:
    """Publish or withdraw. Raises: NotThere; RuleError form.not_published; Conflict."""
    require(actor, Action.form_edit, Target(actor.school_id), now)
    known = load_form(unit, actor.school_id, row_id)
    if known.state not in _COMES_FROM[state]:
        raise RuleError("form.not_published")
    changed = replace(known, state=state, changed_by=actor.id, changed_at=now)
    save_form(unit, changed, known.state)
    _record(unit, actor, f"school.form.{state}", changed, now)
    return changed


def open_shelf(builtin: FormShelf, school_id: str, reader: Reader) -> FormShelf:
    """The built-in papers with the school's own over them."""
    own = [form for form in school_forms(reader, school_id) if form.state in IN_USE]
    sources: Mapping[FormKey, Callable[[], Form]] = {
        (form.form_id, form.version): partial(_read, source_of(reader, school_id, form.id))
        for form in own
    }
    published = (form for form in own if form.state is FormState.published)
    chosen = {form.form_id: (form.form_id, form.version) for form in published}
    return builtin.under(Unread(sources), chosen) if own else builtin


async def _change(house: House, actor: Actor, row_id: str, state: FormState) -> SchoolForm:
    """In the books first, then on the shelf: whoever asks meanwhile gets the version before."""
    now, builtin, school_id = house.clock(), house.shelves.builtin, actor.school_id
    changed = await house.db.write(lambda unit: change(unit, actor, row_id, state, now))
    shelf = await house.db.read(lambda reader: open_shelf(builtin, school_id, reader))
    house.shelves.put(school_id, shelf)
    return changed


def _read(source: str) -> Form:
    return read_form(read_source(source))


def _sound(workbook: Workbook) -> Form | None:
    try:
        return read_form(workbook)
    except FormError:
        return None


def _record(unit: Unit, actor: Actor, name: str, form: SchoolForm, now: datetime) -> None:
    unit.record(event(name, actor, now, form=form.form_id, version=form.version))


def _taken(workbook: Workbook, form: Form) -> FormProblem:
    """A version that families may have been asked by is never edited."""
    row = workbook.sheets["settings"][1].number
    params = {"version": form.version}
    return FormProblem("author.version_taken", "settings", row, "version", params)


def _never_offered(form: Form) -> tuple[FormProblem, ...]:
    """Without a route and an effect the lobby has no reason to offer it."""
    if form.route and form.effect:
        return ()
    return (FormProblem("author.never_offered", "settings", is_warning=True),)
