"""Display text with marks in it -> its pieces; and what subtitles show of it.

    {行|háng}              this reading, here (any spelling of pinyin; ARPAbet for an English word)
    {G1234|say-as:train}   read as; a detail may follow: {3/4/2026|say-as:date:mdy}
    [pause:500ms]          silence, in ms or s, up to a minute
    \\{  \\[                 the character itself

A `{…}` without a `|` in it, a lone brace and any other `[…]` are plain text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from ..mistakes import InputError, Mistake, Place, nearest
from .chinese import pinyin
from .chinese.hanzi import is_han
from .english import arpabet
from .say_as import KINDS

LONGEST_PAUSE = 60.0
"""seconds"""

_MARK = re.compile(
    r"\\(?P<escaped>[{}\[\]])"
    r"|\{(?P<word>[^{}|\n]{1,200})\|(?P<told>[^{}\n]{0,200})\}"
    r"|\[pause:(?P<pause>[^\[\]\n]{0,40})\]"
)
_DURATION = re.compile(r"\s*(\d{1,6}(?:\.\d{1,3})?)\s*(ms|s)\s*")


@dataclass(frozen=True, slots=True)
class Plain:
    """Text without marks."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A word and how it is said: pinyin for each of its Han characters, or a respelling."""

    at: int
    word: str
    syllables: tuple[str, ...] = ()
    respelled: str = ""


@dataclass(frozen=True, slots=True)
class SayAs:
    """Text and what it is."""

    at: int
    word: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence before the character at `at`."""

    at: int
    seconds: float


Mark: TypeAlias = Reading | SayAs | Pause
Piece: TypeAlias = Plain | Mark


def parse(text: str, place: Place | None = None) -> list[Piece]:
    """The pieces of `text` in order; raises InputError with every broken mark in it.

    place: where the text begins, for messages; columns count on from there.
    """
    if "{" not in text and "[" not in text and "\\" not in text:
        return [Plain(0, text)] if text else []
    place = place or Place("text")
    pieces: list[Piece] = []
    mistakes: list[Mistake] = []
    done = 0
    for match in _MARK.finditer(text):
        if match.start() > done:
            pieces.append(Plain(done, text[done : match.start()]))
        done = match.end()
        try:
            pieces.append(_piece(match))
        except ValueError as error:
            what, _, remedy = str(error).partition("\n")
            mistakes.append(Mistake(_place(place, text, match.start()), what, remedy))
    if mistakes:
        raise InputError(mistakes)
    if done < len(text):
        pieces.append(Plain(done, text[done:]))
    return pieces


def display(text: str) -> str:
    """What subtitles show: readings and say-as reduced to their text, pauses gone."""
    if "{" not in text and "[" not in text and "\\" not in text:
        return text
    return _MARK.sub(lambda match: match["escaped"] or match["word"] or "", text)


def _piece(match: re.Match[str]) -> Piece:
    if match["escaped"]:
        return Plain(match.start() + 1, match["escaped"])
    if match["pause"] is not None:
        return Pause(match.start(), _seconds(match[0], match["pause"]))
    word, told = match["word"], match["told"].strip()
    at = match.start("word")
    if told.startswith("say-as:"):
        kind, _, detail = told.removeprefix("say-as:").partition(":")
        if kind not in KINDS:
            raise ValueError(f'"{kind}" is no kind of say-as.\n{nearest(kind, KINDS)}')
        return SayAs(at, word, kind, detail)
    return reading(at, word, told)


def reading(at: int, word: str, told: str) -> Reading:
    """`word` with the reading spelled in `told`; ValueError (what, newline, remedy) if it fails."""
    han = sum(map(is_han, word))
    if not han and arpabet.is_arpabet(told):
        return Reading(at, word, respelled=arpabet.respelled(told))
    try:
        syllables = pinyin.parse(told)
    except ValueError as error:
        raise ValueError(f"{error}\nWrite pinyin such as {{行|háng}} or {{行|hang2}}.") from None
    if len(syllables) != han:
        raise ValueError(
            f'"{word}" has {han} Chinese characters but "{told}" has {len(syllables)} syllables.'
            "\nGive one syllable for each character."
        )
    return Reading(at, word, syllables)


def _seconds(mark: str, duration: str) -> float:
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise ValueError(f'"{mark}" is no pause.\nWrite [pause:500ms] or [pause:1.5s].')
    seconds = float(match[1]) / (1000 if match[2] == "ms" else 1)
    if seconds > LONGEST_PAUSE:
        raise ValueError(f'"{mark}" is too long.\nA pause lasts a minute at most.')
    return seconds


def _place(place: Place, text: str, at: int) -> Place:
    """The line and column of `text[at]`, given that `text` begins at `place`."""
    before = text[:at]
    lines = before.count("\n")
    column = at - (before.rfind("\n") + 1) + 1
    if not lines and place.column:
        column += place.column - 1
    return Place(place.file, (place.line or 1) + lines, column)
