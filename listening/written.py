"""Times of what was spoken -> times of what was written: each character and word as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ..pronunciation import markup
from ..pronunciation.chinese.hanzi import is_han
from ..pronunciation.spoken import SpokenText


@dataclass(frozen=True, slots=True)
class Word:
    """A Chinese character, a word or a number of a text as it is shown, and when it is heard."""

    start: int
    end: int
    """Indices into the text without markup"""
    begins: float
    ends: float
    """Seconds from the beginning of the take"""


def written_words(spoken: SpokenText, times: Sequence[tuple[float, float]]) -> tuple[Word, ...]:
    """The words of the text as written (`markup.display`) that take time, in order.

    times: of each spoken character, as an engine or ears tell them; () gives ().
    """
    if len(times) != len(spoken.characters):
        return ()
    shown = _shown(spoken.text)
    words = list(_words(markup.display(spoken.text)))
    owner = [-1] * (words[-1][1] if words else 0)
    for number, (start, end) in enumerate(words):
        owner[start:end] = [number] * (end - start)
    heard: dict[int, tuple[float, float]] = {}
    last = 0
    for character, (begins, ends) in zip(spoken.characters, times, strict=True):
        if ends <= begins or not words:
            continue
        at = shown[min(character.at, len(shown) - 1)]
        last = max(last, next((o for o in owner[at:] if o >= 0), last))
        first, _ = heard.get(last, (begins, ends))
        heard[last] = first, ends
    return tuple(
        Word(*words[number], round(begins, 3), round(ends, 3))
        for number, (begins, ends) in heard.items()
    )


def shown_places(spoken: SpokenText) -> list[int]:
    """For each spoken character, and the end, the index of its place in the text as shown."""
    shown = _shown(spoken.text)
    return [*(shown[min(one.at, len(shown) - 1)] for one in spoken.characters), shown[-1]]


def _shown(text: str) -> list[int]:
    """For each index of a text with markup the index of the same place without it."""
    kept = [0] * (len(text) + 1)
    for piece in markup.parse(text):
        if not isinstance(piece, markup.Pause):
            words = piece.text if isinstance(piece, markup.Plain) else piece.word
            kept[piece.at : piece.at + len(words)] = [1] * len(words)
    found, count = list[int](), 0
    for one in kept:
        found.append(count)
        count += one
    return found


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Where each Chinese character and each run of letters, digits and what is among them lies."""
    for kind, run in groupby(range(len(text)), key=lambda at: _kind(text, at)):
        indices = list(run)
        if kind == "han":
            yield from ((at, at + 1) for at in indices)
        elif kind == "word":
            yield indices[0], indices[-1] + 1


def _kind(text: str, at: int) -> str:
    char = text[at]
    if is_han(char):
        return "han"
    inside = 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()
    if char.isalnum() or char in "%℃°$€£¥" or (inside and char in "'’.,:-/"):
        return "word"
    return "between"
