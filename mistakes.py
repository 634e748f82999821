"""A person's mistakes: where, what, and what to do. The one kind of error that is theirs to fix."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from .messages import Message


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in something a person wrote."""

    file: str
    """The file (or option) as the person named it."""
    line: int | None = None
    """Counted from 1."""
    column: int | None = None
    """Counted from 1, in characters."""

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to fix. Both sentences are shown to a person as they are."""

    place: Place
    what: str
    remedy: str

    def __str__(self) -> str:
        return self.text(str)

    def text(self, translate: Callable[[str], str]) -> str:
        """The whole mistake in the language of a catalogue."""
        return f"{self.place}: {translate(self.what)} {translate(self.remedy)}".rstrip()


class InputError(ValueError):
    """What was given cannot be used; holds every mistake found, in the order of their places."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        assert mistakes, "an InputError names at least one mistake"
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = tuple(mistakes)

    @classmethod
    def at(cls, place: Place, what: str, remedy: str = "") -> InputError:
        """The error for a single mistake."""
        return cls([Mistake(place, what, remedy)])


@contextmanager
def collecting(wrong: list[Mistake]) -> Iterator[None]:
    """Note the mistakes of an `InputError`, and go on behind the block."""
    try:
        yield
    except InputError as error:
        wrong += error.mistakes


def nearest(name: str, known: Iterable[str]) -> str:
    """A remedy for an unknown name: the nearest known one, or all of them (at most 12)."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return Message('Did you mean "{}"?', close[0])
    if not names:
        return "None is defined."
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return Message("Known: {}.", shown)
