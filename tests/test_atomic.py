import subprocess
import sys
from pathlib import Path

import pytest
from comfyui_glmtts.atomic import InUseError, exclusive, replacing, write_text


def test_a_file_appears_whole_and_leaves_nothing_else(tmp_path: Path) -> None:
    write_text(tmp_path / "deep" / "a.txt", "中文\n")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.txt"]
    assert (tmp_path / "deep" / "a.txt").read_bytes() == "中文\n".encode()


def test_an_error_leaves_the_old_file_and_no_temporary(tmp_path: Path) -> None:
    target = tmp_path / "a.wav"
    target.write_bytes(b"old")
    with pytest.raises(RuntimeError), replacing(target) as temporary:
        temporary.write_bytes(b"half")
        assert temporary.suffix == ".wav"
        assert temporary.name.startswith(".")
        raise RuntimeError
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.wav", b"old")]


HOLD = """
import sys, time
from pathlib import Path
from comfyui_glmtts.atomic import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lock_is_refused_while_held_and_free_once_its_holder_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(InUseError), exclusive(lock):
            pass
        holder.kill()
    with exclusive(lock):
        pass
