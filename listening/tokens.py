"""Whisper's tokens: which hold a word, and which it never writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from ..pronunciation.reader import Language

Span: TypeAlias = tuple[int, int]

_FIGURES = frozenset("0123456789%$")  # tokens spell all but ASCII in bytes


def covering(pieces: Sequence[tuple[str, int]], word: Span, tokens: int) -> Span:
    """First and after the last of the tokens that hold a word."""
    at, first, last = 0, 0, tokens
    for text, token in pieces:
        if at <= word[0]:
            first = token
        if at >= word[1]:
            last = token
            break
        at += len(text)
    return first, last


def tokenizer(whisper: Any, language: Language) -> Any:
    from faster_whisper.tokenizer import Tokenizer

    return Tokenizer(whisper.hf_tokenizer, True, task="transcribe", language=language)


def pieces(tokenizer: Any, tokens: Sequence[int]) -> list[tuple[str, int]]:
    """Text that whole characters can be made of, and the index of its first token."""
    found, begin = list[tuple[str, int]](), 0
    for end in range(1, len(tokens) + 1):
        text = tokenizer.decode(list(tokens[begin:end]))
        if "\ufffd" not in text or end == len(tokens):
            found.append((text, begin))
            begin = end
    return found


def figures(whisper: Any) -> list[int]:
    """Tokens that are never written: those Whisper leaves out itself, and figures, so that
    numbers are written as they are said."""
    vocabulary = whisper.hf_tokenizer.get_vocab(with_added_tokens=False)
    return [-1, *sorted(i for token, i in vocabulary.items() if _FIGURES & set(token))]
