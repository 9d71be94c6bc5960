"""The schema on disk is the schema in the code, and a newer one is left alone."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from storage import migrations
from storage.database import Database
from storage.faults import SchemaError
from storage.migration import config, migrate
from storage.sealing import Keys
from storage.tables import METADATA


def test_the_migrations_lead_to_the_declared_tables(migrated_url: str) -> None:
    engine = create_engine(migrated_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_a_start_knows_every_revision() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(config(connection))
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions[0] == migrations.HEAD
    assert set(revisions[1:]) == migrations.OLDER


def test_migrating_twice_changes_nothing(migrated_url: str) -> None:
    migrate(migrated_url)


def test_the_schema_of_a_newer_program_is_refused(
    migrated_url: str, keys: Keys, home: Path
) -> None:
    engine = create_engine(migrated_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    engine.dispose()
    for use in (lambda: migrate(migrated_url), lambda: Database.open(migrated_url, keys, home)):
        with pytest.raises(SchemaError) as refused:
            use()
        assert refused.value.code == "storage.schema_new"


def test_a_migration_that_breaks_off_leaves_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        pass

    def upgrade_and_die(*arguments: object) -> None:
        upgrade(*arguments)  # type: ignore[arg-type]
        raise Killed

    upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", upgrade_and_die)
    with pytest.raises(Killed):
        migrate(database_url)
    monkeypatch.undo()
    migrate(database_url)
