"""Where a file comes from, written into it, and read back by programs that are not ours."""

import json
import struct
import subprocess
import time
from pathlib import Path

import imageio_ffmpeg
import mutagen
import numpy as np
import pytest
from comfyui_glmtts.audio.codec import CODECS
from comfyui_glmtts.audio.containers import write_packets, write_pcm
from comfyui_glmtts.audio.encoded import encode
from comfyui_glmtts.audio.label_reader import read_labels
from comfyui_glmtts.audio.tags import Chapter, Label, Tags
from label_readers import by_ffprobe, by_mutagen, key_of_m4a, metas

VALUE = '{"Label":"1","ContentProducer":"code-1","ProduceID":"abc"}'
LABELS = (Label("AIGC", VALUE), Label("GENERATOR", "a program 1.0"))
FORMATS = ["mp3", "m4a", "opus", "wav", "flac"]


def written(folder, form, labels=LABELS):
    tags = Tags(title="一", labels=labels)
    path = folder / f"a.{form}"
    sound = np.zeros((1, 48 * 1152), np.float32)
    chapters = [Chapter(start=0, title="first")]
    if form in CODECS:
        sound = sound[:, : 40 * CODECS[form].frame(48_000)]
        piece = encode(CODECS[form], sound, 48_000)
        write_packets(path, form, [piece], tags=tags, chapters=chapters)
    else:
        write_pcm(path, form, [sound], rate=48_000, channels=1, tags=tags, chapters=chapters)
    return path


@pytest.mark.parametrize("form", FORMATS)
def test_a_label_is_read_back_by_us_by_mutagen_and_by_ffmpeg(form: str, tmp_path: Path) -> None:
    path = written(tmp_path, form)
    assert set(LABELS) <= set(read_labels(path))
    assert by_mutagen(path) == VALUE
    assert by_ffprobe(path)["AIGC"] == VALUE


def test_in_wav_it_is_a_chunk_of_its_name(tmp_path: Path) -> None:
    data = written(tmp_path, "wav").read_bytes()
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    chunks, position = {}, 12
    while position < len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        chunks[name] = data[position + 8 : position + 8 + size]
        position += 8 + size + size % 2
    assert chunks[b"AIGC"] == VALUE.encode()


def test_in_m4a_it_is_a_key_of_udta_meta_and_itunes_tags_stay_first(tmp_path: Path) -> None:
    path = written(tmp_path, "m4a")
    assert [meta[20:24] for meta in metas(path)] == [b"mdir", b"mdta"]
    assert key_of_m4a(path) == VALUE
    assert mutagen.File(path)["©nam"] == ["一"]


KEPT = [(a, b) for a in FORMATS for b in FORMATS if b != "wav"]  # FFmpeg's WAV has no room for it


@pytest.mark.parametrize(("form", "other"), KEPT)
def test_what_ffmpeg_encodes_again_keeps_it(form: str, other: str, tmp_path: Path) -> None:
    path, copy = written(tmp_path, form), tmp_path / f"copy.{other}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", path, "-map", "0:a"]
    source = "0:s:a:0" if form == "opus" else "0"  # Ogg's comments are the stream's
    command += ["-map_metadata", source, *(["-movflags", "use_metadata_tags"] * (other == "m4a"))]
    subprocess.run([*command, copy], check=True)
    assert json.loads({one.name: one.value for one in read_labels(copy)}["AIGC"])


@pytest.mark.parametrize("form", FORMATS)
def test_files_cut_anywhere_are_read_without_an_error(form: str, tmp_path: Path) -> None:
    data = written(tmp_path, form).read_bytes()
    whole = set(read_labels(tmp_path / f"a.{form}"))
    path = tmp_path / "cut"
    for end in [*range(0, min(len(data), 400), 7), *range(400, len(data), 997)]:
        path.write_bytes(data[:end])
        assert set(read_labels(path)) <= whole


def test_boxes_nested_without_end_are_no_labels(tmp_path: Path) -> None:
    boxes = b""
    for _ in range(3000):
        boxes = struct.pack(">I4s", 8 + len(boxes), b"moov") + boxes
    (tmp_path / "a.m4a").write_bytes(struct.pack(">I4s4s", 12, b"ftyp", b"M4A ") + boxes)
    assert read_labels(tmp_path / "a.m4a") == ()


def test_a_comment_of_many_pages_is_read_in_time_that_grows_with_its_length(tmp_path: Path) -> None:
    page = struct.pack("<4s22xB", b"OggS", 255) + bytes([255] * 255) + bytes(255 * 255)
    first = struct.pack("<4s22xBB", b"OggS", 1, 8) + b"OpusHead"
    (tmp_path / "a.opus").write_bytes(first + page * 256)  # 16 MiB
    start = time.process_time()
    assert read_labels(tmp_path / "a.opus") == ()
    assert time.process_time() - start < 3  # 20 s where each segment copies what came before


def test_without_labels_a_file_has_none(tmp_path: Path) -> None:
    for form in FORMATS:
        names = {label.name for label in read_labels(written(tmp_path, form, labels=()))}
        assert "AIGC" not in names
    (tmp_path / "text.txt").write_text("no sound")
    assert read_labels(tmp_path / "text.txt") == ()
