"""Sounds are decoded once, with little memory, and are what decoding and resampling give."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.audio import recording
from comfyui_glmtts.audio.recording import decode, resample
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.production import sounds
from comfyui_glmtts.production.sounds import SoundFile, read_sounds
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.scripts.script import Sound

RATE = 48_000


def music(folder: Path, *, rate: int = 44_100, channels: int = 2, seconds: float = 3.0) -> Path:
    path = folder / "music.wav"
    noise = np.random.default_rng(0).standard_normal((round(seconds * rate), channels))
    soundfile.write(path, 0.1 * noise, rate, subtype="PCM_24")
    return path


def read(path: Path, store: Store) -> SoundFile:
    (sound,) = read_sounds([Sound(place=Place("a.yaml"), file=path)], RATE, store).values()
    return sound


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_a_sound_is_the_first_two_channels_resampled_to_the_bit(
    rate: int, channels: int, tmp_path: Path
) -> None:
    path = music(tmp_path, rate=rate, channels=channels)
    sound = read(path, Store(tmp_path / "store"))
    whole = decode(path)
    np.testing.assert_array_equal(sound.samples(), resample(whole.samples[:2], rate, RATE))
    assert sound.length == sound.samples().shape[1] == 3 * RATE


def test_a_sound_is_decoded_once_for_all_threads_and_not_at_all_for_its_measures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, store = music(tmp_path), Store(tmp_path / "store")
    asked = []

    def counted(file: Path, **options: object) -> object:
        asked.append(file)
        return recording.decoding(file, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(sounds, "decoding", counted)
    first = read(path, store)
    assert len(asked) == 1
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: first.samples(), range(8)))
    assert len(asked) == 1
    again = read(path, store)
    assert again == first
    assert len(asked) == 1
    again.samples()
    assert len(asked) == 2


def test_the_store_keeps_nothing_of_the_decoded_sound(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    read(music(tmp_path), store).samples()
    kept = [file for file in store.folder.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in kept) < 1000


def test_a_sound_with_too_much_in_it_is_a_mistake_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "SAMPLES", RATE)
    with pytest.raises(InputError, match="more sound than is read from one file") as caught:
        read(music(tmp_path), Store(tmp_path / "store"))
    assert str(caught.value.mistakes[0].place) == "a.yaml"


MEASURE = """
import pathlib, re, sys, threading, time
from comfyui_glmtts.mistakes import Place
from comfyui_glmtts.production.sounds import read_sounds
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.scripts.script import Sound
folder = pathlib.Path(sys.argv[1])
def anonymous():
    return int(re.search(r"RssAnon:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
most = [0]
def look():
    while True:
        most[0] = max(most[0], anonymous())
        time.sleep(0.01)
threading.Thread(target=look, daemon=True).start()
before = anonymous()
cue = Sound(place=Place("a.yaml"), file=folder / "quiet.flac")
(sound,) = read_sounds([cue], 48_000, Store(folder / "store")).values()
sound.samples()[:, :48_000].sum()
print(f"{(most[0] - before) // 1024} MiB, {sound.length // 48_000} s")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no /proc tells of memory")
def test_ten_minutes_of_music_take_disk_and_not_memory(tmp_path: Path) -> None:
    with soundfile.SoundFile(tmp_path / "quiet.flac", "w", 44_100, 2, "PCM_16") as file:
        for _ in range(60):
            file.write(np.zeros((441_000, 2), "f4"))
    command = [sys.executable, "-c", MEASURE, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.fullmatch(r"(\d+) MiB, 600 s\n", told)
    assert found, told
    assert int(found[1]) < 150  # 230 decoded; it was five times that
