"""The register's fields: what kind of value each holds, who may see it, and how it is masked.

Order follows the national basic set (domain.md §2; R6, R119). A form names a field in `save_to`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FieldClass(StrEnum):
    """How careful we are with a field (T2, R3, R33)."""

    plain = "plain"  # class, month of entry
    name = "name"
    personal = "personal"  # address, telephone, birth date
    identity = "identity"  # numbers of papers
    delicate = "delicate"  # special situation, aid: registrar only (R261)
    health = "health"
    evidence = "evidence"  # pictures of papers


@dataclass(frozen=True, slots=True)
class Field:
    """One register field. `is_key`: changed only by the stricter paper (R72)."""

    code: str
    kind: str  # row of registry.values.KINDS
    field_class: FieldClass
    is_key: bool = False


_ROWS = (
    Field("full_name", "name", FieldClass.name, is_key=True),
    Field("sex", "sex", FieldClass.personal, is_key=True),
    Field("birth_date", "date", FieldClass.personal, is_key=True),
    Field("ethnic_group", "ethnic_group", FieldClass.personal),
    Field("id_type", "id_type", FieldClass.personal, is_key=True),
    Field("id_number", "id_card", FieldClass.identity, is_key=True),
    Field("household_kind", "household_kind", FieldClass.personal),
    Field("household_place", "address", FieldClass.personal),
    Field("home_address", "address", FieldClass.personal),
    Field("phone", "phone", FieldClass.personal),
    Field("previous_school", "school_name", FieldClass.plain),
    Field("national_number", "national_number", FieldClass.identity),
    Field("guardian1_name", "name", FieldClass.name),
    Field("guardian1_relation", "relation", FieldClass.plain),
    Field("guardian1_phone", "phone", FieldClass.personal),
    Field("guardian1_id_number", "id_card", FieldClass.identity),
    Field("guardian2_name", "name", FieldClass.name),
    Field("guardian2_relation", "relation", FieldClass.plain),
    Field("guardian2_phone", "phone", FieldClass.personal),
    Field("special_situation", "options", FieldClass.delicate),
)
FIELDS: Mapping[str, Field] = {field.code: field for field in _ROWS}
