"""What is read from a checkpoint is what was written, or it is called damaged."""

import hashlib
import zipfile

import numpy as np
import pytest

from snn_brian.base import checkpoints
from snn_brian.base.checkpoints import Damaged, checksum, read_checkpoint, sound, write_checkpoint

ARRAYS = {
    "G_plus_1": np.arange(12, dtype=np.float32).reshape(3, 4),
    "epoch": np.int64(3),
    "order": np.zeros(0, np.int32),
}


@pytest.fixture
def path(tmp_path):
    write_checkpoint(tmp_path / "epoch_003.npz", ARRAYS)
    return tmp_path / "epoch_003.npz"


def test_arrays_come_back_with_names_types_and_shapes(path):
    found = read_checkpoint(path)
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array, strict=True)


def test_the_checksum_is_the_sha256_of_what_is_told(path):
    with np.load(path) as archive:
        kept = archive["sha256"].tobytes()
    text = b"order <i4 (0,)\n"
    G = b"G_plus_1 <f4 (3, 4)\n" + ARRAYS["G_plus_1"].tobytes()
    epoch = b"epoch <i8 ()\n" + (3).to_bytes(8, "little")
    assert kept == hashlib.sha256(G + epoch + text).digest()


def test_the_order_in_memory_does_not_matter():
    array = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(checksum({"a": array}), checksum({"a": np.asfortranarray(array)}))
    assert not np.array_equal(checksum({"a": array}), checksum({"a": array.reshape(3, 2)}))
    assert not np.array_equal(checksum({"a": array}), checksum({"b": array}))


def test_no_bit_of_a_value_can_change_unseen(path):
    content = path.read_bytes()
    start = content.index(ARRAYS["G_plus_1"].tobytes())
    for place in range(start, start + ARRAYS["G_plus_1"].nbytes):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(Damaged):
            read_checkpoint(path)


def test_a_byte_anywhere_changes_nothing_unseen(path):
    """Some bytes of an archive mean nothing: then what is read is still what was written."""
    content, damaged = path.read_bytes(), 0
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :])
        try:
            found = read_checkpoint(path)
        except Damaged:
            damaged += 1
        else:
            assert all(np.array_equal(found[name], ARRAYS[name]) for name in ARRAYS)
    assert damaged > len(content) / 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content[:100],
        lambda content: b"text",
        lambda content: content[50:],
    ],
)
def test_a_cut_file_is_damaged(path, damage):
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(Damaged):
        read_checkpoint(path)


def test_what_is_no_checkpoint_is_damaged(tmp_path):
    np.savez(tmp_path / "none.npz", **ARRAYS)
    np.savez_compressed(tmp_path / "packed.npz", **ARRAYS, sha256=checksum(ARRAYS))
    np.savez(tmp_path / "pickle.npz", a=np.array([{}], object), sha256=checksum({}))
    with zipfile.ZipFile(tmp_path / "other.npz", "w") as archive:
        archive.writestr("../../evil.npy", b"")
    for path in [*tmp_path.glob("*.npz"), tmp_path / "missing.npz", tmp_path]:
        with pytest.raises(Damaged) as caught:
            read_checkpoint(path)
        assert str(caught.value) and "\n" not in str(caught.value)
    assert {path.name for path in tmp_path.iterdir()} == {
        "none.npz",
        "packed.npz",
        "pickle.npz",
        "other.npz",
    }


def test_the_sound_ones_are_given_and_the_others_named(tmp_path, capsys):
    paths = [tmp_path / f"{name}.npz" for name in "abc"]
    for path in paths:
        write_checkpoint(path, ARRAYS)
    paths[1].write_bytes(b"")

    def check(arrays):
        if checks.append(arrays) or len(checks) == 2:
            raise Damaged("it is another's")

    checks = []
    assert [path for path, _ in sound(paths, check)] == paths[:1]
    assert capsys.readouterr().err.splitlines() == [
        f"{paths[1]}: this checkpoint is damaged and left out (File is not a zip file).",
        f"{paths[2]}: this checkpoint is damaged and left out (it is another's).",
    ]


def test_a_write_that_fails_leaves_the_old_one(path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints.np, "savez", full)
    with pytest.raises(Exception, match="cannot be written"):
        write_checkpoint(path, {})
    monkeypatch.undo()
    assert read_checkpoint(path)["epoch"] == 3
