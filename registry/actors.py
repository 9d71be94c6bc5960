"""Who acts: a person of one school, what he was granted, and the children he is linked to.

Pure data. The policy table asks the grant in use; own-child and second-person rules ask the
person.
"""

from datetime import date
from enum import StrEnum

from registry.frozen import frozen


class Role(StrEnum):
    """What a person may be in a school (glossary). Rule: R11, R63, R77, R145, R221."""

    class_teacher = "class_teacher"
    committee = "committee"
    guardian = "guardian"  # anyone of the family: guardian, entrusted carer or helper (K21)
    operator = "operator"  # keeps the machine, sees no data (R192)
    principal = "principal"
    public = "public"  # nobody yet: an unopened link, the front page
    registrar = "registrar"
    supervisor = "supervisor"
    vice_principal = "vice_principal"


STAFF = frozenset(Role) - {Role.guardian, Role.public}


class Scope(StrEnum):
    """How far a grant reaches."""

    anyone = "anyone"
    own = "own"  # himself and the children he is linked to
    school_class = "school_class"
    grade = "grade"
    school = "school"


class Relation(StrEnum):
    """Who fills, seen from the child (K21)."""

    father = "father"
    mother = "mother"
    grandparent = "grandparent"
    other_guardian = "other_guardian"  # another legal guardian
    entrusted_carer = "entrusted_carer"
    helper = "helper"


GUARDIANS = frozenset({Relation.father, Relation.mother, Relation.other_guardian})
"""Only these consent and sign (K21); whoever else fills needs a guardian's signature elsewhere."""


@frozen
class Grant:
    """One role of one person, over one place, from a day until a day (both included)."""

    role: Role
    scope: Scope
    place_id: str  # of the class, grade or school; for Scope.own the actor
    since: date
    until: date | None = None

    def holds(self, today: date) -> bool:
        """Whether the grant is in force on that day."""
        return self.since <= today and (self.until is None or today <= self.until)


@frozen
class Link:
    """A person's tie to one child; what it allows was decided when the claim was accepted."""

    student_id: str
    relation: Relation
    may_fill: bool = True
    may_see: bool = True
    gets_notices: bool = True

    @property
    def is_guardian(self) -> bool:
        """Whether this person may consent and sign (K21)."""
        return self.relation in GUARDIANS


@frozen
class Actor:
    """One person in one school."""

    id: str
    school_id: str
    language: str = "zh_Hans"
    grants: tuple[Grant, ...] = ()
    links: tuple[Link, ...] = ()
    is_active: bool = True

    def link_to(self, student_id: str | None) -> Link | None:
        """The tie to that child, if there is one."""
        return next((link for link in self.links if link.student_id == student_id), None)

    def has_role(self, role: Role, today: date) -> bool:
        """Whether any grant of that role is in force."""
        return any(grant.role is role and grant.holds(today) for grant in self.grants)
