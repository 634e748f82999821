"""A lexicon, or texts, -> findings with stable codes: what will be misread, or never applies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..mistakes import Place
from . import readings
from .folding import folded
from .hanzi import has_han, is_han
from .lexicon import Lexicon, Rule
from .normalise import normalised
from .phonemes import INVENTORY, spelling
from .spoken import SpokenText

Severity: TypeAlias = Literal["error", "warning", "note"]

CODES: dict[str, tuple[Severity, str]] = {
    "P101": ("warning", "the reading is none of the character's known ones"),
    "P102": ("error", "one key has two different readings"),
    "P103": ("note", "a longer key always wins over this one where both stand"),
    "P104": ("error", "the key crosses punctuation, or holds blanks"),
    "P105": ("note", "the rule is written twice"),
    "P106": ("error", "an alias leads back to itself"),
    "P107": ("warning", "the alias holds another rule's word"),
    "P108": ("warning", "the phoneme tokens cannot spell this syllable"),
    "P109": ("warning", "normalisation changes the key before it is looked up"),
    "P110": ("note", "the rule says what is read anyway"),
    "P112": ("warning", "no text has the rule's context"),
    "P201": ("note", "dictionaries and network disagree on this character"),
    "P202": ("note", "the reading is a guess"),
    "P203": ("warning", "this character has no known reading"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at."""

    code: str
    place: Place
    what: str

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return CODES[self.code][0]

    def __str__(self) -> str:
        return f"{self.place}: {self.code} {self.severity}: {self.what}"


def lint_lexicon(lexicon: Lexicon, texts: Sequence[str] = ()) -> list[Finding]:
    """Findings on each rule, in the rules' order; with texts also what never applies in them."""
    keys: dict[tuple[object, ...], Rule] = {}
    found: list[Finding] = []
    words = {rule.word for rule in lexicon.rules}
    for rule in lexicon.rules:
        found += _alone(rule, words)
        scope = (rule.key, rule.word, rule.target, rule.language, rule.speaker, rule.left,
                 rule.right, rule.unless)  # fmt: skip
        other = keys.setdefault(scope, rule)
        if other is not rule:
            same = (other.reading, other.alias) == (rule.reading, rule.alias)
            code = "P105" if same else "P102"
            found.append(
                Finding(code, rule.place, f"{rule.name}: {CODES[code][1]} (see {other.place}).")
            )
    found += _shadowed(lexicon)
    found += _said_anyway(lexicon)
    if texts:
        found += _unused(lexicon, texts)
    order = {id(rule.place): i for i, rule in enumerate(lexicon.rules)}
    return sorted(found, key=lambda finding: order.get(id(finding.place), 0))


def lint_spoken(spoken: SpokenText, place: Place) -> list[Finding]:
    """What is worth an ear in a text: disagreements first, then guesses."""
    decided = readings.opinions(spoken.spoken)
    found: list[Finding] = []
    for i, character in enumerate(spoken.characters):
        where = Place(place.file, place.line, (place.column or 1) + character.at)
        around = spoken.spoken[max(0, i - 6) : i + 7]
        if character.pinyin is None:
            if is_han(character.char):
                found.append(Finding("P203", where, f"{character.char} in “{around}”."))
            continue
        if character.source == "inline" or character.source.startswith("rule "):
            continue
        said = decided.get(i)
        if said and said[0] != said[1]:
            found.append(
                Finding(
                    "P201",
                    where,
                    f"{character.char} in “{around}”: dictionaries say {said[0]}, "
                    f"the network {said[1]}; read {character.pinyin}.",
                )
            )
        elif character.confidence < 0.6:
            found.append(
                Finding("P202", where, f"{character.char} in “{around}”: {character.pinyin}?")
            )
    return sorted(found, key=lambda finding: finding.code)


def _alone(rule: Rule, words: set[str]) -> Iterator[Finding]:
    """What is wrong with a rule whatever else there is."""

    def finding(code: str, more: str = "") -> Finding:
        return Finding(code, rule.place, f"{rule.name}: {CODES[code][1]}{more}.")

    yield from _syllables(rule)
    if has_han(rule.key) and any(char.isspace() or char in "，。！？；：、" for char in rule.key):
        yield finding("P104")
    if rule.alias:
        if rule.word in rule.alias and rule.word == rule.key:
            yield finding("P106")
        elif any(word in rule.alias for word in words - {rule.word}):
            yield finding("P107")
    elif rule.reading:
        draft = normalised(folded(rule.key, 0), "zh")
        if draft.text != rule.key:
            yield finding("P109", f" (to “{draft.text}”)")


def _syllables(rule: Rule) -> Iterator[Finding]:
    """What is odd about a rule's reading."""
    han = [char for char in rule.word if is_han(char)]
    for char, reading in zip(han, rule.reading, strict=False):
        known = readings.known_readings().get(char, ())
        if reading not in known and not reading.endswith("5"):
            what = f"{rule.name}: {CODES['P101'][1]} ({char}: {', '.join(known) or 'none'})."
            yield Finding("P101", rule.place, what)
        if spelling(reading, INVENTORY) is None:
            yield Finding("P108", rule.place, f"{rule.name}: {CODES['P108'][1]} ({reading}).")


def _shadowed(lexicon: Lexicon) -> Iterator[Finding]:
    """Rules whose key lies in a longer key that tells the same word otherwise."""
    by_word: dict[str, list[Rule]] = {}
    for rule in lexicon.rules:
        by_word.setdefault(rule.word, []).append(rule)
    for rules in by_word.values():
        for rule in rules[:200]:
            longer = next(
                (o for o in rules[:200] if len(o.key) > len(rule.key) and rule.key in o.key
                 and o.reading != rule.reading),
                None,
            )  # fmt: skip
            if longer and rule.context:
                yield Finding("P103", rule.place, f"{rule.name}: {longer.name} wins over it.")


def _said_anyway(lexicon: Lexicon) -> Iterator[Finding]:
    rules = [r for r in lexicon.rules if r.reading and len(r.key) > 1 and not r.left + r.right]
    for rule, decided in zip(rules, readings.decide([r.key for r in rules]), strict=True):
        start, end = next(rule.spans())
        said = tuple(d.pinyin for d in decided[start:end] if d)
        if said == rule.reading:
            yield Finding("P110", rule.place, f"{rule.name}: {CODES['P110'][1]}.")


def _unused(lexicon: Lexicon, texts: Sequence[str]) -> Iterator[Finding]:
    used: set[int] = set()
    for text in texts:
        draft = folded(text, 0)
        matches = lexicon.aliases(draft.text)
        matches += lexicon.readings(normalised(draft, "zh").text)
        used.update(id(match.rule) for match in matches)
    for rule in lexicon.rules:
        if id(rule) not in used:
            yield Finding("P112", rule.place, f"{rule.name}: {CODES['P112'][1]}.")
