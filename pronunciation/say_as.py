"""What a person says a piece of text is -> how it is said."""

from __future__ import annotations

KINDS: tuple[str, ...] = (
    "cardinal", "ordinal", "digits", "characters", "fraction", "percent", "ratio", "score",
    "range", "date", "time", "duration", "money", "temperature", "unit", "telephone", "flight",
    "train", "bus", "platform", "gate", "room", "plate", "address", "name", "verbatim",
)  # fmt: skip
