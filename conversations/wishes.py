"""What a family may want beyond the papers the school asks for: a table of wishes.

A wish leads to its paper, or to the sentence that says why not and what instead (K4). Which wishes
are listed follows from the child's status; what may be done follows from `registry.legality`.
"""

from collections.abc import Mapping

from registry.frozen import frozen
from registry.legality import TRANSFER_OUT, WITHDRAWAL
from registry.students import Status

_S = Status
_HERE = frozenset({_S.enrolled, _S.suspended})


@frozen
class Wish:
    """One row. `paper`: the form it opens, or a wish that no form of ours fulfils."""

    code: str
    paper: str
    listed: frozenset[Status]


_ROWS = (
    Wish("resumption", "resumption", frozenset({_S.suspended})),
    Wish("extension", "suspension", frozenset({_S.suspended})),  # 续休 is the same paper
    Wish("change", "info_change", _HERE),
    Wish("transfer_in", "transfer_in", frozenset({_S.expected})),
    Wish("care", "entrusted_care", _HERE | {_S.expected}),
    Wish("transfer", TRANSFER_OUT, _HERE),
    Wish("suspension", "suspension", frozenset({_S.enrolled})),
    Wish("withdrawal", WITHDRAWAL, _HERE),
)
"""In the order in which they are offered: what a child of that status most likely needs first."""

WISHES: Mapping[str, Wish] = {wish.code: wish for wish in _ROWS}

WISHED = frozenset(wish.paper for wish in _ROWS)
"""Papers the family asks for itself: they are begun through a wish, not listed at home."""
