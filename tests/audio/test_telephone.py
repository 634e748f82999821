"""Files for telephones, loudspeakers and the web: what other programs decode of them."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import get_args

import av
import imageio_ffmpeg
import jsonschema
import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from comfyui_glmtts.audio.band import limited
from comfyui_glmtts.audio.codec import CODECS, CodecName
from comfyui_glmtts.audio.containers import PacketFormat, write_packets
from comfyui_glmtts.audio.encoded import decode, encode
from comfyui_glmtts.audio.loudness import loudness, true_peak
from comfyui_glmtts.audio.tags import Tags
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.profiles import PROFILES
from comfyui_glmtts.scripts.script import Format, Output

Sound = npt.NDArray[np.float32]

LAWS: tuple[CodecName, ...] = ("ulaw", "alaw")
FORMATS: tuple[PacketFormat, ...] = ("ulaw", "alaw", "ulaw.wav", "alaw.wav")
RATE = 8000

SCRIPT = """\
glmtts: 1
voices: {A: xiaoyu, B: leo}
output:
  profile: phone
  formats: [ulaw, alaw, ulaw.wav, alaw.wav]
segments:
  - A: 您好，欢迎致电。查询余额请按1，人工服务请按0。
  - B: Welcome. For your balance, press one.
"""


def tone(frequency: float, level: float = 0.25, seconds: float = 1.0) -> Sound:
    """[1, T] a sine with faded ends, whole packets long."""
    length = round(seconds * RATE / 576) * 576
    time = np.arange(length) / RATE
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 0.1)
    return (level * fade * np.sin(2 * np.pi * frequency * time)).astype(np.float32)[None]


def decibels(sound: Sound) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-30))


def by_ffmpeg(path: Path, *options: str) -> Sound:
    """[1, T] as the ffmpeg program decodes it."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    command = [program, "-v", "error", *options, "-i", str(path), "-f", "f32le", "-"]
    raw = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return np.frombuffer(raw, "<f4")[None]


def by_pyav(path: Path, format: str | None = None) -> Sound:
    """[1, T] as FFmpeg's libraries decode it."""
    options = {"sample_rate": "8000"} if format else {}
    with av.open(str(path), format=format, options=options) as file:
        frames = [frame.to_ndarray() for frame in file.decode(audio=0)]
    return np.concatenate(frames, axis=1).astype(np.float32) / 2**15


@pytest.mark.parametrize(
    ("frequency", "least", "most"),
    [
        (50, -200, -55),
        (60, -200, -55),
        (100, -200, -50),
        (160, -8, -4),
        (300, -0.1, 0.1),
        (1000, -0.1, 0.1),
        (3400, -0.1, 0.1),
        (3700, -200, -50),
        (3950, -200, -50),
    ],
)
def test_the_band_of_a_telephone_is_what_is_left(
    frequency: float, least: float, most: float
) -> None:
    band = CODECS["ulaw"].band
    assert band
    sound = tone(frequency)
    assert least <= decibels(limited(sound, RATE, *band)) - decibels(sound) <= most


def test_the_band_is_limited_in_place_and_reaches_as_far_as_it_says() -> None:
    click = np.zeros((1, 2000), np.float32)
    click[0, 1000] = 1.0
    heard = limited(click, RATE, 160.0, 3500.0)
    assert np.argmax(np.abs(heard)) == 1000
    spread = CODECS["ulaw"].spread
    assert np.abs(heard[0, : 1000 - spread]).max() < 1e-9
    assert np.abs(heard[0, 1000 + spread :]).max() < 1e-9


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("level", [0.9, 0.1, 0.01])
def test_companding_keeps_its_usual_distance_from_the_noise(law: CodecName, level: float) -> None:
    """Signal to distortion hardly depends on the level: that is what companding is for."""
    sound = tone(1020, level)
    noise = decode(encode(CODECS[law], sound, RATE)) - sound
    assert decibels(sound) - decibels(noise) > 32


@pytest.mark.parametrize("law", LAWS)
def test_silence_stays_silent(law: CodecName) -> None:
    heard = decode(encode(CODECS[law], np.zeros((1, 5760), np.float32), RATE))
    assert np.abs(heard).max() <= 8 / 2**15  # A-law has no zero


@pytest.mark.parametrize("format", FORMATS)
def test_every_program_hears_the_same_of_a_file(tmp_path: Path, format: PacketFormat) -> None:
    law: CodecName = "ulaw" if format.startswith("ulaw") else "alaw"
    pieces = [encode(CODECS[law], tone(frequency), RATE) for frequency in (440, 880, 1760)]
    path = tmp_path / f"a.{format}"
    length = write_packets(path, format, iter(pieces), tags=Tags(title="欢迎"))
    expected = np.concatenate([decode(piece) for piece in pieces], axis=1)
    assert length == expected.shape[1]
    raw = "." not in format
    name = "mulaw" if law == "ulaw" else "alaw"
    command = by_ffmpeg(path, *(["-f", name, "-ar", "8000"] if raw else []))
    library = by_pyav(path, name if raw else None)
    options = {"format": "RAW", "channels": 1, "samplerate": RATE} if raw else {}
    if raw:
        options["subtype"] = law.upper()
    read, rate = soundfile.read(path, dtype="float32", always_2d=True, **options)
    assert rate == RATE
    for heard in (command, library, read.T):
        assert heard.shape == expected.shape
        assert np.abs(heard - expected).max() < 1e-6


@pytest.mark.parametrize(("format", "tag"), [("alaw.wav", 6), ("ulaw.wav", 7)])
def test_the_header_is_the_plain_one_of_g711(
    tmp_path: Path, format: PacketFormat, tag: int
) -> None:
    law: CodecName = "ulaw" if tag == 7 else "alaw"
    path = tmp_path / "a.wav"
    length = write_packets(
        path, format, [encode(CODECS[law], tone(440), RATE)], tags=Tags(title="x")
    )
    data = path.read_bytes()
    assert data[:4] + data[8:16] == b"RIFFWAVEfmt "
    assert struct.unpack("<I", data[4:8]) == (len(data) - 8,)
    assert struct.unpack("<IHHIIHHH", data[16:38]) == (18, tag, 1, RATE, RATE, 1, 8, 0)
    assert data[38:42] + data[46:54] == b"fact" + struct.pack("<I4s", length, b"data")
    assert struct.unpack("<I", data[54:58]) == (length,)


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a menu rendered for telephones in all four formats, by the real command."""
    folder = tmp_path_factory.mktemp("phone")
    (folder / "menu.yaml").write_text(SCRIPT, encoding="utf-8")
    environment = {**os.environ, "GLMTTS_CACHE": str(folder / "cache")}
    subprocess.run(
        [sys.executable, "-m", "comfyui_glmtts", "render", "menu.yaml", "-o", "out"],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
    )
    return folder / "out"


@pytest.mark.parametrize("format", FORMATS)
def test_a_menu_for_telephones_meets_its_loudness_after_band_and_law(
    phone: Path, format: PacketFormat
) -> None:
    law = "mulaw" if format.startswith("ulaw") else "alaw"
    path = phone / f"menu.{format}"
    heard = by_pyav(path, law if "." not in format else None)
    assert loudness(heard, RATE) == pytest.approx(-26, abs=0.3)
    assert true_peak(heard, RATE) <= -1
    files = json.loads((phone / "manifest.json").read_text(encoding="utf-8"))["files"]
    told = next(file for file in files if file["name"] == path.name)
    assert told["seconds"] == pytest.approx(heard.shape[1] / RATE, abs=1e-5)
    assert told["loudness"] == pytest.approx(loudness(heard, RATE), abs=0.05)


def test_one_sentence_for_a_telephone_is_as_loud_as_a_menu(tmp_path: Path) -> None:
    path = tmp_path / "a.alaw.wav"
    subprocess.run(
        [sys.executable, "-m", "comfyui_glmtts", "say", "您好，请按1。", "-o", str(path)],
        env={**os.environ, "GLMTTS_CACHE": str(tmp_path / "cache")},
        check=True,
        capture_output=True,
    )
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    assert (rate, soundfile.info(path).subtype) == (RATE, "ALAW")
    assert loudness(sound.T, rate) == pytest.approx(-26, abs=0.3)


def test_a_menu_for_telephones_holds_nothing_a_line_does_not_carry(phone: Path) -> None:
    heard = by_pyav(phone / "menu.ulaw.wav")[0]
    power = np.abs(np.fft.rfft(heard)) ** 2
    frequency = np.fft.rfftfreq(len(heard), 1 / RATE)
    inside = power[(frequency > 200) & (frequency < 3450)].sum()
    # What is left outside is the noise of companding, not speech.
    assert 10 * np.log10(power[frequency < 100].sum() / inside) < -40
    assert 10 * np.log10(power[frequency > 3600].sum() / inside) < -35


def test_raw_and_wav_hold_the_same_bytes(phone: Path) -> None:
    for law in LAWS:
        raw = (phone / f"menu.{law}").read_bytes()
        assert (phone / f"menu.{law}.wav").read_bytes()[58:][: len(raw)] == raw


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("output: loudspeaker", PROFILES["loudspeaker"]),
        ("output: Phone", PROFILES["phone"]),
        ("output: {profile: web}", PROFILES["web"]),
        (
            "output: {profile: phone, formats: [alaw], loudness: -23 LUFS}",
            Output(formats=("alaw",), sample_rate=8000, channels=1, loudness=-23.0),
        ),
        (
            "output: {profile: loudspeaker, channels: stereo}",
            Output(formats=("wav",), sample_rate=48_000, channels=2, loudness=-16.0),
        ),
    ],
)
def test_a_profile_says_what_the_other_keys_are_unless_given(
    tmp_path: Path, output: str, expected: Output
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        f"glmtts: 1\nvoices: {{A: xiaoyu}}\n{output}\nsegments: [A: 好。]\n", encoding="utf-8"
    )
    assert read_script(path).output == expected


@pytest.mark.parametrize(
    ("output", "good"),
    [
        ("phone", True),
        ({"profile": "web"}, True),
        ({"profile": "phone", "formats": ["alaw", "ulaw.wav"]}, True),
        ("fone", False),
        ({"profile": "radio"}, False),
        ({"formats": "ulaw.mp3"}, False),
        (8000, False),
    ],
)
def test_editors_know_profiles_and_formats_of_telephones(output: object, good: bool) -> None:
    path = Path(__file__).parents[2] / "scripts" / "schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    script = {"glmtts": 1, "voices": {"A": "xiaoyu"}, "output": output, "segments": [{"A": "好"}]}
    assert jsonschema.Draft202012Validator(schema).is_valid(script) is good
    assert set(schema["$defs"]["profile"]["enum"]) == set(PROFILES)
    assert set(schema["$defs"]["format"]["enum"]) == set(get_args(Format))


@pytest.mark.parametrize(
    ("output", "messages"),
    [
        ("output: fone", ['a.yaml:3:9: "fone" is not one of the choices.', "phone"]),
        ("output: {profile: radio}", ['a.yaml:3:19: "radio" is not one of the choices.']),
        (
            "output: {formats: ulaw}",
            [
                "ulaw files cannot have a sample rate of 48000 Hz.",
                "ulaw files have one channel. Write `channels: mono`, or `profile: phone`.",
            ],
        ),
        (
            "output: {profile: phone, formats: alaw.wav, sample_rate: 16 kHz}",
            ["a.yaml:3:58: alaw.wav files cannot have a sample rate of 16000 Hz."],
        ),
    ],
)
def test_what_a_telephone_cannot_play_is_told(
    tmp_path: Path, output: str, messages: list[str]
) -> None:
    (tmp_path / "a.yaml").write_text(
        f"glmtts: 1\nvoices: {{A: xiaoyu}}\n{output}\nsegments: [A: 好。]\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "comfyui_glmtts", "render", "a.yaml"],
        cwd=tmp_path,
        env={**os.environ, "GLMTTS_CACHE": str(tmp_path / "cache"), "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    for message in messages:
        assert message in done.stderr
