"""A slip of paper for one family: the way to the form as a square code and as an address.

Only the picture and the short address are made here; the page that is printed lays them out. No
number of any paper of the child is ever on a slip. Called by the class teacher's page.
"""

from datetime import date

import segno

from registry.frozen import frozen

QUIET_MODULES = 2
"""White around the code; the sheet is white as well."""


@frozen
class Slip:
    """What one family is handed."""

    child_name: str
    class_label: str
    url: str
    until: date | None
    code: str  # an <svg> element

    def __repr__(self) -> str:
        """No name and no way in."""
        return "Slip(…)"


def make_slip(child_name: str, class_label: str, url: str, until: date | None) -> Slip:
    """One slip; the code is drawn here."""
    return Slip(child_name, class_label, url, until, draw_code(url))


def draw_code(url: str) -> str:
    """A QR code as an <svg> element without style or script; size comes from the stylesheet.

    Error correction M (15 %): a slip is folded and carried home in a pencil case.
    """
    code = segno.make_qr(url, error="m")
    return str(
        code.svg_inline(border=QUIET_MODULES, omitsize=True, svgclass="code", lineclass=None)
    )
