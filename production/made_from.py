"""A script ready to be spoken -> the digest of everything its files are made from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ..digests import file_digest
from ..glmtts_runtime.engine import SpeechRequest
from ..scripts.script import Script
from ..version import __version__
from .context import RenderContext
from .editing.picks_file import picks_file
from .store import key_of
from .takes import take_key


def made_from(script: Script, requests: Sequence[SpeechRequest], context: RenderContext) -> str:
    """Equal digests make equal files: what is said and how, every sound and picture by its bytes,
    the tags and labels, the files asked for, the engine and who listens by their fingerprints, and
    this program's version.

    `script` has its takes decided; `requests` are those of its lines; `context` is `for_script`.
    """
    shape = json.dumps(
        asdict(
            replace(script, file=Path(), notes=(), unsure=(), quotations=()),  # told, not made of
            dict_factory=_without_places,
        ),
        ensure_ascii=False,
        default=_by_content,
    )
    takes = [take_key(request, context.fingerprint) for request in requests]
    chosen = picks_file(script.file)
    review = file_digest(chosen) if script.output.review and chosen.is_file() else ""
    name = script.output.name or script.file.stem
    house = context.labelling.key
    return key_of("render", __version__, context.fingerprint, house, name, shape, *takes, review)


def _without_places(items: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: item for name, item in items if name != "place"}


def _by_content(value: object) -> str:
    assert isinstance(value, Path), f"{value!r} is no part of a script"
    return file_digest(value) if value.is_file() else str(value)
