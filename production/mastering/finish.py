"""One piece -> the piece finished: mixed, amplified, limited, encoded, decoded and measured.

Each result is remembered under everything that shaped it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...audio.codec import Codec
from ...audio.encoded import Encoded, decode, encode
from ...audio.limiter import limit
from ...audio.loudness import energies, true_peak
from ...audio.recording import resample
from ...audio.wave import Samples
from ...progress import Cancel
from ..context import RenderContext
from ..pieces import Piece
from ..sounds import SoundFile
from ..store import Store, key_of
from ..takes import load_take
from .mix import mix
from .room_tone import room_tone, surroundings

Energies = npt.NDArray[np.float64]

PCM_HEADROOM = 0.1
"""dB, for the limiter's own tolerance"""

_VERSION = "1"  # of what turns a piece into its result; part of every key
_CEILINGS = 6
_HEADER = struct.Struct("<dI")  # true peak, energies


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a finished file has to measure."""

    loudness: float
    """LUFS, integrated"""
    true_peak: float = -1.0
    """dBTP at most"""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MasteringContext:
    """Where pieces get their sound, where results are kept, and whom to ask about stopping."""

    store: Store
    sounds: Mapping[str, SoundFile]
    """By digest."""
    cancel: Cancel

    @classmethod
    def of(cls, context: RenderContext, sounds: Iterable[SoundFile]) -> MasteringContext:
        """To master what was rendered in a context, with these sounds in it."""
        by_digest = {sound.digest: sound for sound in sounds}
        return cls(store=context.store, sounds=by_digest, cancel=context.cancel)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishSettings:
    """What pieces are finished with, besides themselves."""

    target: Target
    ceiling: float
    """dBTP the limiter starts from"""
    gain: float
    """dB"""
    codec: Codec | None
    cell: int

    def key(self, piece: Piece) -> str:
        sound = f"{self.gain:.2f} {self.ceiling:.2f} {self.target.true_peak:.2f} {self.codec!r}"
        return _key("finished", piece, self.cell, sound)


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """One piece, done: what a listener's decoder gives, measured."""

    true_peak: float
    """dBTP"""
    energies: Energies
    """K-weighted, one for each cell of the loudness grid"""
    encoded: Encoded | None = None
    """None for PCM, which is made again when it is written."""


def finished_piece(piece: Piece, settings: FinishSettings, context: MasteringContext) -> Finished:
    key = settings.key(piece)
    blob = context.store.read(key)
    if blob is not None:
        return _unpack(blob)
    finished = _finish(piece, settings, context)
    context.store.write(key, _pack(finished))
    return finished


def _finish(piece: Piece, settings: FinishSettings, context: MasteringContext) -> Finished:
    """Limit, encode, decode, measure; with a lower ceiling while the decoded peak is too high."""
    samples = amplified(piece, settings.gain, context)
    codec = settings.codec
    if codec is None:
        return _measured(limit(samples, piece.rate, settings.ceiling), piece, settings.cell)
    ceiling, around = settings.ceiling, _around(piece, settings.gain)
    for _ in range(_CEILINGS):
        encoded = encode(codec, limit(samples, piece.rate, ceiling), piece.rate, around)
        finished = _measured(decode(encoded), piece, settings.cell, encoded)
        over = finished.true_peak - settings.target.true_peak
        if over <= 0:
            break
        ceiling -= over + PCM_HEADROOM
    return finished


def unmastered_piece(piece: Piece, cell: int, context: MasteringContext) -> Finished:
    """The piece as mixed; only its energies are of interest."""
    key = _key("mixed", piece, cell)
    blob = context.store.read(key)
    if blob is not None:
        return _unpack(blob)
    measured = Finished(math.nan, energies(_mixed(piece, context), piece.rate, cell))
    context.store.write(key, _pack(measured))
    return measured


def _measured(
    samples: Samples, piece: Piece, cell: int, encoded: Encoded | None = None
) -> Finished:
    return Finished(true_peak(samples, piece.rate), energies(samples, piece.rate, cell), encoded)


def amplified(piece: Piece, gain: float, context: MasteringContext) -> Samples:
    amplified: Samples = _mixed(piece, context) * np.float32(10 ** (gain / 20))
    return amplified


def _around(piece: Piece, gain: float) -> tuple[Samples, Samples] | None:
    """[C, N] what is heard before and after the piece; None for silence."""
    if piece.tone is None:
        return None
    before, after = surroundings(piece.tone, piece.rate)
    factor = np.full((piece.channels, 1), 10 ** (gain / 20), np.float32)
    return before * factor, after * factor


def _mixed(piece: Piece, context: MasteringContext) -> Samples:
    """[C, T] the piece before any gain."""
    context.cancel()
    takes = {}
    for key in {clip.take for clip in piece.clips}:
        wave = load_take(context.store, key)
        takes[key] = resample(wave.samples, wave.rate, piece.rate)
    sounds = {bed.digest: context.sounds[bed.digest].samples() for bed in piece.beds}
    mixed = mix(
        rate=piece.rate,
        channels=piece.channels,
        start=piece.start,
        length=piece.length,
        clips=piece.clips,
        beds=piece.beds,
        takes=takes,
        sounds=sounds,
    )
    if piece.tone:
        mixed += room_tone(piece.tone, piece.rate, piece.length)
    return mixed


def _key(kind: str, piece: Piece, cell: int, settings: str = "") -> str:
    return key_of(kind, _VERSION, piece.digest, str(cell), settings)


def _pack(finished: Finished) -> bytes:
    header = _HEADER.pack(finished.true_peak, len(finished.energies))
    encoded = finished.encoded.to_bytes() if finished.encoded else b""
    return header + finished.energies.astype("<f8").tobytes() + encoded


def _unpack(blob: bytes) -> Finished:
    peak, cells = _HEADER.unpack_from(blob)
    measured = np.frombuffer(blob, "<f8", count=cells, offset=_HEADER.size)
    rest = blob[_HEADER.size + measured.nbytes :]
    return Finished(peak, measured.astype(np.float64), Encoded.from_bytes(rest) if rest else None)
