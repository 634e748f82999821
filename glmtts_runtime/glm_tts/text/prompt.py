"""A manner, what was said before, and a text -> the ids the language model continues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..llm.passage import AudioIds
from ..spec import HISTORY_TOKENS


@dataclass(frozen=True, slots=True)
class Said:
    """A text and the speech tokens that say it: a reference, or an earlier piece of a line."""

    text: tuple[int, ...]
    """Vocabulary ids"""
    speech: tuple[int, ...]
    """Speech tokens, from 0"""


def prompt(
    manner: Said, history: Sequence[Said], text: Sequence[int], audio: AudioIds
) -> tuple[int, ...]:
    """All texts, then all speech so far, for the model to go on speaking.

    Of the history only so much is told, the newest first, that the whole speech stays within what
    the model was trained on, by the pace of what it holds (glmtts_inference.py:120).
    """
    told: list[Said] = []
    for said in reversed(history):
        if _speech([manner, said, *told]) > HISTORY_TOKENS:
            break
        told.insert(0, said)
    while told and _speech([manner, *told]) + _expected([manner, *told], text) > HISTORY_TOKENS:
        told.pop(0)
    every = (manner, *told)
    words = [number for said in every for number in said.text]
    speech = [audio.first + number for said in every for number in said.speech]
    return (*words, *text, audio.begin, *speech)


def _speech(every: Sequence[Said]) -> int:
    return sum(len(said.speech) for said in every)


def _expected(every: Sequence[Said], text: Sequence[int]) -> int:
    """Speech tokens the text will take."""
    words = sum(len(said.text) for said in every)
    return int(_speech(every) / max(words, 1) * len(text))
