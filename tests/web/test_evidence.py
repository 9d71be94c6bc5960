"""Evidence pictures: permission for every byte, headers that let nothing run (T1, T13, K1)."""

from dataclasses import replace

import pytest

from registry import sending
from registry.actors import Relation
from registry.submissions import Consent, Content, Evidence, Signature, Submission
from storage.dialogue import load_draft, save_draft
from storage.evidence import find_file
from storage.queries.family import family_view
from storage.unit import Unit
from tests.support.site import Browser, Site, photo

SEES = (
    # person, whether the committee helps with the case, after it was sent
    ("registrar", True, 200),
    ("teacher", True, 404),  # takes no step of it
    ("teacher", False, 200),
    ("committee", True, 404),  # K1: pictures need a second switch of the school
    ("committee", False, 404),
    ("other_teacher", False, 404),
)


@pytest.fixture
async def picture(site: Site, mother: Browser) -> str:
    """A photo the mother sent with her first child's form."""
    await mother.get("/chat")
    await mother.press("开始填")
    await mother.fill_until("请拍户口本")
    await mother.upload(photo())
    return await site.house.db.read(lambda unit: _only_file(unit, site))


async def test_the_family_sees_its_own_picture(site: Site, mother: Browser, picture: str) -> None:
    async with mother.session.get(f"/file/{picture}") as response:
        assert response.status == 200
        assert (await response.read()).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("path", ["/file/{}", "/file/{}/small"])
async def test_a_picture_leaves_with_nothing_that_could_run(
    mother: Browser, picture: str, path: str
) -> None:
    async with mother.session.get(path.format(picture)) as response:
        headers = response.headers
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "image/jpeg"


async def test_another_family_gets_the_page_of_a_missing_one(site: Site, picture: str) -> None:
    async with site.browser() as stranger:
        await stranger.come_in(await site.slip("other_child"), relation="father")
        foreign = await stranger.get(f"/file/{picture}")
        status = stranger.status
        missing = await stranger.get(f"/file/{'0' * 32}")
        assert (status, stranger.status) == (404, 404)
        assert _without_path(foreign) == _without_path(missing)


async def test_nobody_signed_in_sees_none(site: Site, picture: str) -> None:
    async with site.browser() as stranger:
        await stranger.get(f"/file/{picture}")
        assert stranger.status == 401


@pytest.mark.parametrize(("person", "helps", "expected"), SEES)
async def test_staff_see_what_was_sent_and_their_role_allows(
    site: Site, mother: Browser, picture: str, person: str, helps: bool, expected: int
) -> None:
    async with site.browser() as staff:
        await staff.come_in(await site.door(person))
        await staff.get(f"/file/{picture}/small")
        before = staff.status
        await site.house.db.write(lambda unit: _send(unit, site, picture, helps=helps))
        async with staff.session.get(f"/file/{picture}/small") as response:
            assert (before, response.status) == (404, expected)


async def test_a_preview_has_no_address_of_its_own(
    site: Site, mother: Browser, picture: str
) -> None:
    file = await site.house.db.read(lambda unit: find_file(unit, site.house.school_id, picture))
    await mother.get(f"/file/{file.preview_id}")
    assert mother.status == 404


def _only_file(unit: Unit, site: Site) -> str:
    link = unit.linked_actors(site.house.school_id, site.ids["child"])[0]
    (view,) = family_view(unit, link).drafts
    draft = load_draft(unit, site.house.school_id, view.id)
    assert draft is not None
    return draft.answers["papers/household_first_page"].text


def _send(unit: Unit, site: Site, file_id: str, *, helps: bool) -> Submission:
    """What the family sends, without asking the rest of the form."""
    school_id = site.house.school_id
    file = find_file(unit, school_id, file_id)
    person = unit.linked_actors(school_id, file.student_id)[0]
    draft = load_draft(unit, school_id, file.draft_id)
    assert draft is not None
    now = site.clock()
    content = Content(
        values=(),
        evidence=(Evidence("papers/household_page", "household_register", file_id),),
        consents=(
            Consent("statement", True, "1", "00", person.id, now),
            Consent("committee_help", helps, "1", "00", person.id, now),
        ),
        signature=Signature(person.id, Relation.mother, "张母", now, "00"),
        relation=Relation.mother,
        summary="",
    )
    sent = sending.Sent(
        draft.id, file.student_id, "new_student", draft.form_version, "new_student", "enrol",
        "household_register", content,
    )  # fmt: skip
    case = sending.submit(unit, person, sent, now)
    save_draft(unit, replace(draft, submission_id=case.id), draft.revision, 0, 0, "", now)
    return case


def _without_path(page: str) -> str:
    return page.partition('name="csrf"')[0]
