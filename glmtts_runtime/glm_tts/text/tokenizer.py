"""Text with phoneme tokens -> ids: the published byte-pair ranks and added tokens."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..llm.passage import AudioIds

FOLDER = "vq32k-phoneme-tokenizer"
PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How text is cut before byte pairs are merged (tokenization_chatglm.py)."""
PHONEME = re.compile(r"<\|[A-Z]{1,5}[1-5]?\|>")
BEGIN, END = "<|begin_of_audio|>", "<|user|>"


class VocabularyError(ValueError):
    """The tokenizer's files do not hold what they must; says what."""


@dataclass(frozen=True, slots=True)
class AddedToken:
    """One entry of `added_tokens_decoder`."""

    id: int
    lstrip: bool
    """Swallows the white space before it."""
    rstrip: bool
    """Swallows the white space after it."""


@dataclass(frozen=True)
class TextTokenizer:
    """The vocabulary. No prefix tokens: the published class adds none."""

    ranks: Mapping[bytes, int]
    added: Mapping[str, AddedToken]
    audio: AudioIds

    @classmethod
    def load(cls, folder: Path) -> TextTokenizer:
        """Read `tokenizer.model` and `tokenizer_config.json`; raises VocabularyError, OSError."""
        ranks = _ranks((folder / "tokenizer.model").read_bytes())
        try:
            config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        except ValueError as error:
            raise VocabularyError(f"tokenizer_config.json is not JSON ({error})") from error
        added = _added(config)
        return cls(ranks=ranks, added=added, audio=_audio(added))

    @cached_property
    def phonemes(self) -> Mapping[str, AddedToken]:
        """`<|ZH|>`, `<|ANG3|>`, …"""
        return {name: token for name, token in self.added.items() if PHONEME.fullmatch(name)}

    @property
    def size(self) -> int:
        """Ids there are, holes included."""
        return 1 + max((len(self.ranks) - 1, *(token.id for token in self.added.values())))

    def encode(self, text: str) -> list[int]:
        """The ids of a text. Only phonemes are read as tokens of their own: whatever else looks
        like one in a text is text, so that nobody writes an end of speech into a line.
        """
        ids: list[int] = []
        pieces = re.split(f"({PHONEME.pattern})", text)
        found = [self.phonemes.get(piece) for piece in pieces]
        for index, (piece, token) in enumerate(zip(pieces, found, strict=True)):
            if token is not None:
                ids.append(token.id)
                continue
            before = found[index - 1] if index else None
            after = found[index + 1] if index + 1 < len(found) else None
            kept = piece.lstrip() if before and before.rstrip else piece
            kept = kept.rstrip() if after and after.lstrip else kept
            ids += self._encoding.encode_ordinary(kept)
        return ids

    @cached_property
    def _encoding(self) -> Any:
        import tiktoken

        return tiktoken.Encoding(
            "glm-tts", pat_str=PATTERN, mergeable_ranks=dict(self.ranks), special_tokens={}
        )


def _ranks(data: bytes) -> dict[bytes, int]:
    ranks: dict[bytes, int] = {}
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            token, rank = line.split()
            ranks[base64.b64decode(token, validate=True)] = int(rank)
        except (ValueError, binascii.Error) as error:
            raise VocabularyError(f"tokenizer.model, line {number} is not a rank") from error
    if sorted(ranks.values()) != list(range(len(ranks))) or len(ranks) < 256:
        raise VocabularyError("tokenizer.model does not count its ranks from 0")
    return ranks


def _added(config: Any) -> dict[str, AddedToken]:
    try:
        return {
            str(token["content"]): AddedToken(
                int(number), bool(token.get("lstrip")), bool(token.get("rstrip"))
            )
            for number, token in config["added_tokens_decoder"].items()
        }
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise VocabularyError("tokenizer_config.json has no added_tokens_decoder") from error


def _audio(added: Mapping[str, AddedToken]) -> AudioIds:
    missing = [name for name in (BEGIN, END, "<|audio_0|>") if name not in added]
    if missing:
        raise VocabularyError(f"tokenizer_config.json lacks {', '.join(missing)}")
    first = added["<|audio_0|>"].id
    count = sum(1 for name in added if re.fullmatch(r"<\|audio_\d+\|>", name))
    for number in range(count):
        token = added.get(f"<|audio_{number}|>")
        if token is None or token.id != first + number:
            raise VocabularyError(f"the audio tokens are not in a row at <|audio_{number}|>")
    return AudioIds(first=first, count=count, begin=added[BEGIN].id, end=added[END].id)
