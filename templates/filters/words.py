"""Lists and counted things in a template -> words in a row; text that is no markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...documents.findings import UnfitError, quoted
from .written import matched, unfit, written

_SEPARATORS = ("；", ";", "|", "、", "，", ",")
_COUNT = re.compile(r"-?\d{1,16}(?:\.\d{1,6})?")


def join_list(language: str, value: object, word: str | None = None) -> str:
    """南京南;上海虹桥 -> 南京南和上海虹桥; A, B and C. word: instead of 和 or and."""
    items = _items(value)
    if len(items) == 1:
        return items[0]
    head, last = items[:-1], items[-1]
    if language == "zh":
        return "、".join(head) + ("和" if word is None else word) + last
    return f"{', '.join(head)} {'and' if word is None else word} {last}"


def _items(value: object) -> list[str]:
    """The texts of a list, or of a cell that holds several between separators of one kind."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = [item if isinstance(item, str) else written(item) for item in value]
    else:
        text = value if isinstance(value, str) else written(value)
        items = _split(text)
    items = [item.strip() for item in items]
    if not items or not all(items):
        raise UnfitError("A list has nothing in it, or a gap.", "Write 南京南;上海虹桥.")
    return items


def _split(text: str) -> list[str]:
    """At the signs of one kind; the | of {单|shàn} is none."""
    pieces = re.split(r"(\{[^{}]*\})", text)  # every second one is a mark
    outside = "".join(pieces[::2])
    separator = next((sign for sign in _SEPARATORS if sign in outside), None)
    items = [""]
    for index, piece in enumerate(pieces):
        first, *others = [piece] if index % 2 or not separator else piece.split(separator)
        items[-1] += first
        items += others
    return items


def plural(language: str, value: object, one: str, many: str = "") -> str:
    """`{{ minutes | plural("minute") }}` -> 1 minute, 5 minutes. many: where it is not one + s."""
    if language != "en":
        raise UnfitError("Chinese has no plural.", "Write the number and its measure word.")
    number = matched(value, _COUNT, "a number", "Write 5.")[0]
    return f"{number} {one if number == '1' else many or one + 's'}"


def plain(language: str, value: object) -> str:
    """The text as it is, even where it looks like a mark or a pause."""
    if not isinstance(value, str):
        return written(value)
    if not value.strip():
        raise unfit(quoted(value), "a text", "Fill it in.")
    return re.sub(r"([{}\[\]｛｝［］【】])", r"\\\1", value)
