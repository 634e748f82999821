"""A platform's name -> how loud it wants what it plays."""

from __future__ import annotations

import re

from ..documents import fields
from .script import Platform

# Podcast players turn a mono file up like the two equal channels it stands for, which together
# read 3 LU louder: there mono aims 3 LU lower. Broadcasters measure what there is.
PLATFORMS = {
    platform.name: platform
    for platform in (
        # podcasters.apple.com, "Audio requirements": -16 LKFS +/- 1 dB, true peak -1 dBFS
        Platform(name="apple", stereo=-16.0, mono=-19.0, true_peak=-1.0),
        # support.spotify.com, "Loudness normalization": -14 LUFS, true peak -1 dBTP
        Platform(name="spotify", stereo=-14.0, mono=-17.0, true_peak=-1.0),
        Platform(name="youtube", stereo=-14.0, mono=-17.0, true_peak=-1.0),
        # developer.amazon.com, "Audio requirements" for Alexa: -14 LUFS, true peak -2 dBFS
        Platform(name="amazon", stereo=-14.0, mono=-17.0, true_peak=-2.0),
        # EBU R 128 (2023): -23 LUFS, true peak -1 dBTP
        Platform(name="ebu-r128", stereo=-23.0, mono=-23.0, true_peak=-1.0),
        # ATSC A/85: -24 LKFS, true peak -2 dBTP; what "broadcast" means in North America
        Platform(name="atsc-a85", stereo=-24.0, mono=-24.0, true_peak=-2.0),
        Platform(name="broadcast", stereo=-24.0, mono=-24.0, true_peak=-2.0),
        # ACX (Audible) asks for -23 to -18 dB RMS a channel and peaks below -3 dB. Speech in mono
        # has an RMS of its loudness, and up to 2 dB less with the pauses of narration.
        Platform(name="acx", stereo=-17.5, mono=-20.5, true_peak=-3.1),
        Platform(name="audible", stereo=-17.5, mono=-20.5, true_peak=-3.1),
    )
}


def loudness(text: str) -> float | Platform:
    """Reads `-16 LUFS` within -40..-5, or the name of one of PLATFORMS; UnfitError otherwise."""
    if re.match(r"[A-Za-z]", text):
        return fields.choice(PLATFORMS)(text)
    return fields.loudness(text)
