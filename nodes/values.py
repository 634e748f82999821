"""The types of the wires between this pack's nodes, and the values they carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .host.api import io

if TYPE_CHECKING:
    from ..audio.wave import Wave

ENGINE = io.Custom("GLMTTS_ENGINE")
"""`glmtts_runtime.engine.Engine`; without one a node speaks with the preview engine."""

VOICE = io.Custom("GLMTTS_VOICE")
"""`glmtts_runtime.voice.Voice`"""

EMOTION = io.Custom("GLMTTS_EMOTION")
"""`glmtts_runtime.engine.Emotion`"""

LEXICON = io.Custom("GLMTTS_LEXICON")
"""`pronunciation.lexicon.Lexicon`"""

TAKES = io.Custom("GLMTTS_TAKES")
"""`Takes`"""

PROGRAMME = io.Custom("GLMTTS_PROGRAMME")
"""`production.programme.Programme`: spoken and laid out, to be mastered into files of any format"""

PLAYER = io.Custom("AUDIO_UI")
"""The editor's own audio player. It is given to a few nodes of the core by their names; any other
node gets it by having an optional input of this type, which is never connected."""


@dataclass(frozen=True, slots=True)
class Takes:
    """Alternatives of one text, the first being what its seed gives."""

    waves: tuple[Wave, ...]
    seeds: tuple[int, ...]
