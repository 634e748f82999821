"""English words on stdin -> their IPA on stdout: espeak-ng in a process of its own.

A stand-alone script of the standard library, run as `python ipa_worker.py LIBRARY` in the folder
that holds `espeak-ng-data`. The library may crash and is GPL, so it is never loaded elsewhere.

A frame is its length (4 bytes, big-endian) and that many bytes. A question is a frame of UTF-8
words, one a line; its answer a frame of as many lines: IPA with stress, the parts of a diphthong
tied by ^. The process ends when its input does.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import BinaryIO

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


def read_frame(stream: BinaryIO) -> bytes:
    """The next frame; raises EOFError."""
    header = stream.read(4)
    body = stream.read(int.from_bytes(header, "big"))
    if len(header) < 4 or len(body) < int.from_bytes(header, "big"):
        raise EOFError
    return body


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # out of reach of a library that prints
    espeak = Espeak(sys.argv[1])
    try:
        while True:
            words = read_frame(sys.stdin.buffer).decode().split("\n")
            body = "\n".join(espeak.ipa(word) for word in words).encode()
            answers.write(len(body).to_bytes(4, "big") + body)
            answers.flush()
    except EOFError:
        return


if __name__ == "__main__":
    main()
