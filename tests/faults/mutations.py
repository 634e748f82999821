"""Every reader given files of its kind with bytes changed: each is read, or refused in words."""

from __future__ import annotations

import io
import json
import random
import struct
import time
import wave
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from comfyui_glmtts.mistakes import InputError, Place
from stubs import in_python

SLOWEST = 20.0
"""Seconds for a file, on a machine that does other things too."""

EDGES = [
    *(bytes(size) for size in (1, 2, 4, 8)),
    *(b"\xff" * size for size in (1, 2, 4, 8)),
    *(struct.pack(order + "I", 0x7FFFFFFF) for order in "<>"),
    *(struct.pack(order + "f", value) for order in "<>" for value in (3e38, float("nan"))),
    *(b"\x80", b"\0\x80", b'"', b"<", b"\n", b"\0", "早".encode("gbk"), b"%", b"\xed\xa0\x80"),
]


@dataclass(frozen=True, slots=True)
class Kind:
    """A file that is read without a word, and what reads it."""

    name: str
    """with the suffix"""
    good: bytes
    read: Callable[[Path], object]


def mutated(good: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four changes; half of them near the head, where the structure is."""
    data = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(min(len(data), chance.choice((64, 512, 1 << 30))) or 1)
        size = chance.choice((1, 1, 2, 4, 8, 100))
        match chance.randrange(6):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                edge = chance.choice(EDGES)
                data[at : at + len(edge)] = edge
            case 2:
                del data[at : at + size]
            case 3:
                data[at:at] = data[at : at + size] * chance.choice((1, 1, 2, 50))
            case 4:
                data[at : at + size] = chance.randbytes(size)
            case _:
                del data[at + chance.randrange(len(data) or 1) :]
        data = data or bytearray(b"\0")
    return bytes(data)


def media(folder: Path, count: int, seed: int = 0) -> dict[str, float]:
    """What people drop, `count` times over all kinds, in a process whose end is noticed."""
    return _in_process(folder, f"mutations.read(FOLDER, 'media', {count}, {seed})")


def weights(folder: Path, count: int, seed: int = 0) -> dict[str, float]:
    """The files of a checkpoint, likewise."""
    return _in_process(folder, f"mutations.read(FOLDER, 'weights', {count}, {seed})")


def _in_process(folder: Path, call: str) -> dict[str, float]:
    numbers: dict[str, float] = json.loads(in_python(folder, call))
    return numbers


def read(folder: Path, which: str, count: int, seed: int) -> str:
    """Read them all; whatever is not an InputError ends this, and leaves the file behind."""
    kinds = list({"media": _media, "weights": _weights}[which](folder))
    numbers: Counter[str] = Counter()
    slowest = 0.0
    for number in range(count):
        kind = kinds[number % len(kinds)]
        path = folder / kind.name
        path.write_bytes(mutated(kind.good, random.Random(f"{seed} {number}")))
        began = time.monotonic()
        try:
            kind.read(path)
        except InputError as error:
            numbers["refused"] += 1
            numbers["ended the worker"] += "the process that decodes it" in str(error)
        except Exception as error:
            raise AssertionError(f"{path}, {number} of seed {seed}: {error!r}") from error
        else:
            numbers["read"] += 1
        took = time.monotonic() - began
        assert took < SLOWEST, f"{path}, {number} of seed {seed}: {took:.1f} s"
        slowest = max(slowest, took)
    return json.dumps({
        "kinds": len(kinds), "read": numbers["read"], "refused": numbers["refused"],
        "ended the worker": numbers["ended the worker"], "tracebacks": 0,
        "slowest s": round(slowest, 2),
    })  # fmt: skip


# --- what people drop


def _media(folder: Path) -> Iterator[Kind]:
    from comfyui_glmtts.audio.recording import decode, seconds
    from comfyui_glmtts.audio.tags import read_picture
    from comfyui_glmtts.documents.findings import Findings
    from comfyui_glmtts.pronunciation.lexicon import files
    from comfyui_glmtts.scripts.parse import read_script
    from comfyui_glmtts.templates.tables import read_table

    def sound(path: Path) -> None:
        seconds(path)
        samples = decode(path).samples
        assert np.isfinite(samples).all()

    def table(path: Path) -> None:
        findings = Findings()
        list(read_table(path, {"stop", "line"}, findings))
        findings.check()

    for name, data in _sounds(folder):
        yield Kind(name, data, sound)
    for suffix in ("png", "jpeg"):
        yield Kind(f"cover.{suffix}", _picture(suffix), lambda p: read_picture(p, Place(str(p))))
    yield Kind("words.srt", CUES.encode(), read_script)
    yield Kind("rows.csv", 'stop,line,note\n人民广场,1,"a ""b"""\n静安寺,2,x\n'.encode(), table)
    yield Kind("rows.tsv", "stop\tline\n人民广场\t1\n".encode("gbk"), table)
    yield Kind("rows.jsonl", b'{"stop": "a", "line": 1}\n{"stop": "b", "line": 2.5}\n', table)
    yield Kind("rows.yaml", b"- {stop: a, line: 1}\n- {stop: b, line: x}\n", table)
    yield Kind("lexicon.pls", PLS.encode(), files.read)
    yield Kind("lexicon.csv", "word,phoneme\n行,háng\n处理,chú lǐ\n".encode(), files.read)
    yield Kind("lexicon.jsonl", '{"word": "行", "phoneme": "háng"}\n'.encode(), files.read)


CUES = """1
00:00:01,000 --> 00:00:02,500
A: Hello there.

2
00:00:03,000 --> 00:00:04,000
你好。
"""
PLS = """<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon"
  alphabet="x-pinyin" xml:lang="zh-CN">
  <lexeme><grapheme>银行</grapheme><phoneme>yín háng</phoneme></lexeme>
  <lexeme><grapheme>SQL</grapheme><alias>sequel</alias></lexeme>
</lexicon>
"""


def _sounds(folder: Path) -> Iterator[tuple[str, bytes]]:
    """A sound in every container and coding that people bring."""
    import soundfile

    rate = 24_000
    tone = 0.3 * np.sin(np.arange(rate // 4) / 9).astype("f4")
    with io.BytesIO() as plain:
        with wave.open(plain, "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes((tone * 32_767).astype("<i2").tobytes())
        title = "晨间音乐".encode("gbk")
        info = b"INFOINAM" + struct.pack("<I", len(title)) + title
        tagged = plain.getvalue() + b"LIST" + struct.pack("<I", len(info)) + info
    yield "tagged.wav", tagged[:4] + struct.pack("<I", len(tagged) - 8) + tagged[8:]
    for name, subtype, width in (
        ("float.wav", "FLOAT", 1),
        ("plain.flac", "PCM_16", 1),
        ("eight.flac", "PCM_24", 8),
        ("vorbis.ogg", "VORBIS", 2),
        ("opus.ogg", "OPUS", 1),
        ("mpeg.mp3", "MPEG_LAYER_III", 2),
        ("plain.aiff", "PCM_16", 2),
    ):
        path = folder / name
        soundfile.write(path, np.stack([tone] * width, axis=1), rate, subtype=subtype)
        yield name, path.read_bytes()
    yield from _by_ffmpeg(folder, tone, rate)


def _by_ffmpeg(folder: Path, tone: np.ndarray, rate: int) -> Iterator[tuple[str, bytes]]:
    import av

    for name, codec in (("apple.m4a", "aac"), ("lossless.m4a", "alac"), ("matroska.webm", "opus")):
        path = folder / name
        with av.open(str(path), "w") as container:
            encoder = "libopus" if codec == "opus" else codec
            stream = container.add_stream(encoder, rate=48_000, layout="mono")
            resampler = av.AudioResampler(stream.format.name, "mono", 48_000)
            frame = av.AudioFrame.from_ndarray(tone[None], format="fltp", layout="mono")
            frame.sample_rate, frame.pts = rate, 0
            fifo = av.AudioFifo()
            for converted in resampler.resample(frame):
                fifo.write(converted)
            size = stream.codec_context.frame_size or 1024
            for part in fifo.read_many(size):
                container.mux(stream.encode(part))
            container.mux(stream.encode(None))
        yield name, path.read_bytes()


def _picture(kind: str) -> bytes:
    from PIL import Image

    noise = np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)
    with io.BytesIO() as file:
        Image.fromarray(noise).save(file, kind.upper())
        return file.getvalue()


# --- the files of a checkpoint


def _weights(folder: Path) -> Iterator[Kind]:
    import torch
    from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint import load, onnx_file, stored, synth
    from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import Layout
    from comfyui_glmtts.glmtts_runtime.glm_tts.reference.speaker import SpeakerEncoder
    from safetensors.torch import save

    tensors = {"a.weight": torch.ones(8, 4), "a.bias": torch.zeros(8, dtype=torch.bfloat16)}

    def safe(path: Path) -> None:
        for one in stored.safetensors(path.parent).values():
            one.read().float().sum()

    def pickle(path: Path) -> None:
        for one in stored.pickled(path).values():
            one.read().float().sum()

    with io.BytesIO() as new, io.BytesIO() as old:
        torch.save({"model": tensors}, new)
        torch.save(tensors, old, _use_new_zipfile_serialization=False)
        yield Kind("flow.pt", new.getvalue(), pickle)
        yield Kind("hift.pt", old.getvalue(), pickle)
    yield Kind("model.safetensors", save(tensors), safe)
    matrix = np.eye(80, 192, dtype=np.float32)
    encoder = onnx_file.speaker_encoder(matrix)
    bank = torch.ones(20, 80)
    yield Kind("campplus.onnx", encoder, lambda path: SpeakerEncoder(path)(bank))
    layout = Layout(folder)
    synth._write_vocos(layout, 0)
    name, cpu = str(layout.vocos.relative_to(folder)), torch.device("cpu")
    program = layout.vocos.read_bytes()
    yield Kind(name, program, lambda path: load.vocos(Layout(path.parents[1]), cpu))
