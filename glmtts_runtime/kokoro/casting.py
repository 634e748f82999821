"""References -> Kokoro's speakers: the nearest by pitch."""

from __future__ import annotations

from ..voices.prosody import Prosody
from .speakers import Blend


def nearest(prosody: Prosody, transcript: str) -> Blend:
    return (("zf_xiaoxiao" if prosody.hertz > 160 else "zm_yunxi", 1.0),)
