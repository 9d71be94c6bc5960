"""One PostgreSQL cluster for the whole run, started by the first test that asks for it.

Only Debian's programs are used, never its service. The server listens on a Unix socket inside
the run's directory and would not survive a power cut; the controlling process stops it.
"""

import os
import pwd
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support.shared import locked, shared_directory

_ADMIN = "postgres"
_FAST = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}
_serial = count(1)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server; every name below is a database in it."""

    socket: Path

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://{_ADMIN}@/{name}?host={self.socket}"

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The URL of a fresh database, dropped afterwards."""
        name = f"test_{os.getpid()}_{next(_serial)}"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, template)
        try:
            yield self.url(name)
        finally:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """The named template, made once in a run: `prepare(url)` fills it and must disconnect."""
        with locked(f"template-{name}"):
            if not self._exists(name):
                fresh = f"{name}_new"
                self._run(sql.SQL("DROP DATABASE IF EXISTS {}"), fresh)
                self._run(sql.SQL("CREATE DATABASE {} TEMPLATE template0"), fresh)
                prepare(self.url(fresh))
                self._run(sql.SQL("ALTER DATABASE {} RENAME TO {}"), fresh, name)
        return name

    def _exists(self, name: str) -> bool:
        with self._connect() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return found.fetchone() is not None

    def _run(self, statement: sql.SQL, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket), user=_ADMIN, dbname="postgres", autocommit=True
        )


def running_cluster() -> Cluster:
    """The run's cluster; starts it if this worker is the first to ask."""
    home = shared_directory() / "postgres"
    with locked("postgres"):
        if not home.exists():
            _start(home)
    return Cluster(home)


def stop_cluster() -> None:
    home = shared_directory() / "postgres"
    if (home / "data" / "postmaster.pid").exists():
        _program("pg_ctl", "stop", "--pgdata", str(home / "data"), "--mode", "immediate")


def _start(home: Path) -> None:
    fresh = home.with_name("postgres-new")
    fresh.mkdir()
    _hand_over(fresh)
    _program(
        "initdb", "--pgdata", str(fresh / "data"), "--no-sync", "--auth", "trust",
        "--username", _ADMIN, "--encoding", "UTF8", "--locale", "C",
    )  # fmt: skip
    fresh.rename(home)
    options = {**_FAST, "unix_socket_directories": str(home)}
    _program(
        "pg_ctl", "start", "--pgdata", str(home / "data"), "--wait", "--log", str(home / "log"),
        "--options", " ".join(f"-c {name}='{value}'" for name, value in options.items()),
    )  # fmt: skip


def _program(name: str, *arguments: str) -> None:
    """Runs one of PostgreSQL's programs; they refuse root, so root steps down for them."""
    owner = _owner()
    subprocess.run(
        [_programs() / name, *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would be inherited by the server and never close
        cwd="/",
        user=owner.pw_uid if owner else None,
        group=owner.pw_gid if owner else None,
        extra_groups=[] if owner else None,
    )


def _hand_over(path: Path) -> None:
    owner = _owner()
    if owner:
        os.chown(path, owner.pw_uid, owner.pw_gid)


@cache
def _owner() -> pwd.struct_passwd | None:
    """The user the server runs as when the tests run as root, else None: ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


@cache
def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise FileNotFoundError("PostgreSQL is missing: sudo apt install postgresql")
    return found[-1].parent
