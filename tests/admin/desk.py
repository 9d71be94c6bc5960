"""A school at work for the tests of the panel: families with cases in every state.

Made through the same use cases as a real one; names are invented, card numbers belong to the
unassigned region 999999.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from sqlalchemy import func, select

from conversations.draft import Answer, Draft, DraftState
from registry import desk, families, sending, setup
from registry.actors import Actor, Grant, Link, Relation, Role, Scope
from registry.desk import Verdict
from registry.identity import check_digit
from registry.records import Notice, Task
from registry.register import apply_effect
from registry.submissions import (
    IN_PERSON,
    Act,
    Consent,
    Content,
    Decision,
    Evidence,
    Flag,
    Signature,
    Submission,
    Value,
)
from storage import dialogue, queries, school_books, tables
from storage.evidence import NewFile, add_file
from storage.images import CleanImage
from storage.unit import Unit
from tests.support.site import Browser, Site, photo

PHONE = "13800001234"
ADDRESS = "江苏省苏州市姑苏区平江路丁香巷十五号院二单元"
PATHS = {
    "full_name": "child/full_name",
    "id_type": "child/id_type",
    "id_number": "child/id_number",
    "birth_date": "child/birth_date",
    "sex": "child/sex",
    "ethnic_group": "child/ethnic_group",
    "household_kind": "home/household_kind",
    "household_place": "home/household_place",
    "home_address": "home/home_address",
    "phone": "family/phone",
    "guardian2_name": "family/guardian2_name",
    "guardian2_phone": "family/guardian2_phone",
    "previous_school": "before/previous_school",
    "special_situation": "situation/special_situation",
}
PAPER = "papers/household_page"


def id_number(birth: str, serial: int) -> str:
    """A card number with a right check digit that nobody has."""
    first = f"999999{birth.replace('-', '')}{serial:03d}"
    return first + check_digit(first)


def values(name: str, serial: int, **changes: str) -> dict[str, str]:
    """What a family writes, by register field."""
    birth = "2020-03-12"
    return {
        "full_name": name,
        "id_type": "1",
        "id_number": id_number(birth, serial),
        "birth_date": birth,
        "sex": "1" if serial % 2 else "2",
        "ethnic_group": "01",
        "household_kind": "1",
        "household_place": ADDRESS,
        "home_address": ADDRESS,
        "phone": PHONE,
        "guardian2_name": "林长河",
        "guardian2_phone": "13900005678",
        "previous_school": "丁香幼儿园",
        "special_situation": "none",
        **changes,
    }


async def keep_picture(site: Site) -> CleanImage:
    cleaned = await site.house.images.clean(photo(1200, 900))
    assert isinstance(cleaned, CleanImage)
    return cleaned


def content(
    parent: Actor,
    site: Site,
    fields: dict[str, str],
    file_id: str,
    *,
    helps: bool = True,
    relation: Relation = Relation.mother,
    insisted: str = "",
) -> Content:
    now = site.clock()
    agreed = {"statement": True, "committee_help": helps}
    return Content(
        values=tuple(
            Value(PATHS[code], text, _field(code, text), code, insisted=code == insisted)
            for code, text in fields.items()
        ),
        evidence=(Evidence(PAPER, "household_register", file_id, "户口本照片"),),
        consents=tuple(Consent(p, a, "1", "00", parent.id, now) for p, a in agreed.items()),
        signature=Signature(parent.id, relation, "林晓月", now, "00"),
        relation=relation,
        summary="1 姓名",
    )


def _field(code: str, text: str) -> str | None:
    """「我想当面和老师说」 is no value of the register."""
    return None if text == IN_PERSON else code


def send(
    unit: Unit, site: Site, student_id: str, fields: dict[str, str], **more: object
) -> Submission:
    """A family comes by its slip, fills and sends."""
    now, school_id = site.clock(), site.house.school_id
    parent = families.arrive(unit, school_id, "zh_Hans", now)
    relation = Relation(str(more.pop("relation", Relation.mother)))
    picture = more.pop("picture", None)
    families.take_slip(unit, parent, student_id, relation, now)
    parent = unit.load_actor(school_id, parent.id)
    draft = Draft(unit.new_id(), school_id, "new_student", "1", student_id, None, "2026")
    dialogue.add_draft(unit, draft, now)
    file_id = "f" * 32
    if isinstance(picture, NewFile):
        add_file(unit, replace(picture, draft_id=draft.id, added_by=parent.id), now)
        file_id = picture.stored.id
    made = content(parent, site, fields, file_id, relation=relation, **more)  # type: ignore[arg-type]
    case = sending.submit(unit, parent, sent(draft.id, student_id, made), now)
    submitted = replace(draft, state=DraftState.submitted, submission_id=case.id)
    dialogue.save_draft(unit, submitted, 0, 18, 18, "", now)
    return case


def sent(draft_id: str, student_id: str, made: Content) -> sending.Sent:
    return sending.Sent(
        draft_id=draft_id,
        student_id=student_id,
        form_id="new_student",
        form_version="1",
        route="new_student",
        effect="enrol",
        evidence_rule="household_register",
        content=made,
    )


async def new_file(site: Site) -> NewFile:
    """A picture whole on the disk, still without a draft."""
    cleaned = await keep_picture(site)
    files = site.house.files
    stored = files.write([cleaned.data], max_bytes=20_000_000)
    preview = files.write([cleaned.preview], max_bytes=20_000_000)
    return NewFile(site.house.school_id, "", "", stored, preview.id, cleaned.width, cleaned.height)


async def add_case(
    site: Site, name: str = "林小满", *, key: str = "case", place: str = "class", **more: object
) -> Submission:
    """One child of that name with a case in review, remembered in `site.ids`."""
    picture = await new_file(site) if more.pop("with_picture", False) else None
    fields = values(name, int(str(more.pop("serial", 101))), **dict(more.pop("fields", {}) or {}))  # type: ignore[call-overload]

    def add(unit: Unit) -> Submission:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        rows = [setup.RosterRow(site.ids[place], name)]
        child = setup.add_roster(unit, registrar, rows, site.clock())[0]
        site.ids[f"{key}_child"] = child.id
        return send(unit, site, child.id, fields, picture=picture, **more)

    case = await site.house.db.write(add)
    site.ids[key] = case.id
    return case


async def load(site: Site, key: str = "case") -> Submission:
    return await site.house.db.read(
        lambda unit: unit.load_submission(site.house.school_id, site.ids[key])
    )


async def decide(
    site: Site, person: str, act: Act, *, key: str = "case", flags: tuple[Flag, ...] = ()
) -> Submission:
    """Through the use case, not the page."""

    def carry_out(unit: Unit) -> Submission:
        school_id = site.house.school_id
        case = unit.load_submission(school_id, site.ids[key])
        actor = unit.load_actor(school_id, site.ids[person])
        verdict = Verdict(case.id, case.revision, act, flags)
        return desk.decide(unit, actor, verdict, site.clock())

    return await site.house.db.write(carry_out)


async def add_claim(site: Site, name: str = "张小涵") -> None:
    def add(unit: Unit) -> None:
        school_id, now = site.house.school_id, site.clock()
        person = families.arrive(unit, school_id, "zh_Hans", now)
        claim = families.make_claim(unit, person, site.ids["class"], name, Relation.father, now)
        site.ids["claim"], site.ids["claimant"] = claim.id, person.id

    await site.house.db.write(add)


async def add_tasks(site: Site) -> None:
    """A family to ring, and one that asked for help."""

    def add(unit: Unit) -> None:
        school_id, now = site.house.school_id, site.clock()
        person = families.arrive(unit, school_id, "zh_Hans", now)
        families.take_slip(unit, person, site.ids["child"], Relation.grandparent, now)
        notice = Notice(
            "cause", school_id, person.id, "notice.returned", now, {"student": site.ids["child"]}
        )
        families.tell_by_telephone(unit, notice, site.ids["class"], now)
        families.ask_help(
            unit, person, site.ids["class"], site.ids["child"], "child/id_number", now
        )

    await site.house.db.write(add)


async def tie(site: Site, person: str, child: str) -> None:
    """A member of staff who is a parent as well."""

    def add(unit: Unit) -> None:
        actor = unit.load_actor(site.house.school_id, site.ids[person])
        student_id = site.ids[child]
        link = Link(student_id, Relation.mother)
        setup.grant_family(unit, actor, student_id, link, site.clock())

    await site.house.db.write(add)


async def sign_in(browser: Browser, site: Site, person: str) -> None:
    """By a door, as in the demonstration."""
    await browser.come_in(await site.door(person))


async def wait(site: Site, **parts: float) -> None:
    site.clock.now += timedelta(**parts)


async def name_classes(site: Site) -> None:
    """Remember the second class as well."""
    school_id = site.house.school_id
    found = await site.house.db.read(lambda unit: school_books.classes(unit, school_id))
    site.ids["other_class"] = next(one.id for one in found if one.id != site.ids["class"])


async def fill(site: Site) -> None:
    """Cases in every state, a claim, tasks: what every page has something to show with."""
    await name_classes(site)
    await add_case(site, "林小满", key="at_school", serial=101, with_picture=True)
    await add_case(site, "赵清越", key="no_help", serial=102, helps=False)
    await add_case(site, "孙嘉树", key="case", serial=103, with_picture=True)
    await add_case(site, "李思齐", key="back", serial=104)
    await add_case(site, "钱多福", key="elsewhere", serial=105, place="other_class", helps=False)
    await decide(site, "committee", Act.approve, key="at_school")
    flags = (Flag(PATHS["home_address"], "incomplete"), Flag(PAPER, "unreadable"))
    await decide(site, "committee", Act.return_, key="back", flags=flags)
    await add_claim(site)
    await add_tasks(site)


async def events(site: Site, name: str = "") -> int:
    """How often that has been recorded; without a name, how much in all."""
    counted = select(func.count()).select_from(tables.event)
    if name:
        counted = counted.where(tables.event.c.name == name)
    return int(await site.house.db.read(lambda unit: unit.scalar(counted, {})))


async def decisions(site: Site, key: str = "case") -> tuple[Decision, ...]:
    return await site.house.db.read(lambda unit: unit.decisions(site.ids[key]))


async def notices(site: Site) -> int:
    """How many messages are owed."""
    counted = select(func.count()).select_from(tables.notice)
    return int(await site.house.db.read(lambda unit: unit.scalar(counted, {})))


async def add_person(site: Site, key: str, name: str, role: Role, place: str = "") -> None:
    def add(unit: Unit) -> str:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        return setup.add_staff(unit, registrar, name, role, place, site.clock()).id

    site.ids[key] = await site.house.db.write(add)


async def grant(site: Site, person: str, role: Role) -> None:
    """Another office for the same person."""
    school_id, today = site.house.school_id, site.clock().date()
    office = Grant(role, Scope.school, school_id, today)
    await site.house.db.write(lambda unit: unit.add_grant(site.ids[person], office))


async def tick(site: Site) -> None:
    """Something else changes the case: its revision moves."""

    def change(unit: Unit) -> None:
        unit.save_submission(unit.load_submission(site.house.school_id, site.ids["case"]))

    await site.house.db.write(change)


async def set_field(site: Site, child: str, code: str, text: str) -> None:
    def change(unit: Unit) -> None:
        student = unit.load_student(site.house.school_id, site.ids[child])
        unit.save_student(replace(student, fields={**student.fields, code: text}))

    await site.house.db.write(change)


async def send_again(site: Site, **changes: str) -> None:
    """The family mends the returned case and sends it again."""

    def send(unit: Unit) -> None:
        school_id = site.house.school_id
        case = unit.load_submission(school_id, site.ids["case"])
        parent = unit.load_actor(school_id, case.submitted_by)
        fields = {**case.content.fields(), **changes}
        made = content(parent, site, fields, case.content.evidence[0].file_id)
        sending.submit(unit, parent, sent(case.draft_id, case.student_id, made), site.clock())

    await site.house.db.write(send)


async def actor(site: Site, person: str) -> Actor:
    return await site.house.db.read(
        lambda unit: unit.load_actor(site.house.school_id, site.ids[person])
    )


async def start_filling(
    site: Site,
    child: str,
    asking: str,
    done: int,
    total: int,
    answers: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """A family is in the middle of the form."""

    def start(unit: Unit) -> None:
        school_id, now = site.house.school_id, site.clock()
        draft = Draft(unit.new_id(), school_id, "new_student", "1", site.ids[child], None, "2026")
        given = {path: Answer(text, unit.new_id()) for path, text in answers.items()}
        dialogue.add_draft(unit, draft, now)
        dialogue.save_draft(unit, draft.keeping(given), 0, done, total, asking, now)

    await site.house.db.write(start)


async def open_tasks(site: Site) -> tuple[Task, ...]:
    teacher = await actor(site, "teacher")
    return await site.house.db.read(
        lambda unit: queries.tasks_of(unit, teacher, site.clock().date())
    )


async def apply(site: Site) -> None:
    """What the job does when the undo window has closed."""
    await wait(site, minutes=6)
    await site.house.db.write(
        lambda unit: apply_effect(unit, site.house.school_id, site.ids["case"], site.clock())
    )
