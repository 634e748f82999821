"""What goes wrong -> words that the host shows on the node where it went wrong."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from ...mistakes import InputError, Mistake, Place
from . import comfy
from .words import in_editors_words


def refuse(input: str, what: str, remedy: str) -> NoReturn:
    """Raise the InputError for what is wrong with one input of a node."""
    raise InputError.at(Place(input), what, remedy)


def telling(node: Any) -> None:
    """Have a node tell mistakes in the editor's words, as an error of this pack by its short name.

    The host shows an error's type with the module it is of, and the module of a pack is its path.
    """
    execute = node.execute.__func__

    @functools.wraps(execute)
    def told(cls: Any, *values: Any, **named: Any) -> Any:
        from ...glmtts_runtime.engine import SpeechError

        try:
            return execute(cls, *values, **named)
        except InputError as error:
            raise _named(InputError)(_in_editors_words(error)) from error
        except SpeechError as error:
            raise _named(SpeechError)(str(error)) from error

    node.execute = classmethod(told)


def _in_editors_words(error: InputError) -> list[Mistake]:
    language = comfy.language()
    return [in_editors_words(mistake, language) for mistake in error.mistakes]


@functools.cache
def _named(kind: type[Exception]) -> type[Exception]:
    return type(kind.__name__, (kind,), {"__module__": "glmtts"})


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
