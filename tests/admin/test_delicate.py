"""Delicate facts and health are the registrar's alone: on no page, list, slip or notice of anybody
else, whatever his role (R261, T2).
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date

import pytest

from admin import evidence_list, sheets
from admin.routes import room, routes
from bot.notices import tell
from conversations.xlsform.shelf import load_shelf
from registry.actors import Relation, Role
from registry.fields import FIELDS, FieldClass
from registry.policy import Sight, sight
from registry.records import Notice
from registry.schools import Settings
from registry.submissions import IN_PERSON, Act, Content, Evidence, Flag, Value
from tests.admin import desk
from tests.support.site import Browser, Site, running_site

DELICATE = frozenset({FieldClass.delicate, FieldClass.health})
FACTS = {
    "special_situation": "orphan",
    "left_behind": "both_away",
    "disability": "visual",
    "migrant": "1",
    "health": "30",
    "suspension_reason": "health",
}
CANARIES = ("孤儿", "orphan", "慢性病", "视力", "双亲", "想当面", "特殊情况", "留守")
PLACED = {Role.class_teacher: "teacher", Role.committee: "committee", Role.registrar: "registrar"}
OTHERS = tuple(role for role in Role if role not in (Role.guardian, Role.public, Role.registrar))
GETS = tuple(row.path for row in routes() if row.method == "GET")


@pytest.fixture(scope="module")
async def delicate_site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A child with every delicate fact in the register and in a case, and a family that wants to
    speak in person.
    """
    home = tmp_path_factory.mktemp("delicate")
    settings = Settings(committee_helps=True, committee_sees_evidence=True, undo_minutes=0)
    async with running_site(home, room(), settings=settings) as site:
        await desk.name_classes(site)
        told = {"special_situation": "orphan"}
        await desk.add_case(site, "林小满", key="case", serial=101, fields=told)
        await desk.add_case(site, "赵清越", key="no_help", serial=102, helps=False, fields=told)
        await desk.add_case(
            site, "孙嘉树", key="spoken", serial=103, fields={"special_situation": IN_PERSON}
        )
        for code, text in FACTS.items():
            for child in ("case_child", "no_help_child", "spoken_child"):
                await desk.set_field(site, child, code, text)
        for role in OTHERS:
            if role not in PLACED:
                await desk.add_person(site, role.value, "何老师", role)
        yield site


@pytest.fixture(scope="module")
async def people(delicate_site: Site) -> AsyncIterator[dict[Role, Browser]]:
    async with AsyncExitStack() as stack:
        found = {}
        for role in (*OTHERS, Role.registrar):
            browser = await stack.enter_async_context(delicate_site.browser())
            await desk.sign_in(browser, delicate_site, PLACED.get(role, role.value))
            found[role] = browser
        yield found


def pages(site: Site) -> list[str]:
    """Every page there is, about each case, child and class."""
    found = []
    for path in GETS:
        if "{" not in path:
            found.append(path)
            continue
        for key in ("case", "no_help", "spoken", "case_child", "no_help_child", "spoken_child"):
            found.append(path.replace("{id}", site.ids[key]))
        found.append(path.replace("{id}", site.ids["class"]))
    return [path for path in found if "{" not in path]


@pytest.mark.parametrize("role", OTHERS)
async def test_no_page_of_anybody_but_the_registrar_holds_one(
    role: Role, people: dict[Role, Browser], delicate_site: Site
) -> None:
    opened = 0
    for path in pages(delicate_site):
        page = await people[role].get(path)
        opened += people[role].status == 200
        assert [it for it in CANARIES if it in page] == [], f"{role} {path}"
    assert opened >= 2


async def test_the_registrar_reads_them(people: dict[Role, Browser], delicate_site: Site) -> None:
    page = await people[Role.registrar].get(f"/panel/case/{delicate_site.ids['case']}")
    assert "孤儿" in page
    spoken = await people[Role.registrar].get("/panel")
    assert "想当面和您说" in spoken
    assert "孤儿" not in spoken


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("code", [f.code for f in FIELDS.values() if f.field_class in DELICATE])
def test_no_other_role_is_given_more_than_that_there_is_something(role: Role, code: str) -> None:
    assert sight(role, FIELDS[code].field_class) in (Sight.none, Sight.presence)
    question = next(
        (
            question
            for form in load_shelf().newest.values()
            for question in form.questions.values()
            if question.save_to == code
        ),
        None,
    )
    eyes = sheets.Eyes(role, "zh_Hans", committee_helps=True, committee_sees_evidence=True)
    if sight(role, FIELDS[code].field_class) is Sight.none:
        assert sheets.shown(code, "x", eyes) is None
        if question is not None:
            assert sheets.shown("", IN_PERSON, eyes, question) is None


@pytest.mark.parametrize("role", [Role.committee, Role.class_teacher, Role.registrar])
def test_what_a_paper_is_called_tells_the_committee_nothing(role: Role) -> None:
    """Only a child who came with working parents shows a residence permit (R261, R262)."""
    path, form = "papers/residence_permit", load_shelf().newest["new_student"]
    content = Content(
        values=(Value("more/migrant", "1", "migrant", "随父母"),),
        evidence=(Evidence(path, "residence_permit", "f" * 32, "居住证照片"),),
        consents=(),
        signature=None,
        relation=Relation.mother,
        summary="1",
    )
    eyes = sheets.Eyes(role, "zh_Hans", committee_helps=True, committee_sees_evidence=True)
    sheet = sheets.lay_out(sheets.Case(content, None, {}, form), eyes)
    known = evidence_list.Compare({}, {}, date(2026, 9, 1), eyes)
    wanted = evidence_list.checklist("household_register", content, sheet.papers, known).wanted
    (paper,) = sheet.papers
    told = (paper.label, bool(paper.file_id), bool(paper.reasons), wanted[-1].kinds)
    expected = {
        Role.committee: ("其他材料", False, False, ("other_paper",)),
        Role.class_teacher: ("居住证照片", True, True, ("residence_permit",)),
        Role.registrar: ("居住证照片", True, True, ("residence_permit",)),
    }
    assert told == expected[role]
    assert "residence" not in str(wanted) or role is not Role.committee


def test_who_agrees_to_a_return_reads_the_day_and_not_what_the_doctor_says() -> None:  # R40, R93
    form = load_shelf().newest["resumption"]
    values = (
        Value("matter/doctor", "yes", None, "医生的意见"),
        Value("matter/return_on", "2026-12-05", None, "回来的日子"),
    )
    content = Content(values, (), (), None, Relation.mother, "1")
    seen = {}
    for role in (Role.principal, Role.registrar):
        eyes = sheets.Eyes(role, "zh_Hans", committee_helps=False, committee_sees_evidence=False)
        lines = sheets.lay_out(sheets.Case(content, None, {}, form), eyes).lines
        seen[role] = [line.new for line in lines]
    assert seen[Role.principal] == ["已填", "2026年12月5日"]
    assert seen[Role.registrar] == ["医生说可以上学了", "2026年12月5日"]


async def test_a_return_does_not_name_it_in_the_message(delicate_site: Site) -> None:
    """What lights up on a screen says that there is one place, not which (R261)."""
    site = delicate_site
    flags = (
        Flag(desk.PATHS["special_situation"], "check_again"),
        Flag(desk.PATHS["home_address"], "incomplete"),
    )
    await desk.decide(site, "committee", Act.return_, key="spoken", flags=flags)
    (decision,) = await desk.decisions(site, "spoken")
    case = await desk.load(site, "spoken")
    ids = {"submission": case.id, "student": case.student_id}
    notice = Notice(
        decision.id, case.school_id, case.submitted_by, "notice.returned", site.clock(), ids
    )
    told = await site.house.db.read(lambda unit: tell(unit, site.house, notice))
    assert told is not None
    assert "特殊情况" not in told.words()
    assert "有一处" in told.words()
    assert "现住址" in told.words()
