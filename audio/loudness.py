"""Samples -> how loud they are to people: loudness by ITU-R BS.1770-4, and the true peak.

Loudness is kept as K-weighted energies of short cells, because energies of consecutive pieces
can be joined and gated together while a loudness cannot.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .envelope import crests, distinct
from .wave import Samples

Energies = npt.NDArray[np.float64]
Biquad = tuple[list[float], list[float]]

STEPS_PER_BLOCK = 4  # a gating block of 400 ms begins every 100 ms
OFFSET = -0.691  # dB: makes a 997 Hz sine at 0 dBFS in one channel read -3.01 LUFS
ABSOLUTE_GATE = -70.0  # LUFS
RELATIVE_GATE = -10.0  # LU below the mean of what passes the absolute gate
RESPONSE_SECONDS = 0.085  # what follows in the weighting's response adds up to less than 1e-7
BATCH = 16  # blocks transformed at once: few enough to stay in a processor's cache


def grid(rate: int, frame: int) -> int:
    """The longest cell, in samples, that divides both an encoder's frame and a gating step."""
    return math.gcd(frame, rate // 10)


def energies(samples: Samples, rate: int, grid: int) -> Energies:
    """K-weighted energy (a sum of squares over all channels) of each cell of `grid` samples.

    samples: [C, T] or [T], mono or stereo; returns [ceil(T / grid)], the last cell filled up
    with silence. The weighting rings on for 85 ms at most, so energies of pieces joined equal the
    energies of the joined pieces wherever a piece ends in that much silence.
    """
    channels = np.atleast_2d(samples)
    different = distinct(channels)
    cells = -(-channels.shape[1] // grid)
    response, taps, size = _weighting(rate, grid)
    hop = (size - taps) // grid * grid
    result = np.zeros(cells)
    for begin in range(0, channels.shape[1], BATCH * hop):
        for channel in different:
            weighted = _filtered(channel, begin, response, taps, hop).reshape(-1, grid)
            part = result[begin // grid :][: len(weighted)]
            part += np.einsum("ij,ij->i", weighted, weighted)[: len(part)]
    return result * (len(channels) / len(different))


def integrated(energies: Energies, grid: int, rate: int) -> float:
    """Gated loudness in LUFS of a programme given as energies of cells of `grid` samples.

    Silence is -inf. A programme shorter than one gating block of 400 ms, for which the standard
    has no answer, is one block as long as the programme: a short word then matches a long line.
    """
    if not len(energies):
        return -math.inf
    cells = rate // 10 // grid
    steps = len(energies) // cells
    if steps < STEPS_PER_BLOCK:
        blocks = np.array([energies.mean() / grid])
    else:
        step = energies[: steps * cells].reshape(steps, cells).sum(axis=1)
        whole = np.lib.stride_tricks.sliding_window_view(step, STEPS_PER_BLOCK).sum(axis=1)
        blocks = whole / (STEPS_PER_BLOCK * cells * grid)
    loud = blocks[blocks > _power(ABSOLUTE_GATE)]
    if not len(loud):
        return -math.inf
    louder = loud[loud > loud.mean() * 10 ** (RELATIVE_GATE / 10)]
    return OFFSET + 10 * math.log10(louder.mean())


def loudness(samples: Samples, rate: int) -> float:
    """Integrated loudness in LUFS of [C, T] or [T] samples on their own."""
    cell = grid(rate, rate // 100)
    return integrated(energies(samples, rate, cell), cell, rate)


def true_peak(samples: Samples, rate: int) -> float:
    """The highest level between and at the samples ([C, T] or [T]) in dBTP; silence is -inf.

    BS.1770-4 annex 2 with a longer interpolator than the standard's 48 taps; see `envelope`.
    """
    channels = np.atleast_2d(samples)
    highest = float(np.abs(channels).max(initial=0.0))
    if highest == 0.0:
        return -math.inf
    _, peaks = crests(channels, rate, highest)
    return 20 * math.log10(peaks.max(initial=highest))


def _power(loudness: float) -> float:
    return float(10 ** ((loudness - OFFSET) / 10))


def _filtered(
    channel: Samples, begin: int, response: npt.NDArray[np.complex64], taps: int, hop: int
) -> Samples:
    """K-weighted samples from `begin` on: up to BATCH blocks of `hop`, by overlap-save."""
    blocks = min(BATCH, -(-(len(channel) - begin) // hop))
    past = taps - 1
    source = np.zeros(past + blocks * hop, np.float32)
    known = channel[max(begin - past, 0) : begin + blocks * hop]
    offset = max(past - begin, 0)
    source[offset : offset + len(known)] = known
    windows = np.lib.stride_tricks.sliding_window_view(source, past + hop)[::hop]
    size = 2 * (len(response) - 1)
    circular = np.fft.irfft(np.fft.rfft(windows, size) * response, size)
    return circular[:, past : past + hop].astype(np.float32, copy=False)


@lru_cache(maxsize=16)
def _weighting(rate: int, grid: int) -> tuple[npt.NDArray[np.complex64], int, int]:
    """K-weighting as the transform of its impulse response cut to `taps`, and the block's size."""
    taps = math.ceil(RESPONSE_SECONDS * rate)
    size = 1 << (taps + max(3 * taps, grid)).bit_length()
    # Sampling the transfer function four times as finely leaves no fold-over worth the name.
    turn = np.exp(-2j * np.pi * np.arange(2 * size + 1) / (4 * size))
    transfer = np.ones(len(turn), np.complex128)
    for above, below in coefficients(rate):
        transfer *= np.polyval(above[::-1], turn) / np.polyval(below[::-1], turn)
    impulse = np.fft.irfft(transfer)[:taps]
    return np.fft.rfft(impulse, size).astype(np.complex64), taps, size


def coefficients(rate: int) -> tuple[Biquad, Biquad]:
    """K-weighting's shelf and low cut, each (b, a), at any sample rate.

    The standard lists 48 kHz only. The analogue filters behind its table (frequency, quality and
    gains as found by B. De Man, "Evaluation of implementations of the EBU R128 loudness
    measurement", AES 145, 2018) are carried over by the bilinear transform.
    """
    high = 10 ** (3.999843853973347 / 20)
    levels = (high, high**0.4996667741545416, 1.0)
    shelf = _bilinear(levels, 1681.974450955533, 0.7071752369554196, rate)
    # The table's numerator is 1, -2, 1 exactly, which is this gain far above the cut.
    low_cut = _bilinear((1.0049948987147, 0.0, 0.0), 38.13547087602444, 0.5003270373238773, rate)
    return shelf, low_cut


def _bilinear(
    above: tuple[float, float, float], frequency: float, quality: float, rate: int
) -> Biquad:
    """(h s^2 + m s / quality + l) / (s^2 + s / quality + 1), s in units of `frequency` Hz."""
    k = math.tan(math.pi * frequency / rate)

    def delays(h: float, m: float, low: float) -> list[float]:
        odd, even = m * k / quality, h + low * k * k
        return [even + odd, 2 * (low * k * k - h), even - odd]

    below = delays(1.0, 1.0, 1.0)
    return [b / below[0] for b in delays(*above)], [a / below[0] for a in below]
