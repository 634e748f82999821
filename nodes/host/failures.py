"""What goes wrong -> words that the host shows on the node where it went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from ...mistakes import InputError, Mistake, Place


def refuse(input: str, what: str, remedy: str) -> NoReturn:
    """Raise the InputError for what is wrong with one input of a node."""
    raise InputError.at(Place(input), what, remedy)


@contextmanager
def in_words(places: Sequence[Place]) -> Iterator[None]:
    """Name each line that could not be spoken. places: of the requests, in order."""
    from ...glmtts_runtime.engine import SpeechError
    from ...production.takes import TakesFailedError

    try:
        yield
    except TakesFailedError as error:
        reasons = [f"{places[i]}: {failure}" for i, failure in sorted(error.failures.items())]
        kept = "Every other line is kept; queueing again tries only these."
        raise SpeechError("\n".join([*reasons, kept])) from None


@contextmanager
def called(name: str, path: Path) -> Iterator[None]:
    """Call what was written into a node by the input's name instead of the path it stands for."""
    from ...glmtts_runtime.engine import SpeechError

    try:
        yield
    except InputError as error:
        raise InputError(list(renamed(error.mistakes, name, str(path)))) from None
    except SpeechError as error:
        raise SpeechError(str(error).replace(str(path), name)) from None


def renamed(mistakes: Iterable[Mistake], name: str, path: str) -> Iterator[Mistake]:
    """The mistakes, with a name in place of the path they were found in."""
    for mistake in mistakes:
        same = mistake.place.file == path
        yield replace(mistake, place=replace(mistake.place, file=name)) if same else mistake
