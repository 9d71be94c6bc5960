"""Ways to reach somebody: mobile, landline, postcode, e-mail; and twelve-digit region codes.

Canonical: half-width digits; a landline as 010-12345678 or 0371-1234567-12. Called through
`registry.values`.
"""

import re
from collections.abc import Collection
from datetime import date

from registry.options import PROVINCES
from registry.problems import Problem
from registry.readings import Reading, accepted, compact, half_width, refused

_CHINA = re.compile(r"^\(?(?:\+|00)86\)?[ -]*")
_DOT_BETWEEN = re.compile(r"(?<=[0-9])[.·](?=[0-9])")
_MOBILE = re.compile(r"(?:86|0)?(1[3-9][0-9]{9})")
_MOBILE_START = re.compile(r"1[3-9][0-9]{6,13}")
_ABROAD = re.compile(r"(?:\+|00)([1-9][0-9]{6,14})")
_LANDLINE = re.compile(
    r"\(?(0?)(10|2[0-9]|[3-9][0-9]{2})\)?[ -]*"  # area code
    r"([2-8][0-9]{2,3})[ -]?([0-9]{4})"
    r"(?: *(?:-|转|#|EXT\.?) *([0-9]{1,6}))?",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"[2-8][0-9]{6,7}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")


def read_mobile(text: str, today: date | None = None) -> Reading:
    """A mainland mobile, with or without +86."""
    typed = _DOT_BETWEEN.sub(" ", half_width(text))
    found = _MOBILE.fullmatch(compact(_CHINA.sub("", typed)))
    if found:
        return accepted(found.group(1))
    digits = compact(typed)
    if _MOBILE_START.fullmatch(digits):
        return refused(text, "mobile_length", count=len(digits))
    return refused(text, "mobile_shape")


def read_landline(text: str, today: date | None = None) -> Reading:
    """A mainland landline with its area code, perhaps an extension."""
    typed = half_width(text)
    if _LOCAL.fullmatch(compact(text)):
        return refused(text, "landline_area")
    local = _CHINA.sub("", typed)
    found = _LANDLINE.fullmatch(local)
    # Only after +86 may the 0 of the area code be missing.
    if found is None or (not found.group(1) and local == typed):
        return refused(text, "landline_shape")
    _, area, first, last, extension = found.groups()
    return accepted(f"0{area}-{first}{last}" + (f"-{extension}" if extension else ""))


def read_phone(text: str, today: date | None = None) -> Reading:
    """Mobile or landline; a number abroad is written with + and its country code."""
    mobile = read_mobile(text)
    if mobile.is_accepted:
        return mobile
    landline = read_landline(text)
    if landline.is_accepted:
        return landline
    abroad = _ABROAD.fullmatch(compact(text))
    if abroad and not abroad.group(1).startswith("86"):
        return accepted("+" + abroad.group(1))
    if mobile.problem is not None and mobile.problem.code == "value.mobile_length":
        return mobile
    code = "landline_area" if _LOCAL.fullmatch(compact(text)) else "phone_shape"
    return refused(text, code)


def read_postcode(text: str, today: date | None = None) -> Reading:
    """Six digits."""
    code = compact(text)
    if re.fullmatch(r"[0-9]{6}", code) and code != "000000":
        return accepted(code)
    return refused(text, "postcode_shape")


def read_email(text: str, today: date | None = None) -> Reading:
    """An e-mail address, kept as typed but half-width."""
    address = half_width(text)
    return accepted(address) if _EMAIL.fullmatch(address) else refused(text, "email_shape")


def read_region_code(
    text: str, today: date | None = None, *, counties: Collection[str] | None = None
) -> Reading:
    """Twelve digits by shape; a county missing from the school's table is only a warning.

    `counties`: what the table knows of them; None = no table was imported.
    """
    code = compact(text)
    if not re.fullmatch(r"[1-9][0-9]{11}", code):
        return refused(text, "region_shape")
    known = code[:2] in PROVINCES if counties is None else code[:6] in counties
    return accepted(code, () if known else (Problem("value.region_unknown"),))
