"""Who may import whom, and that the rules and the dialogue ask neither clock nor chance."""

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = ("registry", "conversations")
CLOCK = {"now", "today", "utcnow"}
CHANCE = {"urandom", "getrandom", "uuid1", "uuid3", "uuid4", "uuid5", "uuid7", "token_hex"}


def impurities(source: str) -> Iterator[str]:
    """Places where a module reads a clock, draws lots or waits."""
    tree = ast.parse(source)
    clocks = {"datetime", "date"} | {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "datetime"
        for name in node.names
    }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
                if (name in CLOCK and owner in clocks) or name in CHANCE or owner == "random":
                    yield f"line {node.lineno}: {owner}.{name}"
            case ast.AsyncFunctionDef(name=name):
                yield f"line {node.lineno}: async {name}"


@pytest.mark.parametrize("package", PURE)
def test_rules_and_dialogue_ask_neither_clock_nor_chance(package: str) -> None:
    found = {
        f"{path.relative_to(ROOT)}, {fault}"
        for path in (ROOT / package).rglob("*.py")
        for fault in impurities(path.read_text("utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("from datetime import datetime\ndatetime.now()", "line 2: datetime.now"),
        ("from datetime import date as day\nday.today()", "line 2: day.today"),
        ("import datetime\ndatetime.datetime.utcnow()", "line 2: datetime.utcnow"),
        ("import uuid\nuuid.uuid4()", "line 2: uuid.uuid4"),
        ("import random\nrandom.choice('ab')", "line 2: random.choice"),
        ("field(default_factory=datetime.now)", "line 1: datetime.now"),
        ("async def ask(): ...", "line 1: async ask"),
    ],
)
def test_an_impure_line_is_noticed(source: str, fault: str) -> None:
    assert list(impurities(source)) == [fault]


def test_a_moment_that_was_handed_in_is_no_clock() -> None:
    assert list(impurities("facts.now\nfacts.today\nquestion.date")) == []


def test_the_packages_obey_the_layers() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("registry", "import locales"),
        ("locales", "import registry"),
        ("registry", "import conversations"),
        ("conversations", "import storage"),
        ("conversations", "import asyncio"),
        ("registry", "import sqlalchemy.orm"),
        ("registry", "import uuid"),
        ("conversations", "from time import monotonic"),
        ("storage", "import documents"),
        ("documents", "import storage"),
        ("storage", "import web"),
        ("web", "import bot"),
        ("bot", "import admin"),
        ("admin", "import bot"),
        ("admin", "import xueji"),
    ],
    ids=lambda text: text.replace(" ", "-"),
)
def test_a_forbidden_import_is_refused(tmp_path: Path, module: str, line: str) -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    for package in tomllib.loads(text)["tool"]["importlinter"]["root_packages"]:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(line if package == module else "")
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    done = lint_imports(tmp_path)
    assert (done.returncode, "1 broken" in done.stdout) == (1, True), done.stdout


def lint_imports(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(directory), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
