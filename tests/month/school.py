"""The school of the month: founded by the use cases, its staff deciding every evening."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random

from conversations.xlsform.shelf import Shelves
from registry import desk, families, setup
from registry.actors import Role
from registry.cases import may_reject
from registry.desk import Verdict
from registry.problems import RuleError
from registry.schools import Settings, Stage
from registry.submissions import Act, Flag, Submission
from storage import queries
from storage.database import Database
from storage.files import LocalFiles
from storage.images import Images
from storage.migration import migrate
from storage.queries import QueueFilter
from storage.sealing import new_keys
from storage.unit import Unit
from tests.support.site import SHELF
from web.house import House

CLASSES = 8
FLAGS = (("home/home_address", "incomplete"), ("papers/household_page", "unreadable"))


@dataclass(frozen=True, slots=True)
class Month:
    """The house, its people and its dice."""

    house: House
    school_id: str
    staff: Mapping[str, str]  # who → actor id
    classes: tuple[str, ...]
    random: Random

    def then(self, moment: datetime) -> House:
        """The same house at that moment."""
        return replace(self.house, clock=lambda: moment)


def open_month(home: Path, images: Images, seed: int, begins: datetime) -> Month:
    """A school ready for its families."""
    url, keys = f"sqlite:///{home / 'xueji.sqlite'}", new_keys()
    migrate(url)
    db = Database.open(url, keys, home)
    staff, classes = db.write_now(lambda unit: _found(unit, begins))
    house = House(
        db=db,
        shelves=Shelves(SHELF),
        files=LocalFiles(home / "files", db.sealer),
        images=images,
        sealer=db.sealer,
        clock=lambda: begins,
        address="http://127.0.0.1",
        school_id=staff["school"],
    )
    return Month(house, staff["school"], staff, classes, Random(seed))


def _found(unit: Unit, now: datetime) -> tuple[dict[str, str], tuple[str, ...]]:
    school, registrar = setup.found_school(unit, "向阳学校", "0999-2345678", "李敏", now)
    settings = Settings(committee_helps=True, undo_minutes=5)
    setup.change_settings(unit, registrar, settings, now)
    grade = setup.add_grade(unit, registrar, Stage.primary, 1, 2026, now)
    classes = setup.add_classes(unit, registrar, grade.id, range(1, CLASSES + 1), now)
    staff = {"school": school.id, "registrar": registrar.id, "grade": grade.id}
    for who, role in (("committee", Role.committee), ("second registrar", Role.registrar)):
        staff[who] = setup.add_staff(unit, registrar, "何晓燕", role, school.id, now).id
    for school_class in classes:
        person = setup.add_staff(
            unit, registrar, "王丽华", Role.class_teacher, school_class.id, now
        )
        staff[school_class.id] = person.id
    return staff, tuple(school_class.id for school_class in classes)


def add_children(month: Month, names: Mapping[int, list[str]], now: datetime) -> list[str]:
    """The roster by class number; ids in the same order."""

    def add(unit: Unit) -> list[str]:
        registrar = unit.load_actor(month.school_id, month.staff["registrar"])
        ids: list[str] = []
        for number, children in names.items():
            rows = [setup.RosterRow(month.classes[number - 1], name) for name in children]
            ids += [one.id for one in setup.add_roster(unit, registrar, rows, now)]
        return ids

    return month.house.db.write_now(add)


def an_evening(month: Month, now: datetime) -> int:
    """Everybody works off his queue; how many decisions were made."""
    people = [*month.classes, "committee", "registrar", "second registrar"]
    return sum(_work(month, month.staff[who], now) for who in people)


def accept_claims(month: Month, students: Mapping[tuple[str, str], str], now: datetime) -> None:
    """Class teachers know their children; one claim in nine is left for tomorrow."""

    def accept(unit: Unit) -> None:
        for class_id in month.classes:
            teacher = unit.load_actor(month.school_id, month.staff[class_id])
            for row in queries.claims_of(unit, teacher, now.date()):
                if month.random.random() < 0.11:
                    continue
                student_id = students[class_id, row.claim.child_name]
                families.accept_claim(unit, teacher, row.claim.id, student_id, now)

    month.house.db.write_now(accept)


def _work(month: Month, actor_id: str, now: datetime) -> int:
    def waiting(unit: Unit) -> list[str]:
        actor = unit.load_actor(month.school_id, actor_id)
        return [item.id for item in queries.queue(unit, actor, QueueFilter(), now.date()).items]

    made = 0
    for case_id in month.house.db.read_now(waiting):
        if month.random.random() < 0.15:
            continue  # tomorrow
        made += month.house.db.write_now(
            lambda unit, case_id=case_id: _decide(unit, month, actor_id, case_id, now)
        )
    return made


def _decide(unit: Unit, month: Month, actor_id: str, case_id: str, now: datetime) -> int:
    actor = unit.load_actor(month.school_id, actor_id)
    case = desk.open_case(unit, actor, case_id, now)
    dice = month.random.random()
    verdict = _verdict(case, dice, may_reject=may_reject(actor, case, now))
    try:
        decided = desk.decide(unit, actor, verdict, now)
    except RuleError as refused:
        if refused.code != "review.two_people":
            raise
        return 0  # a colleague takes the second step
    if month.random.random() < 0.05:
        desk.undo(unit, actor, decided.id, decided.revision, now)
    return 1


def _verdict(case: Submission, dice: float, *, may_reject: bool) -> Verdict:
    paths = {one.path for one in case.content.values}
    paths |= {one.path for one in case.content.evidence}
    flags = tuple(Flag(path, reason) for path, reason in FLAGS if path in paths)
    if dice < 0.16 and flags and case.round < 3:
        return Verdict(case.id, case.revision, Act.return_, flags)
    if dice < 0.18 and may_reject:
        return Verdict(case.id, case.revision, Act.reject, (), "not_our_school")
    return Verdict(case.id, case.revision, Act.approve)
