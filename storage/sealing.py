"""Personal data is sealed before it touches the disk, and opened only in memory.

`Keys` is the content of the key file (kept outside the database and its backup); `Sealer`
seals documents bound to their place (table, row, column), makes blind indexes and signs.
Not for passwords (argon2 in `web`). Called by the rest of `storage`, by `web` for cookies
and CSRF, and by the use cases through the unit of work.
"""

import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from stat import S_IMODE
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.frozen import frozen

KEY_BYTES: Final = 32
KEY_ID_BYTES: Final = 4
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16

# Version 1, algorithm 1 = AES-256-GCM. Another cipher (SM4-GCM) takes the next number.
PREFIX: Final = b"\x01\x01"
HEADER_BYTES: Final = len(PREFIX) + KEY_ID_BYTES + NONCE_BYTES
OVERHEAD_BYTES: Final = HEADER_BYTES + TAG_BYTES

# First line of every key file, so that a wrong file is recognised as such.
FILE_TITLE: Final = "xueji-keys 1"
WITNESS_PLACE: Final = ("installation", "witness", "key")

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
RowId: TypeAlias = str | int


class SealingError(Exception):
    """Something sealed cannot be opened, or the key file cannot be used. Says no content."""

    code: str


class KeyFileError(SealingError):
    """The key file cannot be used; `code` says why."""

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(f"{code}: {path}")
        self.code = code
        self.path = path


class UnknownKey(SealingError):
    """Sealed with a key that is not in the key file."""

    code = "sealing.unknown_key"

    def __init__(self, key_id: bytes) -> None:
        super().__init__(f"{self.code}: {key_id.hex()}")
        self.key_id = key_id


class WrongKey(UnknownKey):
    """The installation was made with another key file. Nothing may be written."""

    code = "sealing.wrong_key"


class Tampered(SealingError):
    """Changed, cut, or moved from the place it was sealed for."""

    code = "sealing.tampered"

    def __init__(self) -> None:
        super().__init__(self.code)


@frozen
class Keys:
    """The key ring: seals with `current`, opens with any; `index` outlives rotation.

    A key's id is a fingerprint of the key, so a miscopied key file is noticed at once
    and two installations never share an id.
    """

    current: bytes
    ring: Mapping[bytes, bytes] = field(repr=False)
    index: bytes = field(repr=False)


class Sealer:
    """Seals, opens, indexes and signs with one key ring. Safe to share between threads."""

    __slots__ = ("_ciphers", "_derived", "_head", "_keys", "_now")

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._ciphers = {key_id: _cipher(key) for key_id, key in keys.ring.items()}
        self._now = self._ciphers[keys.current]
        self._head = PREFIX + keys.current
        self._derived: dict[tuple[bytes, str], bytes] = {}

    def seal(self, table: str, row: RowId, column: str, plaintext: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        head = self._head
        sealed = self._now.encrypt(nonce, plaintext, _place(head, table, row, column))
        return head + nonce + sealed

    def unseal(self, table: str, row: RowId, column: str, sealed: bytes) -> bytes:
        """Raises: `UnknownKey`, `Tampered`."""
        head, nonce = sealed[:6], sealed[6:HEADER_BYTES]
        cipher = self._ciphers.get(head[2:])
        if cipher is None or head[:2] != PREFIX or len(sealed) < OVERHEAD_BYTES:
            raise self._refusal(sealed)
        try:
            place = _place(head, table, row, column)
            return cipher.decrypt(nonce, sealed[HEADER_BYTES:], place)
        except InvalidTag:
            raise Tampered from None

    def seal_json(self, table: str, row: RowId, column: str, value: Json) -> bytes:
        return self.seal(table, row, column, _encode(value).encode("utf-8", "surrogatepass"))

    def unseal_json(self, table: str, row: RowId, column: str, sealed: bytes) -> Json:
        value: Json = json.loads(self.unseal(table, row, column, sealed))
        return value

    def is_current(self, sealed: bytes) -> bool:
        """Whether the current key sealed it; if not, rotation reseals it."""
        return sealed.startswith(self._head)

    def lookup(self, column: str, school: RowId, value: str) -> bytes:
        """Blind index: equal values of one column in one school give equal 32 bytes.

        Only for values hard to guess and unique (ID numbers), in one spelling (x → X):
        the caller folds it. Survives rotation of the ring.
        """
        key = self._derive(self._keys.index, f"lookup|{column}|{school}")
        return hmac.digest(key, value.encode("utf-8", "surrogatepass"), "sha256")

    def sign(self, purpose: str, data: bytes) -> bytes:
        """36 bytes: key id and HMAC-SHA-256 under a key of its own for each purpose."""
        return self._keys.current + self._mac(self._keys.current, purpose, data)

    def verify(self, purpose: str, data: bytes, signature: bytes) -> bool:
        key_id, mac = signature[:KEY_ID_BYTES], signature[KEY_ID_BYTES:]
        if key_id not in self._keys.ring:
            return False
        return hmac.compare_digest(mac, self._mac(key_id, purpose, data))

    def witness(self) -> bytes:
        """A sealed constant to store in the database when the installation is made."""
        return self.seal(*WITNESS_PLACE, b"")

    def recognise(self, witness: bytes) -> None:
        """At start, before the first write. Raises: `WrongKey`, `Tampered`."""
        try:
            self.unseal(*WITNESS_PLACE, witness)
        except UnknownKey as unknown:
            raise WrongKey(unknown.key_id) from None

    def _mac(self, key_id: bytes, purpose: str, data: bytes) -> bytes:
        key = self._derive(self._keys.ring[key_id], f"sign|{purpose}")
        return hmac.digest(key, data, "sha256")

    def _derive(self, key: bytes, info: str) -> bytes:
        derived = self._derived.get((key, info))
        if derived is None:
            derived = self._derived[key, info] = _hkdf(key, info)
        return derived

    def _refusal(self, sealed: bytes) -> SealingError:
        whole = sealed.startswith(PREFIX) and len(sealed) >= OVERHEAD_BYTES
        key_id = sealed[len(PREFIX) : len(PREFIX) + KEY_ID_BYTES]
        return UnknownKey(key_id) if whole and key_id not in self._ciphers else Tampered()


def new_keys() -> Keys:
    """A fresh ring with one key. For tests and for `create_key_file`."""
    key = secrets.token_bytes(KEY_BYTES)
    return Keys(_fingerprint(key), {_fingerprint(key): key}, secrets.token_bytes(KEY_BYTES))


def with_new_key(keys: Keys) -> Keys:
    """The same ring with one more key, which becomes the current one."""
    key = secrets.token_bytes(KEY_BYTES)
    return Keys(_fingerprint(key), {**keys.ring, _fingerprint(key): key}, keys.index)


def create_key_file(path: Path) -> Keys:
    """Write a new key file (mode 600). Raises: `KeyFileError` keys.exists.

    Appears whole or not at all, and never replaces a file: a lost key is lost data.
    """
    keys = new_keys()
    draft = _write_draft(path, keys)
    try:
        os.link(draft, path)
    except FileExistsError:
        raise KeyFileError("keys.exists", path) from None
    finally:
        draft.unlink()
    sync_directory(path.parent)
    return keys


def add_key(path: Path) -> Keys:
    """Add a current key to the file; the older keys stay, to open what they sealed."""
    keys = with_new_key(load_key_file(path))
    _write_draft(path, keys).replace(path)
    sync_directory(path.parent)
    return keys


def load_key_file(path: Path) -> Keys:
    """Raises: `KeyFileError` keys.missing, keys.open_to_others, keys.broken."""
    try:
        with path.open(encoding="ascii") as file:
            mode = S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read(65536)
    except UnicodeDecodeError:
        raise KeyFileError("keys.broken", path) from None
    except OSError:
        raise KeyFileError("keys.missing", path) from None
    if mode & 0o077:
        raise KeyFileError("keys.open_to_others", path)
    keys = _parse(text)
    if keys is None:
        raise KeyFileError("keys.broken", path)
    return keys


def sync_directory(directory: Path) -> None:
    """Make names created, renamed or removed in a directory survive a power cut."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _place(head: bytes, table: str, row: RowId, column: str) -> bytes:
    # The lengths make the text unambiguous even where a name contains the bar.
    text = f"{len(table)}.{len(column)}|{table}|{column}|{row}"
    return head + text.encode("utf-8", "surrogatepass")


def _hkdf(key: bytes, info: str, *, length: int = KEY_BYTES) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=f"xueji|{info}".encode()).derive(key)


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(_hkdf(key, "seal"))


def _fingerprint(key: bytes) -> bytes:
    return _hkdf(key, "id", length=KEY_ID_BYTES)


def _write_draft(path: Path, keys: Keys) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="ascii") as file:
        file.write(_format(keys))
        file.flush()
        os.fsync(file.fileno())
    return draft


def _format(keys: Keys) -> str:
    rows = [FILE_TITLE, f"current {keys.current.hex()}"]
    rows += [f"index {_fingerprint(keys.index).hex()} {keys.index.hex()}"]
    rows += [f"key {key_id.hex()} {key.hex()}" for key_id, key in keys.ring.items()]
    return "\n".join(rows) + "\n"


def _parse(text: str) -> Keys | None:
    """The keys, or None where the file is not as written: cut, miscopied, foreign."""
    title, *rows = [row for row in text.splitlines() if row.strip()] or [""]
    try:
        (_, current), (_, index_id, index), *ring = [row.split() for row in rows]
        named = [(index_id, index), *((key_id, key) for _, key_id, key in ring)]
        pairs = [(bytes.fromhex(key_id), bytes.fromhex(key)) for key_id, key in named]
        keys = Keys(bytes.fromhex(current), dict(pairs[1:]), pairs[0][1])
    except ValueError:
        return None
    sound = (
        title.strip() == FILE_TITLE
        and keys.current in keys.ring
        and all(len(key) == KEY_BYTES and _fingerprint(key) == key_id for key_id, key in pairs)
    )
    return keys if sound else None
