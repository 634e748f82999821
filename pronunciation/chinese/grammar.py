"""How words with several readings are read by what stands beside them (data/grammar.txt).

The file says how its lines are written. A line becomes two regular expressions over the tokens of
a clause, each token spelled as " word/tag".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .lattice import Token

_TAGS = frozenset((
    "a", "ad", "ag", "an", "b", "c", "d", "dg", "e", "eng", "f", "g", "h", "i", "j", "k", "l",
    "m", "mq", "n", "ng", "nr", "nrt", "ns", "nt", "nz", "o", "p", "q", "r", "s", "t", "tg", "u",
    "ud", "uj", "ul", "uv", "uz", "v", "vg", "vn", "x", "y", "z", "zg",
))  # fmt: skip
_REACH = 7
"""Tokens that a line may look at on each side."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the grammar."""

    reading: str
    left: re.Pattern[str] | None
    right: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Target:
    """A character of a word that lines tell the reading of."""

    index: int
    """In the word, from its end: -1 is the last character."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Grammar:
    """What the file says; a word's lines become patterns when the word is first met."""

    sets: Mapping[str, str]
    written: Mapping[str, Mapping[int, Sequence[tuple[str, str]]]]
    """Word, or * and the end of words -> index from its end -> (reading, pattern) of each line."""
    _made: dict[str, tuple[Target, ...]] = field(default_factory=dict)

    def targets(self, word: str) -> tuple[Target, ...]:
        """What the lines tell of this word."""
        key = word if word in self.written else "*" + word[-2:]
        if key not in self.written:
            return ()
        if key not in self._made:
            self._made[key] = tuple(
                Target(index, tuple(self._line(*line) for line in lines))
                for index, lines in self.written[key].items()
            )
        return self._made[key]

    def _line(self, reading: str, pattern: str) -> Line:
        left, _, right = f" {pattern} ".partition(" _ ")
        return Line(reading, _compiled(left, self.sets, "{}$"), _compiled(right, self.sets, "{}"))


@functools.cache
def grammar() -> Grammar:
    """The grammar that data/grammar.txt writes."""
    path = Path(__file__).parent.parent / "data" / "grammar.txt"
    return parsed(path.read_text(encoding="utf-8").splitlines())


def parsed(lines: Sequence[str]) -> Grammar:
    """The grammar that these lines write."""
    sets: dict[str, str] = {}
    found: dict[str, dict[int, list[tuple[str, str]]]] = {}
    for line in lines:
        if line.startswith("SET "):
            name, _, words = line[4:].partition(" = ")
            sets[name] = words.strip()
        elif line and not line.startswith("#"):
            head, _, pattern = line.partition(" : ")
            target, reading = head.split()
            word, index = _target(target)
            found.setdefault(word, {}).setdefault(index, []).append((reading, pattern))
    return Grammar(sets, found)


def told(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """(index in the sentence, reading) for each character the grammar tells the reading of.

    A reading that ends with a ? is only likelier than others.
    """
    rules = grammar()
    for number, token in enumerate(tokens):
        targets = rules.targets(token.word)
        if targets:
            left, right = _around(tokens, number)
            for target in targets:
                reading = _first(target.lines, left, right)
                if reading:
                    yield token.end + target.index, reading


def _first(lines: Sequence[Line], left: str, right: str) -> str | None:
    for line in lines:
        if (line.left is None or line.left.search(left)) and (
            line.right is None or line.right.match(right)
        ):
            return line.reading
    return None


def _around(tokens: Sequence[Token], number: int) -> tuple[str, str]:
    """The tokens on both sides of one, within its clause."""
    start = number
    while start > 0 and number - start < _REACH and tokens[start - 1].tag != "w":
        start -= 1
    end = number + 1
    while end < len(tokens) and end - number <= _REACH and tokens[end].tag != "w":
        end += 1
    before, after = tokens[start:number], tokens[number + 1 : end]
    return _spelled(before), _spelled(after)


def _spelled(tokens: Sequence[Token]) -> str:
    return "".join(f" {token.word}/{token.tag}" for token in tokens)


def _target(written: str) -> tuple[str, int]:
    """`一[行]` -> ("一行", -1)"""
    if "[" not in written:
        return written, -1
    before, _, rest = written.partition("[")
    char, _, after = rest.partition("]")
    return before + char + after, -1 - len(after)


def _compiled(items: str, sets: Mapping[str, str], shape: str) -> re.Pattern[str] | None:
    """One side of a line as a regular expression; None where it says nothing."""
    parts = [_item(item, sets) for item in items.split()]
    return re.compile(shape.format("".join(parts))) if parts else None


def _item(item: str, sets: Mapping[str, str]) -> str:
    optional = item.endswith("?") and len(item) > 1
    item = item.removesuffix("?")
    if item == "..":
        return "(?: [^ ]+){0,4}?"
    names = "|".join(sets.get(part, part) for part in item.split("|")).split("|")
    denied = [name[1:] for name in names if name.startswith("!")]
    if denied:
        rule = f"(?!{'|'.join(map(_token, denied))}) [^ ]+"
    else:
        rule = f"(?:{'|'.join(_alternatives(names))})"
    return f"(?:{rule})?" if optional else rule


def _alternatives(names: Sequence[str]) -> Iterator[str]:
    """The regular expressions of the alternatives of one item; plain words share one."""
    words = [name for name in names if _plain(name)]
    if words:
        yield f" (?:{'|'.join(map(re.escape, words))})/[a-z]+(?![a-z])"
    yield from (_token(name) for name in names if not _plain(name))


def _plain(name: str) -> bool:
    return name not in _TAGS and not set(name) & set("*^$.+")


def _token(name: str) -> str:
    if name in {"^", "$"}:
        return name
    if name == ".":
        return " [^ ]+"
    if name in _TAGS:
        return f" [^ /]+/{name}[a-z]*(?![a-z])"
    if name.endswith("+"):
        return f" [^ /]{{2,}}/{name[:-1]}[a-z]*(?![a-z])"
    head = re.escape(name).replace(r"\*", "[^ /]*")
    return f" {head}/[a-z]+(?![a-z])"
