"""Every registered route × everybody × own, same class, other class, other school, missing (T1).

What is out of reach answers byte for byte like what does not exist, and leaves no trace; no role
receives a field it is not to see, on whatever page it can reach (T2).
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from conversations.draft import Draft, DraftState
from conversations.xlsform.sheets import write_source
from conversations.xlsform.shelf import builtin_workbook
from registry import setup
from registry.actors import Role
from registry.policy import POLICY
from registry.schools import Settings, Stage
from storage.dialogue import add_draft
from storage.school_forms import FormState, SchoolForm, add_form, put_pictures
from storage.unit import Unit
from tests.admin import desk
from tests.support.site import Browser, Site, running_site
from web.app import ROUTES
from web.routes import Route
from xueji.rooms import rooms

MISSING: Final = "0" * 32
ROLES: Final[Mapping[str, frozenset[Role]]] = {
    "nobody": frozenset({Role.public}),
    "parent": frozenset({Role.guardian}),
    "teacher": frozenset({Role.class_teacher}),
    "other_teacher": frozenset({Role.class_teacher}),
    "committee": frozenset({Role.committee}),
    "registrar": frozenset({Role.registrar}),
    "principal": frozenset({Role.principal}),
    "supervisor": frozenset({Role.supervisor}),
}
KINDS: Final[Mapping[str, str]] = {
    # a route's beginning: what its {id} is
    "/chat/picture/{digest}": "picture",
    "/file/{id}": "file",
    "/panel/case/{id}": "case",
    "/panel/child/{id}": "child",
    "/panel/claim/{id}": "claim",
    "/panel/class/{id}": "class",
    "/panel/forms/paper/{id}": "paper",
    "/panel/forms/picture/{digest}": "picture",
    "/panel/forms/version/{id}": "version",
    "/panel/setup/staff/{id}": "staff",
    "/panel/typing/{id}": "typing",
}
REACH: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    # kind: object: who may open it; all others are told what they are told of a missing one
    "file": {
        "case_file": ("parent", "registrar"),
        "at_school_file": ("registrar",),
        "foreign_file": (),
    },
    "case": {
        "case": ("committee", "registrar"),
        "no_help": ("teacher", "registrar"),
        "elsewhere": ("other_teacher", "registrar"),
        "foreign_case": (),
    },
    "child": {
        "case_child": ("teacher", "registrar"),
        "elsewhere_child": ("other_teacher", "registrar"),
        "foreign_child": (),
    },
    "claim": {"claim": ("teacher", "registrar"), "foreign_claim": ()},
    "class": {
        "class": ("teacher", "registrar"),
        "other_class": ("other_teacher", "registrar"),
        "foreign_class": (),
    },
    "paper": {"new_student": ("principal", "registrar"), "foreign_paper": ()},
    "picture": {"picture": ("parent", "principal", "registrar"), "foreign_picture": ()},
    "typing": {"handed": ("teacher", "registrar"), "foreign_handed": ()},
    "version": {"foreign_version": ()},
    "staff": {
        "teacher": ("principal", "registrar"),
        "foreign_staff": (),
    },
}
ALSO: Final = {("/panel/case/{id}/signature", "case", "teacher")}
"""Route, object, person: a class teacher ticks what was signed on paper before him (K21)."""

ASKED: Final = {
    # fields of every form, so that nothing is refused for want of one
    "act": "approve",
    "field": "id_number",
    "key": MISSING,
    "purpose": "check_paper",
    "revision": "0",
    "who": "all",
}


@dataclass(frozen=True, slots=True)
class World:
    """The school, a second one in the same books, and everybody signed in."""

    site: Site
    people: Mapping[str, Browser]

    @property
    def routes(self) -> tuple[Route, ...]:
        return tuple(self.site.server.app[ROUTES].values())  # type: ignore[union-attr]


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    home: Path = tmp_path_factory.mktemp("matrix")
    _, *others = rooms()
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(
            running_site(home, *others, settings=Settings(committee_helps=True))
        )
        await desk.fill(site)
        await _add_people(site)
        await _add_foreign_school(site)
        people = {}
        for person in ROLES:
            people[person] = await stack.enter_async_context(site.browser())
            if person != "nobody":
                await desk.sign_in(people[person], site, person)
        yield World(site, people)


async def _add_people(site: Site) -> None:
    for key in ("case", "at_school"):
        case = await desk.load(site, key)
        site.ids[f"{key}_file"] = case.content.evidence[0].file_id
        site.ids[f"{key}_parent"] = case.submitted_by
    site.ids["parent"] = site.ids["case_parent"]
    for role in (Role.principal, Role.supervisor):
        await desk.add_person(site, role.value, "钱老师", role)
    site.ids["handed"] = await _hand_in(site, site.ids["case_child"], site.ids["parent"])


async def _hand_in(site: Site, child: str, family: str) -> str:
    """A paper whose family took pictures only; its id."""
    draft = Draft(
        f"d{child[1:]}",
        site.house.school_id,
        "new_student",
        site.house.forms.newest["new_student"].version,
        child,
        None,
        "matrix",
        state=DraftState.handed,
        photos_by=family,
    )
    await site.house.db.write(lambda unit: add_draft(unit, draft, site.clock()))
    return draft.id


async def _add_foreign_school(site: Site) -> None:
    """With a class, a child, a case, a picture, a claim and staff of its own."""

    def found(unit: Unit) -> dict[str, str]:
        now = site.clock()
        school, registrar = setup.found_school(unit, "远山小学", "010-55550199", "远登记", now)
        grade = setup.add_grade(unit, registrar, Stage.primary, 1, 2026, now)
        (school_class,) = setup.add_classes(unit, registrar, grade.id, [1], now)
        return {"school": school.id, "registrar": registrar.id, "class": school_class.id}

    ids = await site.house.db.write(found)
    foreign = replace(site, house=replace(site.house, school_id=ids["school"]), ids=ids)
    await desk.add_case(foreign, "远小山", serial=901, with_picture=True)
    await desk.add_claim(foreign, "远小山")
    version = SchoolForm(
        *("f" * 32, ids["school"], "far_away", "1", "00", FormState.draft),
        *(ids["registrar"], site.clock(), ids["registrar"], site.clock()),
    )
    own = replace(version, id="e" * 32, form_id="new_student", school_id=site.house.school_id)
    own = replace(own, uploaded_by=site.ids["registrar"], changed_by=site.ids["registrar"])

    def add(unit: Unit) -> None:
        paper = builtin_workbook("new_student")
        assert paper is not None
        for form, digest in ((version, "0" * 64), (own, "1" * 64)):
            add_form(unit, form, write_source(paper))
            put_pictures(unit, form, {digest: b"\xff\xd8\xff"})

    await site.house.db.write(add)
    case = await desk.load(foreign)
    site.ids |= {
        "foreign_case": case.id,
        "foreign_child": ids["case_child"],
        "foreign_claim": ids["claim"],
        "foreign_class": ids["class"],
        "foreign_handed": await _hand_in(foreign, ids["case_child"], case.submitted_by),
        "foreign_file": case.content.evidence[0].file_id,
        "foreign_paper": "far_away",
        "foreign_picture": "0" * 64,
        "foreign_staff": ids["registrar"],
        "foreign_version": version.id,
        "new_student": "new_student",
        "picture": "1" * 64,
    }


# ---- the matrix


def _kind(route: Route) -> str:
    return next((kind for start, kind in KINDS.items() if route.path.startswith(start)), "")


def _plain(page: str, object_id: str) -> str:
    """Without the tokens of the page and the address that was asked."""
    page = re.sub(r'(name="(csrf|message)" value=)"[^"]*"', "", page)
    return page.replace(object_id, "ID")


async def _fetch(browser: Browser, path: str, object_id: str = MISSING) -> tuple[int, str]:
    async with browser.session.get(path) as response:
        return response.status, _plain((await response.read()).decode("latin-1"), object_id)


async def _ask(world: World, person: str, route: Route, object_id: str) -> tuple[int, str]:
    browser = world.people[person]
    path = re.sub(r"\{(id|digest)\}", object_id, route.path).replace("{name}", "list")
    if route.method == "GET":
        return await _fetch(browser, path, object_id)
    await browser.get("/" if person in ("nobody", "parent") else "/panel")
    await browser.post(path, {**ASKED, "student": world.site.ids["case_child"]})
    return browser.status, _plain(browser.page, object_id)


async def test_every_route_with_an_object_is_in_the_table(world: World) -> None:
    """A new page must be entered here, or this fails."""
    open_ended = {route.path for route in world.routes if "{" in route.path and not _kind(route)}
    assert open_ended == {"/l/{token}", "/static/{name}", "/static/colour/{colour}.css"}


@pytest.mark.parametrize("person", ROLES)
async def test_out_of_reach_answers_like_missing_and_leaves_no_trace(
    world: World, person: str
) -> None:
    tried = 0
    for route in (it for it in world.routes if _kind(it)):
        missing = await _ask(world, person, route, MISSING)
        assert missing[0] in (401, 403, 404), (person, route.path)
        for name, reached_by in REACH[_kind(route)].items():
            is_reached = person in reached_by or (route.path, name, person) in ALSO
            may = is_reached and ROLES[person] & POLICY[route.action]
            if may and route.method == "POST":
                continue  # what it does is tried where it belongs
            events = await desk.events(world.site)
            answer = await _ask(world, person, route, world.site.ids[name])
            if may:
                assert answer[0] == 200, (person, route.path, name)
            else:
                assert answer == missing, (person, route.path, name)
                assert await desk.events(world.site) == events, (person, route.path, name)
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("person", ROLES)
async def test_a_page_opens_only_for_roles_of_its_action(world: World, person: str) -> None:
    for route in (it for it in world.routes if "{" not in it.path and it.method == "GET"):
        if route.path == "/chat/news":
            continue  # a stream without an end, tried with the chat
        await world.people[person].get(route.path)
        allowed = POLICY[route.action] & (ROLES[person] | {Role.public})
        status = world.people[person].status
        assert (status == 200) == bool(allowed), (person, route.path, status)


async def test_no_post_is_taken_without_its_own_token_from_its_own_page(world: World) -> None:
    browser = world.people["registrar"]
    await world.people["teacher"].get("/panel")
    for route in (it for it in world.routes if it.method == "POST"):
        path = re.sub(r"\{\w+\}", world.site.ids["case"], route.path)
        events = await desk.events(world.site)
        for token, headers in (
            ("", {}),
            (world.people["teacher"].hidden("csrf"), {}),
            (None, {"Origin": "http://elsewhere.example", "Sec-Fetch-Site": "cross-site"}),
        ):
            await browser.get("/panel")
            sent = {**ASKED, "csrf": browser.hidden("csrf") if token is None else token}
            await browser.post(path, sent, **headers)
            assert browser.status in (403, 404), (route.path, browser.status)
        assert await desk.events(world.site) == events, route.path


BODIES: Final = (
    # a form whose field names another object: person, page, field, foreign object, other fields
    ("teacher", "/panel/class/{class}/remind", "student", "foreign_child", {}),
    ("teacher", "/panel/class/{class}/remind", "student", "elsewhere_child", {}),
    ("teacher", "/panel/claim/{claim}", "student", "foreign_child", {"act": "accept"}),
    ("teacher", "/panel/claim/{claim}", "student", "elsewhere_child", {"act": "accept"}),
    ("teacher", "/panel/task/close", "class", "other_class", {}),
    ("registrar", "/panel/task/close", "class", "foreign_class", {}),
    ("registrar", "/panel/setup/classes", "grade", "foreign_class", {"numbers": "7"}),
    (
        "registrar",
        "/panel/setup/staff",
        "class",
        "foreign_class",
        {"name": "孙老师", "role": "class_teacher"},
    ),
)


@pytest.mark.parametrize(("person", "path", "name", "object_key", "more"), BODIES)
async def test_a_field_cannot_name_what_is_out_of_reach(
    world: World, person: str, path: str, name: str, object_key: str, more: dict[str, str]
) -> None:
    browser, ids = world.people[person], world.site.ids
    answers = []
    events = await desk.events(world.site)
    for object_id in (ids[object_key], MISSING):
        await browser.get("/panel")
        await browser.post(path.format(**ids), {**ASKED, **more, name: object_id})
        answers.append((browser.status, _plain(browser.page, object_id)))
    assert answers[0] == answers[1]
    assert answers[0][0] in (404, 422)
    assert await desk.events(world.site) == events


# ---- what a role may not read

NUMBERS: Final = tuple(
    desk.values("", serial)["id_number"] for serial in (101, 102, 103, 104, 105, 901)
)
FOREIGN: Final = ("远小山", "远山小学", "远登记", desk.values("", 901)["id_number"])
PERSONAL: Final = (
    "林小满",
    "孙嘉树",
    "李思齐",
    "林长河",
    "林晓月",
    desk.PHONE,
    "13900005678",
    desk.ADDRESS,
    "丁香巷",
)
HIDDEN: Final[Mapping[str, tuple[str, ...]]] = {
    "committee": (*FOREIGN, *NUMBERS, *PERSONAL),
    "teacher": (*FOREIGN, *NUMBERS, "钱多福", "特殊情况"),
    "other_teacher": (*FOREIGN, *NUMBERS, "林小满", "赵清越", "孙嘉树", "李思齐", "特殊情况"),
    "principal": (*FOREIGN, *NUMBERS, *PERSONAL[3:]),
    "supervisor": (*FOREIGN, *NUMBERS, *PERSONAL),
    "registrar": FOREIGN,
}


@pytest.mark.parametrize("person", HIDDEN)
async def test_no_page_a_role_can_reach_holds_what_it_may_not_read(
    world: World, person: str
) -> None:
    browser, seen, waiting = world.people[person], set(), ["/panel", "/panel/queue?view=all"]
    while waiting and len(seen) < 120:
        path = waiting.pop()
        page = (await _fetch(browser, path))[1].encode("latin-1").decode("utf-8", "replace")
        assert [it for it in HIDDEN[person] if it in page] == [], path
        seen.add(path)
        found = re.findall(r'href="(/(?:panel|file)[^"#]*)"', page.replace("&amp;", "&"))
        waiting += [it for it in found if it not in seen and it not in waiting]
    assert len(seen) > 1
