"""Samples -> the same sound in less time, its pitch kept."""

from __future__ import annotations

import numpy as np

from .wave import Samples

BLOCK = 1 << 14
"""Samples handed to libavfilter at a time"""


def quickened(samples: Samples, rate: int, tempo: float) -> Samples:
    """Sound `tempo` times as fast, by FFmpeg's `atempo` (WSOLA).

    samples: [T] at `rate` Hz; returns [T'] with T' = round(T / tempo). tempo: 0.5 to 100. Equal
    input gives equal output, bit for bit.
    """
    if tempo == 1.0 or not len(samples):
        return samples
    import av
    from av.filter import Graph

    graph = Graph()
    source = graph.add_abuffer(sample_rate=rate, format="flt", layout="mono")
    stretch, sink = graph.add("atempo", f"{tempo:.6f}"), graph.add("abuffersink")
    source.link_to(stretch)
    stretch.link_to(sink)
    graph.configure()
    found: list[Samples] = []
    for start in range(0, len(samples), BLOCK):
        frame = av.AudioFrame.from_ndarray(samples[None, start : start + BLOCK], "flt", "mono")
        frame.sample_rate, frame.pts = rate, start
        source.push(frame)
        found += _pulled(sink)
    source.push(None)
    found += _pulled(sink)
    joined = np.concatenate([np.zeros(0, np.float32), *found])
    length = round(len(samples) / tempo)
    return np.pad(joined, (0, max(0, length - len(joined))))[:length]


def _pulled(sink: object) -> list[Samples]:
    """What the filter has ready."""
    import av

    found: list[Samples] = []
    while True:
        try:
            found.append(sink.pull().to_ndarray().ravel())  # type: ignore[attr-defined]
        except (av.error.BlockingIOError, av.error.EOFError):
            return found
