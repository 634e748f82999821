"""pypinyin's dictionaries -> numbered pinyin: what each character and each phrase may be read.

They are read from the installed library, so that its corrections reach people. That takes half a
second, so the result is kept as a text file in the user's cache under the library's version.
"""

from __future__ import annotations

import functools
import importlib.metadata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from .... import machine
from ....atomic import replacing
from ... import pages
from .pinyin import parse

FORMAT = "1"
"""Part of the cached file's name; changes with what this module writes."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Readings by character and by phrase."""

    readings: Mapping[str, tuple[str, ...]]
    """Every character's readings, the usual one first."""
    phrases: pages.Pages
    """Phrases that tell something their characters do not; `rest yin2.hang2` each."""


@functools.cache
def installed() -> Dictionary:
    """The dictionaries of the installed pypinyin."""
    version = importlib.metadata.version("pypinyin")
    folder = machine.cache_folder() / "readings"
    kept = folder / f"pypinyin-{version}-{FORMAT}.txt"
    try:
        text = kept.read_text(encoding="utf-8")
    except OSError:
        text = compiled()
        try:
            with replacing(kept) as temporary:
                temporary.write_text(text, encoding="utf-8", newline="\n")
        except OSError:
            pass  # a read-only home: it is compiled again next time
    return _parsed(text)


def compiled() -> str:
    """Both dictionaries in one text: characters, an empty line, phrases."""
    table = _readings()
    found = _phrases(table)
    groups: dict[str, str] = defaultdict(str)
    for char, said in table.items():
        groups[" ".join(said)] += char
    lines = [f"{said}\t{chars}" for said, chars in groups.items()]
    by_first: dict[str, list[str]] = defaultdict(list)
    for phrase, told in found.items():
        by_first[phrase[0]].append(f"{phrase[1:]} {'.'.join(told)}")
    lines.append("")
    lines += [f"{first}\t{'|'.join(rest)}" for first, rest in by_first.items()]
    return "\n".join(lines) + "\n"


def _parsed(text: str) -> Dictionary:
    characters, _, phrases = text.partition("\n\n")
    table: dict[str, tuple[str, ...]] = {}
    for line in characters.splitlines():
        found, _, chars = line.partition("\t")
        table.update(dict.fromkeys(chars, tuple(found.split(" "))))
    return Dictionary(table, pages.split(phrases))


def _readings() -> dict[str, list[str]]:
    """Readings of each character, the usual one first; those the network knows join pypinyin's."""
    from pypinyin.pinyin_dict import pinyin_dict

    from .network import published

    table: dict[str, list[str]] = {}
    for code, marks in pinyin_dict.items():
        found = [spelled(mark) for mark in marks.split(",")]
        known = list(dict.fromkeys(reading for reading in found if reading))
        if known:
            table[chr(int(code))] = known
    net = published()
    for char, indices in net.candidates.items():
        more = (net.classes[i] for i in indices)
        table[char] = list(dict.fromkeys([*table.get(char, ()), *more]))
    return table


def _phrases(table: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """The phrases with something to tell; 一 and 不 unchanged.

    Readings that a phrase alone knows join the characters' own.
    """
    from pypinyin.phrases_dict import phrases_dict

    found: dict[str, tuple[str, ...]] = {}
    for phrase, marks in phrases_dict.items():
        said = [spelled(mark[0]) for mark in marks]
        if len(said) != len(phrase) or len(said) < 2 or not all(c in table for c in phrase):
            continue
        told = tuple(
            {"一": "yi1", "不": "bu4"}.get(char, reading or "")
            for char, reading in zip(phrase, said, strict=True)
        )
        if all(told) and any(
            len(table[char]) > 1 or table[char][0] != reading
            for char, reading in zip(phrase, told, strict=True)
        ):
            found[phrase] = told
    for phrase, told in found.items():
        for char, reading in zip(phrase, told, strict=True):
            if reading not in table[char]:
                table[char].append(reading)
    return found


@functools.cache
def spelled(mark: str) -> str | None:
    """A marked syllable as numbered pinyin; None for what is no Mandarin syllable."""
    try:
        found = parse("er5" if mark == "r" else mark)
    except ValueError:
        return None
    return found[0] if len(found) == 1 else None
