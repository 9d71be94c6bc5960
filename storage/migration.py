"""Bring a database to the schema of this program: all or nothing, one process at a time.

Called by `xueji init`, `demo` and `serve` before the database is opened, and by tests.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.pool import NullPool

from storage.database import sqlite_path
from storage.faults import SchemaError
from storage.lock import HomeLock
from storage.sqlite_files import engine as sqlite_engine

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(url: str, home: Path | None = None) -> None:
    """Create or upgrade. With `home`, nobody else may hold the data directory meanwhile.

    Raises: `InUse`; `SchemaError` storage.schema_new for a schema of a newer program.
    """
    if home is None:
        _migrate(url)
        return
    with HomeLock(home):
        _migrate(url)


def config(connection: Connection) -> Config:
    """Alembic's view of our scripts on that connection."""
    settings = Config()
    settings.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def _migrate(url: str) -> None:
    path = sqlite_path(url)
    engine = sqlite_engine(path) if path else create_engine(make_url(url), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            if path:
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            _upgrade(connection)
            connection.exec_driver_sql("COMMIT") if path else connection.commit()
    finally:
        engine.dispose()


def _upgrade(connection: Connection) -> None:
    try:
        command.upgrade(config(connection), "head")
    except CommandError as error:
        # Alembic knows no other name for a revision it has never heard of.
        raise SchemaError("storage.schema_new") from error
