"""Plain display text -> simplified, half-width text of what can be said."""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import Path

from .draft import Draft

_KEPT = "^″²³⁰¹⁴⁵⁶⁷⁸⁹⁻，。！？；：（）～…、·—–‘’“”"
"""Not folded by compatibility: rules or punctuation know them as they are."""
_CIRCLED = {chr(0x2460 + i): f"{i + 1}、" for i in range(20)}
_ROMAN = {chr(0x2160 + i): str(i + 1) for i in range(12)} | {
    chr(0x2170 + i): str(i + 1) for i in range(12)
}
_OTHERS = {
    "\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " ", "\u3000": " ", "−": "-",
    "‐": "-", "‑": "-", "‒": "-", "℃": "°C", "℉": "°F", "º": "°", "˚": "°", "㎡": "m²",
    "㎥": "m³", "㎢": "km²", "㎝": "cm", "㎜": "mm", "㎞": "km", "㎏": "kg", "µ": "μ", "Ω": "Ω",
    "‘": "‘", "’": "’", "½": " 1/2", "⅓": " 1/3", "⅔": " 2/3", "¼": " 1/4", "¾": " 3/4",
    "™": "", "®": "", "©": "", "℡": "电话", "№": "No.", "〇": "零", "￥": "¥", "∶": ":",
    "／": "/", "％": "%", "∕": "/", "⁄": "/", "╱": "/", "﹣": "-", "－": "-", "＋": "+", "＝": "=",
    "着": "着", "裏": "里", "麽": "么", "於": "于", "﹪": "%", "℅": "care of",
    "☎": "电话", "✕": "×", "✖": "×", "➕": "+", "➖": "-",
}  # fmt: skip

_FOLDS = {**_ROMAN, **_CIRCLED, **_OTHERS, **dict(zip(_KEPT, _KEPT, strict=True)), "°": "°"}

_MARKDOWN = (
    re.compile(r"(?m)^[ \t]{0,3}#{1,6}[ \t]+()"),
    re.compile(r"(?m)^[ \t]{0,12}(?:[-*+•]|>+)[ \t]+()"),
    re.compile(r"!?\[([^\[\]\n]{1,300})\]\([^()\n]{0,500}\)"),
    re.compile(r"(?m)^[ \t]*(?:[-*_][ \t]*){3,}()$"),
    re.compile(r"\*{1,3}([^*\n]{1,500})\*{1,3}"),
    re.compile(r"~~([^~\n]{1,500})~~"),
    re.compile(r"(?<![A-Za-z0-9_])__?([^_\n]{1,500})__?(?![A-Za-z0-9_])"),
    re.compile(r"`{1,3}([^`\n]{1,500})`{1,3}"),
    re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,20}(?:\s[^<>\n]{0,200})?/?>()"),
)
_MARKDOWN_SIGNS = re.compile(r"[*#_`~<>\[\]\-+•]")
_WORDS_OF_BOTH = re.compile(
    "(?<=乾)(?=[隆坤县陵])|瞭(?!望)|著(?![名作者称述录书文于])(?<!名著)(?<!原著)(?<!专著)(?<!巨著)(?<!显著)(?<!编著)(?<!土著)(?<!论著)(?<!合著)"
    "|乾(?![隆坤县陵清])|徵(?=[求兵收税召集用文])"
)
_PLAIN = re.compile("[\u4e00-\u9fff，。！？、]*")


def folded(text: str, at: int) -> Draft:
    """`text`, which begins at index `at` of the display text, without what nobody can say."""
    if _PLAIN.fullmatch(text) and _simplified().keys().isdisjoint(text):
        return _words_of_both(Draft(text, range(at, at + len(text))))
    draft = Draft(text, range(at, at + len(text)))
    if _MARKDOWN_SIGNS.search(text):
        draft = _without_markdown(draft)
    chars: list[str] = []
    places: list[int] = []
    for char, place in zip(draft.text, draft.at, strict=True):
        if unicodedata.combining(char) and chars:
            joined = unicodedata.normalize("NFC", chars[-1] + char)
            chars[-1] = joined if len(joined) == 1 else chars[-1]
            continue
        for new in _fold(char):
            chars.append(new)
            places.append(place)
    return _words_of_both(Draft("".join(chars), places))


@functools.lru_cache(maxsize=65536)
def _fold(char: str) -> str:
    """What stands for a character; "" for what has no sound."""
    if char in _FOLDS:
        return _FOLDS[char]
    category = unicodedata.category(char)
    plain = unicodedata.normalize("NFKC", char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Zs":
        return " "
    if plain != char and len(plain) <= 8:
        return "".join(map(_fold, plain))
    if category[0] == "C" or category in {"So", "Sk"}:
        return ""
    return _simplified().get(char, char)


def _without_markdown(draft: Draft) -> Draft:
    for pattern in _MARKDOWN:
        draft = draft.edited(
            edit
            for match in pattern.finditer(draft.text)
            for edit in (
                (match.start(), match.start(1), ""),
                (match.end(1), match.end(), ""),
            )
            if edit[0] < edit[1]
        )
    return draft


def _words_of_both(draft: Draft) -> Draft:
    """Characters that are traditional in some words only: 乾杯 but 乾隆, 看著 but 著名."""
    if not any(char in draft.text for char in "乾瞭著徵"):
        return draft
    simple = {"乾": "干", "瞭": "了", "著": "着", "徵": "征"}
    return draft.sub(_WORDS_OF_BOTH, lambda match: simple.get(match[0]))


@functools.cache
def _simplified() -> dict[str, str]:
    path = Path(__file__).parent / "data" / "traditional.txt"
    return {line[0]: line[1] for line in path.read_text(encoding="utf-8").splitlines()}
