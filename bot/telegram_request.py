"""How python-telegram-bot reaches the Bot API here: over aiohttp, with one session.

About half the time per call of the library's own request class. `call` is the short way for the
calls of every turn: the same refusals, none of the library's objects. Made by `bot.telegram_api`.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    FormData,
    TCPConnector,
)
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from registry.frozen import frozen

CONNECTIONS: Final = 64
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 20.0
UPLOAD_SECONDS: Final = 120.0

Json: TypeAlias = Mapping[str, Any]

_JSON: Final = {"Content-Type": "application/json"}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@frozen
class _Plain:
    """What `BaseRequest` hands through to `do_request`: fields that are JSON already."""

    parameters: Json
    contains_files: bool = False


class AiohttpRequest(BaseRequest):
    """`BaseRequest` on one aiohttp session. Usable between `initialize` and `shutdown`."""

    def __init__(self) -> None:
        self._session: ClientSession | None = None
        self._timeouts: dict[float, ClientTimeout] = {}

    @property
    def read_timeout(self) -> float | None:
        """Seconds."""
        return READ_SECONDS

    async def initialize(self) -> None:
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(limit=CONNECTIONS),
                cookie_jar=DummyCookieJar(),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def call(self, url: str, fields: Json, wait_seconds: float = READ_SECONDS) -> Any:
        """The result of one method of the Bot API. Raises: `TelegramError`."""
        return await self.post(url, cast(RequestData, _Plain(fields)), read_timeout=wait_seconds)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Raises: `TimedOut`, `NetworkError`; never with the address, which holds the token."""
        if self._session is None:
            raise NetworkError("not open")
        body, headers = _body(request_data)
        read = READ_SECONDS
        if read_timeout is not BaseRequest.DEFAULT_NONE:
            read = cast(float, read_timeout)
        if request_data is not None and request_data.contains_files:
            read = max(read, UPLOAD_SECONDS)
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=self._timeout(read),
                allow_redirects=False,
            ) as response:
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except (ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    def _timeout(self, read_seconds: float) -> ClientTimeout:
        timeout = self._timeouts.get(read_seconds)
        if timeout is None:
            timeout = self._timeouts[read_seconds] = ClientTimeout(
                total=None, sock_connect=CONNECT_SECONDS, sock_read=read_seconds
            )
        return timeout


def _body(data: RequestData | None) -> tuple[FormData | bytes | None, Mapping[str, str] | None]:
    if data is None or not data.parameters:
        return None, None
    if not data.contains_files:
        return _encode(data.parameters).encode("utf-8", "replace"), _JSON
    form = FormData()
    for name, text in data.json_parameters.items():
        form.add_field(name, text)
    for name, (file_name, content, content_type) in data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=content_type)
    return form, None
