"""What can go wrong with the storage itself: a code for each, worded by the caller.

Not for refusals of a rule (`registry.problems`) nor for sealed data (`storage.sealing`).
"""


class StorageError(Exception):
    """The storage refuses or fails; `code` says why, no data in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class InUse(StorageError):
    """Another process holds the data directory."""

    def __init__(self) -> None:
        super().__init__("storage.in_use")


class SchemaError(StorageError):
    """`storage.schema_missing`, `.schema_old` (migrate) or `.schema_new` (update the program)."""


class Unavailable(StorageError):
    """Nothing was written; the same may succeed later (`storage.busy`, `.full`, `.failed`)."""


class Closed(StorageError):
    """The house is closing; nothing more is taken."""

    def __init__(self) -> None:
        super().__init__("storage.closed")
