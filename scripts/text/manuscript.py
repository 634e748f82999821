"""A text as files of books and documents hold it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    paragraphs: tuple[tuple[str, int], ...]
    """Texts, with the level of those that are headings, from 1; 0 for all others."""
    title: str = ""
    author: str = ""
    cover: bytes = b""
    """A picture's file; empty where there is none."""
    notes: tuple[str, ...] = ()
    """What was left out, a sentence each."""
