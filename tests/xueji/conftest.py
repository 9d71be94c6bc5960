"""Homes that many tests start from: made once a worker, copied for each."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.xueji import program


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    yield
    while program.STARTED:
        program.STARTED.pop().kill()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real school as `init` leaves it."""
    home = tmp_path_factory.mktemp("founded") / "home"
    answers = ("--name", "向阳小学", "--telephone", "0999-2345678", "--registrar", "李敏")
    ended = program.run(home, "init", *answers)
    assert ended.returncode == 0, ended.stderr
    return home


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Path:
    """A copy that a test may break."""
    copy = tmp_path / "home"
    shutil.copytree(founded, copy)
    return copy


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished demonstration school."""
    home = tmp_path_factory.mktemp("demonstration") / "home"
    running = program.start(home, "demo")
    assert running.stop() == 0
    return home


@pytest.fixture
def demo_home(demonstration: Path, tmp_path: Path) -> Path:
    """A copy for one test."""
    copy = tmp_path / "home"
    shutil.copytree(demonstration, copy)
    return copy
