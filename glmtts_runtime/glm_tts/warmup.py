"""A loaded engine -> the same, with a GPU's libraries set up and a first step recorded."""

from __future__ import annotations

import logging

import torch

from ..engine import Sampling
from .acoustic_model import Score, Sound
from .llm.decode import Batch
from .llm.passage import AudioIds, Passage
from .reference.hearing import Features
from .spec import MEL_BINS, SPEAKER_DIM

HEARD, SAID = 150, 50
"""Tokens of the voice that is not one, and of what it says"""
MOST = 500
"""Tokens there is room for, as a sentence has"""
STEPS = 4
"""The first sets libraries up, the second is recorded."""

_log = logging.getLogger(__name__)


def warm(batch: Batch, sound: Sound, audio: AudioIds) -> None:
    """Draw and sound nothing in particular. What goes wrong is told by the first real line."""
    try:
        _draw(batch, audio)
        _sound(sound)
    except RuntimeError as error:
        _log.info("the first line has to set things up itself: %s", error)
    finally:
        batch.clear()


def _draw(batch: Batch, audio: AudioIds) -> None:
    ids = (audio.begin, *(audio.first for _ in range(HEARD)))
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


def _sound(sound: Sound) -> None:
    for rate in sound.vocoders:
        features = Features(
            tokens=torch.zeros(HEARD, dtype=torch.int64),
            speaker=torch.ones(SPEAKER_DIM),
            mels={rate: torch.zeros(2 * HEARD, MEL_BINS)},
        )
        sound.waves(
            [Score(tokens=[0] * SAID, features=features, sample_rate=rate, rate=1.0, seed=0)]
        )
