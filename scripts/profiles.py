"""Where a sound is heard -> the files made for it, by name."""

from __future__ import annotations

from collections.abc import Mapping

from .script import Output

PROFILES: Mapping[str, Output] = {
    "loudspeaker": Output(formats=("wav",), sample_rate=48_000, channels=1, loudness=-16.0),
    # Speech at -26 dB below full scale (ITU-T P.56) is -20 dBm0, what networks are planned for.
    "phone": Output(formats=("ulaw.wav",), sample_rate=8_000, channels=1, loudness=-26.0),
    "web": Output(formats=("mp3", "opus"), sample_rate=48_000, channels=1),
}
