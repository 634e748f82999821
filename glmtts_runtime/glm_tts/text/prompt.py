"""A reference, what was spoken before, and a text -> the ids the language model continues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..llm.passage import AudioIds
from ..spec import HISTORY_TOKENS


@dataclass(frozen=True, slots=True)
class PromptSegment:
    """A text and the speech tokens that speak it: a reference, or an earlier chunk of a line."""

    text: tuple[int, ...]
    """Vocabulary ids"""
    speech: tuple[int, ...]
    """Speech tokens, from 0"""


def prompt(
    reference: PromptSegment, history: Sequence[PromptSegment], text: Sequence[int], audio: AudioIds
) -> tuple[int, ...]:
    """All texts, then all speech so far, for the model to go on speaking.

    Of the history only so much is kept, the newest first, that the whole speech stays within what
    the model was trained on, by the pace of what it holds (glmtts_inference.py:120).
    """
    recent: list[PromptSegment] = []
    for segment in reversed(history):
        if _speech([reference, segment, *recent]) > HISTORY_TOKENS:
            break
        recent.insert(0, segment)
    while (
        recent
        and _speech([reference, *recent]) + _expected([reference, *recent], text) > HISTORY_TOKENS
    ):
        recent.pop(0)
    every = (reference, *recent)
    words = [number for segment in every for number in segment.text]
    speech = [audio.first + number for segment in every for number in segment.speech]
    return (*words, *text, audio.begin, *speech)


def _speech(every: Sequence[PromptSegment]) -> int:
    return sum(len(segment.speech) for segment in every)


def _expected(every: Sequence[PromptSegment], text: Sequence[int]) -> int:
    """Speech tokens the text will take."""
    words = sum(len(segment.text) for segment in every)
    return int(_speech(every) / max(words, 1) * len(text))
