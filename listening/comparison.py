"""What should be said and what was heard -> where they part, as what, and how far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from .resemblance import letters_apart, unlikeness
from .units import Unit, size

Kind: TypeAlias = Literal["missing", "repeated", "invented", "replaced", "cut off"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A run of units that was not heard as it should be said."""

    kind: Kind
    told: tuple[int, int]
    """First and after the last unit of what should be said; equal where something was added."""
    heard: tuple[int, int]
    """The same of what was heard"""
    weight: float
    """Syllables' worth of difference; a syllable heard as one like it counts little."""


Pair: TypeAlias = tuple[int | None, int | None]
"""Indices of a unit told and of the one heard in its place; None for none"""


def aligned(told: Sequence[Unit], heard: Sequence[Unit]) -> list[Pair]:
    """Each unit of either side once, in order, paired so that the whole differs least."""
    gap_told, gap_heard = [_gap(u) for u in told], [_gap(u) for u in heard]
    apart = np.array([[_swap(a, b) for b in heard] for a in told]).reshape(len(told), len(heard))
    cost = np.zeros((len(told) + 1, len(heard) + 1))
    cost[1:, 0], cost[0, 1:] = np.cumsum(gap_told), np.cumsum(gap_heard)
    for i in range(1, len(told) + 1):
        for j in range(1, len(heard) + 1):
            cost[i, j] = min(
                cost[i - 1, j - 1] + apart[i - 1, j - 1],
                cost[i - 1, j] + gap_told[i - 1],
                cost[i, j - 1] + gap_heard[j - 1],
            )
    found: list[Pair] = []
    i, j = len(told), len(heard)
    while i or j:
        if i and j and np.isclose(cost[i, j], cost[i - 1, j - 1] + apart[i - 1, j - 1]):
            i, j = i - 1, j - 1
            found.append((i, j))
        elif i and np.isclose(cost[i, j], cost[i - 1, j] + gap_told[i - 1]):
            i -= 1
            found.append((i, None))
        else:
            j -= 1
            found.append((None, j))
    return found[::-1]


def differences(
    told: Sequence[Unit], heard: Sequence[Unit], pairs: Sequence[Pair]
) -> tuple[Difference, ...]:
    """The runs that differ at all, in order."""
    return tuple(
        Difference(_kind(told, heard, a, b), a, b, _weight(told[slice(*a)], heard[slice(*b)]))
        for a, b in _runs(told, heard, pairs)
    )


def _gap(unit: Unit) -> float:
    # Weak units pair like others: cheap ones would be left out to pair their neighbours.
    return max(1.0, size(unit))


def _swap(one: Unit, other: Unit) -> float:
    return unlikeness(one, other) * max(size(one), size(other))


def _runs(
    told: Sequence[Unit], heard: Sequence[Unit], pairs: Sequence[Pair]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Ranges of both sides in which no unit is paired with one that sounds the same."""
    i = j = a = b = 0
    for one, other in [*pairs, (len(told), len(heard))]:
        ends = one == len(told) and other == len(heard)
        same = ends or (
            one is not None and other is not None and not _swap(told[one], heard[other])
        )
        if same:
            if i > a or j > b:
                yield (a, i), (b, j)
            a, b = i + 1, j + 1
        i += one is not None
        j += other is not None


def _weight(told: Sequence[Unit], heard: Sequence[Unit]) -> float:
    """Of a run: the least of what pairs, sizes, and letters without word borders say."""
    by_units = sum(
        _swap(told[one], heard[other])
        if one is not None and other is not None
        else size(told[one] if one is not None else heard[other or 0])
        for one, other in aligned(told, heard)
    )
    if not told or not heard or all(u.chinese for u in (*told, *heard)):
        return by_units
    longest = max(sum(map(size, told)), sum(map(size, heard)))
    return min(by_units, letters_apart(told, heard) * longest)


def _kind(
    told: Sequence[Unit], heard: Sequence[Unit], a: tuple[int, int], b: tuple[int, int]
) -> Kind:
    missing, added = a[1] - a[0], b[1] - b[0]
    if missing and a[1] == len(told) and missing > added:
        return "cut off"
    if not added or missing >= added + 2:
        return "missing"
    if missing and added < missing + 2:
        return "replaced"
    run = [u.sounds[0] for u in heard[b[0] : b[1]]][: added - missing or None]
    before = [u.sounds[0] for u in heard[max(0, b[0] - len(run)) : b[0]]]
    after = [u.sounds[0] for u in heard[b[1] : b[1] + len(run)]]
    return "repeated" if run in (before, after) else "invented"
