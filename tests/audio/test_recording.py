"""Audio files as people bring them are decoded, and resampling is clean and moves nothing."""

from __future__ import annotations

import itertools
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from comfyui_glmtts.audio.recording import decode, mono, resample, resampled
from comfyui_glmtts.mistakes import InputError, Place

RATE = 24_000
PAIRS = [(22_050, 24_000), (24_000, 48_000), (44_100, 24_000), (48_000, 16_000), (24_000, 32_000)]


def sine(rate: int, frequency: float, length: int) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * frequency * np.arange(length) / rate + 0.3)).astype("f4")


def stereo(seconds: float = 1.0) -> np.ndarray:
    length = int(seconds * RATE)
    return np.stack([sine(RATE, 440, length), 0.5 * sine(RATE, 1000, length)])


def encode(path: Path, codec: str, samples: np.ndarray, *, picture: bool = False) -> Path:
    """Write samples [C, T] with FFmpeg, beside a black picture track when asked."""
    with av.open(str(path), "w") as container:
        if picture:
            video = container.add_stream("mpeg4", rate=10, width=64, height=64, pix_fmt="yuv420p")
        layout = "stereo" if samples.shape[0] == 2 else "mono"
        stream = container.add_stream(codec, rate=RATE, layout=layout)
        if picture:
            image = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(video.encode(image))
            container.mux(video.encode(None))
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples), format="fltp", layout=layout
        )
        frame.sample_rate, frame.pts = RATE, 0
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return path


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_pcm_files_come_back_sample_for_sample(suffix: str, subtype: str, tmp_path: Path) -> None:
    if (suffix, subtype) == (".flac", "FLOAT"):
        subtype = "PCM_S8"
    path = tmp_path / f"sound{suffix}"
    soundfile.write(path, stereo().T, RATE, subtype=subtype)
    recording = decode(path)
    expected, rate = soundfile.read(path, dtype="float32", always_2d=True)
    assert recording.rate == rate
    np.testing.assert_array_equal(recording.samples, expected.T)


@pytest.mark.parametrize(
    ("name", "codec", "quality"),
    [
        ("sound.mp3", "libmp3lame", -20),
        ("sound.m4a", "aac", -20),
        ("sound.ogg", "libopus", -20),
        ("sound.mka", "flac", -80),
    ],
)
def test_compressed_files_come_back_in_place(
    name: str, codec: str, quality: float, tmp_path: Path
) -> None:
    samples = stereo()
    recording = decode(encode(tmp_path / name, codec, samples))
    heard = resample(recording.samples, recording.rate, RATE)
    assert abs(heard.shape[1] - samples.shape[1]) <= 1024
    middle = slice(4000, 20_000)
    error = heard[:, middle] - samples[:, middle]
    assert 20 * np.log10(error.std() / samples.std()) < quality


def test_ogg_vorbis_is_read(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "sound.ogg", stereo().T, RATE, format="OGG", subtype="VORBIS")
    recording = decode(tmp_path / "sound.ogg")
    assert recording.rate == RATE
    error = recording.samples[:, :RATE] - stereo()
    assert 20 * np.log10(error.std() / stereo().std()) < -20


def test_a_video_gives_its_sound(tmp_path: Path) -> None:
    recording = decode(encode(tmp_path / "clip.mp4", "aac", stereo(), picture=True))
    assert recording.samples.shape[0] == 2
    assert recording.seconds == pytest.approx(1.0, abs=0.05)


def test_a_damaged_stretch_does_not_lose_the_rest(tmp_path: Path) -> None:
    path = encode(tmp_path / "sound.mp3", "libmp3lame", stereo(4.0))
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 400] = bytes(400)
    path.write_bytes(data)
    assert decode(path).seconds == pytest.approx(4.0, abs=0.2)


def broken(folder: Path) -> dict[str, Path]:
    """One file of every kind that must be refused."""
    files = {
        name: folder / name
        for name in (
            *("absent.wav", "text.wav", "empty.wav", "silent.mp4", "none.wav"),
            *("list.m3u8", "list.ffconcat"),
        )
    }
    files["text.wav"].write_text("not sound\n" * 100)
    files["empty.wav"].write_bytes(b"")
    with av.open(str(files["silent.mp4"]), "w") as container:
        video = container.add_stream("mpeg4", rate=10, width=64, height=64, pix_fmt="yuv420p")
        image = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        container.mux([*video.encode(image), *video.encode(None)])
    soundfile.write(folder / "other.wav", stereo().T, RATE)
    files["list.m3u8"].write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.wav\n#EXT-X-ENDLIST\n"
    )
    files["list.ffconcat"].write_text("ffconcat version 1.0\nfile other.wav\n")
    soundfile.write(files["none.wav"], np.zeros((0, 1), "f4"), RATE)
    files["folder"] = folder
    return files


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("absent.wav", "There is no file"),
        ("text.wav", "not a sound file"),
        ("empty.wav", "not a sound file"),
        ("silent.mp4", "has no sound"),
        ("list.m3u8", "not a sound file|has no sound"),
        ("list.ffconcat", "not a sound file"),
        ("none.wav", "holds no sound"),
        ("folder", "There is no file"),
    ],
)
def test_what_is_no_sound_is_a_mistake_with_a_remedy(name: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=what) as caught:
        decode(broken(tmp_path)[name], place=Place("script.yaml", 3, 7))
    (mistake,) = caught.value.mistakes
    assert str(mistake.place) == "script.yaml:3:7"
    assert mistake.remedy


def test_a_file_longer_than_asked_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, stereo(2.0).T, RATE)
    with pytest.raises(InputError, match=r"longer than 1\.5 seconds"):
        decode(path, longest=1.5)


def test_infinities_and_nans_of_a_float_file_are_tamed(tmp_path: Path) -> None:
    path = tmp_path / "wild.wav"
    samples = np.array([np.nan, np.inf, -np.inf, 0.25], "f4")
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    np.testing.assert_array_equal(decode(path).samples, [[0.0, 1.0, -1.0, 0.25]])


def test_mono_is_the_mean_of_the_channels() -> None:
    np.testing.assert_array_equal(mono(np.array([[1.0, 0.5], [0.0, 0.5]], "f4")), [0.5, 0.5])
    np.testing.assert_array_equal(mono(np.array([1.0, 0.5], "f4")), [1.0, 0.5])


@pytest.mark.parametrize(("source", "target"), PAIRS)
@pytest.mark.parametrize("share", [0.01, 0.1, 0.4])
def test_a_resampled_sine_is_the_sine_of_the_new_rate(
    source: int, target: int, share: float
) -> None:
    frequency = share * min(source, target)
    heard = resample(sine(source, frequency, 3 * source), source, target)
    error = (heard - sine(target, frequency, len(heard)))[1000:-1000]
    assert 20 * np.log10(error.std() / 0.354) < -110


@pytest.mark.parametrize(("source", "target"), [(48_000, 16_000), (44_100, 24_000)])
def test_what_the_new_rate_cannot_hold_is_gone(source: int, target: int) -> None:
    heard = resample(sine(source, 0.55 * target, source), source, target)[1000:-1000]
    assert 20 * np.log10(heard.std() / 0.354) < -100


@pytest.mark.parametrize(("source", "target"), [*PAIRS, (44_101, 48_000), (192_000, 8_000)])
@pytest.mark.parametrize("length", [0, 1, 7, 999, 70_001])
def test_a_resampled_wave_has_exactly_the_length_asked(
    source: int, target: int, length: int
) -> None:
    assert resample(np.ones(length, "f4"), source, target).shape == (
        round(length * target / source),
    )


def test_silence_stays_digital_silence() -> None:
    assert not resample(np.zeros(50_000, "f4"), 22_050, 24_000).any()


def test_an_impulse_stays_where_it_was() -> None:
    samples = np.zeros(22_050, "f4")
    samples[7350] = 1.0
    assert np.argmax(resample(samples, 22_050, 24_000)) == 8000


def test_channels_are_resampled_one_like_the_other() -> None:
    both = resample(stereo(), RATE, 48_000)
    assert both.shape == (2, 48_000)
    for channel, alone in zip(both, stereo(), strict=True):
        np.testing.assert_array_equal(channel, resample(alone, RATE, 48_000))


@pytest.mark.parametrize(("source", "target"), [*PAIRS, (44_101, 48_000), (48_000, 48_000)])
def test_a_sound_resampled_in_parts_is_the_same_to_the_bit(source: int, target: int) -> None:
    noise = np.random.default_rng(0).standard_normal((2, 150_001)).astype("f4")
    cuts = [0, 1, 1, 700, 65_536, 70_000, 150_001]
    parts = [noise[:, a:b] for a, b in itertools.pairwise(cuts)]
    joined = np.concatenate([*resampled(parts, source, target)], axis=1)
    np.testing.assert_array_equal(joined, resample(noise, source, target))
