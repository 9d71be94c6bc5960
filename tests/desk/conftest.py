"""The desk is tried on real books, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.school import SmallSchool, found, open_books


@pytest.fixture
def school(database_url: str, tmp_path: Path) -> Iterator[SmallSchool]:
    db = open_books(database_url, tmp_path)
    yield found(db)
    db.close()
