"""The schema on disk is the schema in the code, and a newer one is left alone."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from registry.submissions import NationalEntry, State
from storage import migrations
from storage.database import Database
from storage.faults import SchemaError
from storage.migration import config, migrate
from storage.migrations.versions import v0009_national_entry
from storage.national_books import entries_of
from storage.sealing import Keys
from storage.tables import METADATA
from storage.unit import Unit
from tests.support.world import NOW, World, make_submission


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


def test_what_was_effective_before_the_list_stands_in_it(db: Database, world: World) -> None:
    """R10: papers of an elder program, with nothing known of what they changed."""

    def send(unit: Unit) -> list[str]:
        ids = []
        for effect, state in (
            ("enrol", State.effective),
            ("entrust", State.effective),
            ("change", State.in_review),
        ):
            number = unit.next_receipt(world.school.id)
            case = replace(make_submission(unit, world, number), effect=effect, state=state)
            unit.add_submission(case)
            ids.append(case.id)
        return ids

    ids = db.write_now(send)

    def elder_and_back(unit: Unit) -> None:
        with Operations.context(MigrationContext.configure(unit.connection)):
            v0009_national_entry.downgrade()
            v0009_national_entry.upgrade()

    db.write_now(elder_and_back)
    (found,) = db.read_now(lambda unit: entries_of(unit, world.school.id, ids))
    assert found == NationalEntry(ids[0], "whole", NOW)


KILLED_AT = """
import os, signal, sys
from alembic import op
from storage.migration import migrate

create_table, left = op.create_table, int(sys.argv[2])

def create_or_die(*columns, **options):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return create_table(*columns, **options)

op.create_table = create_or_die
migrate(sys.argv[1])
"""


@pytest.mark.parametrize("table", [2, 14, 27], ids=lambda table: f"at table {table}")
def test_a_migration_killed_half_way_leaves_nothing_and_can_be_run_again(
    database_url: str, keys: Keys, home: Path, table: int
) -> None:  # F15
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AT, database_url, str(table)],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    with pytest.raises(SchemaError) as refused:
        Database.open(database_url, keys, home)
    assert refused.value.code == "storage.schema_missing"
    migrate(database_url)
    Database.open(database_url, keys, home).close()
