"""Samples -> the stretches in which somebody speaks, none longer than Whisper hears well."""

from __future__ import annotations

import numpy as np

from ..audio.wave import Samples

RATE = 16_000
"""Hz"""
QUIET = 10 ** (-50 / 20)
"""Of full scale: nobody is heard below"""
LONGEST = 8.0
"""Seconds of a part: of longer ones Whisper sometimes writes the first sentence alone"""
EDGE = 0.2
"""Seconds kept around speech"""


def parts(samples: Samples) -> list[tuple[int, int]]:
    """Where each part begins and ends, in samples at RATE; [] where nobody speaks.

    What fits into one is not cut; longer sound is cut where silero's voice activity detection
    hears nobody, in the longest pauses that will do.
    """
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    if not len(loud):
        return []
    if len(samples) <= LONGEST * RATE:
        return [(0, len(samples))]
    return _joined(_speech(samples), len(samples))


def _speech(samples: Samples) -> list[tuple[int, int]]:
    """What silero takes for speech."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        max_speech_duration_s=LONGEST - 2 * EDGE, min_silence_duration_ms=200, speech_pad_ms=0
    )
    found = get_speech_timestamps(samples, options)
    return [(int(one["start"]), int(one["end"])) for one in found]


def _joined(speech: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Neighbours together as long as they fit, each with its edges."""
    edge = round(EDGE * RATE)
    found: list[tuple[int, int]] = []
    for first, last in speech:
        start, end = max(0, first - edge), min(length, last + edge)
        if found and end - found[-1][0] <= LONGEST * RATE:
            found[-1] = (found[-1][0], end)
        else:
            found.append((max(start, found[-1][1]) if found else start, end))
    return found
