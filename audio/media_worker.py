"""Requests on stdin -> sound and measures on stdout: the process people's media are read in.

FFmpeg and Pillow are native code that reads what anybody may have written: they may crash, hang or
want all memory there is. Here that costs one file (`media.py` watches). Without numpy, whose start
would be half of this process's.

Frames (`worker_pipe.py`) hold JSON in, and a letter and a body out:

    {"decode": path, "longest": s, "most": samples}  -> h {"rate", "channels"}, s float32 …, e {}
    {"seconds": path}                                -> h {"seconds"}, e {}
    {"picture": name} and a frame of its bytes       -> h {"width", "height", "type"}, e {}

Samples are interleaved. For what cannot be read the last is e {"what", "remedy"}.
"""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import av

from ..confinement import confine, grant
from ..worker_pipe import private_stdout, read_frames, write_frame
from .limits import CHANNELS, CPU_SECONDS, MEMORY, RATES, SIDE

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

JAIL = {"protocol_whitelist": "none"}
"""The file itself is read through Python; a playlist inside may open no other file or address."""

DESCRIPTORS = 32
"""The pipes, the file, and modules that are loaded late."""

BLOCK = 1 << 18
"""Bytes of sound sent at a time, at least."""

CONVERT = "Convert it to WAV or FLAC."

Answer = tuple[bytes, bytes]


class BadMediaError(Exception):
    """What is wrong with a file, in words for a person."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def decode(path: str, longest: float, most: int) -> Iterator[Answer]:
    """The first sound track: its head, then samples. Raises BadMediaError."""
    name = os.path.basename(path)  # noqa: PTH119 - pathlib would cost more than the decoding
    with opened(path) as container:
        stream = _sound(container, name)
        rate, channels = stream.rate, stream.layout.nb_channels
        yield b"h", json.dumps({"rate": rate, "channels": channels}).encode()
        length, waiting = 0, bytearray()
        for block in _blocks(container, stream):
            length += len(block) // (4 * channels)
            if length > longest * rate:
                raise BadMediaError(
                    f"{name} is longer than {longest:g} seconds.", "Cut it to that length."
                )
            if length * channels > most:
                raise BadMediaError(
                    f"{name} has more sound than is read from one file: {channels} channels at "
                    f"{rate} Hz for more than {most / channels / rate / 60:.0f} minutes.",
                    "Cut it, or convert it to stereo at 48000 Hz.",
                )
            waiting += block
            if len(waiting) >= BLOCK:
                yield b"s", bytes(waiting)
                waiting.clear()
        if not length:
            raise BadMediaError(f"{name} holds no sound at all.", "Record it again.")
        yield b"s", bytes(waiting)


def seconds(path: str) -> float:
    """How long a file is by its own word."""
    with opened(path) as container:
        return (container.duration or 0) / av.time_base


def picture(data: bytes, name: str) -> dict[str, Any]:
    """The type and the size of a JPEG or PNG picture that is whole; BadMediaError for another."""
    from PIL import Image, UnidentifiedImageError

    again = "Save it again as a JPEG of at most 3000 x 3000 pixels."
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # SIDE is stricter
        try:
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
                width, height = image.size
                type_ = "image/png" if image.format == "PNG" else "image/jpeg"
                if max(width, height) <= SIDE:
                    image.draft("L", (64, 64))  # decodes a JPEG coarsely, but all of it
                    image.load()
        except UnidentifiedImageError as error:
            remedy = "Save it as JPEG or PNG; renaming the file does not convert it."
            raise BadMediaError(f'"{name}" is no JPEG or PNG picture.', remedy) from error
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            what = f'The picture "{name}" is damaged or has far too many pixels.'
            raise BadMediaError(what, again) from error
    if max(width, height) > SIDE:
        what = f'The picture "{name}" is {width} x {height} pixels; {SIDE} a side are allowed.'
        raise BadMediaError(what, "Save it with at most 3000 x 3000 pixels.")
    return {"width": width, "height": height, "type": type_}


@contextmanager
def opened(path: str) -> Iterator[InputContainer]:
    """A media file; what is said against its bytes is a BadMediaError. Tags need not be UTF-8."""
    try:
        with (
            open(path, "rb") as file,  # noqa: PTH123 - no pathlib in a worker
            av.open(file, "r", options=JAIL, metadata_errors="replace") as container,
        ):
            yield container
    except (av.error.FFmpegError, ValueError, ArithmeticError, LookupError, OSError) as error:
        # The first are FFmpeg's own, the others PyAV's for what it did not expect.
        reason = error.strerror if isinstance(error, av.error.FFmpegError) else error
        what = f"{os.path.basename(path)} is not a sound file that can be decoded ({reason})."  # noqa: PTH119
        raise BadMediaError(what, CONVERT) from error


def _sound(container: InputContainer, name: str) -> AudioStream:
    if not container.streams.audio:
        raise BadMediaError(f"{name} has no sound.", "Give a file with a sound track.")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise BadMediaError(f"{name} has sound in a coding that nothing here can decode.", CONVERT)
    channels = stream.layout.nb_channels
    if stream.rate not in RATES or not 1 <= channels <= CHANNELS:
        raise BadMediaError(
            f"{name} has {channels} channels at {stream.rate} Hz.",
            "Convert it to mono or stereo at 24000 or 48000 Hz.",
        )
    stream.codec_context.thread_count = 1
    return stream


def _blocks(container: InputContainer, stream: AudioStream) -> Iterator[memoryview]:
    """Decode a track to blocks of packed float32; a damaged packet is skipped, as players do."""
    layout, rate = stream.layout, stream.rate
    kind = resampler = None
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            # Damage can make a frame unlike the others; what comes out is always like the first.
            if kind != (frame.format.name, frame.layout.name, frame.sample_rate):
                kind = frame.format.name, frame.layout.name, frame.sample_rate
                resampler = av.AudioResampler("flt", layout, rate)
            assert resampler is not None, "made for the first frame"
            for packed in resampler.resample(frame):
                size = 4 * packed.samples * layout.nb_channels
                yield memoryview(packed.planes[0])[:size]


def answers(request: dict[str, Any], data: Iterator[bytes]) -> Iterator[Answer]:
    """What one request is told."""
    last = {}
    try:
        if "decode" in request:
            yield from decode(request["decode"], request["longest"], request["most"])
        elif "seconds" in request:
            yield b"h", json.dumps({"seconds": seconds(request["seconds"])}).encode()
        else:
            yield b"h", json.dumps(picture(next(data), request["picture"])).encode()
    except BadMediaError as error:
        last = {"what": error.what, "remedy": error.remedy}
    yield b"e", json.dumps(last).encode()


def main() -> None:
    """Serve until stdin ends, or memory does: then with the exit status ENOMEM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    pipe = private_stdout()
    confine(memory=MEMORY, descriptors=DESCRIPTORS)
    requests = read_frames(sys.stdin.buffer)
    try:
        write_frame(pipe, b"r")
        for request in requests:
            grant(CPU_SECONDS)
            for letter, body in answers(json.loads(request), requests):
                write_frame(pipe, letter + body)
    except MemoryError:
        os._exit(errno.ENOMEM)
