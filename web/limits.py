"""How often somebody may do something: one small bucket per person, address or session (T7, T25).

In memory and forgetful on purpose: it slows a flood, it never locks anybody out for long.
"""

from collections import OrderedDict

from registry.frozen import frozen

MAX_KEYS = 20_000
"""The oldest are forgotten beyond this, so strangers cannot fill the memory."""


@frozen
class Rate:
    """So many at once, and so many more each second."""

    burst: int
    per_second: float


POSTS = Rate(burst=20, per_second=10)
WRONG_LINKS = Rate(burst=10, per_second=10 / 3600)


class Buckets:
    """Buckets of one rate; `seconds` is a monotonic time."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, seconds: float) -> bool:
        """Take one from this key's bucket; False = empty."""
        left = self.left(key, seconds)
        if left < 1:
            return False
        self._buckets[key] = (left - 1, seconds)
        self._buckets.move_to_end(key)
        if len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)
        return True

    def left(self, key: str, seconds: float) -> float:
        """How many could be taken now."""
        left, since = self._buckets.get(key, (float(self._rate.burst), seconds))
        return min(self._rate.burst, left + (seconds - since) * self._rate.per_second)
