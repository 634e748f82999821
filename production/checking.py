"""How takes are listened to: by whose ears, and how often one that is not good is drawn again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from ..listening.ears import Ears
from ..machine import cores

REDRAWS = 3
"""Times a take that is not good is drawn again"""


@functools.cache
def ears() -> Ears:
    """The ears of this process; they leave half of the cores to the voice. Raises InputError where
    what they need is not installed.
    """
    return Ears.open(listeners=max(1, cores() // 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """Takes are heard, and the best of several is kept."""

    candidates: int = 1
    """Takes of each line, whatever the first is like"""
    redraws: int = REDRAWS
    """More takes of a line that has no good one"""
    ears: Callable[[], Ears] = ears

    @property
    def fingerprint(self) -> str:
        """Of all that decides which take is kept."""
        return f"{self.ears().fingerprint}, {self.candidates} and {self.redraws}"
