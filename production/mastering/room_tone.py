"""A seed and a level -> room tone: the quiet, even noise that pauses are filled with.

There is one noise for a programme, a loop without a seam. Every piece begins where the loop begins
and ends, after a crossfade, as the loop ends. So all borders between pieces sound alike, no piece
depends on its neighbours, and encoders can be told what lies around a piece without knowing it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ...audio.loudness import loudness
from ...audio.wave import Samples
from ..timeline import Tone

AROUND = 4608
"""samples that are the same before, and after, every border: four frames of any codec"""

_LOOP = 1 << 20  # samples: 22 s at 48 kHz
_CROSSFADE = 2048  # samples
_RUMBLE = 60.0  # Hz below which a room is filtered out of recordings
_SLOPE = 0.75  # 4.5 dB an octave: between pink noise and brown


def room_tone(
    tone: Tone, rate: int, length: int, *, at: int = 0, whole: int | None = None
) -> Samples:
    """[length] what is heard of the room, mono, from `at` on in a stretch of `whole` samples.

    The stretch begins where the loop begins and ends as it ends; `whole` is `length` unless said.
    """
    loop = _loop(tone.seed, rate)
    whole = length if whole is None else whole
    places = np.arange(at, at + length)
    noise = loop[places % len(loop)]
    same = min(AROUND, whole)
    fade = min(_CROSSFADE, whole - same)
    left = whole - places  # samples to the stretch's end, this one included
    ending = left <= same + fade
    if ending.any():
        into = loop[np.clip(len(loop) - left[ending], 0, len(loop) - 1)]
        done = np.clip((same + fade - left[ending] + 0.5) / max(fade, 1), 0, 1)
        angle = np.where(left[ending] <= same, 1.0, done).astype(np.float32) * np.float32(np.pi / 2)
        quiet = np.where(left[ending] <= same, np.float32(0), np.cos(angle))
        noise[ending] = noise[ending] * quiet + into * np.sin(angle)
    return noise * _factor(tone)


def surroundings(tone: Tone, rate: int) -> tuple[Samples, Samples]:
    """[AROUND] what is heard before every piece, and [AROUND] after it."""
    loop = _loop(tone.seed, rate)
    return loop[-AROUND:] * _factor(tone), loop[:AROUND] * _factor(tone)


def _factor(tone: Tone) -> np.float32:
    factor: np.float32 = np.float32(10 ** (tone.loudness / 20))
    return factor


@lru_cache(maxsize=2)
def _loop(seed: int, rate: int) -> Samples:
    """[_LOOP] noise at 0 LUFS, whose end goes on at its beginning."""
    random = np.random.default_rng(seed)
    frequencies = np.fft.rfftfreq(_LOOP, 1 / rate)
    frequencies[0] = 1.0
    shape = frequencies**-_SLOPE / np.sqrt(1 + (_RUMBLE / frequencies) ** 6)
    shape[0] = 0.0
    phases = random.uniform(0, 2 * np.pi, len(shape))
    noise = np.fft.irfft(shape * np.exp(1j * phases), _LOOP)
    noise /= np.sqrt(np.mean(noise**2))
    level = loudness(noise.astype(np.float32), rate)
    made: Samples = (noise * 10 ** (-level / 20)).astype(np.float32)
    made.flags.writeable = False  # shared by all threads
    return made
