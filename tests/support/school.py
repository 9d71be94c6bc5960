"""A small invented school, made through the same use cases as a real one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from conversations.draft import Draft
from registry import families, sending, setup
from registry.actors import Actor, Relation, Role
from registry.desk import Verdict
from registry.schools import Settings, Stage
from registry.submissions import (
    Act,
    Consent,
    Content,
    Evidence,
    Flag,
    Signature,
    Submission,
    Value,
)
from storage import dialogue
from storage.database import Database
from storage.migration import migrate
from storage.sealing import new_keys
from storage.unit import Unit

T = TypeVar("T")
START = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
NAME_PATH, PAGE_PATH = "child/full_name", "papers/household_page"


@dataclass
class SmallSchool:
    """One grade, two classes, a teacher each, two committee members, a registrar, one family."""

    db: Database
    now: datetime = START
    ids: dict[str, str] = field(default_factory=dict)

    def do(self, fn: Callable[[Unit], T]) -> T:
        return self.db.write_now(fn)

    def wait(self, **parts: int) -> None:
        self.now += timedelta(**parts)

    def actor(self, name: str) -> Actor:
        school_id = self.ids["school"]
        return self.do(lambda books: books.load_actor(school_id, self.ids[name]))

    def case(self) -> Submission:
        return self.do(lambda books: books.load_submission(self.ids["school"], self.ids["case"]))

    def content(self, *, helps: bool = True, relation: Relation = Relation.mother) -> Content:
        """What an ordinary family sends."""
        parent, at = self.ids["parent"], self.now
        agreed = {"statement": True, "committee_help": helps}
        return Content(
            values=(Value(NAME_PATH, "欧阳小树", "full_name", "姓名"),),
            evidence=(Evidence(PAGE_PATH, "household_register", "file", "户口本"),),
            consents=tuple(
                Consent(purpose, answer, "1", "00", parent, at)
                for purpose, answer in agreed.items()
            ),
            signature=Signature(parent, relation, "欧阳大树", at, "00"),
            relation=relation,
            summary="1 姓名 欧阳小树",
        )

    def submit(self, content: Content | None = None) -> Submission:
        parent = self.actor("parent")
        sent = sending.Sent(
            self.ids["draft"],
            self.ids["child"],
            "new_student",
            "1",
            "new_student",
            "enrol",
            "household_register",
            content or self.content(),
        )
        case = self.do(lambda books: sending.submit(books, parent, sent, self.now))
        self.ids["case"] = case.id
        return case

    def verdict(self, act: Act, *, flags: tuple[Flag, ...] = (), reason: str = "") -> Verdict:
        return Verdict(self.ids["case"], self.case().revision, act, flags, reason)


def open_books(url: str, home: Path) -> Database:
    migrate(url)
    return Database.open(url, new_keys(), home)


def found(db: Database, *, settings: Settings | None = None) -> SmallSchool:
    """A school ready for its first submission."""
    school = SmallSchool(db)
    now, ids = school.now, school.ids
    made, registrar = school.do(
        lambda b: setup.found_school(b, "向阳小学", "010-00000000", "周老师", now)
    )
    ids |= {"school": made.id, "registrar": registrar.id}
    wanted = settings or Settings(committee_helps=True)
    school.do(lambda b: setup.change_settings(b, registrar, wanted, now))
    grade = school.do(lambda b: setup.add_grade(b, registrar, Stage.primary, 1, 2026, now))
    classes = school.do(lambda b: setup.add_classes(b, registrar, grade.id, (1, 2), now))
    ids |= {"grade": grade.id, "class": classes[0].id, "other class": classes[1].id}
    for name, role, place in (
        ("teacher", Role.class_teacher, classes[0].id),
        ("other teacher", Role.class_teacher, classes[1].id),
        ("committee", Role.committee, made.id),
        ("second committee", Role.committee, made.id),
        ("second registrar", Role.registrar, made.id),
        ("principal", Role.principal, made.id),
    ):
        ids[name] = school.do(
            lambda b, r=role, p=place: setup.add_staff(b, registrar, "王老师", r, p, now)
        ).id
    rows = [setup.RosterRow(classes[0].id, name) for name in ("欧阳小树", "慕容小溪")]
    children = school.do(lambda b: setup.add_roster(b, registrar, rows, now))
    ids |= {"child": children[0].id, "other child": children[1].id}
    _add_family(school)
    return school


def _add_family(school: SmallSchool) -> None:
    now, ids = school.now, school.ids
    parent = school.do(lambda b: families.arrive(b, ids["school"], "zh_Hans", now))
    ids["parent"] = parent.id
    school.do(lambda b: families.take_slip(b, parent, ids["child"], Relation.mother, now))
    draft = Draft("draft-1", ids["school"], "new_student", "1", ids["child"], None, "2026")
    school.do(lambda b: dialogue.add_draft(b, draft))
    ids["draft"] = draft.id


def without_signature(content: Content) -> Content:
    return replace(content, signature=None)
