"""Numbers that look drawn by lot and are not: `random()` and `uuid()` of a form.

They follow from the draft and its revision, so the same turn worked out twice gives the same; what
a form keeps of them it keeps as an answer. They guard no secret. Called by the walk.
"""

from collections.abc import Callable
from hashlib import sha256
from itertools import count

_BITS = 53  # as many as a float holds


def draws(seed: str) -> Callable[[], float]:
    """Numbers from 0 up to but not 1, always the same ones for the same seed."""
    numbers = count()

    def draw() -> float:
        drawn = sha256(f"{seed}:{next(numbers)}".encode()).digest()
        return float((int.from_bytes(drawn[:8], "big") >> (64 - _BITS)) / 2**_BITS)

    return draw
