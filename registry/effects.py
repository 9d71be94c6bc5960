"""What an approved paper does to the register, as data. Applied by `desk.apply_effect`, once,
after the undo window.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.students import Status


@dataclass(frozen=True, slots=True)
class Effect:
    """Fields named by the form's `save_to` are always filled; the rest stands here."""

    code: str
    allowed: frozenset[Status]  # the child's status must be one of these, else the case goes back
    becomes: Status | None = None  # None: the status stays
    allots_number: bool = False  # R195: at approval, never at submission
    notice: str = "notice.effective"


EFFECTS: Mapping[str, Effect] = {
    "enrol": Effect(
        "enrol",
        frozenset({Status.expected}),
        becomes=Status.enrolled,
        allots_number=True,
        notice="notice.enrolled",
    ),
}
