"""The people of a child, as the school keeps them: who may fill, see and be told, and who is who.

Called by the panel's page of a child's family. Only guardians consent and sign; an entrusted carer
is one by the guardians' paper 《委托照护情况告知书》, a helper by nothing. Rule: K21, R77–R79.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from registry.actors import Actor, Link, Relation
from registry.books import Books
from registry.cases import event, require
from registry.frozen import frozen
from registry.policy import Action, Target
from registry.problems import NotThere, RuleError
from registry.students import Student

RIGHTS: Final = ("may_fill", "may_see", "gets_notices")
MAX_NOTE: Final = 500


@frozen
class Wanted:
    """A tie as the school wants it. `note`: for staff only, None = as it was."""

    relation: Relation
    rights: Mapping[str, bool]
    note: str | None = None


def change_link(
    books: Books, staff: Actor, person_id: str, student_id: str, wanted: Wanted, now: datetime
) -> Link:
    """Each changed right, a changed relation and a changed note is recorded by itself.

    Raises: NotThere; RuleError `family.note_long`, `family.sees_to_fill`.
    """
    link = _link(books, staff, person_id, student_id, now)
    may_fill, may_see, gets = (wanted.rights.get(name, False) for name in RIGHTS)
    if may_fill and not may_see:
        raise RuleError("family.sees_to_fill")
    if wanted.note is not None and len(wanted.note) > MAX_NOTE:
        raise RuleError("family.note_long", {"limit": MAX_NOTE})
    changed = replace(
        link,
        relation=wanted.relation,
        may_fill=may_fill,
        may_see=may_see,
        gets_notices=gets,
    )
    ids = {"student": student_id, "person": person_id}
    for name in ("relation", *RIGHTS):
        before, after = getattr(link, name), getattr(changed, name)
        if before != after:
            value = after.value if isinstance(after, Relation) else int(after)
            books.record(event("family.link.changed", staff, now, **ids, right=name, value=value))
    if changed != link:
        books.add_link(person_id, changed)
    if wanted.note is not None and books.note_link(person_id, student_id, wanted.note):
        books.record(event("family.link.noted", staff, now, **ids))
    return changed


def end_link(books: Books, staff: Actor, person_id: str, student_id: str, now: datetime) -> None:
    """He is not this child's family any more: what he opens from now on shows nothing of it."""
    _link(books, staff, person_id, student_id, now)
    books.end_link(person_id, student_id)
    ids = {"student": student_id, "person": person_id}
    books.record(event("family.link.ended", staff, now, **ids))


def is_entrusted(student: Student) -> bool:
    """Whether the guardians told the school in writing who cares for the child. Rule: K21."""
    return bool(student.fields.get("carer_name"))


def name_in_register(student: Student, relation: Relation) -> str:
    """What the register calls the one person of that relation; "" where it knows none or two."""
    fields = student.fields
    if relation is Relation.entrusted_carer:
        return fields.get("carer_name", "")
    names = {
        fields.get(f"guardian{n}_name", "")
        for n in (1, 2)
        if fields.get(f"guardian{n}_relation") == relation
    }
    return names.pop() if len(names) == 1 else ""


def kept_relation(link: Link, said: Relation) -> Relation:
    """What a sent paper makes of a tie: nobody becomes a guardian by saying so himself. K21."""
    is_raised = Link(link.student_id, said).is_guardian and not link.is_guardian
    return link.relation if is_raised else said


def _link(books: Books, staff: Actor, person_id: str, student_id: str, now: datetime) -> Link:
    """Raises: NotThere alike for foreign, missing and one's own child."""
    student = books.load_student(staff.school_id, student_id)
    target = Target(student.school_id, student.grade_id, student.class_id, student.id)
    require(staff, Action.link_edit, target, now)
    if staff.link_to(student_id) is not None:
        raise NotThere
    link = books.load_actor(staff.school_id, person_id).link_to(student_id)
    if link is None:
        raise NotThere
    return link
