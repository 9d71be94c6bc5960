"""What one guardian does not see of another: own telephone, address, number and activity (K21).

The names and relations of a child's guardians are known to the family; the rest of a guardian's
block is his own as soon as a second person is linked to the child. Staff see all of it.
"""

import re

from registry.actors import Link
from registry.students import Student

_OF_GUARDIAN = re.compile(r"guardian([0-9])_([a-z_]+)")

SHARED = frozenset({"name", "relation", "relation_note", "is_guardian"})
"""What of a guardian's block the whole family knows anyway."""


def is_own_of_other(code: str, student: Student, link: Link | None, guardian_count: int) -> bool:
    """Whether a register field belongs to another guardian than the one who asks."""
    if code == "phone" and guardian_count > 1:
        return _is_anothers_phone(student, link)
    if guardian_count < 2:
        return False
    if code == "phone":
        return _is_telephone_of_other(student, link)
    found = _OF_GUARDIAN.fullmatch(code)
    if found is None or found[2] in SHARED:
        return False
    relation = student.fields.get(f"guardian{found[1]}_relation", "")
    return link is None or relation != link.relation


def _is_telephone_of_other(student: Student, link: Link | None) -> bool:
    """The number by which the family is found is mostly that of one of its guardians."""
    fields, number = student.fields, student.fields.get("phone", "")
    whose = {
        fields.get(f"guardian{n}_relation", "")
        for n in (1, 2)
        if number and fields.get(f"guardian{n}_phone") == number
    }
    return bool(whose) and (link is None or link.relation not in whose)


def _is_anothers_phone(student: Student, link: Link | None) -> bool:
    """The family's number is the one of whoever filled the paper: his own, too."""
    fields, mine = student.fields, link.relation if link else None
    numbers = {fields.get(f"guardian{n}_relation"): fields.get(f"guardian{n}_phone") for n in "12"}
    owners = {owner for owner, number in numbers.items() if number == fields.get("phone")}
    return bool(owners) and mine not in owners
