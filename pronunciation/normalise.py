"""Folded text -> text as it is said, without digits and symbols."""

from __future__ import annotations

import re

from .draft import Draft


def folded(text: str, at: int) -> Draft:
    """Plain display text that begins at index `at`, without what nobody can say."""
    kept = [
        (i, char)
        for i, char in enumerate(text, at)
        if char.isprintable() and not 0xE000 <= ord(char) <= 0xF8FF
    ]
    return Draft("".join(char for _, char in kept), [i for i, _ in kept])


def normalised(draft: Draft, language: str) -> Draft:
    """The draft with its numbers and symbols as words."""
    if not re.search(r"\d", draft.text):
        return draft
    from wetext import Normalizer

    zh = Normalizer(lang=language, operator="tn")
    return draft.sub(re.compile(r"[\d.,:%+-]+"), lambda match: str(zh.normalize(match[0])))


def said_as(word: str, kind: str, detail: str, language: str) -> str:
    """What `word` is, said."""
    return normalised(Draft(word, range(len(word))), language).text
