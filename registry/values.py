"""Every kind of value the papers ask for, in one table: how it is read, stored and masked.

`KINDS[name].read(text, today)` gives the text to store or the problem to tell. Called by question
types, the import of rosters, the export, and, as `VALIDATORS`, by the expression function valid().
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType

from registry import contacts, dates, identity, names
from registry.identity import Derived, derive
from registry.options import OPTIONS
from registry.readings import Kind, Reading, accepted, refused
from registry.regions import Regions

__all__ = ["KINDS", "VALIDATORS", "Derived", "Kind", "Reading", "derive", "read_by_staff"]


def _read_option(table: Mapping[str, str], text: str, today: date | None) -> Reading:
    """One code of a list."""
    code = text.strip()
    return accepted(code) if code in table else refused(code, "option_unknown")


def _read_options(text: str, today: date | None) -> Reading:
    """Several codes with a space between, as an XLSForm keeps them; their list is the form's."""
    codes = " ".join(text.split())
    known = all(code.replace("_", "").isalnum() and code.isascii() for code in codes.split())
    return accepted(codes) if known else refused(codes, "option_unknown")


_ROWS = (
    Kind("address", names.read_address, "address"),
    Kind("birth_date", dates.read_birth_date),
    Kind("class_name", names.read_class_name, "open"),
    Kind("date", dates.read_date),
    Kind("email", contacts.read_email),
    Kind("foreign_permit", identity.read_foreign_permit, "id"),
    Kind("home_return_permit", identity.read_home_return_permit, "id"),
    Kind("id_card", identity.read_id_card, "id"),
    Kind("id_card_15", identity.read_id_card_15, "id"),
    Kind("landline", contacts.read_landline, "phone"),
    Kind("mobile", contacts.read_mobile, "phone"),
    Kind("name", names.read_name, "name"),
    Kind("national_number", identity.read_national_number, "id"),
    Kind("options", _read_options),
    Kind("passport", identity.read_passport, "id"),
    Kind("phone", contacts.read_phone, "phone"),
    Kind("pinyin", names.read_pinyin, "name"),
    Kind("place", names.read_place),
    Kind("postcode", contacts.read_postcode),
    Kind("provincial_number", identity.read_provincial_number, "id"),
    Kind("region_code", contacts.read_region_code),
    Kind("school_name", names.read_school_name, "open"),
    Kind("signature", names.read_signature, "name"),
    Kind("taiwan_permit", identity.read_taiwan_permit, "id"),
    *(Kind(name, partial(_read_option, table)) for name, table in OPTIONS.items()),
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ROWS})


def read_by_staff(kind: str, text: str, regions: Regions | None) -> Reading:
    """As staff see it: a region code is looked up in the school's table, where it has one."""
    reading = KINDS[kind].read(text)
    if kind == "region_code" and reading.is_accepted and regions is not None:
        return contacts.read_region_code(text, counties=regions.counties)
    return reading


def _validator(kind: Kind) -> Callable[[str], bool]:
    return lambda text: kind.read(text).is_accepted


VALIDATORS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {name: _validator(kind) for name, kind in KINDS.items()}
)
