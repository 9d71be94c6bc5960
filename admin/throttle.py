"""How often somebody may guess a password: by account, by address, by known device (T4).

It delays and never locks for good. A device that has signed in before has a bucket of its own, so
a stranger's guesses never keep the owner out. Called by the sign-in page.
"""

import binascii
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import field

from registry.frozen import frozen
from storage.sealing import Sealer
from web.limits import Buckets, Rate

ACCOUNT = Rate(burst=6, per_second=1 / 20)
ADDRESS = Rate(burst=30, per_second=1 / 2)
DEVICE_COOKIE = "device"
_PURPOSE = "known_device"


@frozen
class Throttle:
    """Made once for the panel; in memory only."""

    accounts: Buckets = field(default_factory=lambda: Buckets(ACCOUNT))
    addresses: Buckets = field(default_factory=lambda: Buckets(ADDRESS))

    def wait_seconds(self, account: str, address: str, seconds: float) -> int:
        """0 = go on, and one try is spent; else how long to wait. `seconds` is monotonic."""
        short = max(
            (1 - self.accounts.left(account, seconds)) / ACCOUNT.per_second,
            (1 - self.addresses.left(address, seconds)) / ADDRESS.per_second,
        )
        if short > 0:
            return math.ceil(short)
        self.accounts.take(account, seconds)
        self.addresses.take(address, seconds)
        return 0


def device_mark(sealer: Sealer, login: str) -> str:
    """What a browser keeps after signing in under that name."""
    return urlsafe_b64encode(sealer.sign(_PURPOSE, _plain(login))).decode()


def account_key(sealer: Sealer, login: str, mark: str | None) -> str:
    """Whose bucket a guess spends: the account's, or the known device's own."""
    try:
        signature = urlsafe_b64decode((mark or "").encode())
    except (binascii.Error, ValueError):
        signature = b""
    is_known = bool(signature) and sealer.verify(_PURPOSE, _plain(login), signature)
    return f"{'device' if is_known else 'account'}:{login.strip().casefold()}"


def _plain(login: str) -> bytes:
    return login.strip().casefold().encode()
