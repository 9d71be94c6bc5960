"""What a page may show exactly once after its POST: an invitation, a set of slips, a reminder.

Kept in memory under a random key that stands in the address for one GET; a reload shows nothing,
and nothing secret is ever in an address. Called by the pages that make ways in.
"""

import secrets
from collections import OrderedDict
from typing import Generic, TypeVar

from registry.frozen import frozen

MAX_KEPT = 200
"""The oldest are forgotten beyond this; they can always be made anew."""

_Value = TypeVar("_Value")


@frozen
class _Kept(Generic[_Value]):
    actor_id: str
    value: _Value


class Once(Generic[_Value]):
    """Values waiting to be shown to the person they were made for, `most` of them at a time."""

    def __init__(self, most: int = MAX_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[str, _Kept[_Value]] = OrderedDict()

    def keep(self, actor_id: str, value: _Value) -> str:
        """The key for the address."""
        key = secrets.token_urlsafe(12)
        self._kept[key] = _Kept(actor_id, value)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return key

    def take(self, actor_id: str, key: str) -> _Value | None:
        """The value, once, for its own person."""
        kept = self._kept.get(key)
        if kept is None or kept.actor_id != actor_id:
            return None
        del self._kept[key]
        return kept.value
