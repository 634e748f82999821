"""Utterances -> sound, spoken by espeak-ng in a worker process that lives for one job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from ...audio.wave import Samples
from ...messages import Message
from ...mistakes import InputError, Place
from ...worker_pipe import command, deadline, end, read_frames, start, write_frame
from ..engine import SpeechError
from ..espeak.installation import Installation

RATE = 22_050
"""Hz of everything espeak-ng says"""

PATIENCE = 20.0
"""Seconds for a job, which takes some hundredths of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What is said in one language, in espeak-ng's own units."""

    voice: str
    """`en-us+f3`"""
    text: str
    """One line; phonemes may stand in [[ ]]."""
    rate: int
    """Words per minute, 80..450"""
    pitch: int
    """0..99; 50 is the voice's own"""
    range: int
    """0..99; 50 is the voice's own"""
    volume: int
    """Percent"""

    def line(self) -> str:
        """The worker's spelling."""
        text = " ".join(self.text.split())
        return f"{self.voice}\t{self.rate}\t{self.pitch}\t{self.range}\t{self.volume}\t{text}\n"


def worker_command(installation: Installation) -> list[str]:
    """The worker's command line, to be run in the installation's folder."""
    return command("glmtts_runtime.preview.espeak_worker", str(installation.library))


def version(installation: Installation) -> str:
    """espeak-ng's version; raises InputError when it does not start."""
    try:
        return Job(installation, []).result()[0]
    except SpeechError as error:
        raise InputError.at(
            Place("preview engine"),
            Message("espeak-ng does not start: {}.", error),
            "Run: pip install --force-reinstall espeakng-loader",
        ) from error


class Job:
    """Utterances being spoken. Begins at once, in a new process; `result` waits for the sound.

    espeak-ng carries state from one utterance to the next (noise, flutter, filters), so that only
    a new process makes a line sound the same whatever was spoken before it.
    """

    def __init__(
        self,
        installation: Installation,
        utterances: Sequence[Utterance],
        *,
        worker: Sequence[str] = (),
        patience: float = PATIENCE,
    ) -> None:
        """worker: another command line than `worker_command`'s; patience: in s."""
        self._count = len(utterances)
        self._patience = patience
        self._process = start(worker or worker_command(installation), installation.folder)
        job = "".join(utterance.line() for utterance in utterances).encode()
        assert self._process.stdin is not None, "a pipe was asked for"
        # It may have died already; `result` says so.
        with deadline(self._process, self._patience), suppress(OSError):
            write_frame(self._process.stdin, job)

    def result(self) -> tuple[str, list[Samples]]:
        """espeak-ng's version and one wave [T] for each utterance; raises SpeechError."""
        try:
            with deadline(self._process, self._patience) as expired:
                frames = list(self._frames())
        finally:
            self.close()
        kinds = "".join(chr(frame[0]) for frame in frames if frame)
        if kinds.endswith("e"):
            raise SpeechError(frames[-1][1:].decode(errors="replace"))
        if expired.is_set():
            raise SpeechError(Message("espeak-ng did not finish within {:g} s", self._patience))
        if kinds != "v" + "p" * self._count:
            raise SpeechError(Message("espeak-ng stopped (exit code {})", self._process.returncode))
        version = frames[0][1:].decode()
        return version, [_samples(frame[1:]) for frame in frames[1:]]

    def close(self) -> None:
        """End the process, whatever it is doing."""
        end(self._process)

    def _frames(self) -> Iterator[bytes]:
        """The complete answers, and the process's end."""
        stream = self._process.stdout
        assert stream is not None, "a pipe was asked for"
        yield from read_frames(stream)
        self._process.wait()


def _samples(pcm: bytes) -> Samples:
    """16 bit little-endian -> float32, full scale 1.0. [T]"""
    found: Samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32_768)
    return found
