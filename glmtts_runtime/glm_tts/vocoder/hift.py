"""Mel -> 24 kHz wave: HiFTNet, a harmonic source shaped by a network that ends in an inverse STFT.

arXiv 2309.09493; sizes as in CosyVoice 2. Weight normalisation is folded into plain weights when
the checkpoint is read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

UPSAMPLING = ((8, 16), (5, 11), (3, 7))
"""Rates and kernels of the transposed convolutions."""
KERNELS = (3, 7, 11)
SOURCE_KERNELS = (7, 7, 11)
DILATIONS = (1, 3, 5)
FFT, HOP = 16, 4
HARMONICS = 8
SAMPLE_RATE = 24_000
SAMPLES_PER_FRAME = HOP * math.prod(rate for rate, _ in UPSAMPLING)
SINE_AMPLITUDE = 0.1
NOISE_AMPLITUDE = 0.003
VOICED = 10.0
"""Hz; a lower pitch counts as unvoiced."""
LIMIT = 0.99


@dataclass(frozen=True, slots=True)
class HiFTConfig:
    """Width of the network; the default is the published one."""

    channels: int = 512


class Snake(nn.Module):
    """x + sin^2(a x) / a (arXiv 2006.08195)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        alpha = self.alpha[:, None]
        wave = (alpha * x).sin_().mul_((alpha + 1e-9).rsqrt())
        return torch.addcmul(x, wave, wave)


class ResBlock(nn.Module):
    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()

        def conv(dilation: int) -> nn.Conv1d:
            return nn.Conv1d(channels, channels, kernel, dilation=dilation, padding="same")

        self.convs1 = nn.ModuleList(conv(dilation) for dilation in DILATIONS)
        self.convs2 = nn.ModuleList(conv(1) for _ in DILATIONS)
        self.activations1 = nn.ModuleList(Snake(channels) for _ in DILATIONS)
        self.activations2 = nn.ModuleList(Snake(channels) for _ in DILATIONS)

    def forward(self, x: Tensor, valid: Tensor | None) -> Tensor:
        """x: [B, C, T], nothing where not valid."""
        for first, second, bend, bend_again in zip(
            self.convs1, self.convs2, self.activations1, self.activations2, strict=True
        ):
            x = x + masked(second(bend_again(masked(first(bend(x)), valid))), valid)
        return x


class PitchPredictor(nn.Module):
    def __init__(self, channels: int, mel_dim: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for width in (mel_dim, *[channels] * 4):
            layers += [nn.Conv1d(width, channels, 3, padding=1), nn.ELU()]
        self.condnet = nn.Sequential(*layers)
        self.classifier = nn.Linear(channels, 1)

    def forward(self, mel: Tensor, valid: Tensor | None = None) -> Tensor:
        """mel: [B, 80, T], nothing where not valid; returns Hz [B, T], 0 where not."""
        x = mel
        for layer in self.condnet:
            x = masked(layer(x), valid)
        pitch = self.classifier(x.mT)[..., 0].abs()
        return pitch if valid is None else pitch * valid


class Source(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.l_linear = nn.Linear(HARMONICS + 1, 1)

    def forward(self, pitch: Tensor, noise: Tensor) -> Tensor:
        """Harmonics of the pitch where voiced, noise where not.

        pitch: [B, T] Hz; noise: [B, T * SAMPLES_PER_FRAME] standard normal; returns the same shape.
        Upstream's random starting phases are left out: its resampling of the phase never reads
        them. It adds noise to every harmonic; their weighted sum is one noise, as loud as the
        weights' length.
        """
        multiples = torch.arange(1, HARMONICS + 2, device=pitch.device)
        turns = (pitch[:, None] * multiples[:, None] / SAMPLE_RATE) % 1
        phase = turns.cumsum(dim=-1) * 2 * math.pi * SAMPLES_PER_FRAME
        phase = F.interpolate(phase, scale_factor=float(SAMPLES_PER_FRAME), mode="linear")
        voiced = (pitch > VOICED).to(pitch.dtype).repeat_interleave(SAMPLES_PER_FRAME, dim=-1)
        amplitude = voiced * NOISE_AMPLITUDE + (1 - voiced) * SINE_AMPLITUDE / 3
        waves = SINE_AMPLITUDE * phase.mT.sin() * voiced[..., None]
        breath = amplitude * noise * self.l_linear.weight.norm()
        return (self.l_linear(waves)[..., 0] + breath).tanh()


class HiFT(nn.Module):
    """The generator, named as its checkpoint is."""

    def __init__(self, config: HiFTConfig, mel_dim: int = 80) -> None:
        super().__init__()
        width = config.channels
        self.m_source = Source()
        self.conv_pre = nn.Conv1d(mel_dim, width, 7, padding=3)
        self.ups = nn.ModuleList()
        self.source_downs = nn.ModuleList()
        self.source_resblocks = nn.ModuleList()
        self.resblocks = nn.ModuleList()
        below = math.prod(rate for rate, _ in UPSAMPLING)
        for (rate, kernel), source_kernel in zip(UPSAMPLING, SOURCE_KERNELS, strict=True):
            half = width // 2
            self.ups.append(
                nn.ConvTranspose1d(width, half, kernel, rate, padding=(kernel - rate) // 2)
            )
            below //= rate
            self.source_downs.append(_down(half, below))
            self.source_resblocks.append(ResBlock(half, source_kernel))
            self.resblocks.extend(ResBlock(half, kernel) for kernel in KERNELS)
            width = half
        self.conv_post = nn.Conv1d(width, FFT + 2, 7, padding=3)
        self.f0_predictor = PitchPredictor(config.channels, mel_dim)

    def forward(
        self, mel: Tensor, noise: Tensor, lengths: Sequence[int] | None = None
    ) -> list[Tensor]:
        """mel: [B, 80, T]; noise: as `Source` takes it; lengths: frames of each where they are
        padded with nothing; returns B waves [frames * SAMPLES_PER_FRAME].
        """
        lengths = lengths or [mel.shape[2]] * len(mel)
        valid = None
        if min(lengths) < mel.shape[2]:
            ends = torch.tensor(lengths, device=mel.device)
            valid = torch.arange(mel.shape[2], device=mel.device) < ends[:, None]
        source = self.m_source(self.f0_predictor(mel, valid), noise)
        return self.shape(mel, source, lengths, valid)

    def shape(
        self, mel: Tensor, source: Tensor, lengths: Sequence[int], valid: Tensor | None = None
    ) -> list[Tensor]:
        """Form the source into speech.   source: [B, samples]; returns B waves [samples]."""
        window = torch.hann_window(FFT, device=mel.device, dtype=mel.dtype)
        harmonics = self._harmonics(source, lengths, window)
        x = masked(self.conv_pre(mel), valid)
        for index, up in enumerate(self.ups):
            x = up(F.leaky_relu(x, 0.1))
            valid = None if valid is None else valid.repeat_interleave(UPSAMPLING[index][0], dim=1)
            if index == len(self.ups) - 1:
                x = F.pad(x, (1, 0), mode="reflect")
                valid = None if valid is None else F.pad(valid, (1, 0), value=True)
            excitation = masked(self.source_downs[index](harmonics), valid)
            x = masked(x, valid) + self.source_resblocks[index](excitation, valid)
            blocks = self.resblocks[index * len(KERNELS) : (index + 1) * len(KERNELS)]
            x = sum(block(x, valid) for block in blocks) / len(KERNELS)
        x = self.conv_post(F.leaky_relu(x))
        magnitude = x[:, : FFT // 2 + 1].exp().clamp(max=100.0)
        spectra = torch.polar(magnitude, x[:, FFT // 2 + 1 :].sin())
        return [
            torch.istft(
                spectrum[:, : length * SAMPLES_PER_FRAME // HOP + 1], FFT, HOP, FFT, window=window
            ).clamp(-LIMIT, LIMIT)
            for spectrum, length in zip(spectra, lengths, strict=True)
        ]

    def _harmonics(self, source: Tensor, lengths: Sequence[int], window: Tensor) -> Tensor:
        """Spectra of each source by itself, padded: [B, FFT + 2, T]."""
        spectra = [
            torch.stft(
                wave[: length * SAMPLES_PER_FRAME], FFT, HOP, FFT, window=window,
                return_complex=True,
            )
            for wave, length in zip(source, lengths, strict=True)
        ]  # fmt: skip
        longest = source.shape[1] // HOP + 1
        both = [torch.cat((spectrum.real, spectrum.imag)) for spectrum in spectra]
        return torch.stack([F.pad(one, (0, longest - one.shape[1])) for one in both])


def masked(x: Tensor, valid: Tensor | None) -> Tensor:
    """x [B, C, T], with nothing where it is not valid."""
    return x if valid is None else x * valid[:, None]


def _down(channels: int, rate: int) -> nn.Conv1d:
    if rate == 1:
        return nn.Conv1d(FFT + 2, channels, 1)
    return nn.Conv1d(FFT + 2, channels, 2 * rate, rate, padding=rate // 2)
