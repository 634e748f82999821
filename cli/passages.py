"""Texts, files and standard input -> lines to read, with where they are and who says them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..mistakes import InputError, Place

if TYPE_CHECKING:
    from ..scripts.script import Language, NumbersIn

SCRIPTS = frozenset({".yaml", ".yml", ".srt", ".vtt", ".txt", ".md", ".markdown"})
"""Suffixes of files that are read as scripts: their lines are what is said in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Lines that are read alike."""

    texts: tuple[str, ...]
    places: tuple[Place, ...]
    speakers: tuple[str | None, ...]
    language: Language | None = None
    """None: the file does not tell."""
    numbers: NumbersIn = ""
    lexicons: tuple[str, ...] = ()
    """Files and bundled dictionaries that the file itself names."""


def passages(
    texts: Sequence[str], files: Sequence[Path], roots: Sequence[Path] = ()
) -> Iterator[Passage]:
    """The texts, then each file, or standard input where there is neither; raises InputError.

    roots: folders that scripts may take files from, besides their own.
    """
    if texts:
        yield _passage([(Place(f"text {i}"), text) for i, text in enumerate(texts, 1)])
    for file in files:
        if file.suffix.lower() in SCRIPTS:
            yield _script(file, list(roots))
        else:
            yield _passage(_numbered(file.read_bytes(), str(file)))
    if not texts and not files:
        yield _passage(_numbered(sys.stdin.buffer.read(), "standard input"))


def _script(file: Path, roots: list[Path]) -> Passage:
    """What is said in a script, as `glmtts render` would read it."""
    from .options import open_script

    script = open_script(file, roots)
    return Passage(
        texts=tuple(line.text for line in script.lines),
        places=tuple(line.place for line in script.lines),
        speakers=tuple(line.speaker for line in script.lines),
        language=script.language,
        numbers=script.numbers,
        lexicons=tuple(map(str, script.lexicons)),
    )


def _passage(lines: Sequence[tuple[Place, str]]) -> Passage:
    return Passage(
        texts=tuple(text for _, text in lines),
        places=tuple(place for place, _ in lines),
        speakers=(None,) * len(lines),
    )


def _numbered(data: bytes, name: str) -> list[tuple[Place, str]]:
    """The lines that hold something."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(name, data.count(b"\n", 0, error.start) + 1)
        raise InputError.at(place, "The text is not UTF-8.", "Save it as UTF-8.") from None
    return [
        (Place(name, number, 1), line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    ]
