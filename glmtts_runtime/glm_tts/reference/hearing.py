"""A voice -> what the model wants of its reference, computed once and kept beside the library."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from .... import atomic
from ....audio.wave import Wave
from ...voices.voice import Voice
from ..spec import MEL_SPECS, SPEAKER_DIM, TOKENIZER_RATE
from .features import prompt_mel, speaker_fbank, whisper_mel
from .speaker import SpeakerEncoder
from .whisper_vq import WhisperVQ

CHUNK = 30 * TOKENIZER_RATE
"""Samples the speech tokenizer hears at once (frontend.py:95)."""
SHORTEST = 0.2
"""s; a shorter reference has no frame for some of the features"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """A reference as the networks see it. On the CPU, float32."""

    tokens: Tensor  # [N] int64, speech tokens without the vocabulary's offset
    speaker: Tensor  # [192]
    mels: dict[int, Tensor]  # sample rate -> [T, 80]


@dataclass(frozen=True, slots=True)
class Ears:
    """The two networks that hear a reference."""

    tokenizer: WhisperVQ
    speaker: SpeakerEncoder
    held: object = None
    """What keeps the tokenizer on its device."""

    def hear(self, reference: Wave) -> Features:
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
        mel, heard = whisper_mel(samples.to(device))
        tokens, _ = self.tokenizer(mel[None], heard[None])
        return tokens[0][heard[::4]].cpu()


class Hearing:
    """The features of voices, by digest: from memory, from a file, or heard now."""

    def __init__(self, ears: Callable[[], Ears], fingerprint: str, folder: Path | None) -> None:
        """ears: loads the networks, called only for a voice not heard before; fingerprint: of
        those networks; folder: where features are kept, none to keep them in memory only.
        """
        self._ears, self._fingerprint, self._folder = ears, fingerprint[:16], folder
        self._known: dict[str, Features] = {}

    def __call__(self, voice: Voice) -> Features:
        if voice.digest not in self._known:
            self._known[voice.digest] = self._stored(voice) or self._heard(voice)
        return self._known[voice.digest]

    def path(self, voice: Voice) -> Path | None:
        """The file that holds a voice's features."""
        if self._folder is None:
            return None
        return self._folder / f"{voice.digest}-{self._fingerprint}.safetensors"

    def _stored(self, voice: Voice) -> Features | None:
        path = self.path(voice)
        if path is None or not path.is_file():
            return None
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            values = load_file(path)
            features = Features(
                tokens=values["tokens"].long(),
                speaker=values["speaker"],
                mels={rate: values[f"mel_{rate}"] for rate in MEL_SPECS},
            )
        except (SafetensorError, OSError, KeyError) as error:
            _log.warning("%s is damaged (%s) and made anew", path, error)
            return None
        return features if features.speaker.shape == (SPEAKER_DIM,) else None

    def _heard(self, voice: Voice) -> Features:
        from safetensors.torch import save

        features = self._ears().hear(voice.reference)
        if (path := self.path(voice)) is not None:
            mels = {f"mel_{rate}": mel.contiguous() for rate, mel in features.mels.items()}
            tensors = {"tokens": features.tokens.int(), "speaker": features.speaker, **mels}
            atomic.write_bytes(path, save(tensors))
        return features


def _resampled(samples: Tensor, rate: int, wanted: int) -> Tensor:
    if rate == wanted:
        return samples
    from torchaudio.functional import resample

    changed: Tensor = resample(samples, rate, wanted)
    return changed
