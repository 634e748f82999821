"""`glmtts model`: the weights of either engine that has some, fetched and checked."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ...messages import Message
from ...mistakes import InputError, Place, nearest
from ..language import tell
from ..options import AsJson

app = typer.Typer(no_args_is_help=True, help="The weights of Kokoro and GLM-TTS.")

_SOURCES = {"kokoro": ("github", "huggingface"), "glm-tts": ("huggingface", "modelscope")}
"""By engine; the first is asked unless told otherwise."""
_PAUSE = 0.5
"""Seconds between two words on how far a download is"""

Model = Annotated[str, typer.Argument(metavar="MODEL", help="kokoro or glm-tts.")]


@app.command()
def download(
    model: Model,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="By default where it is looked for.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help="kokoro: github, huggingface; glm-tts: huggingface, modelscope."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Touch no network.")] = False,
) -> None:
    """Fetch the published weights: kokoro 92 MB, glm-tts about 9 GB.

    Goes on where an earlier try broke off. $HF_ENDPOINT names a mirror of huggingface.co.
    """
    check_known(model, tuple(_SOURCES), "MODEL")
    chosen: Any = source or _SOURCES[model][0]
    check_known(chosen, _SOURCES[model], "--source")
    if model == "glm-tts":
        from .checkpoint import download as download_checkpoint

        download_checkpoint(folder, chosen, offline)
        return
    from ...glmtts_runtime.kokoro.download import FILE
    from ...glmtts_runtime.kokoro.download import download as fetch

    told = Told()
    found = fetch(
        folder,
        source=chosen,
        offline=offline,
        progress=lambda done, total: told(FILE, done, total),
    )
    tell(Message("Kokoro's weights lie in {}, and are the published ones.", found.file))


@app.command()
def verify(
    model: Model,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="By default the one that is found.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check weights against what was published, without loading them."""
    check_known(model, tuple(_SOURCES), "MODEL")
    if model == "glm-tts":
        from .checkpoint import verify as verify_checkpoint

        verify_checkpoint(file, as_json)
        return
    from ...glmtts_runtime.kokoro.weights import SHA256, find

    weights = find(file)
    published = weights.sha256 == SHA256
    if as_json:
        told = {"file": str(weights.file), "sha256": weights.sha256, "published": published}
        print(json.dumps({"ok": True, **told}, ensure_ascii=False))
        return
    kind = "the published file" if published else "another export than the published one"
    tell(Message("{} is {} (SHA-256 {}).", weights.file, kind, weights.sha256))


class Told:
    """A `Report` on standard error: each file's name once, and now and then how far it is."""

    def __init__(self) -> None:
        self._name, self._next = "", 0.0

    def __call__(self, name: str, done: int, total: int) -> None:
        if name != self._name:
            self._name = name
            print(name, file=sys.stderr)
        if sys.stderr.isatty() and total and (now := time.monotonic()) >= self._next:
            self._next = now + _PAUSE
            print(f"  {done / 1e6:.0f} of {total / 1e6:.0f} MB", end="\r", file=sys.stderr)


def check_known(name: str, known: tuple[str, ...], where: str) -> None:
    """Raises `InputError` at an option for what is none of its choices."""
    if name not in known:
        raise InputError.at(Place(where), Message('"{}" is unknown.', name), nearest(name, known))
