"""A school's own papers: uploaded, published, withdrawn; drafts keep theirs."""

from dataclasses import replace

import pytest

from conversations.authoring.forms_check import worded
from conversations.draft import Answer, Draft
from conversations.xlsform.sheets import Workbook, read_markdown
from conversations.xlsform.shelf import Shelves
from registry.actors import Actor
from registry.problems import NotThere
from storage.dialogue import add_draft
from storage.school_forms import FormState
from storage.unit import Unit
from tests.support.site import Site
from web import form_desk, form_moving

TRIP = """
| survey |
| | type | name | label |
| | text | dish | 孩子爱吃什么？ |
{more}
| settings |
| | form_title | form_id | version | chat::route | chat::effect |
| | 春游 | trip | {version} | {route} | {effect} |
"""


def trip(version: str = "1", route: str = "new_student", more: str = "") -> Workbook:
    effect = "enrol" if route else ""
    return read_markdown(TRIP.format(version=version, route=route, effect=effect, more=more))


async def person(site: Site, name: str) -> Actor:
    ids = (site.house.school_id, site.ids[name])
    return await site.house.db.read(lambda unit: unit.load_actor(*ids))


def said(done: form_desk.Upload) -> list[str]:
    return [worded(problem, "zh_Hans") for problem in done.problems]


async def test_a_sound_table_is_kept_with_its_preview(site: Site) -> None:
    registrar = await person(site, "registrar")
    done = await form_desk.upload(site.house, registrar, trip())
    assert done.problems == ()
    assert done.form is not None
    assert done.kept is not None
    assert done.kept.state is FormState.draft
    assert await form_desk.versions(site.house, registrar) == (done.kept,)
    assert await form_desk.tables(site.house, registrar, done.kept.id) == trip()
    assert await form_desk.preview(site.house, registrar, done.kept.id) == done.form
    assert "trip" not in site.house.forms.newest


async def test_a_faulty_table_is_told_and_not_kept(site: Site) -> None:
    registrar = await person(site, "registrar")
    done = await form_desk.upload(site.house, registrar, read_markdown("| survey |"))
    assert done.problems
    assert (done.form, done.kept) == (None, None)
    assert await form_desk.versions(site.house, registrar) == ()


async def test_published_and_withdrawn_families_see_it_at_once(site: Site) -> None:
    house, registrar = site.house, await person(site, "registrar")
    first = (await form_desk.upload(house, registrar, trip("1"))).kept
    second = (await form_desk.upload(house, registrar, trip("2"))).kept
    assert first is not None
    assert second is not None
    await form_desk.publish(house, registrar, first.id)
    site.clock.wait(minutes=1)
    assert house.forms.newest["trip"].version == "1"
    await form_desk.publish(house, registrar, second.id)
    assert house.forms.newest["trip"].version == "2"
    assert house.forms.get("trip", "1").version == "1"
    site.clock.wait(minutes=1)
    await form_desk.withdraw(house, registrar, second.id)
    assert house.forms.newest["trip"].version == "1"


async def test_the_shelf_is_laid_out_again_when_the_house_opens(site: Site) -> None:
    registrar = await person(site, "registrar")
    kept = (await form_desk.upload(site.house, registrar, trip())).kept
    assert kept is not None
    await form_desk.publish(site.house, registrar, kept.id)
    reopened = replace(site.house, shelves=Shelves(site.house.shelves.builtin))
    assert "trip" not in reopened.forms.newest
    form_desk.lay_out(reopened)
    assert reopened.forms.newest["trip"].version == "1"
    assert reopened.forms.newest["new_student"] is site.house.forms.newest["new_student"]


async def test_a_used_version_is_told_with_its_cell(site: Site) -> None:
    registrar = await person(site, "registrar")
    builtin = form_desk.builtin_tables(site.house, registrar, "new_student")
    done = await form_desk.upload(site.house, registrar, builtin)
    row = builtin.sheets["settings"][1].number
    version = site.house.forms.newest["new_student"].version
    assert done.kept is None
    assert said(done)[-1] == (
        f"settings 第 {row} 行「version」：版本 {version} 已经用过了，不能再改。"
        "请在 version 换一个新的版本号。"
    )
    kept = (await form_desk.upload(site.house, registrar, trip())).kept
    assert kept is not None
    await form_desk.publish(site.house, registrar, kept.id)
    again = await form_desk.upload(site.house, registrar, trip())
    assert [problem.code for problem in again.problems] == ["author.version_taken"]


async def test_a_paper_that_reaches_nobody_is_told(site: Site) -> None:
    registrar = await person(site, "registrar")
    done = await form_desk.upload(site.house, registrar, trip(route=""))
    assert done.kept is not None
    assert said(done) == [
        "settings：这张表没有 chat::route 和 chat::effect，不会出现在家长那里。"
        "要请家长填，请补上这两格。"
    ]


async def test_drafts_move_when_the_school_asks(site: Site) -> None:
    house, registrar = site.house, await person(site, "registrar")

    async def publish(version: str, more: str = "") -> None:
        kept = (await form_desk.upload(house, registrar, trip(version, more=more))).kept
        assert kept is not None
        await form_desk.publish(house, registrar, kept.id)
        site.clock.wait(minutes=1)

    def begin(unit: Unit) -> None:
        ids = (unit.new_id(), house.school_id, "trip", "1", site.ids["child"], None, "2026")
        add_draft(unit, Draft(*ids, answers={"dish": Answer("面条", "someone")}))

    await publish("1")
    await house.db.write(begin)
    assert await form_moving.foresee(house, registrar, "trip") == ()
    await publish("2", "| | text | nurse | 要带什么药？ |")
    (foreseen,) = await form_moving.foresee(house, registrar, "trip")
    assert (foreseen.kept, foreseen.asked, foreseen.dropped) == (1, ("nurse",), ())
    assert await form_moving.move_drafts(house, registrar, "trip") == (foreseen,)
    assert await form_moving.foresee(house, registrar, "trip") == ()
    with pytest.raises(NotThere):
        await form_moving.move_drafts(house, await person(site, "teacher"), "trip")


@pytest.mark.parametrize("name", ["teacher", "committee"])
async def test_others_neither_see_nor_edit(name: str, site: Site) -> None:
    someone, unknown = await person(site, name), "0" * 32
    for ask in (form_desk.publish, form_desk.withdraw, form_desk.tables):
        with pytest.raises(NotThere):
            await ask(site.house, someone, unknown)
    with pytest.raises(NotThere):
        await form_desk.upload(site.house, someone, trip())
    with pytest.raises(NotThere):
        await form_desk.versions(site.house, someone)
    with pytest.raises(NotThere):
        form_desk.builtin_tables(site.house, someone, "new_student")
