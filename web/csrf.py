"""A POST is only taken from our own pages: where it comes from, and a token bound to the session.

Two independent checks (T11, T12). Asked by `web.app` for every POST; pages print the token with
`csrf_field`.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from storage.sealing import Sealer

FIELD = "csrf"
_PURPOSE = "csrf"


def token_for(sealer: Sealer, secret: str) -> str:
    """The token of everybody who holds this cookie; without the cookie it is worth nothing."""
    return urlsafe_b64encode(sealer.sign(_PURPOSE, secret.encode())).decode()


def is_own(sealer: Sealer, secret: str, token: str) -> bool:
    """Whether the token was made for this cookie: today's, or with an older key."""
    try:
        signature = urlsafe_b64decode(token.encode())
    except (binascii.Error, ValueError):
        return False
    return sealer.verify(_PURPOSE, secret.encode(), signature)


def is_same_origin(headers: Mapping[str, str], host: str, address: str) -> bool:
    """Whether a browser says that one of our own pages sent this.

    A browser sends `Sec-Fetch-Site` to trustworthy addresses only (HTTPS or the machine itself),
    so on a plain LAN address `Origin` must say it. Neither of them = refused.
    """
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return site is not None
    return origin in (f"https://{host}", f"http://{host}", _origin_of(address))


@cache
def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
