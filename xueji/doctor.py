"""`xueji doctor`: what is wrong with this installation, in plain words, each with its mending.

Only looks: it runs beside the program and changes nothing. 0 = nothing wrong.
"""

import asyncio
import os
import platform
import pwd
import shutil
import sqlite3
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import field
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout
from sqlalchemy.exc import DBAPIError

from conversations.xlsform.problems import FormError
from conversations.xlsform.reader import read_form
from conversations.xlsform.sheets import read_source
from registry.frozen import frozen
from storage import inbox, jobs
from storage.database import Database, sqlite_path
from storage.faults import InUse, SchemaError
from storage.lock import NAME as LOCK_NAME
from storage.lock import HomeLock
from storage.reader import Reader
from storage.school_forms import SchoolForm, published_forms, source_of
from storage.sealing import KeyFileError, Keys, SealingError, load_key_file
from storage.sqlite_files import connect
from xueji.console import Console, Params
from xueji.demo_papers import chinese_font
from xueji.opening import school_clock
from xueji.settings import DATABASE_FILE, ProcessSettings, exposure

OLDEST_PYTHON: Final = (3, 11)
LOW_SPACE_BYTES: Final = 1024**3
"""A thousand families' photos."""

NOTHING_YET: Final = "doctor.home_missing"
TELEGRAM_SECONDS: Final = 5
CLOCK_SLACK: Final = timedelta(minutes=10)

# The WAL-reset fault is mended from 3.51.3 on, and in two older lines.
MENDED: Final = ((3, 51, 3),)
MENDED_LINES: Final = {(3, 44): 6, (3, 50): 7}
NETWORK_DISKS: Final = frozenset(
    {"9p", "afs", "ceph", "cifs", "fuse.sshfs", "glusterfs", "nfs", "nfs4", "smb3", "smbfs"}
)


@frozen
class Finding:
    """One line of the report."""

    key: str
    params: Params = field(default_factory=dict)
    is_fault: bool = False


def run(_: Namespace, settings: ProcessSettings, console: Console) -> int:
    """Print every finding; 1 if anything is wrong."""
    faults = 0
    for finding in findings(settings):
        console.say(finding.key, finding.params)
        faults += finding.is_fault
    console.show()
    console.say("doctor.ill" if faults else "doctor.well", {"count": faults})
    return 1 if faults else 0


def findings(settings: ProcessSettings) -> Iterator[Finding]:
    """All of them, in the order of the table. Where nothing was set up, that is all there is."""
    for check in CHECKS:
        for finding in check(settings):
            yield finding
            if finding.key == NOTHING_YET:
                return


def well(key: str, params: Params | None = None) -> Finding:
    """Nothing to mend."""
    return Finding(f"doctor.{key}", params or {})


def fault(key: str, params: Params | None = None) -> Finding:
    """Something to mend, named with how."""
    return Finding(f"doctor.{key}", params or {}, is_fault=True)


# ---- the machine


def _python(_: ProcessSettings) -> Iterator[Finding]:
    params: Params = {"version": platform.python_version()}
    is_old = sys.version_info < OLDEST_PYTHON
    yield fault("python_old", params) if is_old else well("python", params)


def _clock(settings: ProcessSettings) -> Iterator[Finding]:
    """A clock behind the newest file of the home lost its battery, or somebody set it back."""
    now = school_clock()
    saved = max((_changed(path) for path in _data_files(settings)), default=0.0)
    if now.timestamp() + CLOCK_SLACK.total_seconds() < saved:
        yield fault("clock_wrong", {"now": f"{now:%Y-%m-%d %H:%M}"})
    else:
        yield well("clock")


def _fonts(_: ProcessSettings) -> Iterator[Finding]:
    yield well("fonts") if chinese_font() else well("fonts_missing")


def _exposure(settings: ProcessSettings) -> Iterator[Finding]:
    params: Params = {"bind": settings.bind}
    yield fault("exposed", params) if exposure(settings) else well("closed", params)


# ---- the home


def _home(settings: ProcessSettings) -> Iterator[Finding]:
    home = settings.home
    params: Params = {"home": str(home), "user": pwd.getpwuid(os.geteuid()).pw_name}
    if not home.is_dir() or not any(home.iterdir()):
        yield fault("home_missing", params)
    elif not os.access(home, os.W_OK | os.X_OK):
        yield fault("home_locked", params)
    elif home.stat().st_mode & 0o077:
        yield fault("home_open", params)
    else:
        yield well("home", params)


def _space(settings: ProcessSettings) -> Iterator[Finding]:
    free = shutil.disk_usage(_existing(settings.home)).free
    if free < LOW_SPACE_BYTES:
        yield fault("space_low", {"mib": free // 1024**2})
    else:
        yield well("space", {"gib": free // 1024**3})


def _disk(settings: ProcessSettings) -> Iterator[Finding]:
    kind = filesystem_of(_existing(settings.home), Path("/proc/self/mounts"))
    if kind in NETWORK_DISKS:
        yield fault("network_disk", {"home": str(settings.home), "kind": kind})


def _running(settings: ProcessSettings) -> Iterator[Finding]:
    yield well("running" if is_running(settings.home) else "not_running")


# ---- the key and the books


def _key(settings: ProcessSettings) -> Iterator[Finding]:
    """Missing, open to others or broken; whether it is the right one the books say."""
    keys = _load_keys(settings)
    if isinstance(keys, Finding):
        yield keys


def _books(settings: ProcessSettings) -> Iterator[Finding]:
    keys = _load_keys(settings)
    if isinstance(keys, Finding):
        return
    try:
        db = Database.open(settings.database_url, keys, settings.home, read_only=True)
        given_up = db.read_now(_given_up)
        unread = db.read_now(_unread_forms)
        db.close()
    except SchemaError as error:
        yield fault(error.code.replace("storage.", ""))
    except SealingError:
        yield fault("key_wrong", {"path": str(settings.key_path)})
    except DBAPIError:
        # A damaged file is named by the next check.
        if sqlite_path(settings.database_url) is None:
            yield fault("unreachable")
    else:
        yield well("key")
        yield well("schema")
        if given_up:
            yield fault("given_up", {"count": given_up})
        for form in unread:
            yield fault("form_unread", {"form": form.form_id, "version": form.version})


def _sqlite(settings: ProcessSettings) -> Iterator[Finding]:
    path = sqlite_path(settings.database_url)
    if path is None or not path.exists():
        return
    params: Params = {"version": sqlite3.sqlite_version}
    is_mended = is_wal_reset_mended(sqlite3.sqlite_version_info)
    yield well("sqlite_fixed" if is_mended else "sqlite_guarded", params)
    try:
        with closing(connect(path, read_only=True)) as raw:
            journal = str(raw.execute("PRAGMA journal_mode").fetchone()[0])
            found = str(raw.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        journal, found = "wal", getattr(error, "sqlite_errorname", "SQLITE_ERROR")
    yield well("whole") if found == "ok" else fault("damaged", {"found": found[:60]})
    if journal == "wal":
        yield well("durable", {"journal": "WAL"})
    else:
        yield fault("journal_other", {"journal": journal.upper()})


# ---- the world


def _telegram(settings: ProcessSettings) -> Iterator[Finding]:
    token = settings.telegram_token
    if token is None:
        yield well("telegram_off")
        return
    host = urlsplit(settings.telegram_api).netloc
    status = asyncio.run(_ask_telegram(settings.telegram_api, token.get_secret_value()))
    if status == 200:
        yield well("telegram")
    elif status in (401, 404):
        yield fault("telegram_refused")
    else:
        yield fault("telegram_unreachable", {"host": host})


async def _ask_telegram(api: str, token: str) -> int:
    """The status of getMe; 0 = no answer."""
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=TELEGRAM_SECONDS)) as session,
            session.get(f"{api}/bot{token}/getMe", allow_redirects=False) as response,
        ):
            return response.status
    except (ClientError, TimeoutError, ValueError):
        return 0


CHECKS: Final[tuple[Callable[[ProcessSettings], Iterator[Finding]], ...]] = (
    _python,
    _home,
    _running,
    _key,
    _books,
    _sqlite,
    _disk,
    _space,
    _clock,
    _exposure,
    _telegram,
    _fonts,
)


# ---- small questions


def is_wal_reset_mended(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is free of the fault that can damage a WAL two connections write."""
    line = MENDED_LINES.get((version[0], version[1]))
    return version >= MENDED[0] or (line is not None and version[2] >= line)


def is_running(home: Path) -> bool:
    """Whether another process holds the home. Takes the lock for a moment, writes nothing."""
    if not (home / LOCK_NAME).exists():
        return False
    try:
        HomeLock(home).release()
    except InUse:
        return True
    except OSError:
        return False
    return False


def filesystem_of(path: Path, mounts: Path) -> str:
    """The kind of disk a path lies on; "" where the system does not say."""
    try:
        rows = [row.split() for row in mounts.read_text("utf-8").splitlines()]
    except OSError:
        return ""
    above = {str(path.resolve()), *map(str, path.resolve().parents)}
    found = [(len(row[1]), row[2]) for row in rows if len(row) > 2 and row[1] in above]
    return max(found)[1] if found else ""


def _given_up(reader: Reader) -> int:
    """Jobs and messages that failed so often that the program stopped trying."""
    return len(jobs.dead(reader)) + inbox.count(reader, inbox.DEAD)


def _unread_forms(reader: Reader) -> tuple[SchoolForm, ...]:
    """Published versions of a school that this program does not accept: nobody can fill them."""
    return tuple(form for form in published_forms(reader) if not _is_read(reader, form))


def _is_read(reader: Reader, form: SchoolForm) -> bool:
    try:
        read_form(read_source(source_of(reader, form.school_id, form.id)))
    except FormError:
        return False
    return True


def _load_keys(settings: ProcessSettings) -> Keys | Finding:
    params: Params = {"path": str(settings.key_path)}
    try:
        return load_key_file(settings.key_path)
    except KeyFileError as error:
        return fault(_KEY_FAULTS[error.code], params)


_KEY_FAULTS: Final = {
    "keys.broken": "key_broken",
    "keys.missing": "key_missing",
    "keys.open_to_others": "key_open",
}


def _data_files(settings: ProcessSettings) -> Iterator[Path]:
    names = (DATABASE_FILE, f"{DATABASE_FILE}-wal", settings.key_path.name)
    return (settings.home / name for name in names)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _existing(path: Path) -> Path:
    """The nearest directory there is."""
    path = path.absolute()
    return next(one for one in (path, *path.parents) if one.exists())
