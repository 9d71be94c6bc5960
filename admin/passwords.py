"""Passwords: argon2id, in a thread and few at a time, so that a flood of guesses costs no memory.

An unknown name costs the same as a known one. Called by the sign-in and welcome pages. Rule: T4.
"""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 8
MAX_LENGTH = 200
AT_ONCE = 2
"""19 MiB each: more at once would only wait for a processor."""

# OWASP's smallest argon2id setting: 19 MiB, two passes, one lane; about 30 ms.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Passwords:
    """Made once for the panel; the semaphore is its only state."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)

    async def make(self, password: str) -> str:
        """The hash to keep."""
        async with self._places:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def check(self, password: str, kept: str | None) -> bool:
        """Whether it is the password of that hash; None = nobody, after the same work."""
        async with self._places:
            is_right = await asyncio.to_thread(_verify, kept or _nobody(), password)
        return is_right and kept is not None


def _verify(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """The hash an unknown name is compared with."""
    return _HASHER.hash("nobody")
