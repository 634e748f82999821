"""The name of a chime -> the path that stands for it where a script or a template names a sound."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..documents.findings import UnfitError, quoted
from ..messages import Message
from ..mistakes import nearest

PREFIX = "chime:"

CHIMES: Mapping[str, Mapping[str, str]] = {
    "ding-dong": {"zh": "两声，由高到低", "en": "two tones, high to low"},
    "rise": {"zh": "三声，由低到高", "en": "three tones, rising"},
    "station": {"zh": "四声，车站", "en": "four tones, of a station"},
    "gong": {"zh": "轻柔的锣声", "en": "a soft gong"},
    "queue": {"zh": "叫号提示音", "en": "two short tones that call a number"},
    "ai": {"zh": "“短长、短短”的节奏：人工智能", "en": "the rhythm that says AI"},
    "attention": {"zh": "三声相同的提示音", "en": "one tone, three times"},
}
"""Each by its name, and what it sounds like. They are made by `audio/chimes.py`."""


def chime_path(name: str) -> Path:
    """The path of a chime, which is no file; UnfitError for an unknown name."""
    if name not in CHIMES:
        raise UnfitError(Message("There is no chime {}.", quoted(name)), nearest(name[:80], CHIMES))
    return Path(PREFIX + name)


def chime_name(path: Path) -> str | None:
    """The name of the chime a path stands for; None for the path of a file."""
    text = str(path)
    return text.removeprefix(PREFIX) if text.startswith(PREFIX) else None
