"""Sound in floating point -> whole numbers of 24 bits, the same for WAV and FLAC."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..wave import Samples

FULL_SCALE = 1 << 23


def quantised(samples: Samples) -> npt.NDArray[np.int32]:
    """Round to 24 bits and clip.   samples: [C, T], full scale is 1.0; returns [T, C]."""
    scaled = np.rint(samples.T.astype(np.float64) * FULL_SCALE)
    whole: npt.NDArray[np.int32] = np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1).astype(np.int32)
    return whole
