"""What the published checkpoint was trained with, in units; a changed number breaks the weights."""

from __future__ import annotations

from dataclasses import dataclass

TOKEN_RATE = 25
"""Speech tokens per second."""
MEL_RATE = 50
"""Mel frames per second, at either sample rate."""
MEL_BINS = 80
SPEAKER_DIM = 192
"""Length of a speaker embedding."""
TOKENIZER_RATE = 16_000
"""Hz at which the speech tokenizer and the speaker encoder listen."""
HISTORY_TOKENS = 30 * TOKEN_RATE
"""Speech tokens a language model prompt may hold, its answer included (glmtts_inference.py:18)."""
MIN_TOKENS_PER_TEXT = 2
MAX_TOKENS_PER_TEXT = 20
"""Bounds of speech tokens per text token (llm/glmtts.py:165)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MelSpec:
    """The mel spectrogram of one sample rate."""

    sample_rate: int
    """Hz"""
    f_max: float = 8_000.0
    """Hz, at either sample rate"""

    @property
    def hop(self) -> int:
        """Samples per frame."""
        return self.sample_rate // MEL_RATE

    @property
    def n_fft(self) -> int:
        """Samples per window: 80 ms."""
        return 4 * self.hop


MEL_24K = MelSpec(sample_rate=24_000)
MEL_32K = MelSpec(sample_rate=32_000)
MEL_SPECS = {spec.sample_rate: spec for spec in (MEL_24K, MEL_32K)}
