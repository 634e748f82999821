"""One job on stdin -> frames of sound on stdout: espeak-ng in a process of its own.

Of the standard library and `worker_pipe` alone, run with the library's path as its argument in the
folder that holds `espeak-ng-data`. The library may crash or hang, carries state from one utterance
to the next and is GPL, so a process speaks one job and ends.

The job is one frame of UTF-8 lines `voice TAB rate TAB pitch TAB range TAB volume TAB text`. The
answers start with `v` (the library's version, first), `p` (PCM of one line: 16 bit little-endian
mono at 22,050 Hz) or `e` (an error in words, last).
"""

from __future__ import annotations

import _thread
import array
import ctypes
import os
import signal
import sys
from typing import BinaryIO

from ...worker_pipe import private_stdout, read_frame, write_frame

SYNCHRONOUS = 2
DONT_EXIT = 0x8000
RATE, VOLUME, PITCH, RANGE = 1, 2, 3, 4
UTF8, PHONEMES = 1, 0x100
SAMPLE_RATE = 22_050

Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class Espeak:
    """The library, with the sound of the utterance under way."""

    def __init__(self, path: str) -> None:
        """Load and initialise; raises OSError."""
        self.library = ctypes.CDLL(path)
        self.library.espeak_Info.restype = ctypes.c_char_p
        # The folder is the current one: the library truncates long paths and knows no Unicode ones.
        rate = self.library.espeak_Initialize(SYNCHRONOUS, 0, b".", DONT_EXIT)
        if rate != SAMPLE_RATE:
            raise OSError(f"espeak-ng did not start ({rate})")
        self.sound = array.array("h")
        self.callback = Callback(self._collect)
        self.library.espeak_SetSynthCallback(self.callback)

    @property
    def version(self) -> bytes:
        return bytes(self.library.espeak_Info(None))

    def speak(self, line: str) -> bytes:
        """PCM of one line of the job; raises OSError and ValueError."""
        voice, rate, pitch, spread, volume, text = line.split("\t")
        if self.library.espeak_SetVoiceByName(voice.encode()):
            raise OSError(f"espeak-ng has no voice {voice}")
        for parameter, value in ((RATE, rate), (PITCH, pitch), (RANGE, spread), (VOLUME, volume)):
            self.library.espeak_SetParameter(parameter, int(value), 0)
        # The breath of some voices is noise, otherwise seeded with the time of day.
        self.library.espeak_ng_SetRandSeed(ctypes.c_long(1))
        self.sound = array.array("h")
        data = text.encode() + b"\0"
        if self.library.espeak_Synth(data, len(data), 0, 0, 0, UTF8 | PHONEMES, None, None):
            raise OSError("espeak-ng refused the text")
        self.library.espeak_Synchronize()
        if sys.byteorder == "big":
            self.sound.byteswap()
        return self.sound.tobytes()

    def _collect(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: int) -> int:
        if samples and count > 0:
            self.sound.frombytes(ctypes.string_at(samples, 2 * count))
        return 0


def _end_with_parent() -> None:
    """Wait for the end of stdin, which comes when the parent is gone however it went."""
    sys.stdin.buffer.read()
    os._exit(1)


def answer(job: bytes, answers: BinaryIO) -> None:
    """Speak every line of the job; an error ends it, in words."""
    try:
        espeak = Espeak(sys.argv[1])
        write_frame(answers, b"v" + espeak.version)
        for line in job.decode().splitlines():
            write_frame(answers, b"p" + espeak.speak(line))
    except (OSError, ValueError) as error:
        write_frame(answers, b"e" + str(error).encode())


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    answers = private_stdout()
    job = read_frame(sys.stdin.buffer)
    if job is None:
        return
    _thread.start_new_thread(_end_with_parent, ())
    status = 1
    try:
        answer(job, answers)
        status = 0
    finally:
        # The watching thread holds stdin's lock, on which an ordinary exit would wait.
        os._exit(status)
