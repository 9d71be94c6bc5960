"""The real program with a home and a port of its own: started, or run as a command."""

import io
import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import structlog

from xueji.cli import main
from xueji.logs import QUIET

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0


STARTED: list["Program"] = []


def environment(home: Path, **more: str) -> dict[str, str]:
    """Nothing of the person's own settings reaches the program under test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XUEJI_")}
    ours = {"XUEJI_HOME": str(home), "XUEJI_BIND": "127.0.0.1:0", "XUEJI_LANGUAGE": "en"}
    return {**kept, **ours, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command left behind that ends by itself."""

    returncode: int
    stdout: str
    stderr: str


def run(home: Path, *words: str, given: str = "", **more: str) -> Ended:
    """In this process, which saves a second each; nothing of it stays."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, environment(home, **more), clear=True),
        patch.object(sys, "stdin", io.StringIO(given)),
        redirect_stdout(out),
        redirect_stderr(err),
        kept_logging(),
    ):
        try:
            code = main(words)
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Ended(code, out.getvalue(), err.getvalue())


@contextmanager
def kept_logging() -> Iterator[None]:
    """Puts back what `logs.set_up` changes in a process."""
    root = logging.getLogger()
    handlers, level = tuple(root.handlers), root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    quiet = {name: logging.getLogger(name).level for name in QUIET}
    try:
        yield
    finally:
        logging.captureWarnings(False)
        logging.raiseExceptions = True
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        for name, before in quiet.items():
            logging.getLogger(name).setLevel(before)
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


@dataclass(slots=True)
class Program:
    """A running one. `said` is what it has printed until it was ready."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    log: str = ""  # what it wrote to its log until it was stopped

    @property
    def address(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", "\n".join(self.said))
        assert found is not None, self.said
        return found[0]

    @property
    def links(self) -> tuple[str, ...]:
        return tuple(re.findall(r"http://\S+/l/\S+", "\n".join(self.said)))

    def stop(self, number: signal.Signals = signal.SIGINT, seconds: float = 5.0) -> int:
        """The exit code. Raises: TimeoutExpired."""
        self.process.send_signal(number)
        _, self.log = self.process.communicate(timeout=seconds)
        return self.process.returncode

    def kill(self) -> None:
        """What a test that failed left behind."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def start(home: Path, command: str, **more: str) -> Program:
    """Returns when it says that Ctrl-C would stop it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "xueji", command],
        env=environment(home, **more),
        cwd=home.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    program = Program(process)
    STARTED.append(program)
    watch = threading.Timer(START_SECONDS, process.kill)
    watch.start()
    assert process.stdout is not None
    for line in process.stdout:
        program.said.append(line.rstrip())
        if "Ctrl-C" in line:
            break
    watch.cancel()
    return program
