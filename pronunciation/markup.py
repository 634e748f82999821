# ruff: noqa: E501 - a pattern is read as one line
"""Display text with marks in it -> its pieces; and what subtitles show of it.

    {行|háng}              this reading, here (any spelling of pinyin; ARPAbet for an English word)
    {G1234|say-as:train}   read as; a detail may follow: {3/4/2026|say-as:date:mdy}
    [pause:500ms]          silence, in ms or s, up to a minute
    \\{  \\[                 the character itself

The signs may be as a Chinese keyboard types them, ｛行｜háng｝ and 【pause：500ms】, and pause in
capitals. A `{…}` without a `|` in it, a lone brace and any other `[…]` are plain text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TypeAlias

from ..documents.findings import UnfitError
from ..messages import Message
from ..mistakes import InputError, Mistake, Place, nearest
from .chinese.g2p import pinyin
from .chinese.hanzi import HAN, is_han
from .english import arpabet
from .say_as import KINDS

LONGEST_PAUSE = 60.0
"""seconds"""

_SIGNS = re.compile(r"[{\[\\｛［【]")
_MARK = re.compile(
    r"\\(?P<escaped>[{}\[\]｛｝［］【】])"
    r"|[{｛](?P<word>[^{}｛｝|｜\n]{1,200})[|｜](?P<told>[^{}｛｝\n]{0,200})[}｝]"
    r"|[\[［【]\s*(?i:pause)\s*(?:[:：\s]\s*(?P<pause>[^\[\]［］【】\n]{0,40}))?[\]］】]"
)
_ALMOST = re.compile(
    r"[{｛][^{}｛｝\n]{1,40}[|｜][^{}｛｝\n]{0,40}(?:$|\n)"
    rf"|[{{｛][{HAN}]{{1,8}}\s?[:：,，/、=\s]\s?[a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ ]{{1,40}}[0-9]?[}}｝]"
    r"|[(（<《\[［【{｛]\s?(?i:pau?se?|puase|pasue|break|silence|停顿|静音)\s?[:：=]?\s?[\d.]{0,8}\s?(?i:ms|s|毫秒|秒|秒钟)?\s?/?[)）>》\]］】}｝]"
)
"""What somebody may have meant as a mark."""
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
    phones: str = ""
    """ARPAbet, what is respelled"""


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
    if not _SIGNS.search(text):
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
        except UnfitError as unfit:
            at = _place(place, text, match.start())
            mistakes.append(Mistake(at, unfit.what, unfit.remedy))
    if mistakes:
        raise InputError(mistakes)
    if done < len(text):
        pieces.append(Plain(done, text[done:]))
    return pieces


def display(text: str) -> str:
    """What subtitles show: readings and say-as reduced to their text, pauses gone."""
    if not _SIGNS.search(text):
        return text
    return _MARK.sub(lambda match: match["escaped"] or match["word"] or "", text)


def escaped(text: str) -> str:
    """`text` with every sign that could open a mark kept from it."""
    return _SIGNS.sub(lambda match: "\\" + match[0] if match[0] != "\\" else "\\", text)


def almost(text: str) -> list[tuple[int, str]]:
    """(index, what is written) of what is no mark and may have been meant as one."""
    if not _SIGNS.search(text) and not re.search(r"[(（<《]", text):
        return []
    marks = [match.span() for match in _MARK.finditer(text)]
    return [
        (match.start(), match[0].rstrip())
        for match in _ALMOST.finditer(text)
        if not any(start <= match.start() < end for start, end in marks)
    ]


def _piece(match: re.Match[str]) -> Piece:
    if match["escaped"]:
        return Plain(match.start() + 1, match["escaped"])
    if match["word"] is None:
        return Pause(match.start(), _seconds(match[0], match["pause"] or ""))
    word, told = match["word"], unicodedata.normalize("NFKC", match["told"]).strip()
    at = match.start("word")
    if told.startswith("say-as:"):
        kind, _, detail = told.removeprefix("say-as:").partition(":")
        if kind not in KINDS:
            raise UnfitError(Message('"{}" is no kind of say-as.', kind), nearest(kind, KINDS))
        return SayAs(at, word, kind, detail)
    return reading(at, word, told)


def reading(at: int, word: str, told: str) -> Reading:
    """`word` with the reading spelled in `told`; UnfitError if it is none."""
    han = sum(map(is_han, word))
    if not han and arpabet.is_arpabet(told):
        return Reading(at, word, respelled=arpabet.respelled(told), phones=told)
    try:
        syllables = pinyin.parse(told)
    except UnfitError as unfit:
        what = Message("{} {}", unfit.what, unfit.remedy) if unfit.remedy else unfit.what
        raise UnfitError(what, "Write pinyin such as {行|háng} or {行|hang2}.") from None
    if len(syllables) != han:
        raise UnfitError(
            Message(
                '"{}" has {} Chinese characters but "{}" has {} syllables.',
                word,
                han,
                told,
                len(syllables),
            ),
            "Give one syllable for each character.",
        )
    return Reading(at, word, syllables)


def _seconds(mark: str, duration: str) -> float:
    match = _DURATION.fullmatch(unicodedata.normalize("NFKC", duration).lower())
    if match is None:
        raise UnfitError(Message('"{}" is no pause.', mark), "Write [pause:500ms] or [pause:1.5s].")
    seconds = float(match[1]) / (1000 if match[2] == "ms" else 1)
    if seconds > LONGEST_PAUSE:
        raise UnfitError(Message('"{}" is too long.', mark), "A pause lasts a minute at most.")
    return seconds


def _place(place: Place, text: str, at: int) -> Place:
    """The line and column of `text[at]`, given that `text` begins at `place`."""
    before = text[:at]
    lines = before.count("\n")
    column = at - (before.rfind("\n") + 1) + 1
    if not lines and place.column:
        column += place.column - 1
    return Place(place.file, (place.line or 1) + lines, column)
