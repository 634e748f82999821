"""A piece cut out of sound -> limited so that it goes on where its neighbour ends.

A limiter's gain depends on what came before and comes after, further than a piece knows. So around
an edge within sound it is worked out from nothing but the samples both neighbours have, which makes
it the same in both, and each goes over from that to its own where it is by itself again.
"""

from __future__ import annotations

import numpy as np

from ...audio.limiter import limit
from ...audio.wave import Samples
from ..pieces import Piece


def limited(samples: Samples, piece: Piece, ceiling: float, at_edges: float) -> Samples:
    """Limit a piece, given with its lead and trail, to true peaks of `ceiling` dBTP.

    at_edges: dBTP for edges within sound, which must not differ between neighbours.
    """
    whole = limit(samples, piece.rate, ceiling)
    for edge, reach, side in (
        (piece.lead, piece.lead, -1),
        (piece.lead + piece.length, piece.trail, 1),
    ):
        if reach:
            around = slice(edge - reach, edge + reach)
            alike = limit(samples[:, around], piece.rate, at_edges)
            if whole is samples and np.may_share_memory(alike, samples):
                continue  # nothing to limit
            share = _share(reach, side)
            whole = whole.copy() if whole is samples else whole
            whole[:, around] = whole[:, around] * (1 - share) + alike * share
    return whole


def _share(reach: int, side: int) -> Samples:
    """[2 * reach] how much of what both know is heard around an edge, on its far side all.

    All of it up to a third of `reach` on the near side, none of it beyond two thirds.
    """
    third = reach // 3
    way = np.arange(reach, dtype=np.float32)
    near = np.clip((2 * third - way) / third, 0, 1)
    share: Samples = np.concatenate([np.ones(reach, np.float32), near])
    return share if side < 0 else share[::-1]
