"""What was there before a call that is refused is there after it, and nothing else is."""

import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.cli.pcm import write_pcm

Run = Callable[..., subprocess.CompletedProcess[str]]

SCRIPT = "glmtts: 1\nvoices: {A: xiaoyu}\nsegments:\n  - A: 你好\n"
WRONG = SCRIPT + "  - B: 你好\n"
SHORT = SCRIPT.replace("segments", "output: {duration: 600s}\nsegments")
TEMPLATE = """\
glmtts_template: 1
title: {en: T}
languages: [en]
fields: {id: text, train: {type: integer}}
text: {en: "Train {{ train }}."}
voices: {en: leo}
name: "{{ id }}"
"""
SHOW = "glmtts_show: 1\ntitle: T\nvoices: {A: xiaoyu}\n"

# What refuses, by the files it is given and its arguments; `keep` stands where it would write.
REFUSED = {
    "say: a file of its own": ("say", "你好", "--voice", "nobody", "-o", "keep.wav"),
    "say: a text with a mistake": ("say", "行{行|hag}", "-o", "keep.wav"),
    "say: a folder of files": ("say", "你好", "-o", "keep"),
    "say: a stream": ("say", "你好", "--stream", "keep.wav"),
    "say: a stream of an unknown voice": ("say", "你好", "--voice", "no", "--stream", "keep.wav"),
    "say: a stream in another format": ("say", "你好", "--stream", "keep.mp3"),
    "batch: no list": ("batch", "wrong.jsonl", "-o", "keep"),
    "batch: a format there is not": ("batch", "tasks.jsonl", "--format", "wma", "-o", "keep"),
    "batch: an engine there is not": ("batch", "tasks.jsonl", "--engine", "no", "-o", "keep"),
    "render: a mistake": ("render", "wrong.yaml", "-o", "keep"),
    "render: a length it cannot have": ("render", "short.yaml", "-o", "keep"),
    "render: a length, in a new folder": ("render", "short.yaml", "-o", "new/er"),
    "render: in place of a file": ("render", "a.yaml", "-o", "keep.wav"),
    "render: takes of no line": ("render", "a.yaml", "--lines", "9", "-o", "keep"),
    "takes: a line there is not": ("takes", "a.yaml", "pick", "9=2"),
    "takes: a page of nothing": ("takes", "a.yaml", "play", "9", "-o", "keep"),
    "announce: a wrong row": ("announce", "t.yaml", "--data", "wrong.csv", "-o", "keep"),
    "announce: no such name": ("announce", "t.yaml", "-d", "t.csv", "--only", "z", "-o", "keep"),
    "announce: in place of a file": ("announce", "t.yaml", "-d", "t.csv", "-o", "keep.wav"),
    "templates new: a file that is there": ("templates", "new", "t.yaml"),
    "templates new: its data is there": ("templates", "new", "keep.yaml"),
    "templates chimes: in place of a file": ("templates", "chimes", "-o", "keep.wav"),
    "show new: a folder with files": ("show", "new", "keep"),
    "show render: an unknown episode": ("show", "render", "show", "nine"),
    "show feed: nothing to list": ("show", "feed", "show"),
    "lexicon convert: no lexicon": ("lexicon", "convert", "wrong.yaml", "keep.csv"),
    "lexicon convert: no format": ("lexicon", "convert", "street-names", "keep.wav"),
    "voices add: no sound": ("voices", "add", "me", "wrong.yaml", "--text", "你好", "--replace"),
    "voices add: no words": ("voices", "add", "me", "hiss.wav", "--replace"),
    "voices add: a bad recording": ("voices", "add", "me", "hiss.wav", "--text", "你", "--replace"),
    "voices remove: a bundled one": ("voices", "remove", "xiaoyu"),
    "workflow: no workflow": ("workflow", "wrong.yaml", "-o", "keep"),
    "watch: settings with a mistake": ("watch", "keep", "--settings", "wrong.yaml", "--once"),
    "checkpoint synth: a folder with files": ("checkpoint", "synth", "keep"),
    "checkpoint download: no network": ("checkpoint", "download", "keep", "--offline"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "a.yaml": SCRIPT,
        "wrong.yaml": WRONG,
        "short.yaml": SHORT,
        "wrong.jsonl": "",
        "tasks.jsonl": '{"input_text": "你好", "output_name": "keep"}\n',
        "t.yaml": TEMPLATE,
        "t.csv": "id,train\nkeep,3\n",
        "wrong.csv": "id,train\nkeep,three\n",
        "show/show.yaml": SHOW,
        "show/episodes/001-one.yaml": SCRIPT,
        "show/out/feed.xml": "<rss/>",
        "data/glmtts/voices/me.txt": "我",
        **dict.fromkeys(("keep.wav", "keep.mp3", "keep.csv", "keep/keep.wav", "keep/a.mp3"), "old"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    hiss = np.random.default_rng(0).normal(0, 0.1, 2400)
    soundfile.write(tmp_path / "hiss.wav", hiss, 24_000)
    soundfile.write(tmp_path / "data/glmtts/voices/me.flac", hiss, 24_000)
    return tmp_path


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file's bytes and every folder, but for caches and locks."""
    own = {path for path in folder.iterdir() if path.name not in {"cache", "home"}}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for top in own
        for path in (top, *top.rglob("*"))
        if path.name != ".glmtts-lock"
    }


@pytest.mark.parametrize("arguments", REFUSED.values(), ids=REFUSED)
def test_a_refused_call_leaves_everything_as_it_was(
    arguments: tuple[str, ...], folder: Path, glmtts: Run
) -> None:
    before = tree(folder)
    refused = glmtts(*arguments, code=1 if arguments[1] == "chimes" else 2)
    assert refused.stderr
    assert tree(folder) == before


def waves() -> Iterator[Wave]:
    for sign in (1, -1):
        yield Wave(np.full(480, 0.5 * sign, np.float32), 24_000)


def test_a_stream_into_a_wav_file_is_a_wav_file(tmp_path: Path) -> None:
    write_pcm(waves(), str(tmp_path / "a.wav"))
    samples, rate = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert rate == 24_000
    assert samples == pytest.approx(np.repeat([0.5, -0.5], 480), abs=1e-4)
    data = (tmp_path / "a.wav").read_bytes()
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    assert struct.unpack_from("<I", data, 40)[0] == len(data) - 44


def test_a_stream_that_fails_before_its_first_wave_opens_no_file(tmp_path: Path) -> None:
    def fails() -> Iterator[Wave]:
        raise RuntimeError("no sound")
        yield

    (tmp_path / "keep.pcm").write_bytes(b"old")
    with pytest.raises(RuntimeError, match="no sound"):
        write_pcm(fails(), str(tmp_path / "keep.pcm"))
    assert (tmp_path / "keep.pcm").read_bytes() == b"old"
