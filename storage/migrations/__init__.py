"""The history of the schema. `storage.migration.migrate` applies it; Alembic runs `env.py`.

The two constants are what a start needs to know, so that it need not load Alembic.
"""

from typing import Final

HEAD: Final = "0011"
OLDER: Final[frozenset[str]] = frozenset(
    {"0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010"}
)
