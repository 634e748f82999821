"""Rules -> lexicon files of other systems, and the rules such a file cannot say."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree import ElementTree

from ..chinese.g2p.pinyin import marked, tokens
from ..chinese.g2p.readings import decide
from ..chinese.hanzi import is_han
from .lexicon import Lexicon, Rule

_PLS = "http://www.w3.org/2005/01/pronunciation-lexicon"


def exported(lexicon: Lexicon, form: str) -> tuple[str, list[Rule]]:
    """The lexicon's text in a format of FORMATS, and the rules that the format cannot say."""
    return FORMATS[form](lexicon.rules)


def entry(rule: Rule) -> dict[str, Any]:
    """A rule as an object of our JSON Lines."""
    context = rule.context
    if context and rule.target is not None:
        end = rule.target + len(rule.word)
        context = f"{context[: rule.target]}[{rule.word}]{context[end:]}"
    written = {
        "word": rule.word,
        "context": context,
        "phoneme": " ".join(map(marked, rule.reading)),
        "alias": "" if rule.reading else rule.alias,
        "not": list(rule.unless),
        "left": list(rule.left),
        "right": list(rule.right),
        "language": rule.language,
        "speaker": rule.speaker,
        "priority": rule.priority,
    }
    return {key: value for key, value in written.items() if value}


def _json_lines(rules: Sequence[Rule]) -> tuple[str, list[Rule]]:
    return "".join(json.dumps(entry(r), ensure_ascii=False) + "\n" for r in rules), []


def _csv(rules: Sequence[Rule]) -> tuple[str, list[Rule]]:
    fields = ["word", "context", "phoneme", "alias", "not", "left", "right", "language", "speaker",
              "priority"]  # fmt: skip
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, lineterminator="\n")
    writer.writeheader()
    for rule in rules:
        row = {k: "|".join(v) if isinstance(v, list) else v for k, v in entry(rule).items()}
        writer.writerow(row)
    return out.getvalue(), []


def _simple(rules: Sequence[Rule]) -> tuple[list[tuple[str, tuple[str, ...], str]], list[Rule]]:
    """Phrase, readings and alias of the rules that systems without contexts can say; the rest.

    A rule with a context becomes the whole context, its other characters read as they would be.
    """
    said, unsaid = [], []
    for rule in rules:
        scoped = rule.unless or rule.left or rule.right or rule.speaker
        if scoped or (rule.alias and rule.key != rule.word):
            unsaid.append(rule)
        else:
            said.append((rule.key, _whole(rule), rule.alias))
    return said, unsaid


def _whole(rule: Rule) -> tuple[str, ...]:
    """Readings of all Chinese characters of a rule's key."""
    if rule.key == rule.word:
        return rule.reading
    found = [decision and decision.pinyin for decision in decide([rule.key])[0]]
    for start, end in rule.spans():
        han = [i for i in range(start, end) if is_han(rule.key[i])]
        for i, reading in zip(han, rule.reading, strict=True):
            found[i] = reading
    return tuple(reading for reading in found if reading)


def _google(rules: Sequence[Rule]) -> tuple[str, list[Rule]]:
    said, unsaid = _simple(rules)
    unsaid += [rule for rule in rules if not rule.reading and rule not in unsaid]
    value = {
        "pronunciations": [
            {
                "phrase": phrase,
                "phoneticEncoding": "PHONETIC_ENCODING_PINYIN",
                "pronunciation": " ".join(reading),
            }
            for phrase, reading, _ in said
            if reading
        ]
    }
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n", unsaid


def _minimax(rules: Sequence[Rule]) -> tuple[str, list[Rule]]:
    said, unsaid = _simple(rules)
    tone = [
        f"{phrase}/" + ("".join(f"({p})" for p in reading) or alias)
        for phrase, reading, alias in said
    ]
    return json.dumps({"tone": tone}, ensure_ascii=False, indent=1) + "\n", unsaid


def _upstream(rules: Sequence[Rule]) -> tuple[str, list[Rule]]:
    """GLM-TTS's own: the whole context, with tokens in place of the word's characters."""
    lines, unsaid = [], []
    for rule in rules:
        if not rule.reading or rule.unless or rule.left or rule.right or rule.speaker:
            unsaid.append(rule)
            continue
        text = list(rule.key)
        for start, end in rule.spans():
            han = [i for i in range(start, end) if is_han(rule.key[i])]
            for i, reading in zip(han, rule.reading, strict=True):
                text[i] = "".join(f"<|{name}|>" for name in tokens(reading))
        lines.append(json.dumps({rule.key: "".join(text)}, ensure_ascii=False) + "\n")
    return "".join(lines), unsaid


def _pls(rules: Sequence[Rule], alphabet: str = "x-pinyin") -> tuple[str, list[Rule]]:
    said, unsaid = _simple(rules)
    root = ElementTree.Element(
        "lexicon",
        {"version": "1.0", "xmlns": _PLS, "alphabet": alphabet, "xml:lang": "zh-CN"},
    )
    for phrase, reading, alias in said:
        lexeme = ElementTree.SubElement(root, "lexeme")
        ElementTree.SubElement(lexeme, "grapheme").text = phrase
        if reading:
            gap = " " if alphabet == "sapi" else ""
            text = " ".join(f"{p[:-1]}{gap}{p[-1]}" for p in reading)
            ElementTree.SubElement(lexeme, "phoneme").text = text
        else:
            ElementTree.SubElement(lexeme, "alias").text = alias
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + text + "\n", unsaid


def _azure(rules: Sequence[Rule]) -> tuple[str, list[Rule]]:
    """Azure reads PLS; its Mandarin alphabet `sapi` is pinyin with the tone apart."""
    return _pls(rules, "sapi")


FORMATS: dict[str, Callable[[Sequence[Rule]], tuple[str, list[Rule]]]] = {
    "jsonl": _json_lines, "csv": _csv, "pls": _pls, "azure": _azure, "google": _google,
    "minimax": _minimax, "glm-tts": _upstream,
}  # fmt: skip
