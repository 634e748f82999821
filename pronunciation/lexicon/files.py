"""Lexicon files of seven kinds -> rules: ours, GLM-TTS's, CSV, PLS, Azure, Google, MiniMax."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ...documents.findings import UnfitError
from ...messages import Message
from ...mistakes import InputError, Mistake, Place
from ..chinese.g2p import pinyin
from ..chinese.hanzi import is_han
from .entry import rules_of
from .lexicon import Lexicon, Rule
from .tables import csv_rows, xml_root

LARGEST = 16 * 2**20
"""Bytes of a file at most."""

MOST_RULES = 100_000
"""Of one file; more than the words of any language that are not read as they are written."""

_TOKENS = re.compile(r"(?:<\|[A-Z]+\|>)?<\|[A-Z]+[1-5]\|>")
_PLS = "{http://www.w3.org/2005/01/pronunciation-lexicon}"
_PINYIN_ALPHABETS = frozenset({"pinyin", "x-pinyin", "x-microsoft-pinyin", "sapi"})
_MINIMAX = re.compile(r"(?P<word>[^/]+)/(?P<said>.+)")

Entry = tuple[Place, Callable[[Place], "list[Rule]"]]


def read(path: Path) -> Lexicon:
    """The rules of a file in any of the formats; InputError holds every mistake in it."""
    if path.stat().st_size > LARGEST:
        raise InputError.at(Place(str(path)), "The file is too large.", "Split it into several.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError.at(
            Place(str(path)),
            Message("Byte {} is not UTF-8.", error.start),
            "Save the file as UTF-8.",
        ) from None
    return parse(text, str(path))


def parse(text: str, name: str) -> Lexicon:
    """The rules of a lexicon file's text. name: of the file, whose suffix tells the format."""
    rules: list[Rule] = []
    mistakes: list[Mistake] = []
    for place, made in _entries(text, name):
        try:
            rules += made(place)
        except UnfitError as unfit:
            mistakes.append(Mistake(place, unfit.what, unfit.remedy))
        if len(rules) + len(mistakes) > MOST_RULES:
            what = Message("There are more than {} rules in one file.", MOST_RULES)
            raise InputError.at(place, what, "Split it into several.")
    if mistakes:
        raise InputError(mistakes)
    return Lexicon(tuple(rules))


def _entries(text: str, name: str) -> Iterator[Entry]:
    suffix = Path(name).suffix.lower()
    start = text.lstrip()[:1]
    if suffix in {".csv", ".tsv"}:
        return _csv(text, name, "\t" if suffix == ".tsv" else ",")
    if start == "<" and not text.lstrip().startswith("<|"):
        return _pls(text, name)
    if suffix == ".json" or start == "[":
        return _json(text, name)
    return _json_lines(text, name)


# --- JSON -----------------------------------------------------------------------------------------


def _json_lines(text: str, name: str) -> Iterator[Entry]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("//"):
            place = Place(name, number)
            yield place, lambda place, line=line: _from_json(_loaded(line), place)  # type: ignore[misc]


def _json(text: str, name: str) -> Iterator[Entry]:
    try:
        value = _loaded(text)
    except ValueError:
        yield from _json_lines(text, name)
        return
    for key in ("pronunciation_dict", "customPronunciations", "custom_pronunciations"):
        value = value.get(key, value) if isinstance(value, dict) else value
    if isinstance(value, dict):
        for key in ("tone", "pronunciations", "rules"):
            if isinstance(value.get(key), list):
                value = value[key]
                break
    for number, item in enumerate(value if isinstance(value, list) else [value], 1):
        place = Place(f"{name} entry {number}")
        yield place, lambda place, item=item: _from_json(item, place)  # type: ignore[misc]


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise UnfitError("The JSON is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise UnfitError(
            Message("This is no JSON: {} at column {}.", error.msg, error.colno)
        ) from None


def _from_json(value: Any, place: Place) -> list[Rule]:
    if isinstance(value, str):
        return _minimax(value, place)
    if not isinstance(value, dict):
        raise UnfitError('A rule is an object such as {"word": "行", "phoneme": "háng"}.')
    if "phrase" in value:
        return _google(value, place)
    if "word" in value:
        return rules_of(value, place)
    if value and all(isinstance(v, str) and "<|" in v for v in value.values()):
        return [rule for key, said in value.items() for rule in _upstream(key, said, place)]
    raise UnfitError('The rule has no "word".', 'Write {"word": "行", "phoneme": "háng"}.')


def _upstream(key: str, said: str, place: Place) -> list[Rule]:
    """`{"弦": "<|X|><|IAN2|>"}`: the key's text, with tokens in place of some of its characters."""
    pieces = re.findall(rf"{_TOKENS.pattern}|.", said, re.DOTALL)
    if len(pieces) != len(key) or not all(
        piece == char or ("<|" in piece and is_han(char))
        for char, piece in zip(key, pieces, strict=True)
    ):
        raise UnfitError(
            Message('"{}" does not fit "{}".', said, key),
            "Give tokens for its characters, or the characters.",
        )
    return [
        Rule(
            word=char, context=key if len(key) > 1 else "", place=place,
            target=i if len(key) > 1 else None, reading=pinyin.parse(piece),
        )
        for i, (char, piece) in enumerate(zip(key, pieces, strict=True))
        if piece != char
    ]  # fmt: skip


def _google(entry: dict[str, Any], place: Place) -> list[Rule]:
    """`{"phrase": …, "phoneticEncoding": "PHONETIC_ENCODING_PINYIN", "pronunciation": …}`."""
    encoding = str(entry.get("phoneticEncoding") or entry.get("phonetic_encoding") or "")
    if encoding and not encoding.endswith("PINYIN"):
        raise UnfitError(Message("{} is not read here.", encoding), "Use PHONETIC_ENCODING_PINYIN.")
    return rules_of({"word": entry["phrase"], "phoneme": entry.get("pronunciation", "")}, place)


def _minimax(value: str, place: Place) -> list[Rule]:
    """`处理/(chu3)(li3)` or `危险/dangerous`."""
    match = _MINIMAX.fullmatch(value)
    if match is None:
        raise UnfitError(Message('"{}" is no rule.', value), 'Write "处理/(chu3)(li3)".')
    kind = "phoneme" if match["said"].startswith("(") else "alias"
    return rules_of({"word": match["word"], kind: match["said"]}, place)


# --- tables and XML -------------------------------------------------------------------------------


def _csv(text: str, name: str, delimiter: str) -> Iterator[Entry]:
    """A header of our field names, or word, phoneme without one; lists are joined with |."""
    header = ["word", "phoneme", "context"]
    for number, row in enumerate(csv_rows(text, name, delimiter), 1):
        if number == 1 and "word" in [cell.strip().lower() for cell in row]:
            header = [cell.strip().lower() for cell in row]
        elif any(cell.strip() for cell in row):
            entry: dict[str, Any] = {
                key: cell.strip().split("|") if "|" in cell and "<|" not in cell else cell.strip()
                for key, cell in zip(header, row, strict=False)
                if cell.strip()
            }
            place = Place(name, number)
            yield place, lambda place, entry=entry: rules_of(_numbered(entry), place)  # type: ignore[misc]


def _numbered(entry: dict[str, Any]) -> dict[str, Any]:
    if str(entry.get("priority", "0")).lstrip("-").isdecimal():
        return {**entry, "priority": int(str(entry.get("priority", "0")))}
    return entry


def _pls(text: str, name: str) -> Iterator[Entry]:
    """W3C Pronunciation Lexicon 1.0, which Azure's custom lexicons are too."""
    # A lexeme has three elements, each opened and closed.
    root = xml_root(text, name, tags=8 * MOST_RULES)
    alphabet = root.get("alphabet", "ipa")
    for number, lexeme in enumerate(root.iter(f"{_PLS}lexeme"), 1):
        place = Place(f"{name} lexeme {number}")
        yield place, lambda place, lexeme=lexeme: _lexeme(lexeme, alphabet, place)  # type: ignore[misc]


def _lexeme(lexeme: ElementTree.Element, alphabet: str, place: Place) -> list[Rule]:
    words = [(g.text or "").strip() for g in lexeme.iter(f"{_PLS}grapheme")]
    alias, phoneme = lexeme.find(f"{_PLS}alias"), lexeme.find(f"{_PLS}phoneme")
    if alias is not None:
        return rules_of({"word": words, "alias": (alias.text or "").strip()}, place)
    if phoneme is None:
        raise UnfitError("The lexeme has neither phoneme nor alias.")
    used = phoneme.get("alphabet", alphabet)
    said = re.sub(r"(?<=[a-zü]) (?=[1-5](?:\s|$|-))", "", (phoneme.text or "").strip())
    if used not in _PINYIN_ALPHABETS and not (used == "x-arpabet" or "<|" in said):
        raise UnfitError(
            Message('The alphabet "{}" is not read here.', used),
            'Use alphabet="x-pinyin", or an alias.',
        )
    return rules_of({"word": words, "phoneme": said}, place)
