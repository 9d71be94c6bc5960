"""Every kind of paper as the registry meets it, sent and taken along its way in a small school."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from conversations.draft import Draft
from registry import desk, outside, register, sending, setup
from registry.actors import Role
from registry.cases import roles_now
from registry.schools import Settings, Stage
from registry.students import Status, Student
from registry.submissions import (
    Act,
    Content,
    Evidence,
    Flag,
    Outside,
    Said,
    State,
    Submission,
    Value,
)
from storage import dialogue, jobs, outbox
from storage.unit import Unit
from tests.support.school import SmallSchool

PEOPLE: Mapping[Role, str] = {
    Role.class_teacher: "teacher",
    Role.committee: "committee",
    Role.registrar: "registrar",
    Role.vice_principal: "vice principal",
    Role.principal: "principal",
}
OLD_NAME, NEW_NAME = "欧阳小树", "欧阳晓树"
ID_NUMBER = "999999201803120027"
NEW_NUMBER = "999999201803120035"
NATIONAL = "G999999201803120027"


@dataclass(frozen=True)
class Paper:
    """What a form names, for a child of that status, and what an ordinary family sends."""

    route: str
    effect: str
    status: Status
    rule: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()


_NEW = {"full_name": OLD_NAME, "id_number": ID_NUMBER}
_SUSPENDED = {"suspended_from": "2026-09-07", "suspended_until": "2027-07-15"}
_HOSPITAL = ("diagnosis", "treatment_voucher")
PAPERS: Mapping[str, Paper] = {
    "entrusted_care": Paper(
        "entrusted_care", "entrust", Status.enrolled, fields={"carer_name": "欧阳老树"}
    ),
    "extension": Paper(
        "suspension",
        "suspend",
        Status.suspended,
        "suspension",
        {"suspended_until": "2028-01-15"},
        {"reason": "health"},
        _HOSPITAL,
    ),
    "info_change": Paper(
        "info_change", "change", Status.enrolled, "info_change", {"home_address": "新街 8 号"}
    ),
    "key_change": Paper(
        "info_change",
        "change",
        Status.enrolled,
        "info_change",
        {"full_name": NEW_NAME, "home_address": "新街 8 号"},
        {"reason": "police"},
        ("name_change_proof",),
    ),
    "new_student": Paper(
        "new_student",
        "enrol",
        Status.expected,
        "household_register",
        _NEW,
        kinds=("household_register",),
    ),
    "resumption": Paper(
        "resumption", "resume", Status.suspended, "resumption", kinds=("recovery_proof",)
    ),
    "start_of_term_check": Paper(
        "start_of_term_check", "check", Status.enrolled, fields={"phone": "13900000000"}
    ),
    "suspension": Paper(
        "suspension",
        "suspend",
        Status.enrolled,
        "suspension",
        _SUSPENDED,
        {"reason": "health"},
        _HOSPITAL,
    ),
    "transfer_in": Paper(
        "transfer_in",
        "transfer_in",
        Status.expected,
        "transfer_in",
        {**_NEW, "national_number": NATIONAL},
        kinds=("household_register", "transfer_proof"),
    ),
}
LEADING = Settings(committee_helps=True, leader_major="principal")


def arrange(school: SmallSchool, settings: Settings | None = None) -> SmallSchool:
    """With a vice-principal, and these settings from now on."""
    registrar = school.actor("registrar")
    place, role = school.ids["school"], Role.vice_principal
    made = school.do(lambda b: setup.add_staff(b, registrar, "李老师", role, place, school.now))
    school.ids["vice principal"] = made.id
    if settings is not None:
        school.do(lambda b: setup.change_settings(b, registrar, settings, school.now))
    return school


def child(school: SmallSchool) -> Student:
    return school.do(lambda b: b.load_student(school.ids["school"], school.ids["child"]))


def place(school: SmallSchool, status: Status, **fields: str) -> None:
    """The child stands so in the register."""
    now = child(school)
    number = None if status is Status.expected else "202601010101"
    placed = replace(now, status=status, fields={**now.fields, **fields}, student_number=number)
    school.do(lambda b: b.save_student(placed))


def grow(school: SmallSchool, stage: Stage) -> None:
    """The child's class belongs to a grade of that stage."""
    registrar = school.actor("registrar")
    grade = school.do(lambda b: setup.add_grade(b, registrar, stage, 10, 2026, school.now))
    grown = replace(child(school), grade_id=grade.id)
    school.do(lambda b: b.save_student(grown))


def content_of(school: SmallSchool, paper: Paper, **more: str) -> Content:
    fields = {**paper.fields, **{code: text for code, text in more.items() if text}}
    values = [Value(f"q/{code}", text, code, code) for code, text in fields.items()]
    values += [
        Value(f"q/{code}", text, None, code, code=code) for code, text in paper.codes.items()
    ]
    papers = tuple(Evidence(f"p/{kind}", kind, f"file-{kind}", kind) for kind in paper.kinds)
    return replace(school.content(), values=tuple(values), evidence=papers)


def begin(school: SmallSchool, name: str) -> None:
    """A new draft of that paper."""
    draft_id = f"{name}-{len(school.ids)}"
    ids = (school.ids["school"], name, "1", school.ids["child"], None, draft_id)
    draft = Draft(draft_id, *ids)
    school.do(lambda b: dialogue.add_draft(b, draft))
    school.ids |= {"draft": draft_id, f"draft {draft_id}": draft_id}


def send(
    school: SmallSchool, name: str, content: Content | None = None, *, who: str = "parent"
) -> Submission:
    """Send that paper, again in the same draft once it was begun."""
    paper, actor = PAPERS[name], school.actor(who)
    sent = sending.Sent(
        school.ids["draft"],
        school.ids["child"],
        name,
        "1",
        paper.route,
        paper.effect,
        paper.rule,
        content or content_of(school, paper),
    )
    case = school.do(lambda b: sending.submit(b, actor, sent, school.now))
    school.ids["case"] = case.id
    return case


def start(school: SmallSchool, name: str, **fields: str) -> Submission:
    """A child of the right status sends that paper for the first time."""
    status = PAPERS[name].status
    known = dict(_SUSPENDED) if status is Status.suspended else {}
    place(school, status, **{**known, **fields})
    begin(school, name)
    return send(school, name)


def decide(school: SmallSchool, who: str, act: Act, **how: object) -> Submission:
    actor, verdict = school.actor(who), school.verdict(act, **how)  # type: ignore[arg-type]
    return school.do(lambda b: desk.decide(b, actor, verdict, school.now))


def undo(school: SmallSchool, who: str) -> Submission:
    actor, case = school.actor(who), school.case()
    return school.do(lambda b: desk.undo(b, actor, case.id, case.revision, school.now))


def pass_inside(school: SmallSchool) -> Submission:
    """Everybody inside approves, each in his role."""
    while school.case().state is State.in_review:
        decide(school, PEOPLE[roles_now(school.case())[0]], Act.approve)
    return school.case()


def today(school: SmallSchool) -> date:
    return school.now.date()


def hand(school: SmallSchool, *, days_ago: int = 0, who: str = "registrar") -> Submission:
    day = today(school) - timedelta(days=days_ago)
    return write_down(school, Outside(Said.handed, day), who=who)


def record(
    school: SmallSchool, result: Said, *, who: str = "registrar", **how: object
) -> Submission:
    said = Outside(result, today(school), "教〔2026〕1号", "同意", None)
    return write_down(school, said, who=who, **how)


def write_down(
    school: SmallSchool, said: Outside, *, who: str = "registrar", **how: object
) -> Submission:
    actor, case = school.actor(who), school.case()
    entry = outside.Entry(case.id, case.revision, said, **how)  # type: ignore[arg-type]
    use = outside.hand_outside if said.result is Said.handed else outside.record_outside
    return school.do(lambda b: use(b, actor, entry, school.now))


def accept(school: SmallSchool) -> None:
    """All the way through the school and, where it must, through the authority."""
    if pass_inside(school).state is State.awaiting_outside:
        hand(school)
        record(school, Said.accepted)


def settle(school: SmallSchool) -> None:
    """Let the undo window close and do the work due."""
    school.wait(minutes=6)
    for picked in school.do(lambda b: jobs.pick(b, school.now)):
        school.do(lambda b, p=picked: _work(b, p, school))


def _work(books: Unit, picked: jobs.PickedJob, school: SmallSchool) -> None:
    job = picked.job
    kinds = {
        "apply_effect": register.apply_effect,
        "apply_early": register.apply_early,
        "begin_status": register.begin_status,
    }
    kinds[job.kind](books, job.school_id, str(job.ids["submission"]), school.now)
    jobs.finish(books, picked)


def notices(school: SmallSchool) -> list[str]:
    """What is owed to the family now."""
    return [picked.notice.phrase for picked in school.do(lambda b: outbox.pick(b, school.now))]


def flags(*kinds: str) -> tuple[Flag, ...]:
    return tuple(Flag(f"p/{kind}", "unreadable") for kind in kinds)
