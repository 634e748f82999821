"""What a person says a piece of text is -> how it is said. The names are those of SSML's say-as."""

from __future__ import annotations

from .style import DEFAULT, SayAs, Style

KINDS: tuple[str, ...] = (
    "cardinal", "ordinal", "digits", "characters", "letters", "fraction", "percent", "ratio",
    "score", "date", "time", "duration", "money", "temperature", "unit", "telephone", "flight",
    "train", "bus", "platform", "gate", "room", "plate", "address", "name", "verbatim",
)  # fmt: skip


def said_as(
    word: str, kind: str, detail: str = "", language: str = "zh", style: Style = DEFAULT
) -> str:
    """`word` said as `kind`; what does not look like one is said as it would be without the mark.

    detail: `date` takes the order of the numbers (ymd, mdy, dmy), `digits`, `telephone` and other
    codes how 1 is said (幺, 一), `time` takes `duration` and, in English, `24h`, `unit` the unit
    of a number without one.
    """
    from .draft import Draft
    from .folding import folded
    from .normalise import normalised

    text = folded(word, 0).text.strip()
    say = _says(language).get(kind)
    said = say(text, detail, style) if say else None
    if said is None:
        said = text
    elif said.isalpha():  # 沪B七L幺幺零 is no litre
        return said
    return normalised(Draft(said, range(len(said))), language, style).text or word


def _says(language: str) -> dict[str, SayAs]:
    if language == "zh":
        from .chinese.say_as import SAYS
    else:
        from .english.say_as import SAYS
    return SAYS
