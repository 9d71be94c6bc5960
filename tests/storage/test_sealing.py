"""Sealing: what one place holds opens nowhere else, with no other key, and not changed."""

from itertools import permutations
from pathlib import Path

import pytest

from storage.sealing import (
    OVERHEAD_BYTES,
    Json,
    KeyFileError,
    Keys,
    Sealer,
    Tampered,
    UnknownKey,
    WrongKey,
    add_key,
    create_key_file,
    load_key_file,
    new_keys,
    with_new_key,
)

TEXT = "张小涵 999999201803120022".encode()
PLACES = [
    (table, row, column)
    for table in ("draft", "student")
    for row in ("1", "2", "1|2")
    for column in ("answers", "answers|1", "place", "")
]


@pytest.fixture
def keys() -> Keys:
    return new_keys()


@pytest.fixture
def sealer(keys: Keys) -> Sealer:
    return Sealer(keys)


def test_what_was_sealed_opens_at_its_place(sealer: Sealer) -> None:
    assert (
        sealer.unseal("draft", "1", "answers", sealer.seal("draft", "1", "answers", TEXT)) == TEXT
    )


def test_the_same_text_is_never_sealed_the_same_twice(sealer: Sealer) -> None:
    assert len({sealer.seal("draft", "1", "answers", TEXT) for _ in range(1000)}) == 1000


def test_sealing_adds_a_fixed_number_of_bytes(sealer: Sealer) -> None:
    assert len(sealer.seal("draft", "1", "answers", TEXT)) == len(TEXT) + OVERHEAD_BYTES


def test_every_swap_among_tables_rows_and_columns_is_refused(sealer: Sealer) -> None:
    sealed = {place: sealer.seal(*place, TEXT) for place in PLACES}
    refused = 0
    for source, target in permutations(PLACES, 2):
        with pytest.raises(Tampered):
            sealer.unseal(*target, sealed[source])
        refused += 1
    assert refused == len(PLACES) * (len(PLACES) - 1)


def test_every_swap_of_the_key_id_within_one_ring_is_refused(keys: Keys) -> None:
    ring = with_new_key(with_new_key(keys))
    sealed = Sealer(ring).seal("draft", "1", "answers", TEXT)
    for other in set(ring.ring) - {ring.current}:
        with pytest.raises(Tampered):
            Sealer(ring).unseal("draft", "1", "answers", sealed[:2] + other + sealed[6:])


def test_every_changed_byte_and_every_cut_is_refused(sealer: Sealer) -> None:
    sealed = sealer.seal("draft", "1", "answers", TEXT)
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        for broken in (changed, sealed[:at]):
            with pytest.raises((Tampered, UnknownKey)):
                sealer.unseal("draft", "1", "answers", broken)


def test_another_installations_key_is_named_as_unknown_not_as_tampering(sealer: Sealer) -> None:
    sealed = Sealer(new_keys()).seal("draft", "1", "answers", TEXT)
    with pytest.raises(UnknownKey) as refusal:
        sealer.unseal("draft", "1", "answers", sealed)
    assert refusal.value.key_id == sealed[2:6]


def test_the_witness_tells_a_wrong_key_file_from_the_right_one(sealer: Sealer) -> None:
    witness = sealer.witness()
    sealer.recognise(witness)
    with pytest.raises(WrongKey):
        Sealer(new_keys()).recognise(witness)


def test_after_rotation_old_documents_open_and_new_ones_use_the_new_key(keys: Keys) -> None:
    before = Sealer(keys)
    after = Sealer(with_new_key(keys))
    old = before.seal("draft", "1", "answers", TEXT)
    new = after.seal("draft", "1", "answers", TEXT)
    assert after.unseal("draft", "1", "answers", old) == TEXT
    assert (after.is_current(old), after.is_current(new)) == (False, True)
    with pytest.raises(UnknownKey):
        before.unseal("draft", "1", "answers", new)


@pytest.mark.parametrize(
    "value",
    [None, {"name": "古丽米热·艾比布力", "n": [1, 2.5, True]}, "\ud800", "豈"],
    ids=["nothing", "document", "lone surrogate", "compatibility character"],
)
def test_a_json_document_comes_back_as_it_was(sealer: Sealer, value: Json) -> None:
    assert sealer.unseal_json("d", "1", "c", sealer.seal_json("d", "1", "c", value)) == value


def test_an_equal_value_is_found_again_and_survives_rotation(keys: Keys) -> None:
    first = Sealer(keys).lookup("id_number", "school-1", "99999920180312002X")
    later = Sealer(with_new_key(keys)).lookup("id_number", "school-1", "99999920180312002X")
    assert first == later


def test_an_equal_value_looks_different_in_another_column_school_or_installation(
    sealer: Sealer,
) -> None:
    seen = {
        keeper.lookup(column, school, "99999920180312002X")
        for keeper in (sealer, Sealer(new_keys()))
        for column in ("id_number", "phone")
        for school in ("1", "2")
    }
    assert len(seen) == 8


def test_a_signature_holds_for_its_purpose_and_data_only(sealer: Sealer) -> None:
    signature = sealer.sign("summary", TEXT)
    attempts = {
        "same": sealer.verify("summary", TEXT, signature),
        "purpose": sealer.verify("cookie", TEXT, signature),
        "data": sealer.verify("summary", TEXT + b" ", signature),
        "cut": sealer.verify("summary", TEXT, signature[:-1]),
        "empty": sealer.verify("summary", TEXT, b""),
        "other installation": Sealer(new_keys()).verify("summary", TEXT, signature),
    }
    assert attempts == {
        "same": True,
        "purpose": False,
        "data": False,
        "cut": False,
        "empty": False,
        "other installation": False,
    }


def test_a_signature_given_before_rotation_still_holds(keys: Keys) -> None:
    assert Sealer(with_new_key(keys)).verify("summary", TEXT, Sealer(keys).sign("summary", TEXT))


def test_a_key_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    keys = create_key_file(tmp_path / "xueji.key")
    assert (tmp_path / "xueji.key").stat().st_mode & 0o777 == 0o600
    assert load_key_file(tmp_path / "xueji.key") == keys
    assert [path.name for path in tmp_path.iterdir()] == ["xueji.key"]


def test_a_key_file_is_never_replaced(tmp_path: Path) -> None:
    keys = create_key_file(tmp_path / "xueji.key")
    with pytest.raises(KeyFileError, match=r"keys\.exists"):
        create_key_file(tmp_path / "xueji.key")
    assert load_key_file(tmp_path / "xueji.key") == keys
    assert [path.name for path in tmp_path.iterdir()] == ["xueji.key"]


def test_a_key_is_added_in_the_file_and_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "xueji.key"
    first = create_key_file(path)
    second = add_key(path)
    assert load_key_file(path) == second
    assert (len(second.ring), second.current != first.current) == (2, True)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_missing_key_file_and_one_open_to_others_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"keys\.missing"):
        load_key_file(tmp_path / "xueji.key")
    create_key_file(tmp_path / "xueji.key")
    (tmp_path / "xueji.key").chmod(0o640)
    with pytest.raises(KeyFileError, match=r"keys\.open_to_others"):
        load_key_file(tmp_path / "xueji.key")


@pytest.mark.parametrize("row", range(4), ids=["title", "current", "index", "key"])
def test_a_miscopied_key_file_is_refused_whichever_line_is_wrong(tmp_path: Path, row: int) -> None:
    path = tmp_path / "xueji.key"
    create_key_file(path)
    rows = path.read_text().splitlines()
    for wrong in (rows[row][:-1] + ("1" if rows[row][-1] != "1" else "2"), ""):
        path.write_text("\n".join([*rows[:row], wrong, *rows[row + 1 :]]))
        with pytest.raises(KeyFileError, match=r"keys\.broken"):
            load_key_file(path)


def test_neither_errors_nor_representations_show_a_secret(keys: Keys) -> None:
    shown = repr(keys) + repr(Sealer(keys)) + repr(WrongKey(keys.current))
    secrets = [keys.index, *keys.ring.values()]
    assert [secret for secret in secrets if secret.hex() in shown or repr(secret) in shown] == []
