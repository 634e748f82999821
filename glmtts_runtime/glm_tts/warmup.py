"""A loaded engine -> the same, with a GPU's libraries set up and a first step recorded."""

from __future__ import annotations

import logging

import torch

from ..options import Sampling
from .acoustic_model import AcousticModel, AcousticRequest
from .llm.decode import Batch
from .llm.passage import AudioIds, Passage
from .reference.encoder import Features
from .spec import MEL_BINS, SPEAKER_DIM

PROMPT_TOKENS, TOKENS = 150, 50
"""Speech tokens of a reference that is none, and of what is spoken after it"""
MOST = 500
"""Tokens there is room for, as a sentence has"""
STEPS = 4
"""The first sets libraries up, the second is recorded."""

_log = logging.getLogger(__name__)


def warm(batch: Batch, acoustic: AcousticModel, audio: AudioIds) -> None:
    """Decode and synthesize nothing in particular. The first real line tells what goes wrong."""
    try:
        _decode(batch, audio)
        _synthesize(acoustic)
    except RuntimeError as error:
        _log.info("the first line has to set things up itself: %s", error)
    finally:
        batch.clear()


def _decode(batch: Batch, audio: AudioIds) -> None:
    ids = (audio.begin, *(audio.first for _ in range(PROMPT_TOKENS)))
    batch.add(
        [
            Passage(
                prompts=((ids, 1.0),),
                least=MOST,
                most=MOST,
                seed=0,
                sampling=Sampling(),
            )
        ]
    )
    for _ in range(STEPS):
        batch.step()


def _synthesize(acoustic: AcousticModel) -> None:
    for rate in acoustic.vocoders:
        features = Features(
            tokens=torch.zeros(PROMPT_TOKENS, dtype=torch.int64),
            speaker=torch.ones(SPEAKER_DIM),
            mels={rate: torch.zeros(2 * PROMPT_TOKENS, MEL_BINS)},
        )
        acoustic.waves(
            [
                AcousticRequest(
                    tokens=[0] * TOKENS, features=features, sample_rate=rate, rate=1.0, seed=0
                )
            ]
        )
