"""For whom a request is, when a trusted proxy passes it on; and nobody else may ask then.

The proxy ends TLS and says the sender's address in X-Forwarded-For; from anybody else that header
is a lie. Put before the gate by the server.
"""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from aiohttp import web
from aiohttp.typedefs import Middleware

from xueji.settings import Network

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def behind_proxy(proxies: tuple[Network, ...], *, is_open: bool) -> Middleware:
    """`is_open`: listening to a network, where only the proxies are answered."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_proxy(request.remote, proxies):
            if is_open:
                raise web.HTTPForbidden
            return await handler(request)
        sender = _sender(request.headers.getall("X-Forwarded-For", []), proxies)
        return await handler(request.clone(remote=sender) if sender else request)

    return middleware


def _sender(headers: list[str], proxies: tuple[Network, ...]) -> str | None:
    """The last address that is not one of the proxies: what stands before it is hearsay."""
    passed = [part.strip() for header in headers for part in header.split(",")]
    for address in reversed(passed):
        if not _is_address(address):
            return None
        if not _is_proxy(address, proxies):
            return address
    return None


def _is_proxy(address: str | None, proxies: tuple[Network, ...]) -> bool:
    if address is None or not _is_address(address):
        return False
    found = ip_address(address)
    return any(found.version == network.version and found in network for network in proxies)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
