"""Which language each clause or quoted run of a sentence is in, as far as its own words tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .chinese.hanzi import HAN, has_han

_SENTENCE = re.compile(r"(?:[^。！？!?\n]|!=)*(?:(?:[。！？?\n]|!(?!=))+|$)")
_WORD = re.compile(r"(?<![\w@./-])[A-Za-z][a-z]{1,20}(?:'[a-z]+)?(?![\w@/]|\.\w)")
_ONLY_ENGLISH = re.compile(
    r"(?<![\w@./-])(?:an|and|are|at|by|for|from|in|is|of|on|or|the|to|with)(?![\w@/.-])"
    r"|\d(?:st|nd|rd|th)(?!\w)"
)
_DATED = re.compile(
    r"(?<![A-Za-z])(?i:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)"
    r"(?i:uary|ruary|ch|il|ust|ember|tember|ober)?\.?[- ][0-3]?\d(?![\d.])"
)
"""A month and a day: July 25, Jan-15-2020."""
_FUNCTION_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "am",
        "to",
        "of",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "and",
        "or",
        "but",
        "not",
        "it",
        "its",
        "it's",
        "he",
        "she",
        "we",
        "you",
        "they",
        "I",
        "I'm",
        "I've",
        "my",
        "your",
        "his",
        "her",
        "our",
        "their",
        "this",
        "that",
        "these",
        "those",
        "there",
        "here",
        "what",
        "when",
        "where",
        "who",
        "how",
        "why",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "will",
        "would",
        "can",
        "could",
        "should",
        "let's",
        "let",
        "since",
        "until",
        "only",
        "just",
        "about",
        "than",
        "as",
        "if",
        "so",
        "please",
        "more",
        "less",
        "per",
        "every",
        "each",
        "all",
        "some",
        "any",
        "into",
        "over",
        "under",
        "after",
        "before",
        "because",
        "while",
        "again",
        "ago",
        "don't",
        "can't",
        "won't",
        "isn't",
        "that's",
        "there's",
        "me",
        "him",
        "them",
        "us",
    ]
)
_RUN = re.compile(rf"[^{HAN}，。！？；：、“”‘’《》「」『』【】（）…—\"]+")
_LATIN = re.compile(r"(?<![A-Za-z\d])[A-Za-z]+(?:['’][A-Za-z]+)?")
_COUNTED = re.compile(r"(?:^|\s)\d[\d,.]*[ -][a-z]{3,}(?:\s[a-z]{3,})+")
_COUNTED_TITLE = re.compile(r"^\s*\d[\d,.]*\s[A-Za-z]{3,}")
_NOON = re.compile(r"\b[ap]\.?m\b\.?", re.IGNORECASE)
_SIGN = re.compile(r"[\d$€£%&@#+=<>°]")
_CLOSING = '，。！？；：、”’"》」』）)…—'
_QUOTES = '“‘"《「『（('


def clauses(text: str, language: str, forced: bool) -> Iterator[tuple[int, int, str]]:
    """(start, end, language) of the clauses of a text, which they cover.

    language: of what does not itself tell, and of everything if `forced`.
    """
    before = ""
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if start == end:
            continue
        if forced:
            yield start, end, language
            continue
        for first, last, spoken in _parts(match[0], before or language):
            yield start + first, start + last, spoken
        before = "en" if _ends_in_english(match[0]) else ""


def _parts(sentence: str, language: str) -> Iterator[tuple[int, int, str]]:
    """The parts of a sentence; one without Chinese words goes on in English if that was spoken."""
    if not has_han(sentence):
        yield 0, len(sentence), "en" if _is_english(sentence) else language
        return
    done = 0
    for start, end in _english_runs(sentence):
        if start > done:
            yield done, start, "zh"
        yield start, end, "en"
        done = end
    if done < len(sentence):
        yield done, len(sentence), "zh"


def _ends_in_english(sentence: str) -> bool:
    runs = _RUN.findall(sentence)
    return (
        bool(runs)
        and sentence.endswith(runs[-1])
        and runs[-1][-1] != "\n"
        and (_run_is_english(runs[-1], quoted=False))
    )


def _is_english(sentence: str) -> bool:
    """Two words make a sentence English, and so does one that only English has."""
    words = {match[0] for match in _WORD.finditer(sentence)}
    return (
        len(words) > 1
        or _ONLY_ENGLISH.search(sentence) is not None
        or _DATED.search(sentence) is not None
    )


def _english_runs(sentence: str) -> Iterator[tuple[int, int]]:
    """The runs between Chinese words that hold numbers or signs and are English all the same."""
    for match in _RUN.finditer(sentence):
        run = match[0]
        if not _SIGN.search(run):
            continue
        start, end = match.span()
        if end < len(sentence) and sentence[end] not in _CLOSING:
            end = start + len(
                re.sub(r"(?<=\s)[\d.,]+$", "", run)
            )  # the number belongs to what follows
        quoted = start > 0 and sentence[start - 1] in _QUOTES
        if _run_is_english(run, quoted=quoted):
            yield start, end


def _run_is_english(run: str, *, quoted: bool) -> bool:
    words = _LATIN.findall(_NOON.sub("", run))
    small = any(
        word in _FUNCTION_WORDS
        or (word[0].isupper() and word[1:].islower() and word.lower() in _FUNCTION_WORDS)
        for word in words
    )
    if small and (len(words) > 1 or len(words[0]) > 1):
        return True
    if quoted and re.search(r"[a-z]['’]s\b", run):
        return True
    if quoted:
        lower = [word for word in words if word.islower() and len(word) > 2]
        return (len(words) > 1 and bool(lower)) or _COUNTED_TITLE.match(run) is not None
    return _COUNTED.search(run) is not None or _DATED.search(run) is not None
