"""What the sender of notices needs of a channel, and how a send can fail.

A channel that reaches people in their own messenger is a file of its own in this package.
"""

from typing import Protocol


class SendFailed(Exception):
    """A message did not go out. Says no address and no content."""

    def __init__(self, code: str, *, is_permanent: bool = False, retry_after: float = 0.0) -> None:
        super().__init__(code)
        self.code = code
        self.is_permanent = is_permanent  # this address takes nothing any more
        self.retry_after = retry_after  # seconds


class Channel(Protocol):
    """A way to write to somebody who is not looking at a page of ours."""

    name: str

    async def deliver(self, address: str, text: str, language: str) -> None:
        """Send one notice, already in that language. Raises: `SendFailed`."""
        ...
