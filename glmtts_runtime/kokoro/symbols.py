"""The symbols Kokoro-82M reads, and their numbers."""

from __future__ import annotations

MOST = 510
"""Symbols of a pass; the voices' style tables have one row for each number of them."""

EDGE = 0
"""The number that stands before the first symbol and after the last."""

STOPS = ".!?"
PAUSES = ",;:—…"
MARKS = STOPS + PAUSES + '()“”"'
"""Punctuation the model knows; all of it shapes the melody."""

TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
"""Of Mandarin; the neutral tone has no symbol."""

_NUMBERED = (
    (1, ";:,.!?"),
    (9, '—…"()“” \u0303ʣʥʦʨᵝꭧAI'),
    (31, "O"),
    (33, "Q"),
    (35, "ST"),
    (39, "W"),
    (41, "Yᵊabcdef"),
    (50, "hijklmnopqrstuvwxyzɑɐɒæ"),
    (75, "βɔɕç"),
    (80, "ɖðʤə"),
    (85, "ɚɛɜ"),
    (90, "ɟ"),
    (92, "ɡ"),
    (99, "ɥ"),
    (101, "ɨɪʝ"),
    (110, "ɯɰŋɳɲɴø"),
    (118, "ɸθœ"),
    (123, "ɹ"),
    (125, "ɾɻ"),
    (128, "ʁɽʂʃʈʧ"),
    (135, "ʊʋ"),
    (138, "ʌɣɤ"),
    (142, "χʎ"),
    (147, "ʒʔ"),
    (156, "ˈˌː"),
    (162, "ʰ"),
    (164, "ʲ"),
    (169, "↓"),
    (171, "→↗↘"),
    (177, "ᵻ"),
)
"""Runs of symbols and the number of the first (hexgrad/Kokoro-82M, config.json, "vocab")"""

NUMBERS = {symbol: first + offset for first, run in _NUMBERED for offset, symbol in enumerate(run)}
"""Symbol -> number"""


def numbers(symbols: str) -> list[int]:
    """The numbers of a pass without its edges. Raises KeyError for what the model does not know."""
    return [NUMBERS[symbol] for symbol in symbols]
