"""Pieces of a text and where they begin -> where each of its characters begins and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Times: TypeAlias = "tuple[tuple[float, float], ...]"
"""Seconds: where each character begins and ends; what is not said lasts no time."""


def character_times(
    text: str, pieces: Sequence[tuple[str, int]], begins: Mapping[int, float], end: float
) -> Times:
    """Times of the characters of a text.

    pieces: of the text, in order, each with the number of its first token; begins: seconds by
    token; end: of the sound. Characters of a piece share its time evenly, all letters of a word
    have the word's. Returns () where the pieces are not the text's.
    """
    if "".join(piece for piece, _ in pieces) != text:
        return ()
    starts = [begins.get(token, end) for _, token in pieces]
    stops = [*starts[1:], end]
    times: list[tuple[float, float]] = []
    for (piece, _), start, stop in zip(pieces, starts, stops, strict=True):
        said = [char.isalnum() for char in piece]
        step = max(0.0, min(stop, end) - start) / max(1, sum(said))
        at = min(start, end)
        for is_said in said:
            times.append((at, at + step) if is_said else (at, at))
            at += step if is_said else 0.0
    return _rounded(_whole_words(text, times))


def _whole_words(text: str, times: list[tuple[float, float]]) -> list[tuple[float, float]]:
    at = 0
    while at < len(text):
        end = at + 1
        if _is_letter(text[at]):
            while end < len(text) and _is_letter(text[end]):
                end += 1
            times[at:end] = [(times[at][0], times[end - 1][1])] * (end - at)
        at = end
    return times


def _is_letter(char: str) -> bool:
    return char in "'’" or (char.isalpha() and ord(char) < 0x2E80)


def _rounded(times: Sequence[tuple[float, float]]) -> Times:
    return tuple((round(start, 3), round(end, 3)) for start, end in times)
