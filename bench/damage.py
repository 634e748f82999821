"""Speech with something wrong: words taken out, said twice, put in place of others, cut off."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from comfyui_glmtts.audio.wave import Samples, Wave
from comfyui_glmtts.listening.repeats import words
from comfyui_glmtts.listening.units import told
from comfyui_glmtts.pronunciation.chinese.hanzi import is_han
from comfyui_glmtts.pronunciation.spoken import SpokenText

KINDS = ("removed", "doubled", "replaced", "cut off", "noisy")
_FADE = 0.005  # s


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line as it was spoken, with the times of its characters."""

    spoken: SpokenText
    wave: Wave
    times: Sequence[tuple[float, float]]
    speaker: str

    def words(self) -> list[tuple[int, int]]:
        """Words of two syllables and more; in Chinese lines the Chinese ones."""
        found = words(self.spoken.spoken, told(self.spoken))
        chinese = any(character.pinyin for character in self.spoken.characters)
        return [w for w in found if is_han(self.spoken.spoken[w[0]]) or not chinese]

    def between(self, word: tuple[int, int]) -> tuple[int, int]:
        """Where a word begins and ends, in samples."""
        rate = self.wave.rate
        return round(self.times[word[0]][0] * rate), round(self.times[word[1] - 1][1] * rate)


def damaged(line: Line, kind: str, others: Sequence[Line], chance: random.Random) -> Wave:
    """The line with one of its words wrong, or its end, or with noise louder than the voice.

    others: whose words may stand in its place, of the same speaker.
    """
    samples, rate = line.wave.samples, line.wave.rate
    if kind == "noisy":
        level = 2 * float(np.sqrt(np.mean(samples**2)))
        noise = np.random.default_rng(chance.randrange(1 << 30)).normal(0, level, len(samples))
        return Wave((samples + noise).astype(np.float32), rate)
    if kind == "cut off":
        return Wave(_faded(samples[: line.between(line.words()[-1])[0]], rate), rate)
    word = chance.choice(line.words())
    start, end = line.between(word)
    if kind == "removed":
        parts = [samples[:start], samples[end:]]
    elif kind == "doubled":
        parts = [samples[:end], samples[start:end], samples[end:]]
    else:
        said = line.spoken.spoken[slice(*word)]
        known = [
            (other, w)
            for other in others
            for w in other.words()
            if other.speaker == line.speaker and _differ(said, other.spoken.spoken[slice(*w)])
        ]
        other, another = chance.choice(known)
        a, b = other.between(another)
        parts = [samples[:start], other.wave.samples[a:b], samples[end:]]
    return Wave(np.concatenate([_faded(part, rate) for part in parts]), rate)


def _differ(one: str, other: str) -> bool:
    """Whether two words of a language share no character and, of letters, not their beginning."""
    if is_han(one[0]):
        return is_han(other[0]) and not set(one) & set(other)
    return not is_han(other[0]) and one[0].lower() != other[0].lower()


def _faded(samples: Samples, rate: int) -> Samples:
    length = min(round(_FADE * rate), len(samples) // 2)
    faded = samples.copy()
    ramp = np.linspace(0, 1, length, dtype=np.float32)
    faded[:length] *= ramp
    faded[len(faded) - length :] *= ramp[::-1]
    return faded
