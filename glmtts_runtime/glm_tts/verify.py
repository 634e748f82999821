"""A layout -> what each part of it holds, or everything that is wrong with it at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch

from ...mistakes import InputError, Mistake, Place
from .checkpoint import load
from .checkpoint.fingerprint import blob, fingerprint
from .checkpoint.layout import GET_IT, Layout
from .loading import check_vocabulary, vocabulary
from .reference.speaker import SpeakerEncoder

PUBLISHED_PARAMETERS = {"llm": 1_552_009_216, "speech_tokenizer": 365_050_000, "flow": 225_300_000}
"""Of the released checkpoint; the last two to four digits."""
SPEAKER_ENCODER = "d0678e51f871c8365a1bf60606f6358619af4cb6"
"""Git's name for frontend/campplus.onnx in upstream's repository, with which all was published."""


@dataclass(frozen=True, slots=True)
class Found:
    """A part that is whole."""

    name: str
    tensors: int
    parameters: int


@dataclass(frozen=True, slots=True)
class Report:
    """A checkpoint that can be loaded."""

    parts: tuple[Found, ...]
    fingerprint: str
    published: bool
    """Whether its sizes are those of the released one."""
    speaker_encoder: bool
    """Whether campplus.onnx is upstream's to the byte."""


def verify(layout: Layout) -> Report:
    """Check every file, every tensor's name, shape and dtype, and the parts against each other.

    No weights are read. Raises InputError with all that is wrong and how to get what is missing.
    """
    wrong: list[Mistake] = []
    for file in layout.files:
        if not file.is_file():
            wrong.append(Mistake(Place(str(file)), "is missing.", GET_IT))
    missing = {mistake.place for mistake in wrong}
    found: list[Found] = []
    steps: tuple[Callable[[], Found], ...] = (
        lambda: _part("llm", load.llama_part(layout)),
        lambda: _part("flow", load.flow_part(layout)),
        lambda: _part("hift", load.hift_part(layout)),
        lambda: _part("speech_tokenizer", load.tokenizer_part(layout)),
        lambda: _vocos(layout),
        lambda: _campplus(layout),
        lambda: _vocabulary(layout),
    )
    for step in steps:
        try:
            found.append(step())
        except InputError as error:
            # A file that is not there has been told of already.
            wrong += [mistake for mistake in error.mistakes if mistake.place not in missing]
    if wrong:
        raise InputError(list(dict.fromkeys(wrong)))
    return Report(
        parts=tuple(found),
        fingerprint=fingerprint(layout.files),
        published=_published(found),
        speaker_encoder=blob(layout.campplus) == SPEAKER_ENCODER,
    )


def _part(name: str, part: load.Part) -> Found:
    if wrong := load.mistakes(part):
        raise InputError(wrong)
    sizes = [math.prod(value.shape) for value in part.network.state_dict().values()]
    return Found(name, len(sizes), sum(sizes))


def _vocos(layout: Layout) -> Found:
    state = load.vocos(layout, torch.device("cpu")).state_dict()
    return Found("vocos2d", len(state), sum(value.numel() for value in state.values()))


def _campplus(layout: Layout) -> Found:
    SpeakerEncoder(layout.campplus)
    return Found("campplus", 0, 0)


def _vocabulary(layout: Layout) -> Found:
    tokenizer = vocabulary(layout)
    check_vocabulary(layout, tokenizer, load.llama_config(layout))
    return Found("text tokenizer", len(tokenizer.added), 0)


def _published(found: list[Found]) -> bool:
    sizes = {part.name: part.parameters for part in found}
    return all(
        math.isclose(sizes.get(name, 0), count, rel_tol=0.001)
        for name, count in PUBLISHED_PARAMETERS.items()
    )
