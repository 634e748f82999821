"""The work that is timed: lines of one length, each with a voice, and how long they shall be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from comfyui_glmtts.glmtts_runtime.engine import SpeechRequest
from comfyui_glmtts.glmtts_runtime.glm_tts.spec import TOKEN_RATE
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.pronunciation.reader import Reader

TEXT = "今天下午我们一起去公园散步，然后回家吃晚饭，你觉得怎么样？"


@dataclass(frozen=True, slots=True)
class Work:
    """Lines to speak."""

    requests: tuple[SpeechRequest, ...]
    tokens: int | None
    """Speech tokens every line is forced to, None where the model decides."""


def lines(count: int, seconds: float | None, rate: int = 24_000) -> Work:
    """Lines of `seconds` each, or as long as they come out."""
    voice = VoiceLibrary([]).get("xiaoyu")
    spoken = Reader().read(TEXT)
    return Work(
        tuple(
            SpeechRequest(spoken=spoken, voice=voice, seed=number, sample_rate=rate)
            for number in range(count)
        ),
        None if seconds is None else round(seconds * TOKEN_RATE),
    )


@contextmanager
def forced(tokens: int | None) -> Iterator[None]:
    """Within it every line has just the tokens wanted of it.

    Random weights would end anywhere, and what they say would be taken for a fault and drawn again.
    """
    if tokens is None:
        yield
        return
    from comfyui_glmtts.glmtts_runtime.glm_tts import batch_scheduler, request_state
    from comfyui_glmtts.glmtts_runtime.glm_tts.llm.passage import Passage

    def passage(**given: Any) -> Passage:
        return Passage(**{**given, "least": tokens, "most": tokens})

    with (
        mock.patch.object(request_state, "Passage", passage),
        mock.patch.object(request_state.RequestState, "fault", _well),
        mock.patch.object(batch_scheduler, "check_wave", _well),
    ):
        yield


def _well(*_: object, **__: object) -> None:
    """Nothing is wrong with it; a Mock would keep every wave it was shown."""
