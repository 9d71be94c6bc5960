"""How python-telegram-bot reaches the Bot API here: over aiohttp, with one session.

About half the time per call of the library's own request class. `RawUpdates` hands on what was
fetched as it came, because the inbox stores it before anything reads it. Made by `bot.telegram`.
"""

import json
from typing import Any, Final, TypeAlias, cast

from aiohttp import ClientError, ClientSession, ClientTimeout, FormData, TCPConnector
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS: Final = 64
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 20.0
UPLOAD_SECONDS: Final = 120.0

Json: TypeAlias = dict[str, Any]


class AiohttpRequest(BaseRequest):
    """`BaseRequest` on one aiohttp session. Usable between `initialize` and `shutdown`."""

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds."""
        return READ_SECONDS

    async def initialize(self) -> None:
        if self._session is None:
            # One connection per waiting chat, and none of the environment's proxies by surprise.
            connector = TCPConnector(limit=CONNECTIONS)
            self._session = ClientSession(connector=connector, auto_decompress=True)

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

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
        timeout = ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=read)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except (ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None


class RawUpdates(AiohttpRequest):
    """For getUpdates alone: the library is given none of them, `taken` holds them all."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Json] = []

    def parse_json_payload(self, payload: bytes) -> Json:  # type: ignore[override]
        """Keep the updates of an answer that is ok."""
        answer = AiohttpRequest.parse_json_payload(payload)
        if isinstance(answer.get("result"), list):
            self.taken, answer["result"] = answer["result"], []
        return answer


def _body(data: RequestData | None) -> tuple[FormData | bytes | None, dict[str, str] | None]:
    if data is None or not data.parameters:
        return None, None
    if not data.contains_files:
        return json.dumps(data.parameters).encode(), {"Content-Type": "application/json"}
    form = FormData()
    for name, text in data.json_parameters.items():
        form.add_field(name, text)
    for name, (file_name, content, content_type) in data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=content_type)
    return form, None
