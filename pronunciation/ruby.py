"""Spoken text -> the text as written, in runs that each show how they are read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from . import markup
from .chinese.g2p.pinyin import marked
from .chinese.hanzi import is_han
from .lint import Doubt, doubts
from .spoken import Character, SpokenText


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the text as written, without markup."""

    text: str
    reading: str = ""
    """Pinyin with tone marks, or the words that are said instead; empty where it is read as
    written."""
    doubt: Doubt | None = None
    pause: float = 0.0
    """s, where the run is a pause and has no text"""


def runs(texts: Sequence[SpokenText]) -> list[list[Run]]:
    """Each text in order: one run for each Chinese character, and for each stretch that is said
    otherwise than it is written. Many texts at once are much faster than singly."""
    return [_runs(spoken, found) for spoken, found in zip(texts, doubts(texts), strict=True)]


def _runs(spoken: SpokenText, doubtful: Sequence[Doubt]) -> list[Run]:
    shown, pauses = _shown(spoken.text)
    doubted = {doubt.index: doubt for doubt in doubtful}
    found: list[Run] = []
    done = 0

    def plain(until: int) -> None:
        nonlocal done
        for at in range(done, until):
            if at in pauses:
                found.append(Run("", pause=pauses[at]))
            elif shown[at]:
                found.append(Run(spoken.text[at]))
        done = max(done, until)

    for group in _groups(spoken):
        first = group[0][1]
        start = max(done, first.at)
        while spoken.text[start : start + 1].isspace():
            start += 1
        plain(start)
        doubt = next((doubted[i] for i, _ in group if i in doubted), None)
        if len(group) == 1 and spoken.text[first.at] == first.char:
            end = start + 1
        else:
            end = _end(spoken, group[-1][0], start, shown)
        written = "".join(spoken.text[at] for at in range(start, end) if shown[at])
        done = end
        reading = _reading([character for _, character in group])
        as_said = unicodedata.normalize("NFKC", written) == reading
        found.append(Run(written, "" if as_said else reading, doubt))
    plain(len(spoken.text))
    return _joined(found)


def _shown(text: str) -> tuple[list[bool], dict[int, float]]:
    """Which characters of a text are not markup, and where in it which pauses are."""
    shown = [False] * len(text)
    pauses = {}
    for piece in markup.parse(text):
        if isinstance(piece, markup.Pause):
            pauses[piece.at] = piece.seconds
        else:
            words = piece.text if isinstance(piece, markup.Plain) else piece.word
            shown[piece.at : piece.at + len(words)] = [True] * len(words)
    return shown, pauses


def _groups(spoken: SpokenText) -> Iterator[list[tuple[int, Character]]]:
    """What is worth showing a reading of: single Chinese characters, and spoken words that are
    not those written, with their indices."""
    changed: list[tuple[int, Character]] = []
    for word in _words(spoken):
        as_written = all(spoken.text[character.at] == character.char for _, character in word)
        char = word[0][1].char
        if (not as_written and char.isalnum()) or (changed and (not as_written or char == " ")):
            changed += word
            continue
        if changed:
            yield from _trimmed(changed)
            changed = []
        if is_han(char):
            yield word
    yield from _trimmed(changed)


def _words(spoken: SpokenText) -> Iterator[list[tuple[int, Character]]]:
    """Runs of Latin letters, and every other character by itself, with their indices."""
    numbered = enumerate(spoken.characters)
    for _, word in groupby(
        numbered, lambda pair: pair[1].char.isascii() and pair[1].char.isalpha()
    ):
        letters = list(word)
        if letters[0][1].char.isascii() and letters[0][1].char.isalpha():
            yield letters
        else:
            yield from ([letter] for letter in letters)


def _trimmed(group: list[tuple[int, Character]]) -> Iterator[list[tuple[int, Character]]]:
    """The group without punctuation and blanks at its end."""
    while group and not group[-1][1].char.isalnum():
        group.pop()
    if group:
        yield group


def _end(spoken: SpokenText, last: int, start: int, shown: Sequence[bool]) -> int:
    """Where in the text the words end of which `last` is the last character that is spoken."""
    end = spoken.characters[last].at + 1
    following = [c.at for c in spoken.characters[last + 1 : last + 2]] or [len(spoken.text)]
    while end < following[0] and shown[end] and not spoken.text[end].isspace():
        end += 1  # "%" of "30%", whose 百分之 comes first
    return max(end, start)


def _reading(characters: Sequence[Character]) -> str:
    """Pinyin, syllables apart; what is not Chinese stays as it is spoken."""
    words, before = "", False
    for character in characters:
        pinyin = marked(character.pinyin) if character.pinyin else ""
        if words and (pinyin or before):
            words += " "
        words += pinyin or character.char
        before = bool(pinyin)
    return " ".join(words.split())


def _joined(found: list[Run]) -> list[Run]:
    """Neighbours that show nothing but themselves, as one."""
    joined: list[Run] = []
    for run in found:
        plain = not (run.reading or run.doubt or run.pause)
        last = joined[-1] if joined else None
        if plain and last and not (last.reading or last.doubt or last.pause):
            joined[-1] = Run(last.text + run.text)
        else:
            joined.append(run)
    return joined
