"""What people's files do to the process that reads them is no more than a mistake in that file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.audio import limits, media
from comfyui_glmtts.audio.recording import decode, seconds
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.worker_pipe import START

RATE = 24_000

FAULTS = """
import ctypes, os, time
import comfyui_glmtts.audio.media_worker as worker
_decode = worker.decode
def decode(path, longest, most):
    name = os.path.basename(path)
    if name == "crash.wav":
        ctypes.string_at(0)
    if name == "hang.wav":
        time.sleep(60)
    if name == "late.wav":
        yield from list(_decode(path, longest, most))[:1]
        ctypes.string_at(0)
    if name == "fat.wav":
        bytearray(8 << 30)
    if name == "busy.wav":
        worker.grant(1)
        while True:
            pass
    if name == "write.wav":
        open(path + ".out", "wb", buffering=0).write(b"x")
    if name == "surprise.wav":
        raise KeyError("nobody thought of this")
    yield from _decode(path, longest, most)
worker.decode = decode
worker.main()
"""


@pytest.fixture(autouse=True)
def none_left() -> Iterator[None]:
    """Each test begins and ends without a worker."""
    media.close()
    yield
    media.close()


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that do what a hostile file would have them do, by its name."""
    start = START.replace("sys.modules[module].main()", FAULTS)
    assert start != START
    monkeypatch.setattr("comfyui_glmtts.worker_pipe.START", start)


def sound(folder: Path, name: str, samples: np.ndarray | None = None) -> Path:
    path = folder / name
    quiet = np.full(RATE, 0.25, "f4")
    soundfile.write(path, quiet if samples is None else samples, RATE, subtype="FLOAT")
    return path


def workers() -> list[int]:
    return [worker._process.pid for worker in media._idle]


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("crash.wav", r"crash\.wav crashed the process that decodes it \(status -11\)"),
        ("late.wav", r"late\.wav crashed the process"),
        ("hang.wav", r"hang\.wav takes longer than 2 s to decode"),
        ("fat.wav", r"fat\.wav needs too much memory to decode"),
        ("busy.wav", r"busy\.wav takes more than 120 s of work to decode"),
        ("write.wav", r"write\.wav crashed the process"),
        ("surprise.wav", r"surprise\.wav crashed the process"),
    ],
)
def test_what_ends_the_worker_is_a_mistake_in_that_file_and_the_next_one_is_read(
    name: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "hang.wav":
        monkeypatch.setattr(media, "PATIENCE", 2.0)
    place = Place("a.yaml", 3, 7)
    good = sound(tmp_path, "good.wav")
    assert decode(good).seconds == 1.0
    with pytest.raises(InputError, match=what) as caught:
        decode(sound(tmp_path, name), place=place)
    (mistake,) = caught.value.mistakes
    assert mistake.place == place
    assert mistake.remedy
    assert decode(good).seconds == 1.0
    assert not (tmp_path / f"{name}.out").exists() or not (tmp_path / f"{name}.out").stat().st_size


def test_one_worker_reads_file_after_file_good_and_bad(tmp_path: Path) -> None:
    good, bad = sound(tmp_path, "good.wav"), tmp_path / "bad.wav"
    bad.write_bytes(b"no sound at all")
    decode(good)
    first = workers()
    for _ in range(3):
        with pytest.raises(InputError):
            decode(bad)
        decode(good)
        assert seconds(good) == pytest.approx(1.0)
    assert workers() == first
    assert len(first) == 1


def test_a_worker_that_somebody_killed_is_replaced_without_a_word(tmp_path: Path) -> None:
    good = sound(tmp_path, "good.wav")
    decode(good)
    (pid,) = workers()
    os.kill(pid, signal.SIGKILL)
    media._idle[0]._process.wait()
    assert decode(good).seconds == 1.0
    assert workers() != [pid]


def test_files_are_read_at_the_same_time_and_few_workers_stay(tmp_path: Path) -> None:
    files = [sound(tmp_path, f"{n}.wav", np.full(RATE, n / 16, "f4")) for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        found = [float(one.samples[0, 0]) for one in pool.map(decode, files)]
    assert found == [n / 16 for n in range(12)]
    assert 1 <= len(workers()) <= media.MOST_IDLE


def test_a_worker_ends_with_its_parent(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; import os, sys\n"
        "from comfyui_glmtts.audio import media, recording\n"
        f"recording.decode(Path({str(sound(tmp_path, 'a.wav'))!r}))\n"
        "print(media._idle[0]._process.pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    pid = int(done.stdout)
    waited = threading.Event()
    for _ in range(100):
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().split()[2] == "Z":
            return
        waited.wait(0.05)
    raise AssertionError("it is still there")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks")
def test_a_fork_does_not_use_its_parents_workers(tmp_path: Path) -> None:
    decode(sound(tmp_path, "a.wav"))
    child = os.fork()
    if not child:
        os._exit(0 if media._idle == [] else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert len(workers()) == 1


# --- levels, channels, lengths, tags


@pytest.mark.parametrize("level", [1e19, 1e30, 3e38, -3e38])
def test_levels_that_no_sound_has_are_refused(level: float, tmp_path: Path) -> None:
    path = sound(tmp_path, "loud.wav", np.array([0.1, level, 0.2], "f4"))
    with pytest.raises(InputError, match="times full scale: that is no sound"):
        decode(path)


def test_whole_numbers_in_a_float_file_are_loud_but_a_sound(tmp_path: Path) -> None:
    path = sound(tmp_path, "ints.wav", np.array([-32768.0, 32767.0, 2.0**31], "f4"))
    assert decode(path).samples.max() == 2.0**31


def test_nan_and_infinities_are_tamed_and_denormals_stay(tmp_path: Path) -> None:
    path = sound(tmp_path, "wild.wav", np.array([np.nan, np.inf, -np.inf, 1e-40], "f4"))
    np.testing.assert_array_equal(decode(path).samples, np.array([[0, 1, -1, 1e-40]], "f4"))


@pytest.mark.parametrize("channels", [1, 2, 3, 5, 6, 7, 8])
@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_up_to_eight_channels_come_back_each_in_its_place(
    channels: int, suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"many.{suffix}"
    samples = np.arange(1, channels + 1) / 16 * np.ones((5000, 1))
    soundfile.write(path, samples, 48_000, subtype="PCM_16")
    np.testing.assert_array_equal(decode(path).samples, samples.T.astype("f4"))


def test_more_channels_are_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "many.wav"
    soundfile.write(path, np.zeros((100, 9)), 48_000, subtype="PCM_16")
    with pytest.raises(InputError, match=r"has 9 channels at 48000 Hz") as caught:
        decode(path)
    assert "mono or stereo" in caught.value.mistakes[0].remedy


def test_there_is_a_limit_for_all_channels_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "six.wav"
    soundfile.write(path, np.zeros((48_000, 6)), 48_000, subtype="PCM_16")
    monkeypatch.setattr("comfyui_glmtts.audio.recording.SAMPLES", 6 * 48_000)
    assert decode(path).seconds == 1.0
    monkeypatch.setattr("comfyui_glmtts.audio.recording.SAMPLES", 6 * 48_000 - 1)
    with pytest.raises(InputError, match="has more sound than is read from one file: 6 channels"):
        decode(path)
    assert limits.SAMPLES == 345_600_000


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WAVE" + b"".join(
        name + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2)
        for name, data in chunks
    )
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def pcm(bits: int) -> bytes:
    numbers = [(1, 2), (1, 2), (RATE, 4), (2 * RATE, 4), (2, 2), (bits, 2)]
    return b"".join(number.to_bytes(size, "little") for number, size in numbers)


def test_tags_in_any_coding_are_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "old.wav"
    title = "晨间音乐".encode("gbk")
    info = b"INFOINAM" + len(title).to_bytes(4, "little") + title
    path.write_bytes(riff((b"fmt ", pcm(16)), (b"LIST", info), (b"data", bytes(2 * RATE))))
    assert decode(path).seconds == 1.0
    assert seconds(path) == pytest.approx(1.0)


@pytest.mark.parametrize("bits", [7, 15])
def test_samples_that_fill_no_whole_bytes_are_read(bits: int, tmp_path: Path) -> None:
    path = tmp_path / "odd.wav"
    path.write_bytes(riff((b"fmt ", pcm(bits)), (b"data", bytes(2 * RATE))))
    assert decode(path).rate == RATE


@pytest.mark.parametrize("bits", [0, 65_535])
def test_samples_of_impossible_sizes_are_refused_in_words(bits: int, tmp_path: Path) -> None:
    path = tmp_path / "odd.wav"
    path.write_bytes(riff((b"fmt ", pcm(bits)), (b"data", bytes(2 * RATE))))
    with pytest.raises(InputError, match="in a coding that nothing here can decode") as caught:
        decode(path)
    assert caught.value.mistakes[0].remedy == "Convert it to WAV or FLAC."


def test_a_worker_that_cannot_start_is_no_mistake_of_anybodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "_folders", list)
    path = sound(tmp_path, "good.wav")
    with pytest.raises(RuntimeError, match="The process that decodes sound"):
        decode(path)


def test_requests_hold_any_name(tmp_path: Path) -> None:
    name = os.fsdecode(b"odd\xff\xfe \"'\\.wav")
    assert json.loads(json.dumps(name)) == name
    assert decode(sound(tmp_path, "plain.wav").rename(tmp_path / name)).seconds == 1.0
