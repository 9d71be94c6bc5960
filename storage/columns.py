"""What the columns of the tables are made of: exact moments, sealed bytes, hashes, keys.

Used by the modules that declare tables.
"""

from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final

from sqlalchemy import BigInteger, LargeBinary, MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.declarative import DeferredReflection
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel
from sqlmodel._compat import SQLModelConfig

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

# Written on every turn: one tree to touch on SQLite instead of two.
NO_ROWID: Final = {"sqlite_with_rowid": False}


class Moment(TypeDecorator[datetime]):
    """Microseconds since 1970 UTC: exact, and ordered alike in both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Sealed(TypeDecorator[bytes]):
    """Sealed bytes; opened only in memory."""

    impl = LargeBinary
    cache_ok = True


class Digest(TypeDecorator[bytes]):
    """A hash or a blind index."""

    impl = LargeBinary
    cache_ok = True


_SCHEMA_ONLY: Final = SQLModelConfig(defer_build=True)
"""No row object is ever made, so nothing that would check one is built at the start."""


class Row(DeferredReflection, SQLModel):
    """A table of a school. It is never mapped to objects, which would be 20 ms of every start:
    mapping waits for a call of `prepare` that nobody makes.
    """

    model_config = _SCHEMA_ONLY
    metadata: ClassVar[MetaData] = METADATA
    school_id: str = Field(foreign_key="school.id", sa_type=Text)


def key() -> str:
    column: str = Field(primary_key=True, sa_type=Text)
    return column
