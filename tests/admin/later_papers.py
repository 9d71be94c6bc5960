"""Papers of a child who is enrolled already, for the tests of the panel: sent by the use cases.

Names are invented, card numbers belong to the unassigned region 999999.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from conversations.draft import Draft, DraftState
from registry import families, outside, sending, setup
from registry.actors import Relation, Role
from registry.national import EntryKey, Part, note_entries
from registry.outside import Entry
from registry.register import apply_effect
from registry.students import Status
from registry.submissions import (
    Act,
    Consent,
    Content,
    Evidence,
    Outside,
    Said,
    Signature,
    Submission,
    Value,
)
from storage import dialogue
from storage.evidence import NewFile, add_file
from storage.national_books import entries_of
from storage.unit import Unit
from tests.admin import desk
from tests.support.site import Site


@dataclass(frozen=True)
class Paper:
    """What one family sends: register fields, codes of rules, kinds of pictures."""

    form: str
    route: str
    effect: str
    rule: str | None
    fields: Mapping[str, str]
    shows: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    consents: tuple[str, ...] = ("statement",)


TRANSFER_IN = Paper(
    "transfer_in",
    "transfer_in",
    "transfer_in",
    "transfer_in",
    {"previous_school": "光明小学", "national_number": "G" + desk.id_number("2020-03-12", 778)},
    ("household_register", "transfer_proof"),
)
NEW_NUMBER = desk.id_number("2020-03-12", 777)
SECRET = "反复高热，需住院治疗"
KEY_CHANGE = Paper(
    "info_change",
    "info_change",
    "change",
    "info_change",
    {"id_number": NEW_NUMBER, "phone": "13700000009"},
    ("id_card",),
)
INFO_CHANGE = Paper(
    "info_change", "info_change", "change", "info_change", {"phone": "13700000009"}
)
SUSPENSION = Paper(
    "suspension",
    "suspension",
    "suspend",
    "suspension",
    {"suspended_from": "2026-09-01", "suspended_until": "2027-08-31"},
    ("diagnosis", "treatment_voucher"),
    {"reason": SECRET, "hospital_level": "county"},
    ("statement", "health_papers", "of_our_own_school"),
)
TERM_CHECK = Paper(
    "start_of_term_check", "start_of_term_check", "check", None, {}, (), {"items": "nothing"}
)


async def add_paper(
    site: Site,
    paper: Paper,
    name: str = "林小满",
    *,
    key: str = "case",
    serial: int = 101,
    status: Status = Status.enrolled,
) -> Submission:
    """An enrolled child of that name whose family sends the paper, remembered in `site.ids`."""
    pictures = [await desk.new_file(site) for _ in paper.shows]

    def add(unit: Unit) -> Submission:
        school_id, now = site.house.school_id, site.clock()
        registrar = unit.load_actor(school_id, site.ids["registrar"])
        (child,) = setup.add_roster(
            unit, registrar, [setup.RosterRow(site.ids["class"], name)], now
        )
        child = unit.load_student(school_id, child.id)
        known = {**desk.values(name, serial), **child.fields}
        unit.save_student(replace(child, status=status, fields=known))
        site.ids[f"{key}_child"] = child.id
        return _send(unit, site, child.id, paper, pictures)

    case = await site.house.db.write(add)
    site.ids[key] = case.id
    return case


def _send(
    unit: Unit, site: Site, student_id: str, paper: Paper, pictures: list[NewFile]
) -> Submission:
    school_id, now = site.house.school_id, site.clock()
    parent = families.arrive(unit, school_id, "zh_Hans", now)
    families.take_slip(unit, parent, student_id, Relation.mother, now)
    parent = unit.load_actor(school_id, parent.id)
    draft = Draft(unit.new_id(), school_id, paper.form, "1", student_id, None, "case-1")
    dialogue.add_draft(unit, draft, now)
    shown = []
    for kind, picture in zip(paper.shows, pictures, strict=True):
        add_file(unit, replace(picture, draft_id=draft.id, added_by=parent.id), now)
        shown.append(Evidence(f"papers/{kind}", kind, picture.stored.id, f"照片 {kind}"))
    values = [Value(f"new/{code}", text, code, code) for code, text in paper.fields.items()]
    values += [
        Value(f"why/{code}", text, None, code, code=code) for code, text in paper.codes.items()
    ]
    made = Content(
        values=tuple(values),
        evidence=tuple(shown),
        consents=tuple(
            Consent(purpose, True, "1", "00", parent.id, now) for purpose in paper.consents
        ),
        signature=Signature(parent.id, Relation.mother, "林晓月", now, "00"),
        relation=Relation.mother,
        summary="1",
    )
    sent = sending.Sent(
        draft.id, student_id, paper.form, "1", paper.route, paper.effect, paper.rule, made
    )
    case = sending.submit(unit, parent, sent, now)
    submitted = replace(draft, state=DraftState.submitted, submission_id=case.id)
    dialogue.save_draft(unit, submitted, 0, 9, 9, "", now)
    return case


async def pass_inside(site: Site, key: str = "case") -> Submission:
    """Everybody inside the school approves; undo windows pass."""
    for person in ("teacher", "registrar"):
        await desk.decide(site, person, Act.approve, key=key)
        await desk.wait(site, minutes=6)
    return await desk.load(site, key)


async def hand_in(site: Site, key: str = "case", days_ago: int = 0) -> Submission:
    """The registrar carried the papers to the bureau."""
    case = await desk.load(site, key)
    day = site.clock().date()
    day = day.replace(day=max(1, day.day - days_ago))
    entry = Entry(case.id, case.revision, Outside(Said.handed, day))

    def hand(unit: Unit) -> Submission:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        return outside.hand_outside(unit, registrar, entry, site.clock())

    await site.house.db.write(hand)
    return await desk.load(site, key)


async def accept(site: Site, key: str = "case") -> Submission:
    """The bureau agreed."""
    case = await desk.load(site, key)
    entry = Entry(case.id, case.revision, Outside(Said.accepted, site.clock().date()))

    def accepted(unit: Unit) -> Submission:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        return outside.record_outside(unit, registrar, entry, site.clock())

    await site.house.db.write(accepted)
    return await desk.load(site, key)


async def refuse(site: Site, key: str) -> None:
    """The bureau did not agree."""
    case = await desk.load(site, key)
    said = Outside(Said.refused, site.clock().date(), "教籍〔2026〕17号", "证明不齐。")
    entry = Entry(case.id, case.revision, said, note="请到派出所开证明。")

    def refused(unit: Unit) -> Submission:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        return outside.record_outside(unit, registrar, entry, site.clock())

    await site.house.db.write(refused)


async def enter(
    site: Site, paper: Paper, name: str, *, key: str = "case", serial: int = 101, **how: Status
) -> Submission:
    """All its way into the register."""
    await add_paper(site, paper, name, key=key, serial=serial, **how)
    await pass_inside(site, key)
    await hand_in(site, key)
    await accept(site, key)
    await desk.wait(site, minutes=6)
    await site.house.db.write(
        lambda unit: apply_effect(unit, site.house.school_id, site.ids[key], site.clock())
    )
    return await desk.load(site, key)


async def note(site: Site, key: str = "case") -> None:
    """The registrar typed all of it into the national system today."""

    def noted(unit: Unit) -> None:
        registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
        found = entries_of(unit, site.house.school_id, [site.ids[key]])
        keys = [EntryKey(one.submission_id, Part(one.part)) for one in found]
        note_entries(unit, registrar, keys, site.clock().date(), site.clock())

    await site.house.db.write(noted)


async def fill(site: Site) -> None:
    """Papers of enrolled children at every step: what every page has something to show with."""
    await enter(site, SUSPENSION, "褚小树", key="typed", serial=140)
    await enter(site, SUSPENSION, "褚小溪", key="to_type", serial=141)
    await enter(site, TRANSFER_IN, "褚小山", key="came", serial=142, status=Status.expected)
    await note(site, "typed")
    await desk.add_person(site, "vice", "何副校长", Role.vice_principal)
    await add_paper(site, SUSPENSION, "冯小禾", key="begun", serial=106)
    for number, key in enumerate(("to_hand", "handed", "refused")):
        await add_paper(site, KEY_CHANGE, f"卫小{number}", key=key, serial=120 + number)
        await desk.decide(site, "teacher", Act.approve, key=key)
        await desk.wait(site, seconds=1)
        await desk.decide(site, "registrar", Act.approve, key=key)
    for key in ("handed", "refused"):
        await hand_in(site, key)
    await refuse(site, "refused")
    await _ask_two(site, is_on=True)
    await desk.add_case(site, "蒋小舟", key="joint", serial=130)
    await desk.decide(site, "committee", Act.approve, key="joint")
    await desk.decide(site, "registrar", Act.approve, key="joint")
    await _ask_two(site, is_on=False)


async def _ask_two(site: Site, *, is_on: bool) -> None:
    def change(unit: Unit) -> None:
        school = unit.load_school(site.house.school_id)
        unit.save_school(replace(school, settings=replace(school.settings, joint_review=is_on)))

    await site.house.db.write(change)
