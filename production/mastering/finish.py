"""One piece -> the piece finished: mixed, amplified, limited, encoded, decoded and measured.

Each result is remembered under everything that shaped it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...audio.codec import Codec
from ...audio.encoded import Encoded, encode_and_hear
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
from .seams import limited

Energies = npt.NDArray[np.float64]

PCM_HEADROOM = 0.1
"""dB, for the limiter's own tolerance"""

_SEAM_HEADROOM = 0.5  # dB more at edges within sound, which a lower ceiling cannot help later
_VERSION = "2"  # of what turns a piece into its result; part of every key
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
        return _measured(limited_pcm(samples, piece, settings.ceiling), piece, settings.cell)
    ceiling, at_edges = settings.ceiling, settings.ceiling - _SEAM_HEADROOM
    for _ in range(_CEILINGS):
        heard = limited(samples, piece, ceiling, at_edges)
        around = _around(heard, piece, settings.gain)
        encoded, decoded = encode_and_hear(codec, _inside(heard, piece), piece.rate, around)
        finished = _measured(decoded, piece, settings.cell, encoded)
        over = finished.true_peak - settings.target.true_peak
        if over <= 0:
            break
        ceiling -= over + PCM_HEADROOM
    return finished


def limited_pcm(samples: Samples, piece: Piece, ceiling: float) -> Samples:
    """[C, length] a piece limited, of itself with its lead and trail."""
    return _inside(limited(samples, piece, ceiling, ceiling), piece)


def _inside(samples: Samples, piece: Piece) -> Samples:
    """A piece without its lead and trail."""
    return samples[:, piece.lead : piece.lead + piece.length]


def unmastered_piece(piece: Piece, cell: int, context: MasteringContext) -> Finished:
    """The piece as mixed; its peak is that of its lead and trail, too."""
    key = _key("mixed", piece, cell)
    blob = context.store.read(key)
    if blob is not None:
        return _unpack(blob)
    samples = _mixed(piece, context)
    measured = Finished(true_peak(samples, piece.rate), _energies(samples, piece, cell))
    context.store.write(key, _pack(measured))
    return measured


def limited_piece(
    piece: Piece, mixed: Finished, settings: FinishSettings, context: MasteringContext
) -> Finished:
    """The piece as PCM. `mixed` is what `unmastered_piece` gave, all that is needed if its peaks
    stay below the ceiling: then nothing is limited."""
    if mixed.true_peak + settings.gain > settings.ceiling:
        return finished_piece(piece, settings, context)
    return Finished(
        mixed.true_peak + settings.gain, mixed.energies * 10 ** (settings.gain / 10), None
    )


def _measured(
    samples: Samples, piece: Piece, cell: int, encoded: Encoded | None = None
) -> Finished:
    return Finished(true_peak(samples, piece.rate), energies(samples, piece.rate, cell), encoded)


def _energies(samples: Samples, piece: Piece, cell: int) -> Energies:
    """Of a piece with its lead, which its filters have heard before it, and its trail."""
    first = piece.lead // cell
    return energies(samples, piece.rate, cell)[first : first + piece.length // cell]


def amplified(piece: Piece, gain: float, context: MasteringContext) -> Samples:
    """[C, T] the piece with its lead and trail, at a gain in dB."""
    amplified: Samples = _mixed(piece, context) * np.float32(10 ** (gain / 20))
    return amplified


def _around(samples: Samples, piece: Piece, gain: float) -> tuple[Samples, Samples] | None:
    """[C, N] what is heard before and after a piece given with its lead and trail.

    None for silence.
    """
    if not (piece.tone or piece.lead or piece.trail):
        return None
    before, after = samples[:, : piece.lead], samples[:, piece.lead + piece.length :]
    if piece.tone:
        factor = np.full((piece.channels, 1), 10 ** (gain / 20), np.float32)
        tone = [side * factor for side in surroundings(piece.tone, piece.rate)]
        before = before if piece.lead else tone[0]
        after = after if piece.trail else tone[1]
    return before, after


def _mixed(piece: Piece, context: MasteringContext) -> Samples:
    """[C, T] the piece with its lead and trail, before any gain."""
    context.cancel()
    takes = {}
    for key in {clip.take for clip in piece.clips if clip.take}:
        wave = load_take(context.store, key)
        takes[key] = resample(wave.samples, wave.rate, piece.rate)
    files = {bed.digest: context.sounds[bed.digest] for bed in piece.beds}
    sounds = {digest: file.samples() for digest, file in files.items()}
    mixed = mix(
        rate=piece.rate,
        channels=piece.channels,
        start=piece.start - piece.lead,
        length=piece.lead + piece.length + piece.trail,
        clips=piece.clips,
        beds=piece.beds,
        takes=takes,
        sounds=sounds,
    )
    for file in files.values():
        file.forget()
    if piece.tone:
        at, whole = piece.since - piece.lead, piece.since + piece.left
        mixed += room_tone(piece.tone, piece.rate, mixed.shape[1], at=at, whole=whole)
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
