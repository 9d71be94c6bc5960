"""The register's fields: what kind of value each holds, who may see it, who gives it.

Order follows the national basic set (domain.md §2; R6, R119). A form names a field in `save_to`.
Not here, because the school knows them otherwise: grade and class (the child's class), month of
entry (the cohort), portrait. Never here: parents' position, employer and income (domain.md §1).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from registry.frozen import frozen


class FieldClass(StrEnum):
    """How careful we are with a field (T2, R3, R33)."""

    plain = "plain"  # class, month of entry
    name = "name"
    personal = "personal"  # address, telephone, birth date
    identity = "identity"  # numbers of papers
    delicate = "delicate"  # special situation, aid: registrar only (R261)
    health = "health"
    evidence = "evidence"  # pictures of papers
    standing = "standing"  # days of a suspension: leaders read them, the committee never


UNNAMED: Final = frozenset({FieldClass.delicate, FieldClass.health})
"""Not even named where others may look on (R261)."""


class Source(StrEnum):
    """Who gives a field's value."""

    family = "family"
    school = "school"  # typed or worked out by staff, never asked of a family


@frozen
class Field:
    """One register field. `is_key`: changed only by the stricter paper (R72)."""

    code: str
    kind: str  # row of registry.values.KINDS
    field_class: FieldClass
    is_key: bool = False
    source: Source = Source.family


_C, _SCHOOL = FieldClass, Source.school
_ROWS = (
    # ---- the child (personal basics)
    Field("full_name", "name", _C.name, is_key=True),
    Field("sex", "sex", _C.personal, is_key=True),
    Field("birth_date", "date", _C.personal, is_key=True),
    Field("birthplace", "place", _C.personal),
    Field("birthplace_region", "region_code", _C.personal, source=_SCHOOL),
    Field("native_place", "place", _C.personal),
    Field("ethnic_group", "ethnic_group", _C.personal),
    Field("nationality", "nationality", _C.personal),
    Field("id_type", "id_type", _C.personal, is_key=True),
    Field("id_number", "id_card", _C.identity, is_key=True),
    Field("overseas", "overseas", _C.personal),
    Field("politics", "politics", _C.personal, source=_SCHOOL),
    Field("health", "health", _C.health),
    # ---- auxiliary
    Field("name_pinyin", "pinyin", _C.name, source=_SCHOOL),
    Field("used_name", "name", _C.name),
    Field("household_place", "address", _C.personal),
    Field("household_region", "region_code", _C.personal, source=_SCHOOL),
    Field("household_kind", "household_kind", _C.personal),
    # ---- at school
    Field("national_number", "national_number", _C.identity),
    Field("provincial_number", "provincial_number", _C.identity, source=_SCHOOL),
    Field("entry_way", "entry_way", _C.personal, source=_SCHOOL),
    Field("boarding", "boarding", _C.personal, source=_SCHOOL),
    Field("student_source", "student_source", _C.personal, source=_SCHOOL),
    Field("previous_school", "school_name", _C.plain),
    # ---- how to reach the family
    Field("home_address", "address", _C.personal),
    Field("phone", "phone", _C.personal),
    Field("postcode", "postcode", _C.personal, source=_SCHOOL),
    # ---- what only the registrar reads (R261)
    Field("special_situation", "options", _C.delicate),
    Field("left_behind", "left_behind", _C.delicate),
    Field("migrant", "yes_no", _C.delicate),
    Field("disability", "disability", _C.delicate),
    Field("inclusion", "inclusion", _C.delicate, source=_SCHOOL),
    # ---- two members of the family; position and employer are never asked
    Field("guardian1_name", "name", _C.name),
    Field("guardian1_relation", "relation", _C.plain),
    Field("guardian1_phone", "phone", _C.personal),
    Field("guardian1_id_number", "id_card", _C.identity),
    Field("guardian2_name", "name", _C.name),
    Field("guardian2_relation", "relation", _C.plain),
    Field("guardian2_phone", "phone", _C.personal),
    # ---- who cares for the child while the parents work away (K21)
    Field("carer_name", "name", _C.name),
    Field("carer_relation", "carer", _C.personal),
    Field("carer_phone", "phone", _C.personal),
    # ---- suspension (R41, R205); the reason is the registrar's business only
    Field("suspended_from", "date", _C.standing),
    Field("suspended_until", "date", _C.standing),
    Field("suspension_reason", "suspension_reason", _C.health),
)
FIELDS: Mapping[str, Field] = {field.code: field for field in _ROWS}
KEY_FIELDS = frozenset(field.code for field in _ROWS if field.is_key)
"""Changed only by the stricter paper, after the education bureau's outcome. Rule: R72."""

GUARDIAN_FIELDS = frozenset(
    {"guardian1_name", "guardian1_relation", "guardian2_name", "guardian2_relation"}
)
"""Who the guardians are: with two of them linked, the registrar checks a change (K21)."""
