"""Whatever bytes a file holds, reading it gives a value or an InputError, never anything else."""

from __future__ import annotations

import codecs
import tempfile
from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.tasks import read_tasks
from hypothesis import example, given, settings
from hypothesis import strategies as st

YAML = """\
glmtts: 1
title: 早
voices:
  小明: {voice: ming, emotion: {calm: 70%, sad: 0.3, strength: 1}, rate: 1.1, gain: -2 dB}
emotions: {calm: {reference: a.wav, transcript: x}}
lexicons: [a.jsonl]
seed: 5
output: {formats: [mp3, opus], sample_rate: 48 kHz, loudness: -16 LUFS, name: x, stems: yes}
metadata: {date: 2026-11-22, cover: c.png, description: "d\\n"}
segments:
- sound: m.mp3
  under: 2
  fade_in: 500ms
- 小明: 你好 # x
- {line: "a", speaker: 小明, take: 2}
- pause: 1s
- repeat: 2
  segments:
  - chapter: c
  - include: i.yaml
""".encode()
TEXT = "# x\n小明：你好\nAnna (x): http://a 8:30\n: y\nBob:\n".encode()
SRT = b"""\
1
00:00:01,000 --> 00:00:02,000
<v A>x</v>
- [B] {\\an8}y

2
00:00:09,0 --> 00:00:10,0
C: z
"""
TASKS = """\
{"uttid": "a", "syn_text": "好", "emotion": {"a": 1}, "seed": 5}
{"input_text": "x"}
""".encode()
ARRAY = b"[" + TASKS.replace(b"}\n{", b"},\n{") + b"]"
SEEDS = {".yaml": YAML, ".txt": TEXT, ".srt": SRT, ".jsonl": TASKS, ".json": ARRAY}

_SIGNS = rb""": - [ ] { } " ' # &a *a !t | > % ? ... \ \U00110000 \ud83d < --> , .. / ~"""
_OTHERS = [
    b": ",
    b"- ",
    b"\n",
    b"\t",
    b"  ",
    b" #",
    b"---\n",
    b"9" * 30,
    b"x" * 300,
    b"\0",
    b"\x85",
]
_MARKS = [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, *(sign.encode() for sign in "：😀\u2028")]
_NUMBERS = [b"0", b"-1", b"1e999", b"NaN", b"null"]
SNIPPETS = st.sampled_from([*_SIGNS.split(), *_OTHERS, *_MARKS, *_NUMBERS])


@st.composite
def mutated(draw: st.DrawFn, seed: bytes) -> bytes:
    """A valid file with a few cuts, repeats and foreign pieces."""
    data = seed
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 20)))
        piece = draw(SNIPPETS | st.just(b"") | st.just(data[start:end] * 2) | st.binary(max_size=4))
        data = data[:start] + piece + data[end:]
    return data


def read(data: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"file{suffix}")
        path.write_bytes(data)
        (path.parent / "a.wav").touch()
        try:
            if suffix.startswith(".json"):
                for rejected in read_tasks(path).rejected:
                    assert rejected.mistakes
            else:
                read_script(path)
        except InputError as error:
            lines = data.count(b"\n") + data.count(b"\r") + 1
            for mistake in error.mistakes:
                assert (mistake.place.line or 1) <= lines
                assert mistake.what
                str(mistake).encode()


@pytest.mark.parametrize("suffix", SEEDS)
def test_mutated_files_give_a_value_or_an_input_error(suffix: str) -> None:
    @settings(max_examples=300, deadline=None)
    @given(mutated(SEEDS[suffix]))
    def run(data: bytes) -> None:
        read(data, suffix)

    run()


@pytest.mark.parametrize("suffix", SEEDS)
def test_random_bytes_give_a_value_or_an_input_error(suffix: str) -> None:
    @settings(max_examples=100, deadline=None)
    @given(st.binary(max_size=200))
    @example(b"")
    @example(b"\xff\xfe")
    def run(data: bytes) -> None:
        read(data, suffix)

    run()


@pytest.mark.parametrize("suffix", SEEDS)
def test_every_beginning_of_a_file_gives_a_value_or_an_input_error(suffix: str) -> None:
    for end in range(len(SEEDS[suffix])):
        read(SEEDS[suffix][:end], suffix)
