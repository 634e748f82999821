"""A voice -> what the model wants of its reference, computed once and kept beside the library."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from .... import atomic
from ...voices.voice import Voice
from ..spec import MEL_SPECS, SPEAKER_DIM
from .encoder import Features, ReferenceEncoder

_log = logging.getLogger(__name__)


class ReferenceCache:
    """The features of voices, by digest: from memory, from a file, or encoded now."""

    def __init__(
        self, encoder: Callable[[], ReferenceEncoder], fingerprint: str, folder: Path | None
    ) -> None:
        """encoder: loads the networks, called only for a voice not encoded before; fingerprint: of
        those networks; folder: where features are kept, none to keep them in memory only.
        """
        self._encoder, self._fingerprint, self._folder = encoder, fingerprint[:16], folder
        self._known: dict[str, Features] = {}

    def __call__(self, voice: Voice) -> Features:
        if voice.digest not in self._known:
            self._known[voice.digest] = self._stored(voice) or self._encoded(voice)
        return self._known[voice.digest]

    def _path(self, voice: Voice) -> Path | None:
        """The file that holds a voice's features."""
        if self._folder is None:
            return None
        return self._folder / f"{voice.digest}-{self._fingerprint}.safetensors"

    def _stored(self, voice: Voice) -> Features | None:
        path = self._path(voice)
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

    def _encoded(self, voice: Voice) -> Features:
        from safetensors.torch import save

        features = self._encoder().encode(voice.reference)
        if (path := self._path(voice)) is not None:
            mels = {f"mel_{rate}": mel.contiguous() for rate, mel in features.mels.items()}
            tensors = {"tokens": features.tokens.int(), "speaker": features.speaker, **mels}
            atomic.write_bytes(path, save(tensors))
        return features
