"""A worker process of this package: how it is started, and frames of bytes to it and back.

A frame is its length (4 bytes, big-endian) and that many bytes. The worker loads this file before
all else, so it is of the standard library, and what only the parent needs is loaded by it alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen
    from threading import Event

MOST = 2**31
"""Bytes of a frame."""

# The package is named by its folder: inside ComfyUI it cannot be imported by its name, and what its
# own __init__ loads is none of a worker's business.
START = """
import sys
root, folders, module, *sys.argv[1:] = sys.argv[1:]
sys.path += folders.splitlines()
sys.modules["comfyui_glmtts"] = package = type(sys)("comfyui_glmtts")
package.__path__ = [root]
__import__(module)
sys.modules[module].main()
"""


def command(module: str, *arguments: str, folders: Sequence[str] = ()) -> list[str]:
    """The command line of a worker: `main()` of a module of this package, named from its root.

    folders: where it may import from besides the standard library and this package.
    """
    python = [sys.executable, "-I", "-S", "-B", "-c", START]
    root = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - no pathlib in a worker
    return [*python, root, "\n".join(folders), f"comfyui_glmtts.{module}", *arguments]


def start(command: Sequence[str], folder: Path | None = None) -> Popen[bytes]:
    """The process, with pipes to its standard input and from its standard output."""
    import subprocess

    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def end(process: Popen[bytes]) -> None:
    """End a worker, whatever it is doing."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None, "both pipes were asked for"
        with suppress(OSError):  # what a dead process did not read is of no interest
            pipe.close()
    process.wait()


@contextmanager
def deadline(process: Popen[bytes], seconds: float) -> Iterator[Event]:
    """Kill a worker that takes longer, which ends every read and write on its pipes.

    What is given is set once it was.
    """
    import threading

    late = threading.Event()

    def expire() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def private_stdout() -> BinaryIO:
    """A worker's pipe to its parent, out of reach of a library that prints."""
    pipe = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return pipe


def write_frame(stream: IO[bytes], body: bytes) -> None:
    """Raises OSError where nobody reads any longer."""
    stream.write(len(body).to_bytes(4, "big") + body)
    stream.flush()


def read_frame(stream: IO[bytes], most: int = MOST) -> bytes | None:
    """The next frame; None where there is none, it is cut off, or it is longer than `most`."""
    header = stream.read(4)
    length = int.from_bytes(header, "big")
    if len(header) < 4 or length > most:
        return None
    body = stream.read(length)
    return body if len(body) == length else None


def read_frames(stream: IO[bytes], most: int = MOST) -> Iterator[bytes]:
    """Every whole frame there is."""
    while (frame := read_frame(stream, most)) is not None:
        yield frame
