import os
import subprocess
import sys
from pathlib import Path

import pytest
from comfyui_glmtts.production.store import Store, key_of


def test_what_is_written_is_read_back_by_another_store_on_the_folder(tmp_path: Path) -> None:
    key = key_of("a", "b")
    Store(tmp_path).write(key, b"sound")
    assert Store(tmp_path).read(key) == b"sound"


def test_an_unknown_key_is_a_miss(tmp_path: Path) -> None:
    assert Store(tmp_path / "nowhere").read(key_of("a")) is None


def test_parts_of_a_key_cannot_run_into_each_other() -> None:
    assert key_of("ab", "c") != key_of("a", "bc")


@pytest.mark.parametrize("keep", [0, 10, 63, 64, 66])
def test_a_torn_blob_is_a_miss_and_goes_away(tmp_path: Path, keep: int) -> None:
    store, key = Store(tmp_path), key_of("a")
    store.write(key, b"sound")
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes()[:keep])
    assert store.read(key) is None
    assert not path.exists()


def test_trimming_drops_what_was_used_longest_ago_and_keeps_the_bound(tmp_path: Path) -> None:
    store = Store(tmp_path, limit=10_000)
    keys = [key_of(str(number)) for number in range(20)]
    for age, key in enumerate(keys):
        store.write(key, bytes(1000))
        (path,) = tmp_path.glob(f"{key[:2]}/{key[2:]}")
        os.utime(path, (1e9 + age, 1e9 + age))
    assert store.read(keys[0])  # used now, so it stays
    store.trim()
    left = [key for key in keys if store.read(key)]
    assert left == [keys[0], *keys[-len(left) + 1 :]]
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 10_000


def test_temporaries_of_the_dead_are_removed_and_those_of_the_living_kept(tmp_path: Path) -> None:
    store = Store(tmp_path, limit=0)
    store.write(key_of("a"), b"a")
    folder = next(tmp_path.iterdir())
    old, new = folder / ".glmtts-old.part", folder / ".glmtts-new.part"
    for path in (old, new):
        path.write_bytes(b"")
    os.utime(old, (1e9, 1e9))
    store.trim()
    assert not old.exists()
    assert new.exists()


HAMMER = """
import sys
from pathlib import Path
from comfyui_glmtts.production.store import Store, key_of

store, seed = Store(Path(sys.argv[1]), limit=20_000), int(sys.argv[2])
for number in range(150):
    key = key_of(str((number * 7 + seed) % 20))
    store.write(key, key.encode() * 30)
    assert store.read(key) in (None, key.encode() * 30)
    if number % 20 == seed:
        store.trim()
"""


def test_two_processes_share_a_store_without_a_wrong_read(tmp_path: Path) -> None:
    commands = [[sys.executable, "-c", HAMMER, str(tmp_path), str(seed)] for seed in (0, 1)]
    processes = [subprocess.Popen(command) for command in commands]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
