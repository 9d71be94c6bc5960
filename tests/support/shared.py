"""One directory for the whole test run, seen by every worker process.

Made and removed by the controlling process (tests/conftest.py); workers find it through the
environment. `locked` lets one worker at a time make what all of them use.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_VARIABLE = "XUEJI_TEST_SHARED"


def make_shared_directory() -> Path:
    """Under /tmp and open to pass through, because PostgreSQL runs there as another user."""
    path = Path(tempfile.mkdtemp(prefix="xueji-test-", dir="/tmp"))
    path.chmod(0o711)
    os.environ[_VARIABLE] = str(path)
    return path


def shared_directory() -> Path:
    return Path(os.environ[_VARIABLE])


def remove_shared_directory() -> None:
    shutil.rmtree(os.environ.pop(_VARIABLE), ignore_errors=True)


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Holds the named lock; the operating system lets go of it when a worker dies."""
    with (shared_directory() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
