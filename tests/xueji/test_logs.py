"""No data of a person and no secret reaches a log, whichever way it comes (T21)."""

import asyncio
import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog
from aiohttp import ClientSession, web

from tests.xueji.program import kept_logging
from xueji import logs
from xueji.access import AccessLog

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
LINK = "Zk3vQ8xLw1nT5yRb7uHdPg"
PLANTED = {
    "id number": "99999920180312002X",
    "id number with spaces": "999999 20180312 002X",
    "mobile": "13800138000",
    "mobile with dashes": "138-0013-8000",
    "mobile inside a word": "tel13800138000",
    "landline": "010-88886666",
    "full-width mobile": "１３８００１３８０００",
    "name": "古丽米热·艾比布力",
    "rare name": "𠮷",
    "bot token": TOKEN,
    "bot address": f"https://api.telegram.org/bot{TOKEN}/getMe",
    "link": LINK,
    "link in a path": f"/l/{LINK}",
    "query": "/panel?q=secretword",
    "line break": 'a\r\n{"event": "forged"}',
    "escape": "\x1b[31mred",
    "direction": "\u202etxt.exe",
    "separator": "\u2028next",
}
WAYS: dict[str, Callable[[str], None]] = {
    "our event": lambda text: logging.getLogger("web").error("bug %s", text),
    "our field": lambda text: structlog.get_logger("xueji").warning("x.happened", words=text),
    "our nested field": lambda text: structlog.get_logger("xueji").warning("x", words=[text]),
    "our field's name": lambda text: logging.getLogger("web").error("x", extra={text: 1}),
    "a library's filling": lambda text: logging.getLogger("somelib").error("got %s", text),
    "a library's sentence": lambda text: logging.getLogger("httpx").warning(f"GET {text}"),
    "an exception": lambda text: log_exception(ValueError(text)),
    "a cause": lambda text: log_exception(caused(text)),
    "a crash": lambda text: sys.excepthook(ValueError, ValueError(text), None),
    "a crash in a thread": lambda text: crash_in_thread(text),
    "a lost task": lambda text: lose_task(text),
    "a warning": lambda text: warnings.warn(f"old: {text}", UserWarning, stacklevel=1),
    "a wrong template": lambda text: logging.getLogger("web").error("x %d", text),
}


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """The log of this test; what it changed in the process is put back."""
    stream = io.StringIO()
    with kept_logging():
        logs.set_up(logging.DEBUG, stream)
        yield stream


def log_exception(error: Exception) -> None:
    try:
        raise error
    except Exception:
        logging.getLogger("somelib").exception("failed")


def caused(text: str) -> Exception:
    error = RuntimeError("outside")
    error.__cause__ = ValueError(text)
    return error


def crash_in_thread(text: str) -> None:
    def crash() -> None:
        raise ValueError(text)

    thread = threading.Thread(target=crash, name="t")
    thread.start()
    thread.join()


def lose_task(text: str) -> None:
    context = {"message": f"Task exception: {text}", "exception": ValueError(text)}
    loop = asyncio.new_event_loop()
    loop.close()
    logs.log_lost_task(loop, context)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_planted_value_is_not_in_the_log(stream: io.StringIO, way: str, planted: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        WAYS[way](PLANTED[planted])
    written = stream.getvalue()
    assert PLANTED[planted] not in written
    assert json.dumps(PLANTED[planted])[1:-1] not in written


@pytest.mark.parametrize("way", sorted(set(WAYS) - {"a wrong template"}))
@pytest.mark.parametrize("planted", ["line break", "separator", "escape"])
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_one_event_is_one_line_of_plain_json(stream: io.StringIO, way: str, planted: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        WAYS[way](PLANTED[planted])
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1
    assert lines[0].isascii()
    assert lines[0].isprintable()
    assert json.loads(lines[0])["level"] in {"error", "warning", "critical"}


def test_what_is_ours_stays_readable(stream: io.StringIO) -> None:
    case = "0f3c2b1a9d8e7f6a5b4c3d2e1f0a9b8c"
    structlog.get_logger("xueji").info("job.failed", job=case, tries=3, is_last=False)
    event = json.loads(stream.getvalue())
    del event["timestamp"]
    assert event == {
        "event": "job.failed",
        "level": "info",
        "logger": "xueji",
        "job": case,
        "tries": 3,
        "is_last": False,
    }


def test_an_exception_is_its_type_and_places(stream: io.StringIO) -> None:
    log_exception(ValueError("words"))
    event = json.loads(stream.getvalue())
    assert event["error"] == "ValueError"
    assert "test_logs.py" in event["at"][0]


def test_libraries_are_quiet_below_warning(stream: io.StringIO) -> None:
    for name in logs.QUIET:
        logging.getLogger(f"{name}.part").info("whole updates")
    assert stream.getvalue() == ""


async def test_a_request_is_logged_by_its_route(stream: io.StringIO) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_get("/l/{token}", answer)
    runner = web.AppRunner(app, access_log_class=AccessLog, access_log=logging.getLogger("access"))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    async with ClientSession(f"http://{host}:{port}") as client:
        await (await client.get(f"/l/{LINK}?name=secretword")).read()
        await (await client.get(f"/{LINK}")).read()
    await runner.cleanup()
    found, missing = map(json.loads, stream.getvalue().splitlines())
    assert (found["route"], found["status"]) == ("/l/{token}", 200)
    assert (missing["route"], missing["status"]) == ("-", 404)
    assert LINK not in stream.getvalue()
    assert "secretword" not in stream.getvalue()


def test_a_secret_in_our_own_crash_is_not_printed() -> None:
    script = (
        "import logging, sys\n"
        "from xueji import logs\n"
        "logs.set_up(logging.INFO)\n"
        f"raise ValueError({PLANTED['name']!r} + {TOKEN!r})\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert json.loads(ended.stderr)["error"] == "ValueError"
    assert TOKEN not in ended.stderr + ended.stdout
