"""Sentences with expected readings -> those that are read otherwise; how a dictionary is tested.

A file holds a sentence a line, with marks as in any text. A reading mark says what is expected, not
what to read: `{行|háng}长来了`. A line may end in `=> text`, the spoken text expected. Lines that
begin with # are comments.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...messages import Message
from ...mistakes import InputError, Mistake, Place
from .. import markup
from ..chinese.hanzi import is_han
from ..reader import Reader


@dataclass(frozen=True, slots=True)
class Misreading:
    """One expectation that did not hold."""

    place: Place
    sentence: str
    what: str
    expected: str
    read: str
    source: str = ""


def check(text: str, name: str, reader: Reader) -> tuple[int, list[Misreading]]:
    """How many expectations there are in a file's text, and those that fail.

    Raises InputError for a broken mark and for a line that expects nothing.
    """
    count = 0
    failures: list[Misreading] = []
    mistakes: list[Mistake] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        place = Place(name, number)
        sentence, arrow, spoken = line.partition("=>")
        try:
            expected = _expected(sentence.rstrip(), place)
            if not expected and not arrow:
                raise InputError.at(
                    place, "The line expects nothing.", "Mark a reading: {行|háng}."
                )
        except InputError as error:
            mistakes += error.mistakes
            continue
        count += len(expected) + bool(arrow)
        failures += _failures(sentence.rstrip(), expected, spoken.strip(), reader, place)
    if mistakes:
        raise InputError(mistakes)
    return count, failures


def _expected(sentence: str, place: Place) -> dict[int, tuple[str, str]]:
    """Index in the bare sentence -> (character, pinyin)."""
    found: dict[int, tuple[str, str]] = {}
    at = 0
    for piece in markup.parse(sentence, place):
        if isinstance(piece, markup.Plain):
            at += len(piece.text)
        elif not isinstance(piece, markup.Pause):
            if isinstance(piece, markup.Reading):
                han = [i for i, char in enumerate(piece.word) if is_han(char)]
                for i, reading in zip(han, piece.syllables, strict=False):
                    found[at + i] = (piece.word[i], reading)
            at += len(piece.word)
    return found


def _failures(
    sentence: str, expected: dict[int, tuple[str, str]], spoken: str, reader: Reader, place: Place
) -> list[Misreading]:
    bare = markup.display(sentence)
    said = reader.read(markup.escaped(bare))
    failures = []
    if spoken and said.spoken != spoken:
        failures.append(Misreading(place, bare, bare, spoken, said.spoken))
    read = {character.at: character for character in said.characters}
    for at, (char, reading) in expected.items():
        character = read.get(at)
        pinyin = (character and character.pinyin) or ""
        if pinyin != reading:
            source = character.source if character else ""
            failures.append(Misreading(place, bare, char, reading, pinyin, source))
    return failures


def as_mistakes(failures: list[Misreading]) -> list[Mistake]:
    """The failures as sentences for a person."""
    return [
        Mistake(
            failure.place,
            Message(
                "{} is read {}, not {}.", failure.what, failure.read or "nothing", failure.expected
            ),
            f"({failure.source})" if failure.source else "",
        )
        for failure in failures
    ]
