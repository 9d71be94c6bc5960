"""A school's own papers in the books and on its shelf: versions, states, who may."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from conversations.draft import Answer, Draft, DraftState
from conversations.form import Form
from conversations.xlsform.reader import read_form
from conversations.xlsform.sheets import Workbook, read_markdown, read_source, write_source
from conversations.xlsform.shelf import FormShelf
from registry.actors import Actor
from registry.problems import NotThere, RuleError
from storage import audit
from storage import school_forms as kept
from storage import tables as t
from storage.database import Database
from storage.dialogue import add_draft, load_draft, save_draft
from storage.school_forms import FormState, SchoolForm
from storage.unit import Unit
from tests.support.world import NOW, World, make_world, refusal
from web.form_desk import change, keep, open_shelf
from web.form_moving import Moving, move_one

PAPER = """
| survey |
| | type | name | label |
| | text | dish | {label} |
| settings |
| | form_title | form_id | version |
| | 春游 | trip | {version} |
"""


def table(version: str, label: str = "孩子爱吃什么？") -> Workbook:
    return read_markdown(PAPER.format(version=version, label=label))


BUILTIN = FormShelf.of([read_form(table("5"))])


def upload(db: Database, world: World, version: str, label: str = "孩子爱吃什么？") -> SchoolForm:
    workbook = table(version, label)
    form = read_form(workbook)
    row = db.write_now(lambda unit: keep(unit, world.registrar, form, workbook, NOW))
    assert row is not None
    return row


def put(
    db: Database, world: World, row: SchoolForm, state: FormState, minutes: int = 0
) -> SchoolForm:
    at = NOW + timedelta(minutes=minutes)
    return db.write_now(lambda unit: change(unit, world.registrar, row.id, state, at))


def shelf(db: Database, world: World) -> FormShelf:
    return db.read_now(partial(open_shelf, BUILTIN, world.school.id))


def in_force(db: Database, world: World) -> str:
    return shelf(db, world).newest["trip"].version


def label_of(form: Form) -> str:
    return form.questions["dish"].label.within("zh_Hans")


def test_a_table_comes_back_as_it_was_uploaded(db: Database, world: World) -> None:
    row = upload(db, world, "6")
    assert row.state is FormState.draft
    assert (row.uploaded_by, row.uploaded_at) == (world.registrar.id, NOW)
    source = db.read_now(lambda unit: kept.source_of(unit, world.school.id, row.id))
    assert read_source(source) == table("6")
    assert db.read_now(lambda unit: kept.load_form(unit, world.school.id, row.id)) == row
    assert db.read_now(lambda unit: kept.school_forms(unit, world.school.id)) == (row,)


def test_a_draft_version_reaches_nobody(db: Database, world: World) -> None:
    upload(db, world, "6")
    assert in_force(db, world) == "5"
    assert list(shelf(db, world).by_key) == [("trip", "5")]


def test_a_draft_version_is_uploaded_again(db: Database, world: World) -> None:
    first = upload(db, world, "6")
    again = upload(db, world, "6", "孩子不吃什么？")
    assert again.id == first.id
    assert again.digest != first.digest
    put(db, world, again, FormState.published)
    assert label_of(shelf(db, world).get("trip", "6")) == "孩子不吃什么？"


@pytest.mark.parametrize("state", [FormState.published, FormState.withdrawn])
def test_a_version_families_may_know_is_never_edited(
    state: FormState, db: Database, world: World
) -> None:
    row = put(db, world, upload(db, world, "6"), FormState.published)
    if state is FormState.withdrawn:
        put(db, world, row, state)
    workbook = table("6", "别的")
    form = read_form(workbook)
    assert db.write_now(lambda unit: keep(unit, world.registrar, form, workbook, NOW)) is None
    assert label_of(shelf(db, world).get("trip", "6")) == "孩子爱吃什么？"


def test_the_version_published_last_is_in_force(db: Database, world: World) -> None:
    # A school's choice comes before any number: 4 over the built-in 5.
    four, six = upload(db, world, "4"), upload(db, world, "6")
    put(db, world, six, FormState.published, 1)
    assert in_force(db, world) == "6"
    put(db, world, four, FormState.published, 2)
    assert in_force(db, world) == "4"
    put(db, world, six, FormState.published, 3)
    assert in_force(db, world) == "6"


def test_a_withdrawn_version_gives_way_to_the_former_one(db: Database, world: World) -> None:
    six, seven = upload(db, world, "6"), upload(db, world, "7")
    put(db, world, six, FormState.published, 1)
    put(db, world, seven, FormState.published, 2)
    put(db, world, seven, FormState.withdrawn, 3)
    assert in_force(db, world) == "6"
    put(db, world, six, FormState.withdrawn, 4)
    assert in_force(db, world) == "5"
    put(db, world, seven, FormState.published, 5)
    assert in_force(db, world) == "7"


def test_drafts_find_the_version_they_began_with(db: Database, world: World) -> None:
    six = upload(db, world, "6")
    put(db, world, six, FormState.published)
    put(db, world, six, FormState.withdrawn)
    found = shelf(db, world)
    assert found.get("trip", "6").version == "6"
    assert found.get("trip", "5") is BUILTIN.get("trip", "5")


@pytest.mark.parametrize("state", [FormState.draft, FormState.withdrawn])
def test_only_a_published_version_is_withdrawn(
    state: FormState, db: Database, world: World
) -> None:
    row = upload(db, world, "6")
    if state is FormState.withdrawn:
        put(db, world, put(db, world, row, FormState.published), state)
    with pytest.raises(RuleError) as refused:
        put(db, world, row, FormState.withdrawn)
    assert refused.value.code == "form.not_published"


def test_a_version_no_program_reads_any_more_leaves_the_one_before(
    db: Database, world: World
) -> None:
    def spoil(unit: Unit) -> None:
        broken = replace(table("6"), sheets={})
        source = t.school_form.update().values(source=write_source(broken))
        unit.run(source, {})

    put(db, world, upload(db, world, "6"), FormState.published)
    db.write_now(spoil)
    assert in_force(db, world) == "5"


def test_every_step_is_on_record(db: Database, world: World) -> None:
    row = put(db, world, upload(db, world, "6"), FormState.published)
    put(db, world, row, FormState.withdrawn)
    events = db.read_now(
        lambda unit: unit.every(
            t.event.select()
            .where(t.event.c.school_id == world.school.id)
            .where(t.event.c.name.startswith("school.form."))
            .order_by(t.event.c.seq),
            {},
        )
    )
    ids = audit.ids_text({"form": "trip", "version": "6"})
    assert [(event.name, event.actor_id, event.ids) for event in events] == [
        ("school.form.uploaded", world.registrar.id, ids),
        ("school.form.published", world.registrar.id, ids),
        ("school.form.withdrawn", world.registrar.id, ids),
    ]


def test_who_changed_it_first_wins(db: Database, world: World) -> None:
    row = upload(db, world, "6")
    published = put(db, world, row, FormState.published)
    assert refusal(db, lambda unit: kept.save_form(unit, row, FormState.draft)) == "form.changed"
    assert refusal(db, lambda unit: kept.add_form(unit, published, "[]")) == "form.version_taken"


def test_a_versions_pictures_are_its_schools_and_replaced_with_it(
    db: Database, world: World
) -> None:
    other = db.write_now(lambda unit: make_world(unit, 2))
    row = upload(db, world, "6")
    for pictures in ({"old": b"1", "both": b"2"}, {"both": b"2", "new": b"\x00\xff"}):
        db.write_now(lambda unit, pictures=pictures: kept.put_pictures(unit, row, pictures))
    found = {
        (number, digest): db.read_now(
            lambda unit, school=school, digest=digest: kept.find_picture(
                unit, school.school.id, digest
            )
        )
        for number, school in ((1, world), (2, other))
        for digest in ("old", "both", "new")
    }
    assert {key: data for key, data in found.items() if data is not None} == {
        (1, "both"): b"2",
        (1, "new"): b"\x00\xff",
    }


def test_another_schools_paper_is_not_there(db: Database, world: World) -> None:
    other = db.write_now(lambda unit: make_world(unit, 2))
    row = put(db, world, upload(db, world, "6"), FormState.published)
    assert in_force(db, other) == "5"
    for look in (kept.load_form, kept.source_of):
        with pytest.raises(NotThere):
            db.read_now(lambda unit, look=look: look(unit, other.school.id, row.id))
    with pytest.raises(NotThere):
        put(db, other, row, FormState.withdrawn)


@pytest.mark.parametrize("role", ["teacher", "committee", "guardian"])
def test_only_the_registrar_edits(role: str, db: Database, world: World) -> None:
    person: Actor = getattr(world, role)
    row = upload(db, world, "6")
    workbook = table("7")
    with pytest.raises(NotThere):
        db.write_now(lambda unit: change(unit, person, row.id, FormState.published, NOW))
    with pytest.raises(NotThere):
        db.write_now(lambda unit: keep(unit, person, read_form(workbook), workbook, NOW))


# ---- drafts and a new version

NEWER = """
| survey |
| | type | name | label |
| | text | dish | 孩子爱吃什么？ |
| | text | nurse | 要带什么药？ |
| settings |
| | form_title | form_id | version |
| | 春游 | trip | 6 |
"""


def begin(db: Database, world: World, version: str = "5") -> Draft:
    def add(unit: Unit) -> Draft:
        answers = {"dish": Answer("面条", world.guardian.id), "gone": Answer("x", "y")}
        draft = Draft(
            unit.new_id(), world.school.id, "trip", version, world.student.id, None, "2026",
            answers=answers,
        )  # fmt: skip
        add_draft(unit, draft, NOW)
        return draft

    return db.write_now(add)


def publish_newer(db: Database, world: World) -> FormShelf:
    workbook = read_markdown(NEWER)
    form = read_form(workbook)
    row = db.write_now(lambda unit: keep(unit, world.registrar, form, workbook, NOW))
    assert row is not None
    put(db, world, row, FormState.published)
    return shelf(db, world)


def moved(db: Database, world: World, draft: Draft, *, saves: bool) -> Moving | None:
    found = publish_newer(db, world)
    new = found.newest["trip"]
    step = partial(move_one, found, new, world.registrar, draft.id, NOW, saves)
    return db.write_now(step) if saves else db.read_now(step)


def stored(db: Database, world: World, draft: Draft) -> Draft:
    back = db.read_now(lambda unit: load_draft(unit, world.school.id, draft.id))
    assert back is not None
    return back


def test_an_open_draft_keeps_its_version_until_it_is_moved(db: Database, world: World) -> None:
    draft = begin(db, world)
    foreseen = moved(db, world, draft, saves=False)
    assert stored(db, world, draft) == draft
    assert foreseen == Moving(draft.id, world.student.id, "5", 1, ("nurse",), ("gone",))


def test_a_moved_draft_keeps_what_the_new_version_asks(db: Database, world: World) -> None:
    draft = begin(db, world)
    report = moved(db, world, draft, saves=True)
    assert report == Moving(draft.id, world.student.id, "5", 1, ("nurse",), ("gone",))
    back = stored(db, world, draft)
    assert (back.form_version, back.revision) == ("6", draft.revision + 1)
    assert dict(back.answers) == {"dish": draft.answers["dish"]}
    last = db.read_now(
        lambda unit: unit.first(t.event.select().order_by(t.event.c.seq.desc()), {})
    )
    assert last is not None
    assert (last.name, last.ids) == (
        "school.form.moved",
        audit.ids_text({"draft": draft.id, "form": "trip", "version": "6"}),
    )


def test_a_draft_of_the_version_in_force_has_nowhere_to_move(db: Database, world: World) -> None:
    assert moved(db, world, begin(db, world, "6"), saves=True) is None


def test_only_drafts_never_sent_are_offered_to_move(db: Database, world: World) -> None:
    draft = begin(db, world)
    assert db.read_now(lambda unit: kept.open_drafts(unit, world.school.id, "trip")) == (
        (draft.id, "5"),
    )
    sent = replace(draft, state=DraftState.submitted)
    db.write_now(lambda unit: save_draft(unit, sent, draft.revision, 1, 1, "", NOW))
    assert db.read_now(lambda unit: kept.open_drafts(unit, world.school.id, "trip")) == ()
    assert moved(db, world, draft, saves=True) is None
