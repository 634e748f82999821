"""Lexicon files of every kind -> rules, and rules -> files."""

from __future__ import annotations

import json
from pathlib import Path

from ..mistakes import InputError, Mistake, Place
from . import markup
from .lexicon import Lexicon, Rule


def read(path: Path) -> Lexicon:
    """The rules of a JSON Lines file; InputError holds every mistake."""
    rules: list[Rule] = []
    mistakes: list[Mistake] = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        place = Place(str(path), number)
        try:
            entry = json.loads(line)
            word = entry["word"]
            told = markup.reading(0, word, entry["phoneme"])
        except (ValueError, KeyError) as error:
            mistakes.append(Mistake(place, str(error), ""))
            continue
        rules.append(
            Rule(
                word=word,
                context=entry.get("context", ""),
                reading=told.syllables,
                alias=told.respelled,
                place=place,
            )
        )
    if mistakes:
        raise InputError(mistakes)
    return Lexicon(tuple(rules))
