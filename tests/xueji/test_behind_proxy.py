"""Whom a request is from when a proxy passes it on, and that nobody else is answered then."""

from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from xueji.behind_proxy import behind_proxy

LOCAL = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
STRANGE = (ip_network("10.0.0.0/8"),)


async def ask(
    *headers: str, proxies: tuple[object, ...] = LOCAL, is_open: bool = True
) -> tuple[int, str]:
    async def answer(request: web.Request) -> web.Response:
        body = await request.text()
        return web.Response(text=f"{request.remote} {request.match_info['name']} {body}")

    middleware = behind_proxy(proxies, is_open=is_open)  # type: ignore[arg-type]
    app = web.Application(middlewares=[middleware])
    app.router.add_post("/{name}", answer)
    async with TestClient(TestServer(app)) as client:
        passed = [("X-Forwarded-For", header) for header in headers]
        async with client.post("/page", data="body", headers=passed) as response:
            return response.status, await response.text()


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        pytest.param(("198.51.100.7",), "198.51.100.7", id="one"),
        pytest.param(("203.0.113.9, 198.51.100.7",), "198.51.100.7", id="hearsay before it"),
        pytest.param(("203.0.113.9", "198.51.100.7"), "198.51.100.7", id="two headers"),
        pytest.param(("198.51.100.7, 127.0.0.2",), "198.51.100.7", id="a second proxy"),
        pytest.param(("2001:db8::1",), "2001:db8::1", id="IPv6"),
        pytest.param((), "127.0.0.1", id="none"),
        pytest.param(("me",), "127.0.0.1", id="no address"),
    ],
)
async def test_the_sender_is_the_last_one_that_is_no_proxy(
    headers: tuple[str, ...], sender: str
) -> None:
    assert await ask(*headers) == (200, f"{sender} page body")


async def test_nobody_but_the_proxy_is_answered_on_a_network() -> None:
    assert (await ask("198.51.100.7", proxies=STRANGE))[0] == 403


async def test_this_machine_is_answered_and_its_header_is_not_believed() -> None:
    status, words = await ask("198.51.100.7", proxies=STRANGE, is_open=False)
    assert (status, words) == (200, "127.0.0.1 page body")
