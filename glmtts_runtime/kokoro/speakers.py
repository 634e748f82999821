"""The speakers that come along, their style tables, and mixtures of them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Styles: TypeAlias = npt.NDArray[np.float32]
"""[ROWS, WIDTH], or one of its rows"""

ROWS = 510
"""A style for each number of symbols in a pass"""
WIDTH = 256
TIMBRE = 128
"""The first numbers of a style say how a voice sounds, the others how it speaks."""

_TABLES = Path(__file__).parent / "data" / "voices"


@dataclass(frozen=True, slots=True)
class Speaker:
    """One of Kokoro's own voices."""

    language: Literal["zh", "en"]
    """It was trained on; every speaker can be given either."""
    woman: bool
    clear: bool = True
    """Whether listeners understand it about as well as a person; else it speaks for those who name
    it, and for others only when nobody else is left."""


SPEAKERS: Mapping[str, Speaker] = {
    "zf_xiaoxiao": Speaker("zh", woman=True),
    "zf_xiaobei": Speaker("zh", woman=True),
    "zf_xiaoni": Speaker("zh", woman=True, clear=False),  # 8 % of syllables misheard
    "zf_xiaoyi": Speaker("zh", woman=True),
    "zm_yunjian": Speaker("zh", woman=False),
    "zm_yunxi": Speaker("zh", woman=False),
    "zm_yunxia": Speaker("zh", woman=False),
    "zm_yunyang": Speaker("zh", woman=False),
    "af_heart": Speaker("en", woman=True),
    "af_bella": Speaker("en", woman=True),
    "bf_emma": Speaker("en", woman=True),
    "am_michael": Speaker("en", woman=False),
    "am_fenrir": Speaker("en", woman=False),
    "bm_george": Speaker("en", woman=False),
}

Blend: TypeAlias = tuple[tuple[str, float], ...]
"""Speakers and their weights, which sum to 1"""


def blend(weights: Mapping[str, float]) -> Blend:
    """Speakers by weights of any sum, in one order whatever the mapping's.

    Raises KeyError for an unknown speaker and ValueError for weights that cannot be mixed.
    """
    for name in weights:
        SPEAKERS[name]  # an unknown one is the caller's to tell
    total = sum(weights.values())
    if not weights or min(weights.values()) < 0 or not total > 0 or not np.isfinite(total):
        raise ValueError("weights are numbers above 0")
    return tuple((name, weights[name] / total) for name in SPEAKERS if weights.get(name, 0) > 0)


@functools.cache
def table(name: str) -> Styles:
    """A speaker's styles. [ROWS, WIDTH]"""
    found: Styles = np.load(_TABLES / f"{name}.npy").astype(np.float32)
    found.setflags(write=False)
    return found


def style(who: Blend, symbols: int) -> Styles:
    """The style of a pass of so many symbols, or of the nearest number there is one for. [WIDTH]"""
    row = min(max(symbols, 1), ROWS) - 1
    mixed = sum((weight * table(name)[row] for name, weight in who), np.zeros(WIDTH))
    return np.asarray(mixed, dtype=np.float32)
