"""Names -> dictionaries: files, and those that come along."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ...mistakes import InputError, Mistake, Place, nearest
from .files import read
from .lexicon import EMPTY, Lexicon

_BUNDLED = Path(__file__).parents[1] / "data" / "lexicons"


def bundled() -> tuple[str, ...]:
    """Names of the dictionaries that come along, none of which is on by itself."""
    return tuple(sorted(path.stem for path in _BUNDLED.glob("*.jsonl")))


def read_bundled(name: str, place: Place | None = None) -> Lexicon:
    """A bundled dictionary; InputError at `place`, or the name, tells the nearest one."""
    if name not in bundled():
        what = "There is no such lexicon."
        raise InputError.at(place or Place(name), what, nearest(name, bundled()))
    return read(_BUNDLED / f"{name}.jsonl")


def named_lexicons(names: Iterable[str]) -> Lexicon:
    """Files and bundled dictionaries as people name them, later ones winning."""
    return joined(Path(name) if Path(name).is_file() else name for name in names)


def joined(wanted: Iterable[Path | str], place: Place | None = None) -> Lexicon:
    """Files, and bundled dictionaries by name, as one lexicon, later ones winning.

    Raises InputError with all mistakes at once; an unknown name is told at `place`.
    """
    lexicon = EMPTY
    mistakes: list[Mistake] = []
    for each in wanted:
        try:
            found = read(each) if isinstance(each, Path) else read_bundled(each, place)
        except InputError as error:
            mistakes += error.mistakes
        else:
            lexicon = lexicon.merged(found)
    if mistakes:
        raise InputError(mistakes)
    return lexicon
