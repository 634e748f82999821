"""Bytes of a text nobody marked -> the text, in the encoding that makes it plausible, or doubt.

A text in another encoding than one takes it for is seldom wrong bytes, mostly rare characters. So
each encoding is judged by how many of its characters are those that people write in it; between
two that are as plausible `charset-normalizer` decides, and where it cannot, nobody does.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping

from ..messages import Message
from ..mistakes import InputError, Place

_PLAUSIBLE = 0.9
_APART = 0.1
_RUN = re.compile(r"[^\x00-\x7f]+")


def _double(*spans: tuple[int, int]) -> Callable[[bytes], bool]:
    """Whether two bytes lie in one of these spans, both ends included."""

    def usual(char: bytes) -> bool:
        code = int.from_bytes(char, "big")
        return len(char) == 2 and any(low <= code <= high for low, high in spans)

    return usual


_USUAL: Mapping[str, Callable[[bytes], bool]] = {
    # Signs, and the 3755 characters of GB 2312's first level; a second byte from A1 on.
    "gb18030": lambda c: _double((0xA1A1, 0xA3FE), (0xB0A1, 0xD7F9))(c) and c[1] >= 0xA1,
    "big5": _double((0xA140, 0xA3BF), (0xA440, 0xC67E)),  # signs, and the first level
    "cp932": _double((0x8140, 0x83D6), (0x889F, 0x9872)),  # signs and kana, and the first level
    "cp949": lambda c: _double((0xA1A1, 0xA3FE), (0xB0A1, 0xC8FE))(c) and c[1] >= 0xA1,
}
NAMES = {
    "gb18030": "GBK",
    "big5": "Big5",
    "cp932": "Shift-JIS",
    "cp949": "EUC-KR",
    "cp1252": "Windows-1252",
}
"""What people call the encodings that are told apart."""


def decoded(data: bytes, file: str, encoding: str | None = None) -> str:
    """The text of a file.

    encoding: the one it is in; None: UTF-8 or with a mark, or what is plausible. Raises
    `InputError` for one that is unknown or not the file's, and in doubt.
    """
    if encoding is not None:
        return _as_told(data, file, encoding)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _as_told(data, file, "utf-16")
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    found = plausible(data)
    if len(found) == 1:
        return data.decode(found[0])
    seen = " or ".join(NAMES[name] for name in found) or "no encoding that is known here"
    what = Message("The file is not UTF-8; it looks like {}.", seen)
    raise InputError.at(
        Place(file, line), what, "Save it as UTF-8, or name its encoding: --encoding big5"
    )


def plausible(data: bytes) -> list[str]:
    """The one encoding that makes sense of the bytes; several in doubt, or none."""
    shares = {name: share for name in NAMES if (share := _share(data, name)) >= _PLAUSIBLE}
    if not shares:
        return []
    best = max(shares.values())
    near = [name for name, share in shares.items() if share > best - _APART]
    return near if len(near) == 1 else _judged(data, near)


def _share(data: bytes, name: str) -> float:
    """The share of what is not ASCII that people write in an encoding; 0 for none of it."""
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return 0.0
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", text):
        return 0.0
    runs = _RUN.findall(text)
    if name == "cp1252":  # letters with accents stand alone among the others
        good = sum(len(run) for run in runs if len(run) <= 2 and _western(run))
    else:
        good = sum(_USUAL[name](char.encode(name)) for run in runs for char in run)
    return good / max(1, sum(map(len, runs)))


def _western(run: str) -> bool:
    return all((char.isalpha() and char not in "ÿþðÞÐ") or char in "€£°’‘“”–—…" for char in run)


def _judged(data: bytes, names: list[str]) -> list[str]:
    """Which of some encodings is the least chaotic to a detector; all in doubt."""
    from charset_normalizer import from_bytes

    chaos = {match.encoding: match.chaos for match in from_bytes(data, cp_isolation=names)}
    ranked = sorted((name for name in names if name in chaos), key=lambda name: chaos[name])
    if not ranked or (len(ranked) > 1 and chaos[ranked[1]] <= chaos[ranked[0]]):
        return names
    return ranked[:1]


def _as_told(data: bytes, file: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        what = Message('No encoding "{}".', encoding)
        remedy = "Write utf-8, gbk, big5, shift_jis, euc_kr or cp1252."
        raise InputError.at(Place("--encoding"), what, remedy) from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = Message("The file is not in {}.", encoding)
        raise InputError.at(Place(file, line), what, "Name another encoding.") from None
