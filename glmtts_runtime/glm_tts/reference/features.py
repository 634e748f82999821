"""Samples -> spectra: the three kinds of features the networks were trained on."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..spec import MEL_BINS, TOKENIZER_RATE, MelSpec

WHISPER_FFT, WHISPER_HOP, WHISPER_BINS = 400, 160, 128
FRAME_STRIDE = 4
"""Whisper frames per speech token: two by its second convolution, two by pooling."""


def prompt_mel(samples: Tensor, spec: MelSpec) -> Tensor:
    """Log-mel the flow continues from.   samples: [N] at the spec's rate; returns [T, 80]."""
    margin = (spec.n_fft - spec.hop) // 2
    padded = F.pad(samples[None], (margin, margin), mode="reflect")[0]
    power = _power(padded, spec.n_fft, spec.hop, center=False)
    filters = mel_filters(spec.sample_rate, spec.n_fft, MEL_BINS, spec.f_max).to(samples.device)
    return (filters @ (power + 1e-9).sqrt()).clamp(min=1e-5).log().T


def whisper_mel(samples: Tensor) -> tuple[Tensor, Tensor]:
    """Log-mel the speech tokenizer encodes.

    samples: [N] at 16 kHz, padded with silence to whole tokens; returns [128, T] and which frames
    are not padding, [T] bool.
    """
    stride = FRAME_STRIDE * WHISPER_HOP
    padded = F.pad(samples, (0, -samples.shape[0] % stride))
    power = _power(padded, WHISPER_FFT, WHISPER_HOP, center=True)[:, :-1]
    filters = mel_filters(TOKENIZER_RATE, WHISPER_FFT, WHISPER_BINS, 8_000.0).to(samples.device)
    spectrum = (filters @ power).clamp(min=1e-10).log10()
    spectrum = spectrum.clamp(min=float(spectrum.max()) - 8.0)
    valid = torch.arange(power.shape[1], device=samples.device) * WHISPER_HOP < samples.shape[0]
    return (spectrum + 4.0) / 4.0, valid


def speaker_fbank(samples: Tensor) -> Tensor:
    """Kaldi filterbank the speaker encoder takes.   samples: [N] at 16 kHz; returns [T, 80]."""
    from torchaudio.compliance import kaldi

    bank: Tensor = kaldi.fbank(
        samples[None], num_mel_bins=MEL_BINS, dither=0.0, sample_frequency=TOKENIZER_RATE
    )
    return bank - bank.mean(dim=0, keepdim=True)


def mel_filters(sample_rate: int, n_fft: int, bins: int, f_max: float) -> Tensor:
    """Triangles of equal area on Slaney's mel scale, from 0 Hz.   Returns [bins, n_fft // 2 + 1].

    Computed anew for each rate: upstream keeps one per top frequency and so filters 32 kHz with the
    filters of 24 kHz when both are used in one process.
    """
    edges = _hertz(torch.linspace(0, float(_mels(f_max)), bins + 2, dtype=torch.float64))
    bands = torch.linspace(0, sample_rate / 2, n_fft // 2 + 1, dtype=torch.float64)
    slopes = edges[:, None] - bands[None, :]
    widths = edges.diff()[:, None]
    rising, falling = -slopes[:-2] / widths[:-1], slopes[2:] / widths[1:]
    triangles = torch.minimum(rising, falling).clamp(min=0)
    return (triangles * (2 / (edges[2:] - edges[:-2]))[:, None]).float()


LINEAR_TOP = 1_000.0
"""Hz up to which Slaney's scale is linear, 200/3 Hz a mel."""
LOG_STEP = 27 / torch.tensor(6.4, dtype=torch.float64).log()
"""Mels per natural logarithm above it."""


def _mels(hertz: float) -> Tensor:
    value = torch.tensor(hertz, dtype=torch.float64)
    above = 15 + (value / LINEAR_TOP).log() * LOG_STEP
    return torch.where(value < LINEAR_TOP, value * 3 / 200, above)


def _hertz(mels: Tensor) -> Tensor:
    above = LINEAR_TOP * ((mels - 15) / LOG_STEP).exp()
    return torch.where(mels < 15, mels * 200 / 3, above)


def _power(samples: Tensor, n_fft: int, hop: int, *, center: bool) -> Tensor:
    """Power spectrum.   [N] -> [n_fft // 2 + 1, T]"""
    window = torch.hann_window(n_fft, device=samples.device)
    spectrum = torch.stft(samples, n_fft, hop, window=window, center=center, return_complex=True)
    return torch.view_as_real(spectrum).square().sum(dim=-1)
