"""What a thief of the database can read is a list with reasons, and nothing else."""

from storage import plain
from storage.tables import METADATA, Sealed

COLUMNS = [column for table in METADATA.sorted_tables for column in table.columns]


def test_every_column_is_sealed_or_has_its_reason() -> None:
    unexplained = {
        f"{column.table.name}.{column.name}"
        for column in COLUMNS
        if not isinstance(column.type, Sealed)
        and plain.reason(column.table.name, column.name) is None
    }
    assert unexplained == set()


def test_no_reason_outlives_its_column() -> None:
    names = {
        f"{column.table.name}.{column.name}"
        for column in COLUMNS
        if not isinstance(column.type, Sealed)
    }
    assert set(plain.PLAIN) - names == set()
    assert set(plain.EVERYWHERE) - {name.partition(".")[2] for name in names} == set()


def test_every_table_but_the_installation_belongs_to_a_school() -> None:
    without = {name for name, table in METADATA.tables.items() if "school_id" not in table.c}
    assert without == {"installation", "school"}
