"""Each thing doctor knows is broken once in a copy, found, and named with its mending."""

import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from storage.lock import HomeLock
from storage.sealing import create_key_file
from tests.xueji import program
from xueji import doctor
from xueji.settings import ProcessSettings

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


def faults(home: Path, **settings: str) -> set[str]:
    """What is wrong, by key."""
    given = ProcessSettings.model_validate({"home": home, **settings})
    return {
        found.key.removeprefix("doctor.") for found in doctor.findings(given) if found.is_fault
    }


def damage(home: Path) -> None:
    """Overwrite a page in the middle of the file."""
    with (home / "xueji.sqlite").open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\xff" * 4096)


def change_schema(version: str) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        with closing(sqlite3.connect(home / "xueji.sqlite")) as raw, raw:
            raw.execute("UPDATE alembic_version SET version_num = ?", [version])

    return change


def use_journal(home: Path) -> None:
    with closing(sqlite3.connect(home / "xueji.sqlite")) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")


def use_other_key(home: Path) -> None:
    (home / "key").unlink()
    create_key_file(home / "key")


def set_clock_back(home: Path) -> None:
    later = time.time() + 86_400
    os.utime(home / "xueji.sqlite", (later, later))


def publish_what_nobody_reads(home: Path) -> None:
    """A form that an earlier program accepted."""
    row = {
        "id": "1" * 32,
        "form_id": "trip",
        "version": "1",
        "digest": "0" * 64,
        "state": "published",
        "source": '[{"survey":[[1,"type"]]},{}]',
        "uploaded_by": "2" * 32,
        "uploaded_at": 1_788_000_000_000_000,
        "changed_by": "2" * 32,
        "changed_at": 1_788_000_000_000_000,
    }
    names = ", ".join(row)
    blanks = ", ".join("?" * len(row))
    with closing(sqlite3.connect(home / "xueji.sqlite")) as raw, raw:
        raw.execute(
            f"INSERT INTO school_form (school_id, {names}) SELECT id, {blanks} FROM school",  # noqa: S608
            [*row.values()],
        )


BREAKINGS: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "nothing": (lambda home: None, set()),
    "no home": (shutil.rmtree, {"home_missing"}),
    "home open to others": (lambda home: home.chmod(0o755), {"home_open"}),
    "no key": (lambda home: (home / "key").unlink(), {"key_missing"}),
    "key open to others": (lambda home: (home / "key").chmod(0o644), {"key_open"}),
    "key cut short": (lambda home: (home / "key").write_text("xueji-keys 1\n"), {"key_broken"}),
    "another key": (use_other_key, {"key_wrong"}),
    "no database": (lambda home: (home / "xueji.sqlite").unlink(), {"schema_missing"}),
    "a newer schema": (change_schema("9999"), {"schema_new"}),
    "a damaged page": (damage, {"damaged"}),
    "another journal": (use_journal, {"journal_other"}),
    "a clock set back": (set_clock_back, {"clock_wrong"}),
    "a form nobody can read": (publish_what_nobody_reads, {"form_unread"}),
}


@pytest.mark.parametrize("broken", BREAKINGS)
def test_what_is_broken_is_found_and_nothing_else(home: Path, broken: str) -> None:
    breaking, expected = BREAKINGS[broken]
    breaking(home)
    assert faults(home) == expected


def test_a_home_that_cannot_be_written_is_found(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tests may run as root, who may write everywhere: the answer of the system is stood in.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "home_locked" in faults(home)


def test_an_exposed_address_is_found(home: Path) -> None:
    assert faults(home, bind="0.0.0.0:80") == {"exposed"}


def test_little_space_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(home)._replace(free=5 * 1024**2)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert faults(home) == {"space_low"}


@pytest.mark.parametrize(
    ("version", "is_mended"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 54, 1), True),
    ],
)
def test_the_wal_reset_fault_is_told_by_version(
    version: tuple[int, int, int], is_mended: bool
) -> None:
    assert doctor.is_wal_reset_mended(version) is is_mended


def test_a_network_drive_is_told_by_the_mounts(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path}/share nfs4 rw 0 0\n")
    (tmp_path / "share").mkdir()
    assert doctor.filesystem_of(tmp_path / "share", mounts) == "nfs4"
    assert doctor.filesystem_of(tmp_path, mounts) == "ext4"
    assert doctor.filesystem_of(tmp_path, tmp_path / "none") == ""


def test_it_sees_whether_the_program_runs_and_disturbs_nothing(home: Path) -> None:
    assert doctor.is_running(home) is False
    with HomeLock(home):
        assert doctor.is_running(home) is True
        assert faults(home) == set()
    HomeLock(home).release()


def test_the_report_ends_with_a_count_and_its_exit_code(home: Path) -> None:
    well = program.run(home, "doctor")
    assert (well.returncode, well.stdout.splitlines()[-1]) == (0, "Nothing is wrong.")
    (home / "key").chmod(0o644)
    ill = program.run(home, "doctor")
    assert (ill.returncode, ill.stdout.splitlines()[-1]) == (1, "1 to mend.")
    assert "chmod 600" in ill.stdout


class BotApi(BaseHTTPRequestHandler):
    """Knows one token."""

    def do_GET(self) -> None:
        is_known = self.path == f"/bot{TOKEN}/getMe"
        self.send_response(200 if is_known else 401)
        self.end_headers()
        self.wfile.write(json.dumps({"ok": is_known}).encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.mark.parametrize(
    ("token", "is_there", "expected"),
    [
        pytest.param(TOKEN, True, set(), id="known"),
        pytest.param(TOKEN[:-1] + "x", True, {"telegram_refused"}, id="refused"),
        pytest.param(TOKEN, False, {"telegram_unreachable"}, id="unreachable"),
    ],
)
def test_telegram_is_asked_where_a_token_is_set(
    home: Path, token: str, is_there: bool, expected: set[str]
) -> None:
    server = HTTPServer(("127.0.0.1", 0), BotApi)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    api = f"http://127.0.0.1:{server.server_port}"
    if not is_there:
        server.shutdown()
        server.server_close()
    try:
        assert faults(home, telegram_token=token, telegram_api=api) == expected
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_what_the_program_gave_up_is_counted(home: Path) -> None:
    with closing(sqlite3.connect(home / "xueji.sqlite")) as raw, raw:
        (school_id,) = raw.execute("SELECT id FROM school").fetchone()
        raw.execute(
            "INSERT INTO job (key, school_id, kind, ids, due, state, tries, problem)"
            " VALUES ('a', ?, 'apply_effect', '{}', 0, 'dead', 8, 'x')",
            [school_id],
        )
    assert faults(home) == {"given_up"}
