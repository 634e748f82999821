"""A reference recording -> speech tokens, a speaker embedding and mels: what the networks want."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ....audio.wave import Wave
from ..spec import MEL_SPECS, TOKENIZER_RATE
from .features import prompt_mel, speaker_fbank, whisper_mel
from .speaker import SpeakerEncoder
from .whisper_vq import WhisperVQ

CHUNK = 30 * TOKENIZER_RATE
"""Samples the speech tokenizer encodes at once (frontend.py:95)."""
SHORTEST = 0.2
"""s; a shorter reference has no frame for some of the features"""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """A reference as the networks see it. On the CPU, float32."""

    tokens: Tensor  # [N] int64, speech tokens without the vocabulary's offset
    speaker: Tensor  # [192]
    mels: dict[int, Tensor]  # sample rate -> [T, 80]


@dataclass(frozen=True, slots=True)
class ReferenceEncoder:
    """The two networks that encode a reference."""

    tokenizer: WhisperVQ
    speaker: SpeakerEncoder
    registered: object = None
    """What keeps the tokenizer on its device."""

    def encode(self, reference: Wave) -> Features:
        """All features of a mono reference. Raises ValueError if it is too short to have them."""
        if reference.seconds < SHORTEST:
            raise ValueError(f"the reference is {reference.seconds:.2f} s long, which is too short")
        samples = torch.from_numpy(reference.samples.copy())
        low = _resampled(samples, reference.rate, TOKENIZER_RATE)
        return Features(
            tokens=torch.cat([self._tokens(chunk) for chunk in low.split(CHUNK)]),
            speaker=self.speaker(speaker_fbank(low)),
            mels={
                rate: prompt_mel(_resampled(samples, reference.rate, rate), spec)
                for rate, spec in MEL_SPECS.items()
            },
        )

    def _tokens(self, samples: Tensor) -> Tensor:
        device = self.tokenizer.codebook.weight.device
        mel, valid = whisper_mel(samples.to(device))
        tokens, _ = self.tokenizer(mel[None], valid[None])
        return tokens[0][valid[::4]].cpu()


def _resampled(samples: Tensor, rate: int, wanted: int) -> Tensor:
    if rate == wanted:
        return samples
    from torchaudio.functional import resample

    changed: Tensor = resample(samples, rate, wanted)
    return changed
