"""English words on stdin -> their IPA on stdout: espeak-ng in a process of its own.

Of the standard library and `worker_pipe` alone, run with the library's path as its argument in the
folder that holds `espeak-ng-data`. The library may crash and is GPL: it has a process of its own.

A question is a frame of one UTF-8 word; its answer a frame of its IPA, with stress, the parts of a
diphthong tied by ^. The process ends when its input does.
"""

from __future__ import annotations

import ctypes
import signal
import sys

from ...worker_pipe import private_stdout, read_frame, write_frame

DONT_EXIT = 0x8000
RETRIEVAL = 1
UTF8 = 1
IPA, TIED = 0x02, 0x80 | ord("^") << 8


class Espeak:
    """The library, reading American English."""

    def __init__(self, path: str) -> None:
        """Load and initialise; raises OSError."""
        self.library = ctypes.CDLL(path)
        if self.library.espeak_Initialize(RETRIEVAL, 0, b".", DONT_EXIT) <= 0:
            raise OSError("espeak-ng did not start")
        if self.library.espeak_SetVoiceByName(b"en-us"):
            raise OSError("espeak-ng has no voice en-us")
        self.library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.library.espeak_TextToPhonemes.argtypes = [
            ctypes.POINTER(ctypes.c_char_p),
            ctypes.c_int,
            ctypes.c_int,
        ]

    def ipa(self, word: str) -> str:
        """The IPA of one word, clause by clause."""
        text = ctypes.c_char_p(word.encode())
        parts: list[str] = []
        while text.value:
            found = self.library.espeak_TextToPhonemes(ctypes.byref(text), UTF8, IPA | TIED)
            parts.append((found or b"").decode())
        return " ".join(parts).strip()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    answers = private_stdout()
    espeak = Espeak(sys.argv[1])
    while (word := read_frame(sys.stdin.buffer)) is not None:
        write_frame(answers, espeak.ipa(word.decode()).encode())
