"""What subtitles tell of that nobody says: `(music)`, `♪`, `[笑]`."""

from __future__ import annotations

import re

_ZH = re.compile(
    r".*(?:声|音乐|配乐|乐曲|鼓掌|掌声|叹气|叹息|咳嗽|沉默|停顿|铃响|尖叫|欢呼|喘息|哽咽|静音|哼歌|吹口哨)"
    r"|[大微苦冷狂傻偷]?[笑哭]+|唱歌?|片头曲?|片尾曲?|字幕.*"
)
_EN = re.compile(
    r".*\b(?:music|applause|laugh\w*|sigh\w*|cheer\w*|chuckl\w*|giggl\w*|gasp\w*|cough\w*|"
    r"scream\w*|sob\w*|crying|cries|whisper\w*|silence|noise|singing|sings|bells?|ringing|rings|"
    r"beep\w*|knock\w*|groan\w*|clapping|claps|sniff\w*|inaudible|indistinct|blank_audio|"
    r"foreign|playing|plays|continues|creaks|footsteps|thunder|barks?|barking|pause|crosstalk)\b.*",
    re.IGNORECASE,
)
_NOTES = "♪♫♬♩🎵🎶"
_IN_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】|]*)[)）\]】]")


def is_sound(words: str) -> bool:
    """Whether words in brackets tell of a sound or a manner, and so of nobody who speaks."""
    words = words.strip()
    if ":" in words:  # a mark: [pause:500ms]
        return False
    return bool(_ZH.fullmatch(words) or _EN.fullmatch(words)) or any(c in words for c in _NOTES)


def without_sounds(text: str) -> tuple[str, list[str]]:
    """What is said of a cue, and what was left out.

    Left out are words in brackets that are all there is or tell of a sound, and what is sung.
    `[pause:500ms]` and other brackets in a sentence stay: they may be said.
    """
    left: list[str] = []
    if any(note in text for note in _NOTES):
        return "", [text.strip()]

    def drop(found: re.Match[str]) -> str:
        if not is_sound(found[1]):
            return found[0]
        left.append(found[0])
        return ""

    said = _IN_BRACKETS.sub(drop, text).strip()
    alone = _IN_BRACKETS.fullmatch(said)
    if alone and ":" not in alone[1]:
        return "", [*left, said]
    return said, left
