"""One process at a time in a data directory. Called when the database is opened or migrated."""

import fcntl
import os
from pathlib import Path
from types import TracebackType

from storage.faults import InUse

NAME = "lock"


class HomeLock:
    """Held from making to `release`, and by no second process; ends with the process."""

    def __init__(self, home: Path) -> None:
        """Raises: `InUse`."""
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._handle = os.open(home / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._handle)
            raise InUse from None

    def release(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> "HomeLock":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
