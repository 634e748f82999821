"""Finished files as two versions of FFmpeg, and for PCM libsndfile, read them."""

import hashlib
import io
import os
import struct
import subprocess
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
import pytest
import soundfile
from comfyui_glmtts.audio.codec import CODECS
from comfyui_glmtts.audio.containers import wav, write_packets, write_pcm
from comfyui_glmtts.audio.encoded import decode, encode
from comfyui_glmtts.audio.tags import Chapter, Picture, Tags
from PIL import Image

FORMATS = ["mp3", "m4a", "m4b", "opus", "wav", "flac"]
CODEC = {"m4b": "m4a"}
CASES = [
    ("mp3", 48_000, 2),
    ("mp3", 44_100, 2),
    ("mp3", 24_000, 1),
    ("m4a", 48_000, 2),
    ("m4a", 44_100, 1),
    ("m4a", 24_000, 1),
    ("m4b", 48_000, 1),
    ("opus", 48_000, 2),
    ("opus", 48_000, 1),
    ("wav", 48_000, 2),
    ("wav", 22_050, 1),
    ("flac", 48_000, 2),
    ("flac", 24_000, 1),
]
every_case = pytest.mark.parametrize(("name", "rate", "channels"), CASES)
every_format = pytest.mark.parametrize("name", FORMATS)


@cache
def cover(kind="JPEG"):
    random = np.random.default_rng(0)
    image = Image.fromarray(random.integers(0, 255, (300, 300, 3), np.uint8))
    file = io.BytesIO()
    image.save(file, kind)
    return Picture(data=file.getvalue(), type=f"image/{kind.lower()}", width=300, height=300)


TAGS = Tags(
    title="第一期：银行行长",
    author="小雨 & 阿明",
    album="Ümlaut 播客",
    date="2026-11-22",
    description="这一期讲多音字；\nand = some # English.",
    language="zh",
    season=2,
    episode=12,
)


@dataclass(frozen=True)
class Written:
    """A file and what went into it."""

    path: Path
    rate: int
    sound: np.ndarray
    """[C, T] what was given"""
    expected: np.ndarray
    """[C, T] what should be heard"""


def tones(length, rate, channels, number):
    time = np.arange(length) / rate
    sound = [
        np.sin(2 * np.pi * (300 + 70 * number) * (1 + side) * time) for side in range(channels)
    ]
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 0.02)
    return (0.3 * fade * np.stack(sound)).astype(np.float32)


@cache
def sounds(name, rate, channels, count=3):
    codec = CODECS.get(CODEC.get(name, name))
    frame = codec.frame(rate) if codec else 997
    margin = codec.margin if codec else 100
    made = []
    for number in range(count):
        length = -(-rate * (10 + number) // 10 // frame) * frame
        sound = np.zeros((channels, length), np.float32)
        sound[:, frame : length - margin] = tones(length - margin - frame, rate, channels, number)
        made.append(sound)
    return tuple(made)


def write(path, name, rate, channels, *, tags=TAGS, chapters=(), count=3):
    blocks = sounds(name, rate, channels, count)
    codec = CODECS.get(CODEC.get(name, name))
    if codec:
        pieces = [encode(codec, block, rate) for block in blocks]
        length = write_packets(path, name, iter(pieces), tags=tags, chapters=chapters)
        expected = np.concatenate([decode(piece) for piece in pieces], axis=1)
    else:
        length = write_pcm(
            path, name, iter(blocks), rate=rate, channels=channels, tags=tags, chapters=chapters
        )
        expected = np.concatenate(blocks, axis=1)
    assert length == expected.shape[1]
    return Written(path, rate, np.concatenate(blocks, axis=1), expected)


def ffmpeg(*arguments):
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


def heard(path, channels):
    """[C, T] as the ffmpeg command decodes it, trimmed as the file asks for."""
    raw = ffmpeg("-i", path, "-map", "0:a", "-f", "f32le", "-")
    return np.frombuffer(raw, "<f4").reshape(-1, channels).T


def chapters_of(path):
    """(start, end) in seconds and title of every chapter."""
    text = ffmpeg("-copyts", "-i", path, "-f", "ffmetadata", "-").decode()
    found = []
    for part in text.split("[CHAPTER]\n")[1:]:
        fields = dict(line.split("=", 1) for line in part.splitlines() if "=" in line)
        base = float(fields["TIMEBASE"].split("/")[0]) / float(fields["TIMEBASE"].split("/")[1])
        found.append((int(fields["START"]) * base, int(fields["END"]) * base, fields["title"]))
    return found


def chapters(length, rate):
    return (
        Chapter(start=0, title="开场白", url="https://example.org/1"),
        Chapter(start=length // 3, title="Second：第二章", picture=cover("PNG")),
        Chapter(start=length // 2, title="結尾"),
    )


@every_case
def test_players_hear_every_sample_and_not_one_more(tmp_path, name, rate, channels):
    written = write(tmp_path / f"a.{name}", name, rate, channels)
    for sound in (heard(written.path, channels), heard_by_pyav(written.path)):
        assert sound.shape == written.expected.shape
        assert np.abs(sound - written.expected).max() < 1e-3


def heard_by_pyav(path):
    resampler = av.AudioResampler("fltp")
    with av.open(str(path)) as file:
        frames = [made for frame in file.decode(audio=0) for made in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


@every_case
def test_the_duration_shown_is_exact(tmp_path, name, rate, channels):
    written = write(tmp_path / f"a.{name}", name, rate, channels)
    with av.open(str(written.path)) as file:
        shown = file.duration / av.time_base
    exact = written.sound.shape[1] / rate
    assert shown in [pytest.approx(seconds, abs=1e-3) for seconds in counts(name, exact, rate)]


def counts(name, exact, rate):
    """What versions of FFmpeg call the duration of a file, its own or ours."""
    if name == "opus":  # with the samples players skip at the start
        return [exact + CODECS["opus"].delay / 48_000]
    if name == "mp3":  # before 8.0 with those skipped at both ends
        return [exact, exact + CODECS["mp3"].tail(rate) * CODECS["mp3"].frame(rate) / rate]
    return [exact]


@every_format
def test_tags_and_cover_are_read_back(tmp_path, name):
    path = write(tmp_path / f"a.{name}", name, 48_000, 2, tags=replace(TAGS, cover=cover())).path
    with av.open(str(path)) as file:
        found = {**file.metadata, **file.streams.audio[0].metadata}
    found = {key.lower(): text for key, text in found.items()}
    assert found["title"] == TAGS.title
    assert found["artist"] == TAGS.author
    assert found["album"] == TAGS.album
    assert found["date"] == TAGS.date
    assert TAGS.description in (found.get("description"), found.get("comment"))
    assert found.get("language", "zho") == "zho"
    assert (found["track"], found["disc"]) == ("12", "2")
    assert ffmpeg("-i", path, "-map", "0:v", "-c", "copy", "-f", "image2pipe", "-") == cover().data


@every_format
def test_a_png_is_a_cover_too(tmp_path, name):
    tags = Tags(title="x", cover=cover("PNG"))
    path = write(tmp_path / f"a.{name}", name, 48_000, 1, tags=tags).path
    picture = ffmpeg("-i", path, "-map", "0:v", "-c", "copy", "-f", "image2pipe", "-")
    assert picture == cover("PNG").data


@every_case
def test_chapters_are_read_back(tmp_path, name, rate, channels):
    plain = write(tmp_path / f"plain.{name}", name, rate, channels)
    length = plain.sound.shape[1]
    marks = chapters(length, rate)
    written = write(tmp_path / f"a.{name}", name, rate, channels, chapters=marks)
    assert np.array_equal(heard(written.path, channels), heard(plain.path, channels))
    found = chapters_of(written.path)
    assert [title for _, _, title in found] == [mark.title for mark in marks]
    assert [start for start, _, _ in found] == pytest.approx(
        [mark.start / rate for mark in marks], abs=1e-3
    )
    assert [end for _, end, _ in found[:-1]] == pytest.approx(
        [mark.start / rate for mark in marks[1:]], abs=2e-3
    )
    assert found[-1][1] == pytest.approx(length / rate, abs=0.01)


@every_format
def test_a_first_chapter_may_start_late(tmp_path, name):
    marks = (Chapter(start=24_000, title="晚"), Chapter(start=60_000, title="再晚"))
    path = write(tmp_path / f"a.{name}", name, 48_000, 1, chapters=marks).path
    assert [(start, title) for start, _, title in chapters_of(path)] == [
        (0.5, "晚"),
        (1.25, "再晚"),
    ]


@every_format
def test_three_hundred_chapters_are_all_there(tmp_path, name):
    marks = tuple(Chapter(start=480 * n, title=f"第{n}章" * 40) for n in range(300))
    path = write(tmp_path / f"a.{name}", name, 48_000, 1, chapters=marks, count=3).path
    found = chapters_of(path)
    assert [title for _, _, title in found] == [mark.title for mark in marks]
    assert found[299][0] == pytest.approx(2.99, abs=1e-3)


@every_format
def test_the_same_input_gives_the_same_bytes(tmp_path, name):
    digests = set()
    for number in range(2):
        path = tmp_path / f"{number}.{name}"
        tags = replace(TAGS, cover=cover())
        write(path, name, 48_000, 2, tags=tags, chapters=chapters(100_000, 48_000))
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1


@every_format
def test_a_file_without_tags_of_a_single_piece_is_a_file(tmp_path, name):
    written = write(tmp_path / f"a.{name}", name, 48_000, 1, tags=Tags(), count=1)
    assert heard(written.path, 1).shape == written.sound.shape


@pytest.mark.parametrize("name", ["mp3", "m4a", "opus"])
def test_a_long_episode_of_many_pieces_keeps_its_length(tmp_path, name):
    codec = CODECS[name]
    piece = encode(codec, sounds(name, 48_000, 2)[0], 48_000)
    count = 600 * 48_000 // piece.length  # ten minutes
    marks = [Chapter(start=n * 48_000, title=f"{n}") for n in range(0, 600, 60)]
    path = tmp_path / f"a.{name}"
    length = write_packets(path, name, (piece for _ in range(count)), tags=TAGS, chapters=marks)
    assert length == count * piece.length
    with av.open(str(path)) as file:
        stream = file.streams.audio[0]
        packets = [packet for packet in file.demux(stream) if packet.size]
        assert len(packets) == count * len(piece.packets) + len(piece.tail)
        assert file.duration / av.time_base == pytest.approx(length / 48_000, abs=0.03)
        file.seek(300 * av.time_base)  # into the middle: the index leads there
        assert float(next(file.demux(stream)).pts * stream.time_base) == pytest.approx(300, abs=1.1)


def test_an_m4a_plays_before_it_is_loaded(tmp_path):
    data = write(tmp_path / "a.m4a", "m4a", 48_000, 2).path.read_bytes()
    order, position = [], 0
    while position < len(data):
        size, kind = struct.unpack_from(">I4s", data, position)
        order.append(kind)
        position += size
    assert order == [b"ftyp", b"moov", b"mdat"]
    assert position == len(data)


def test_wav_and_flac_hold_the_same_samples(tmp_path):
    random = np.random.default_rng(1)
    sound = random.uniform(-1.2, 1.2, (2, 30_001)).astype(np.float32)
    read = []
    for name in ("wav", "flac"):
        path = tmp_path / f"a.{name}"
        blocks = (sound[:, :7], sound[:, 7:20_000], sound[:, 20_000:])
        write_pcm(path, name, blocks, rate=48_000, channels=2, tags=TAGS)
        read.append(soundfile.read(path, dtype="int32")[0])
    assert np.array_equal(*read)
    assert np.abs(read[0].T / 2**31 - np.clip(sound, -1, 1)).max() <= 2**-23


def test_a_wav_too_large_for_riff_becomes_rf64(tmp_path):
    sound = tones(4_801, 48_000, 1, 0)
    read = []
    for largest in (1 << 32, 1000):
        path = tmp_path / f"{largest}.wav"
        wav.write(path, [sound], rate=48_000, channels=1, tags=TAGS, chapters=(), largest=largest)
        read.append(soundfile.read(path, dtype="int32")[0])
        assert heard(path, 1).shape == sound.shape
    assert soundfile.info(path).format == "RF64"
    assert np.array_equal(*read)


def test_editors_see_the_chapters_of_a_wav_as_cue_points(tmp_path):
    path = write(tmp_path / "a.wav", "wav", 48_000, 1, chapters=chapters(48_000, 48_000)).path
    data = path.read_bytes()
    cue = data.index(b"cue ")
    count = struct.unpack_from("<I", data, cue + 8)[0]
    points = [struct.unpack_from("<II4sIII", data, cue + 12 + 24 * n)[5] for n in range(count)]
    assert points == [0, 16_000, 24_000]
    assert "Second：第二章".encode() in data[data.index(b"labl") :]


def test_pieces_of_different_codecs_never_share_a_file(tmp_path):
    sound = np.zeros((1, 1152), np.float32)
    pieces = [encode(CODECS["mp3"], sound, rate) for rate in (48_000, 44_100)]
    with pytest.raises(AssertionError, match="differ"):
        write_packets(tmp_path / "a.mp3", "mp3", pieces, tags=TAGS)
    with pytest.raises(AssertionError, match="mp3 packets"):
        write_packets(tmp_path / "a.m4a", "m4a", pieces[:1], tags=TAGS)


if os.name == "posix":
    import resource

    @every_format
    def test_a_full_disk_is_an_os_error(tmp_path, name):
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
        try:
            with pytest.raises(OSError, match=r"large|written"):
                write(tmp_path / f"a.{name}", name, 48_000, 2, tags=replace(TAGS, cover=cover()))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
