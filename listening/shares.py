"""A text and what was heard in each part of its sound -> which characters belong to which part."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..pronunciation.reader import Language
from ..pronunciation.spoken import SpokenText
from .comparison import aligned
from .units import heard as units_heard
from .units import told as units_told


def shared(told: SpokenText, texts: Sequence[str], language: Language) -> list[tuple[int, int]]:
    """Ranges of the spoken characters, one after the other from the first to the last, a part each.

    texts: heard in each part, "" for nothing.
    """
    length = len(told.characters)
    if len(texts) == 1:
        return [(0, length)]
    said = units_told(told)
    heard = [units_heard(text, language) for text in texts]
    part_of = [number for number, units in enumerate(heard) for _ in units]
    cuts = [0] * (len(texts) + 1)
    for one, other in aligned(said, [unit for units in heard for unit in units]):
        if one is not None and other is not None:
            for number in range(part_of[other], len(texts)):
                cuts[number + 1] = said[one].end
    cuts[-1] = length
    return [*pairwise(cuts)]
