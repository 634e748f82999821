"""An entry of a lexicon, as our own form writes it -> rules."""

from __future__ import annotations

from typing import Any

from ...documents.findings import UnfitError
from ...messages import Message
from ...mistakes import Place, nearest
from .. import markup
from ..folding import folded
from ..normalise import normalised
from .lexicon import Rule

LONGEST_KEY = 64
"""Characters that one rule looks for."""

FIELDS = (
    "word", "context", "phoneme", "alias", "not", "left", "right", "language", "speaker",
    "priority", "comment",
)  # fmt: skip


def rules_of(entry: dict[str, Any], place: Place) -> list[Rule]:
    """Our own form; several words or contexts make several rules."""
    for key in entry:
        if key not in FIELDS:
            raise UnfitError(Message('A rule has no "{}".', key), nearest(key, FIELDS))
    priority = entry.get("priority", 0)
    if not isinstance(priority, int) or isinstance(priority, bool):
        raise UnfitError('"priority" is a whole number.')
    shared: dict[str, Any] = {
        "unless": tuple(map(_folded, _strings(entry, "not"))),
        "left": tuple(map(_folded, _strings(entry, "left"))),
        "right": tuple(map(_folded, _strings(entry, "right"))),
        "language": _string(entry, "language"),
        "speaker": _string(entry, "speaker"),
        "priority": priority,
        "place": place,
    }
    alias = _string(entry, "alias")
    phoneme = " ".join(_strings(entry, "phoneme"))
    if bool(alias) == bool(phoneme):
        raise UnfitError('A rule has either "phoneme" or "alias".')
    if shared["language"] not in ("", "zh", "en"):
        raise UnfitError(Message('No language "{}".', shared["language"]), "Known: en, zh.")
    words = _strings(entry, "word")
    if not words or not all(words):
        raise UnfitError('"word" is empty.')
    return [
        _rule(word, context, phoneme, alias, shared)
        for word in words
        for context in _strings(entry, "context") or [""]
    ]


def _rule(word: str, context: str, phoneme: str, alias: str, shared: dict[str, Any]) -> Rule:
    target = None
    if f"[{word}]" in context:
        target = len(_folded(context[: context.index(f"[{word}]")]))
        context = context.replace(f"[{word}]", word, 1)
    shared = {**shared, "written": context or word}
    word, context = _folded(word), _folded(context)
    if len(context or word) > LONGEST_KEY:
        raise UnfitError(
            Message("A rule looks for {} characters at most.", LONGEST_KEY), "Shorten it."
        )
    if context and word not in context:
        raise UnfitError(
            Message('The context "{}" does not hold "{}".', context, word), "Write the word in it."
        )
    if phoneme and target is None and any(char.isdigit() for char in context):
        said = normalised(folded(context, 0), "zh").text  # readings are told of what is said
        context = said if word in said else context
    if phoneme:
        told = markup.reading(0, word, phoneme)
        return Rule(
            word=word, context=context, target=target, reading=told.syllables,
            alias=told.respelled, phones=told.phones, **shared,
        )  # fmt: skip
    return Rule(word=word, context=context, target=target, alias=alias, **shared)


def _strings(entry: dict[str, Any], key: str) -> list[str]:
    value = entry.get(key)
    if value is None or value == "":
        return []
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) for item in values):
        raise UnfitError(Message('"{}" is text, or a list of texts.', key))
    return values


def _string(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key, "") or ""
    if not isinstance(value, str):
        raise UnfitError(Message('"{}" is text.', key))
    return value


def _folded(text: str) -> str:
    """As the reader sees it: simplified, half width."""
    return folded(text, 0).text or text
