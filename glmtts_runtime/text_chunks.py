"""One spoken text -> the chunks it is decoded in, and the silence after each."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from ..pronunciation.spoken import Character, SpokenText

LONGEST = 60.0
"""Length of a chunk, in Chinese characters' worth of speech."""
ENOUGH = 30.0
"""A shorter chunk takes the next sentence in, if that still fits."""
CRUMB = 10.0
"""A last chunk shorter than this goes to the one before it, if it fits."""
SENTENCE_ENDS = "。！？!?…\n"
CLAUSE_ENDS = "，、；：,;:—"
CLOSERS = "”’」』）)】》\"'"
LATIN_SHARE = 0.3
"""What a letter, digit or space takes of a Chinese character's time."""


@dataclass(frozen=True, slots=True)
class TextChunk:
    """A stretch of a line that is decoded at once."""

    spoken: SpokenText
    pause: float = 0.0
    """s of silence after it, beyond what the speech itself has"""


def chunks(spoken: SpokenText) -> tuple[TextChunk, ...]:
    """Cut at the pauses asked for, then at sentence ends, then where a chunk is too long at
    clauses, then between words; never inside a word, a number, or what an inline reading replaced.
    """
    stops = [(mark.at, mark.seconds) for mark in spoken.breaks]
    found: list[TextChunk] = []
    start = 0
    for at, seconds in [*stops, (len(spoken.characters), 0.0)]:
        part = spoken.characters[start:at]
        runs = [run for run in _joined(_cut(part)) if _says_something(run)]
        found += [TextChunk(replace(spoken, characters=run, breaks=())) for run in runs]
        if not runs and not found and seconds:
            found.append(TextChunk(replace(spoken, characters=(), breaks=())))
        if seconds and found:
            found[-1] = replace(found[-1], pause=found[-1].pause + seconds)
        start = at
    return tuple(found)


Run = tuple[Character, ...]


def length(run: Run) -> float:
    """How long a run takes to say, in Chinese characters."""
    return sum(LATIN_SHARE if character.char.isascii() else 1.0 for character in run)


def _cut(run: Run) -> list[Run]:
    """Sentences, the long ones cut further."""
    found: list[Run] = []
    for sentence in _parts(run, _ends_sentence):
        if length(sentence) <= LONGEST:
            found.append(sentence)
            continue
        for clause in _joined(_parts(sentence, _ends_clause)):
            found += _words(clause) if length(clause) > LONGEST else [clause]
    return found


def _joined(runs: list[Run]) -> list[Run]:
    """Short neighbours put together."""
    found: list[Run] = []
    for run in runs:
        if found and length(found[-1]) < ENOUGH and length(found[-1]) + length(run) <= LONGEST:
            found[-1] += run
        else:
            found.append(run)
    if len(found) > 1 and length(found[-1]) < CRUMB and length(found[-2] + found[-1]) <= LONGEST:
        found[-2:] = [found[-2] + found[-1]]
    return found


def _parts(run: Run, ends: _Ends) -> list[Run]:
    """Cut after every place where `ends`, closing quotes and further marks included."""
    found: list[Run] = []
    start = 0
    for index in range(len(run)):
        following = run[index + 1].char if index + 1 < len(run) else ""
        more = following and (following in CLOSERS or following in SENTENCE_ENDS + CLAUSE_ENDS)
        closing = index > start and run[index].char in CLOSERS and ends(run, index - 1)
        if (ends(run, index) or closing) and not more:
            found.append(run[start : index + 1])
            start = index + 1
    return found + ([run[start:]] if start < len(run) else [])


class _Ends:
    """Whether a chunk may end after this character."""

    def __init__(self, marks: str) -> None:
        self._marks = marks

    def __call__(self, run: Run, index: int) -> bool:
        char = run[index].char
        following = run[index + 1].char if index + 1 < len(run) else " "
        if char == ".":
            # 3.5 and U.S. go on; a full stop has a space after it and a word before it.
            word = index >= 2 and run[index - 1].char.isalnum() and run[index - 2].char.isalnum()
            return following.isspace() and word
        if char in ",:" and not following.isspace():
            return False
        return char in self._marks


_ends_sentence = _Ends(SENTENCE_ENDS)
_ends_clause = _Ends(SENTENCE_ENDS + CLAUSE_ENDS)


def _words(run: Run) -> list[Run]:
    """Cut a run without any punctuation to length, between words."""
    found: list[Run] = []
    current: Run = ()
    for word in _atoms(run):
        if current and length(current) + length(word) > LONGEST:
            found.append(current)
            current = ()
        current += word
    return [*found, current]


def _atoms(run: Run) -> list[Run]:
    """What is never cut: Latin words and numbers, and characters of one place in the text."""
    atoms: list[list[Character]] = []
    for before, character in itertools.pairwise((None, *run)):
        assert character is not None
        glued = before is not None and (
            before.at == character.at or (_in_word(before) and _in_word(character))
        )
        if glued:
            atoms[-1].append(character)
        else:
            atoms.append([character])
    return [tuple(atom) for atom in atoms]


def _in_word(character: Character) -> bool:
    return character.char.isascii() and (character.char.isalnum() or character.char in "'.,-%")


def _says_something(run: Run) -> bool:
    return any(character.char.isalnum() for character in run)
