"""The chimes: what they measure, that they never click, and where a script may name them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.audio.chimes import LEVEL, chime
from comfyui_glmtts.audio.loudness import loudness, true_peak
from comfyui_glmtts.documents.findings import UnfitError
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.production.schedule import SPEECH_LEVEL
from comfyui_glmtts.production.sounds import read_sounds
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.scripts.chimes import CHIMES, chime_name, chime_path
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Sound

every_chime = pytest.mark.parametrize("name", CHIMES)

SCRIPT = """\
glmtts: 1
voices: {A: xiaoyu}
output: loudspeaker
segments:
  - sound: chime:ding-dong
  - A: 各位旅客请注意。
"""


@every_chime
@pytest.mark.parametrize("rate", [8000, 24_000, 44_100, 48_000])
def test_a_chime_is_as_loud_as_speech_and_leaves_room_above(name: str, rate: int) -> None:
    sound = chime(name, rate)
    assert sound.shape[0] == 1
    assert loudness(sound, rate) == pytest.approx(SPEECH_LEVEL, abs=0.01)
    assert LEVEL == SPEECH_LEVEL
    assert true_peak(sound, rate) < -1


@every_chime
def test_a_chime_begins_and_ends_in_silence_without_a_click(name: str) -> None:
    sound = chime(name, 48_000)[0]
    assert sound[0] == sound[-1] == 0
    assert np.abs(sound[:48]).max() < 0.15 * np.abs(sound).max()  # 1 ms
    assert np.abs(sound[-480:]).max() < 0.01 * np.abs(sound).max()
    # A click is a jump no partial makes: as high as the sound itself above the highest of them.
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    above = spectrum[round(9000 * len(sound) / 48_000) :].sum()
    assert above < 1e-6 * spectrum.sum()


@every_chime
def test_a_chime_is_short_and_the_same_every_time(name: str) -> None:
    sound = chime(name, 24_000)
    assert 0.4 < sound.shape[1] / 24_000 < 4.5
    chime.cache_clear()
    assert np.array_equal(sound, chime(name, 24_000))


@every_chime
def test_what_a_telephone_cannot_carry_is_left_out_and_does_not_fold_back(name: str) -> None:
    """Lower rates sound the same as high ones but for the partials they have no room for."""
    low = np.abs(np.fft.rfft(chime(name, 8000)[0], 8 * 8000))[: 8 * 3400]
    high = np.abs(np.fft.rfft(chime(name, 48_000)[0], 8 * 48_000))[: 8 * 3400]
    low, high = low / np.linalg.norm(low), high / np.linalg.norm(high)
    assert low @ high > 0.999


@pytest.mark.parametrize(
    ("name", "tones"),
    [
        ("ding-dong", [659, 523]),
        ("rise", [523, 659, 784]),
        ("station", [392, 523, 659, 523]),
        ("gong", [196]),
        ("queue", [1319, 880]),
        ("attention", [784, 784, 784]),
    ],
)
def test_a_chime_has_its_tones(name: str, tones: list[int]) -> None:
    rate = 24_000
    sound = chime(name, rate)[0]
    spectrum = np.abs(np.fft.rfft(sound, 8 * rate))
    for tone in set(tones):
        near = spectrum[8 * (tone - 6) : 8 * (tone + 6)].max()
        assert near > 0.3 * spectrum.max()


def test_chimes_are_measured_once_and_kept_apart_by_name_and_rate(tmp_path: Path) -> None:
    store = Store(tmp_path)
    cues = [Sound(place=Place("a.yaml", 1, 1), file=chime_path(name)) for name in CHIMES]
    sounds = read_sounds(cues, 24_000, store)
    again = read_sounds(cues, 24_000, store)
    assert len({sound.digest for sound in sounds.values()}) == len(CHIMES)
    for name, sound in sounds.items():
        assert sound.length == sound.samples().shape[1]
        assert sound.loudness == pytest.approx(-20, abs=0.01)
        assert again[name] == sound
    other = read_sounds(cues[:1], 8000, store)
    assert other["chime:ding-dong"].length == pytest.approx(sounds["chime:ding-dong"].length / 3, 1)


def test_a_path_tells_a_chime_from_a_file() -> None:
    assert chime_name(chime_path("gong")) == "gong"
    assert chime_name(Path("gong.wav")) is None
    with pytest.raises(UnfitError, match=r'no chime "dingdong"\. Did you mean "ding-dong"'):
        chime_path("dingdong")


def test_a_script_that_names_no_chime_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(SCRIPT.replace("ding-dong", "dong-ding"), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape('5:12: There is no chime "dong-ding".')):
        read_script(path)


def test_chimes_can_be_listed_and_listened_to(tmp_path: Path) -> None:
    def run(*arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "comfyui_glmtts", "templates", "chimes", "--json", *arguments],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    assert run()["chimes"] == CHIMES
    files = [tmp_path / file for file in run("-o", "sounds")["files"]]
    assert [file.stem for file in files] == list(CHIMES)
    sound, rate = soundfile.read(files[0], dtype="float32")
    assert np.abs(sound - chime(files[0].stem, rate)[0]).max() < 1e-6


def test_a_chime_rings_before_the_words(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SCRIPT, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "comfyui_glmtts", "render", "a.yaml", "-o", "out"],
        cwd=tmp_path,
        env={**os.environ, "GLMTTS_CACHE": str(tmp_path / "cache")},
        check=True,
        capture_output=True,
    )
    sound, rate = soundfile.read(tmp_path / "out" / "a.wav", dtype="float32")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    begins = manifest["lines"][0]["start"]
    rung = chime("ding-dong", rate)[0]
    assert begins > len(rung) / rate
    # The programme's first seconds are the chime at some level.
    heard = sound[: len(rung)]
    assert heard @ rung / np.linalg.norm(heard) / np.linalg.norm(rung) > 0.999
