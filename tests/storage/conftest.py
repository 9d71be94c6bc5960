"""A migrated database of each kind, open, with an invented school in it where asked."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.migration import migrate
from storage.sealing import Keys, new_keys
from tests.support.postgres import Cluster
from tests.support.world import World, make_world


@pytest.fixture
def keys() -> Keys:
    return new_keys()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "xueji.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        migrated_file: Path = request.getfixturevalue("migrated_file")
        path = shutil.copy(migrated_file, tmp_path / "xueji.sqlite")
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    with cluster.database(cluster.template("migrated", migrate)) as url:
        yield url


@pytest.fixture
def db(migrated_url: str, keys: Keys, home: Path) -> Iterator[Database]:
    database = Database.open(migrated_url, keys, home)
    yield database
    database.close()


@pytest.fixture
def world(db: Database) -> World:
    return db.write_now(make_world)
