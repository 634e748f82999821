"""How a disclosure is written, in a document or as options -> the value, its mistakes noted.

disclosure: cn                               # or eu, us, or several: [cn, eu]
disclosure: "none: a draft nobody publishes" # no label, and why
disclosure: {rules: [cn], producer: CODE, audible: spoken, at: end, voice: NAME, text: …}
consent: required
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeAlias, TypeVar

from ..documents import fields
from ..documents.findings import Findings, UnfitError, quoted
from ..documents.record import Record, read
from ..documents.strict_yaml import Items, Node, Scalar, Table
from ..messages import Message
from ..mistakes import Place, nearest
from .disclosure import (
    JURISDICTIONS,
    Audible,
    AudibleKind,
    Disclosure,
    Every,
    Language,
    Rule,
    Where,
)

T = TypeVar("T")
Rules: TypeAlias = tuple[tuple[Rule, ...], str]
"""Which, and why none."""
Texts: TypeAlias = tuple[tuple[Language | Literal[""], str], ...]

KEYS = ("rules", "reason", "producer", "audible", "at", "chapter", "text", "voice", "every")
LONGEST_TEXT = 200
LONGEST_CODE = 128

_RULES: dict[str, Rule] = {name: name for name in JURISDICTIONS}
_AUDIBLE: dict[str, AudibleKind | None] = {"spoken": "spoken", "morse": "morse", "off": None}
_WHERE: dict[str, Where] = {"start": "start", "end": "end", "chapter": "chapter"}
_EVERY: dict[str, Every] = {"file": "file", "day": "day"}
_CONSENT = {"required": True, "optional": False}
_CODE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]")
_WHY = "Say why: `none: a draft nobody publishes`. The log keeps it."
_words = fields.words(LONGEST_TEXT)


def producer_code(text: str) -> str:
    """Reads the code of a producer: printable ASCII without quotes, backslashes and spaces."""
    wrong = next((char for char in text if not _CODE.fullmatch(char)), None)
    remedy = "Write the code you were given, not a name: letters, digits, - . _ and the like."
    if not text or wrong:
        what = Message("{} cannot be a producer's code.", quoted(text))
        if wrong:
            what = Message(
                "{} cannot be a producer's code: {} is not allowed.", quoted(text), quoted(wrong)
            )
        raise UnfitError(what, remedy)
    if len(text) > LONGEST_CODE:
        raise UnfitError(Message("A code has at most {} characters.", LONGEST_CODE), remedy)
    return text


def read_rules(text: str) -> Rules:
    """Reads `cn`, `cn, eu` or `none: why`."""
    first, _, reason = text.partition(":")
    if first.strip().lower() == "none":
        if not reason.strip():
            raise UnfitError("No label, and no reason.", _WHY)
        return (), _words(reason)
    found = [_rule(name.strip()) for name in text.replace("，", ",").split(",")]
    if len(set(found)) < len(found):
        raise UnfitError("A jurisdiction is listed twice.", "List it once.")
    return tuple(found), ""


def read_disclosure(root: Record, usual: Disclosure, *, announcements: bool = False) -> Disclosure:
    """The `disclosure` and `consent` of a document on top of `usual`, key by key.

    announcements: whether it is for announcements too, which have an `every`.
    """
    node = root.table.get("disclosure")
    known = usual
    if node is not None:
        reading = _Reading(usual, root.findings)
        known = replace(reading.disclosure(node, announcements), place=node.place)
    return replace(known, consent=root.read("consent", fields.choice(_CONSENT), known.consent))


def overridden(
    usual: Disclosure, *, rules: str | None, producer: str | None, audible: str | None
) -> Disclosure:
    """What options say on top of what is written. Raises `InputError` with the options' names."""
    findings = Findings()

    def told(option: str, text: str | None, reader: Callable[[str], T]) -> T | None:
        return None if text is None else read(Scalar(Place(option), text), reader, None, findings)

    known = _with_rules(usual, told("--disclosure", rules, read_rules))
    known = replace(known, producer=told("--producer", producer, producer_code) or known.producer)
    if audible is not None:
        kind = told("--audible", audible, fields.choice(_AUDIBLE))
        base = known.audible or Audible()
        known = replace(known, audible=replace(base, kind=kind) if kind else None)
    if known.audible and not known.labelled:
        what = "A label that is heard, and none in the file."
        findings.add(Place("--audible"), what, "Take one of the two out.")
    _check_words(known, Place("--disclosure"), findings)
    findings.check()
    return known


def _with_rules(usual: Disclosure, rules: Rules | None) -> Disclosure:
    if rules is None:
        return usual
    audible = usual.audible if rules[0] else None
    return replace(usual, rules=rules[0], reason=rules[1], audible=audible)


def _rule(text: str) -> Rule:
    if text.lower() not in _RULES:
        what = Message("{} is no jurisdiction known here.", quoted(text))
        raise UnfitError(what, nearest(text[:80], [*_RULES, "none"]))
    return _RULES[text.lower()]


def _check_words(disclosure: Disclosure, place: Place, findings: Findings) -> None:
    """Note what the rules want to hear and own words do not say."""
    own = dict(disclosure.audible.text) if disclosure.audible else {}
    text = own.get("", own.get("zh", ""))
    for rule in disclosure.rules or () if text else ():
        for words in JURISDICTIONS[rule].words:
            if not any(word in text for word in words):
                what = Message(
                    "A label that is heard in {} says {} or {}.",
                    JURISDICTIONS[rule].name,
                    *map(quoted, words),
                )
                findings.add(place, what, "Put it into the text.")


class _Reading:
    """One disclosure while it is read."""

    def __init__(self, usual: Disclosure, findings: Findings) -> None:
        self.usual, self.findings = usual, findings

    def disclosure(self, node: Node, announcements: bool) -> Disclosure:
        if not isinstance(node, Table):
            return _with_rules(self.usual, self._rules(node))
        if [key.text for key, _ in node.entries] == ["none"]:  # `none: why` without quotes
            reason = read(node.entries[0][1], _words, "", self.findings)
            return _with_rules(self.usual, ((), reason))
        keys = [key for key in KEYS if announcements or key != "every"]
        record = Record.of(node, keys, self.findings)
        known = _with_rules(self.usual, self._written_rules(record))
        code = record.read("producer", producer_code, self.usual.producer)
        known = replace(known, producer=code, audible=self._audible(record, known))
        place = record.place("text")
        _check_words(known, place, self.findings)
        return known

    def _written_rules(self, record: Record) -> Rules | None:
        """The rules of a mapping, which may give the reason for none under a key of its own."""
        node = record.table.get("rules")
        reason = record.read("reason", _words)
        if reason and isinstance(node, Scalar) and node.text.strip().lower() == "none":
            return (), reason
        if reason:
            place = record.place("reason")
            self.findings.add(place, "A reason for no label, and a label.", "Write `rules: none`.")
        return None if node is None else self._rules(node)

    def _rules(self, node: Node) -> Rules | None:
        if not isinstance(node, Items):
            return read(node, read_rules, None, self.findings)
        found = [read(item, _rule, None, self.findings) for item in node.items]
        known = [rule for rule in found if rule is not None]
        if not found:
            self.findings.add(node.place, "No jurisdiction is listed.", "Write `[cn, eu]`.")
        if len(set(known)) < len(known):
            self.findings.add(node.place, "A jurisdiction is listed twice.", "List it once.")
        return (tuple(known), "") if known else None

    def _audible(self, record: Record, known: Disclosure) -> Audible | None:
        usual = known.audible
        kind = record.read("audible", fields.choice(_AUDIBLE), usual.kind if usual else None)
        written = [key for key in KEYS[4:] if record.table.get(key)]
        if kind is None or not known.labelled:
            if kind:
                what = "A label that is heard, and none in the file."
                self.findings.add(record.place("audible"), what, "Take one of the two out.")
            for key in written:
                what = Message("{} is of a label that is heard, and there is none.", quoted(key))
                self.findings.add(record.place(key), what, "Write `audible: spoken` beside it.")
            return None
        if kind == "morse":
            for key in {"text", "voice"}.intersection(written):
                what = Message("A rhythm has no {}.", key)
                self.findings.add(record.place(key), what, "Write `audible: spoken`.")
        return self._placed(record, replace(usual or Audible(), kind=kind))

    def _placed(self, record: Record, usual: Audible) -> Audible:
        """Where and what a label is."""
        title = record.read("chapter", fields.title)
        at = record.read("at", fields.choice(_WHERE), "chapter" if title else usual.at)
        chapter = title or usual.chapter if at == "chapter" else ""
        if at == "chapter" and not chapter:
            self.findings.add(
                record.place("at"), "Which chapter?", "Add `chapter: ` and its title."
            )
        if title and at != "chapter":
            self.findings.add(record.place("at"), "Two places for one label.", "Keep one of them.")
        return replace(
            usual,
            at=at,
            chapter=chapter,
            text=self._text(record.table.get("text"), usual.text),
            voice=record.read("voice", fields.label, usual.voice),
            every=record.read("every", fields.choice(_EVERY), usual.every),
        )

    def _text(self, node: Node | None, usual: Texts) -> Texts:
        """One text for every language, or a text each."""
        if node is None:
            return usual
        if not isinstance(node, Table):
            text = read(node, _words, "", self.findings)
            return (("", text),) if text else usual
        languages: tuple[Language, ...] = ("zh", "en")
        record = Record.of(node, languages, self.findings)
        texts = ((code, record.read(code, _words, "")) for code in languages)
        return tuple((code, text) for code, text in texts if text)
