"""Mistakes in the order they are met -> one InputError that names them all, in order of place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from ..mistakes import InputError, Mistake, Place

MOST = 100
"""Mistakes after which reading stops: nobody fixes more at once; hostile files hold millions."""


class UnfitError(ValueError):
    """A written value that cannot be used, told without its place: whoever knows that adds it."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} {remedy}".rstrip())
        self.what = what
        self.remedy = remedy


class Findings:
    """Where readers put the mistakes they find, so that one run shows them all."""

    def __init__(self) -> None:
        self._mistakes: list[Mistake] = []
        self._files: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._mistakes)

    def __len__(self) -> int:
        return len(self._mistakes)

    def begin(self, file: str) -> None:
        """Give a file its place among the others: mistakes follow the order of beginnings."""
        self._files.setdefault(file, len(self._files))

    def add(self, place: Place, what: str, remedy: str = "") -> None:
        """Note a mistake; the last one there is room for ends the reading with an InputError.

        One that is met twice, as a row's value is in the texts of two languages, is told once.
        """
        self.begin(place.file)
        mistake = Mistake(place, what, remedy)
        if mistake not in self._mistakes:
            self._mistakes.append(mistake)
        if len(self._mistakes) >= MOST:
            raise self._error()

    def extend(self, mistakes: Iterable[Mistake]) -> None:
        """Note mistakes that were found elsewhere."""
        for mistake in mistakes:
            self.add(mistake.place, mistake.what, mistake.remedy)

    def stop(self, place: Place, what: str, remedy: str = "") -> NoReturn:
        """Note a mistake after which going on makes no sense, and raise."""
        self.add(place, what, remedy)
        raise self._error()

    def check(self) -> None:
        """Raise an InputError if there was any mistake."""
        if self._mistakes:
            raise self._error()

    def _error(self) -> InputError:
        return InputError(sorted(self._mistakes, key=self._order))

    def _order(self, mistake: Mistake) -> tuple[int, int, int]:
        place = mistake.place
        return self._files[place.file], place.line or 0, place.column or 0


def quoted(text: str) -> str:
    """What a person wrote, in quotes, short enough to show and without invisible characters."""
    clipped = text if len(text) <= 40 else text[:39] + "…"
    visible = (
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in clipped
    )
    return '"' + "".join(visible) + '"'
