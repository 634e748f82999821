"""What is asked of the language model, and what it gives: passages in, tokens out."""

from __future__ import annotations

from dataclasses import dataclass

from ...options import Sampling


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioIds:
    """Where speech lives in the text vocabulary."""

    first: int
    """Id of speech token 0."""
    count: int
    begin: int
    """Id that ends the text and begins the speech."""
    end: int
    """Id that ends the speech."""

    @property
    def speech(self) -> tuple[int, ...]:
        """Ids a step may give: every speech token, then the end."""
        return (*range(self.first, self.first + self.count), self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What to decode: one text after one or more prompts."""

    prompts: tuple[tuple[tuple[int, ...], float], ...]
    """Ids of each prompt with the text to speak, and its weight; the weights sum to 1. All are
    continued with the same tokens, sampled from the weighted mean of their log probabilities."""
    least: int
    """Speech tokens before which it may not end."""
    most: int
    seed: int
    sampling: Sampling


@dataclass(frozen=True, slots=True)
class GeneratedToken:
    """One step of one passage."""

    handle: int
    token: int | None
    """None where the passage ended of itself."""
    ended: bool
