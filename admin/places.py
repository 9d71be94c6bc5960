"""The school's classes by name, and in which role a reviewer meets a case standing in one.

Read once for a page; every list of the panel names classes through it.
"""

from collections.abc import Mapping
from datetime import date

from registry.actors import Actor, Role
from registry.frozen import frozen
from registry.policy import Action, Target, permit
from registry.routes import ROUTES, roles_at
from registry.schools import Grade, SchoolClass
from registry.submissions import State
from storage import people_books, school_books
from storage.reader import Reader
from web.labels import class_label

COLLECTION_FORM = "new_student"
"""The paper whose progress the class pages show."""

_WIDEST_FIRST = (
    Role.registrar,
    Role.class_teacher,
    Role.principal,
    Role.vice_principal,
    Role.committee,
)


@frozen
class ClassPlace:
    """One class with its name in the reader's language."""

    school_class: SchoolClass
    grade: Grade
    label: str
    teacher: str = ""

    @property
    def id(self) -> str:
        """Of the class."""
        return self.school_class.id

    def target(self, student_id: str = "") -> Target:
        """The class, or a child in it, as the policy sees it."""
        return Target(self.grade.school_id, self.grade.id, self.id, student_id)


Places = Mapping[str, ClassPlace]


def read_places(reader: Reader, school_id: str, language: str) -> Places:
    """All classes, by grade and number."""
    grades = {grade.id: grade for grade in school_books.grades(reader, school_id)}
    classes = school_books.classes(reader, school_id)
    teachers = {one.teacher_id for one in classes if one.teacher_id}
    names = people_books.names(reader, school_id, teachers)
    return {
        one.id: ClassPlace(
            one,
            grades[one.grade_id],
            class_label(grades[one.grade_id], one, language),
            names.get(one.teacher_id or "", ""),
        )
        for one in classes
    }


def reach_classes(places: Places, actor: Actor, action: Action, today: date) -> Places:
    """The classes this person reaches with that action."""
    return {
        place.id: place
        for place in places.values()
        if permit(actor, action, place.target(), today) is not None
    }


def role_before(
    actor: Actor, place: ClassPlace, student_id: str, standing: "Standing", today: date
) -> Role | None:
    """In which of his roles a person meets this case: the step's own first. None = not at all."""
    if actor.link_to(student_id) is not None:
        return None
    steps = ROUTES[standing.route].steps
    helps = standing.committee_helps
    roles = {role for step in steps for role in roles_at(step, helps)} | {Role.registrar}
    now = roles_at(steps[standing.step], helps)
    first = now if standing.state is State.in_review else ()
    for role in (*first, *_WIDEST_FIRST):
        target = place.target(student_id)
        if role in roles and permit(actor, Action.submission_open, target, today, role=role):
            return role
    return None


@frozen
class Standing:
    """Where a case stands, as far as roles depend on it."""

    route: str
    step: int
    state: State
    committee_helps: bool
