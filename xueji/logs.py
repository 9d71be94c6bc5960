"""Logs: JSON, one event a line, on standard error, without a person's data or a secret in them.

Three rules do it. Our own events carry codes and ids. Of a library's record only the template is
kept, never what was filled in, and of an exception its type and places, never its words. What is
left is cleaned of numbers, tokens and everything that is not plain ASCII, which in a log can only
be somebody's text. Called once by every command.
"""

import asyncio
import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TextIO

import structlog

OURS = frozenset(
    {"access", "admin", "bot", "conversations", "documents", "registry", "storage", "web", "xueji"}
)
"""First parts of the names of our own loggers, which format codes and ids only."""

QUIET = ("aiohttp", "asyncio", "httpcore", "httpx", "PIL", "sqlalchemy", "alembic", "telegram")
"""Libraries that say too much below WARNING: httpx writes the bot's token with every call."""

MAX_TEXT = 2000

_DATA = re.compile(
    "|".join(
        (
            # Our own ids stay: thirty-two hexadecimal digits, at least one of them a letter.
            r"(?P<id>\b(?=[0-9]*[a-f])[0-9a-f]{32}\b)",
            r"(?P<text>[^\x20-\x7e]+)",
            r"(?P<token>\d{6,}:[A-Za-z0-9_-]{20,}|(?<=/l/)[A-Za-z0-9_-]{8,})",
            r"(?P<query>(?<=[\w/.-])\?[^\s\"']+)",
            r"(?P<secret>\b(?=\S*[0-9_-])(?=\S*[A-Z])(?=\S*[a-z])[A-Za-z0-9_-]{20,})",
            r"(?P<number>\+?\d(?:[ .-]?\d){6,}[Xx]?)",
        )
    )
)
_STANDARD = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message"}


def clean(text: str) -> str:
    """The text without numbers, tokens, queries, line breaks, escapes or foreign letters."""
    return _DATA.sub(
        lambda found: found[0] if found.lastgroup == "id" else f"[{found.lastgroup}]",
        text[:MAX_TEXT],
    )


def set_up(level: int, stream: TextIO | None = None) -> None:
    """Every record of this process goes through here, of whatever logger and thread."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Formatter())
    root = logging.getLogger()
    for before in tuple(root.handlers):
        root.removeHandler(before)
    root.addHandler(handler)
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # What a failing handler prints about its record holds the record's words.
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _log_crash
    threading.excepthook = lambda crash: _log_crash(
        crash.exc_type, crash.exc_value, crash.exc_traceback
    )
    sys.unraisablehook = lambda crash: _log_crash(
        crash.exc_type, crash.exc_value, crash.exc_traceback
    )


def log_lost_task(_: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """The event loop's exception handler; its own would print the task with the error's words."""
    error = context.get("exception")
    logging.getLogger("xueji").error(
        "task.lost",
        exc_info=error if isinstance(error, BaseException) else None,
        extra={"reason": str(context.get("message", ""))},
    )


class _Formatter(logging.Formatter):
    """A record as one line of JSON."""

    def __init__(self) -> None:
        super().__init__()
        self._stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
        self._render = structlog.processors.JSONRenderer(ensure_ascii=True, sort_keys=False)

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, Any] = {
            "event": _words(record),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        event |= {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
        event = {clean(str(name)): _cleaned(value) for name, value in event.items()}
        if record.exc_info and record.exc_info[0] is not None:
            event["error"] = record.exc_info[0].__name__
            event["at"] = _places(record.exc_info[2])
        return str(self._render(None, "", self._stamp(None, "", event)))


def _words(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in OURS:
        return record.getMessage()
    template = str(record.msg)
    # Formatted before it came here: the first line is the library's sentence, the rest its data.
    return template.splitlines()[0] if template else ""


def _cleaned(value: object) -> object:
    match value:
        case bool() | float() | None:
            return value
        case int() if abs(value) < 10**7:
            return value
        case str() | int():
            return clean(str(value))
        case list() | tuple():
            return [_cleaned(part) for part in value]
    # How an object prints itself is not known here.
    return type(value).__name__


def _places(trace: TracebackType | None) -> list[str]:
    """Innermost first. File names are ours or a library's, so they are kept as they are."""
    frames = reversed(traceback.extract_tb(trace)[-8:])
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _log_crash(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("xueji").critical("crash", exc_info=(kind, error or kind(), trace))
