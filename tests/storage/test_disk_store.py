"""What only the store on disk promises: privacy, survival of kills, and words for a failing disk."""

from __future__ import annotations

import io
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage import ObjectMissing, ObjectStore, StorageUnavailable, open_store

REPOSITORY = Path(__file__).parents[2]
ABC_SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def files_under(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def start_python(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_only_the_owner_may_look_in(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = open_store(f"disk:{tmp_path / 'var' / 'objects'}")
        store.put("assets/a", io.BytesIO(b"abc"), media_type="text/plain")
    finally:
        os.umask(before)

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "var" / "objects").rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert stat.S_IMODE((tmp_path / "var" / "objects").stat().st_mode) == 0o700


def test_a_file_is_named_for_its_checksum_so_that_anybody_can_check_it(tmp_path: Path) -> None:
    store = open_store(f"disk:{tmp_path}")

    store.put("assets/a", io.BytesIO(b"abc"), media_type="text/plain")

    (file,) = files_under(tmp_path)
    assert (file.name, file.parent.name, file.read_bytes()) == (ABC_SHA256, "assets+a", b"abc")


def test_objects_are_spread_over_folders(tmp_path: Path) -> None:
    store = open_store(f"disk:{tmp_path}")

    for n in range(64):
        store.put(f"assets/{n}", io.BytesIO(b"abc"), media_type="text/plain")

    # 64 balls in 256 boxes hit about 57 of them; fewer than 40 would not be spread at all.
    assert len(os.listdir(tmp_path / "objects")) > 40


def test_a_relative_address_counts_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("disk:var/objects")
    monkeypatch.chdir("/")

    store.put("a", io.BytesIO(b"abc"), media_type="text/plain")

    assert len(files_under(tmp_path / "var" / "objects")) == 1


def test_what_was_stored_is_there_after_opening_again(tmp_path: Path) -> None:
    open_store(f"disk:{tmp_path}").put("a", io.BytesIO(b"abc"), media_type="text/plain")

    again = open_store(f"disk:{tmp_path}")

    with again.open("a") as stream:
        assert stream.read() == b"abc"
    assert again.stat("a").sha256 == ABC_SHA256


def test_the_application_serves_what_is_on_disk(disk_store: ObjectStore) -> None:
    assert disk_store.link("a", seconds=60, file_name="a.txt", media_type="text/plain") is None


def test_a_whole_object_is_a_real_file_that_a_server_can_send(disk_store: ObjectStore) -> None:
    disk_store.put("a", io.BytesIO(b"abc"), media_type="text/plain")

    with disk_store.open("a") as stream:
        assert os.fstat(stream.fileno()).st_size == 3


def test_deleting_leaves_no_file(tmp_path: Path) -> None:
    store = open_store(f"disk:{tmp_path}")
    store.put("a", io.BytesIO(b"abc"), media_type="text/plain")

    store.delete("a")

    assert files_under(tmp_path) == []


HALF_A_PUT = """
import io, sys
from storage import open_store

class Slow(io.BytesIO):
    def seekable(self):
        return False
    def read(self, size=-1):
        if chunk := super().read(min(size, 1 << 20)):
            return chunk
        print("half way", flush=True)
        sys.stdin.read()
        return b""

open_store("disk:" + sys.argv[1]).put("a", Slow(bytes(3 << 20)), media_type="text/plain")
print("done", flush=True)
"""


def test_a_put_that_was_killed_is_swept_up_at_the_next_start(tmp_path: Path) -> None:
    process = start_python(HALF_A_PUT, str(tmp_path))
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half way\n"
        assert [file.stat().st_size for file in files_under(tmp_path)] == [3 << 20]
        process.send_signal(signal.SIGKILL)

    store = open_store(f"disk:{tmp_path}")

    assert files_under(tmp_path) == []
    with pytest.raises(ObjectMissing):
        store.stat("a")


def test_the_sweep_leaves_a_put_alone_that_is_under_way(tmp_path: Path) -> None:
    process = start_python(HALF_A_PUT, str(tmp_path))
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half way\n"

        store = open_store(f"disk:{tmp_path}")
        output, _ = process.communicate("")

    assert output == "done\n"
    assert store.stat("a").size_bytes == 3 << 20


FULL_DISK = """
import io, resource, signal, sys
from storage import StorageUnavailable, open_store

store = open_store("disk:" + sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
try:
    store.put("a", io.BytesIO(bytes(3_000_000)), media_type="text/plain")
except StorageUnavailable as error:
    print(error)
"""


def test_a_disk_that_takes_no_more_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    process = start_python(FULL_DISK, str(tmp_path))

    output, errors = process.communicate(timeout=60)

    assert output == f"The store folder {tmp_path} does not work: File too large.\n", errors
    assert files_under(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StorageUnavailable, match="file/objects does not work: Not a directory"):
        open_store(f"disk:{tmp_path / 'file' / 'objects'}")


def test_a_folder_that_went_away_is_noticed(tmp_path: Path) -> None:
    store = open_store(f"disk:{tmp_path / 'objects'}")
    (tmp_path / "objects").rename(tmp_path / "elsewhere")

    with pytest.raises(StorageUnavailable, match="is gone"):
        store.check()
    with pytest.raises(StorageUnavailable, match="is gone"):
        store.put("a", io.BytesIO(b"abc"), media_type="text/plain")
    with pytest.raises(StorageUnavailable, match="is gone"):
        list(store.keys())


def test_a_lost_store_folder_is_not_mistaken_for_a_missing_object(tmp_path: Path) -> None:
    store = open_store(f"disk:{tmp_path / 'objects'}")
    store.put("a", io.BytesIO(b"abc"), media_type="text/plain")
    (tmp_path / "objects").rename(tmp_path / "elsewhere")

    with pytest.raises(StorageUnavailable, match="is gone"):
        store.stat("a")
    with pytest.raises(StorageUnavailable, match="is gone"):
        store.open("a")
    with pytest.raises(StorageUnavailable, match="is gone"):
        store.delete("a")


def test_an_address_may_hold_any_character(tmp_path: Path) -> None:
    store = open_store(f"disk:{tmp_path / 'Müller & Söhne 100%'}")

    store.put("a", io.BytesIO(b"abc"), media_type="text/plain")

    assert len(files_under(tmp_path / "Müller & Söhne 100%")) == 1
