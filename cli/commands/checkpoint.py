"""`glmtts checkpoint`: the model's weights fetched, checked, or made up for trying things out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Literal, cast, get_args

import typer

from ...glmtts_runtime.engines import need_glm_tts
from ...messages import Message
from ...mistakes import InputError, Place
from ..language import tell
from ..options import AsJson
from .model import Told, check_known

app = typer.Typer(no_args_is_help=True, help="The GLM-TTS model's weights.")

Source = Literal["huggingface", "modelscope"]
Size = Literal["tiny", "half", "full"]

Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FOLDER]",
        help="The checkpoint's folder; without it $GLMTTS_CHECKPOINT, or where downloads go.",
    ),
]


@app.command()
def download(
    folder: Folder = None,
    source: Annotated[
        str, typer.Option("--source", help=f"Where from: {', '.join(get_args(Source))}.")
    ] = "huggingface",
    offline: Annotated[bool, typer.Option("--offline", help="Touch no network.")] = False,
) -> None:
    """Fetch the published weights (about 9 GB), going on where an earlier try broke off."""
    check_known(source, get_args(Source), "--source")
    from ...glmtts_runtime.glm_tts.checkpoint import layout
    from ...glmtts_runtime.glm_tts.checkpoint.download import download as fetch

    where = folder or layout.home()
    found = fetch(where, source=cast("Source", source), offline=offline, report=Told())
    what = "The checkpoint lies in {}. Check it with: glmtts checkpoint verify {}"
    tell(Message(what, found.folder, where))


@app.command()
def verify(folder: Folder = None, as_json: AsJson = False) -> None:
    """Check every file and tensor of a checkpoint without loading it."""
    need_glm_tts()
    from ...glmtts_runtime.glm_tts.checkpoint.layout import find
    from ...glmtts_runtime.glm_tts.verify import verify as check

    layout = find(folder)
    report = check(layout)
    if as_json:
        parts = {part.name: part.parameters for part in report.parts}
        found = {
            "folder": str(layout.folder),
            "parameters": parts,
            "published": report.published,
            "speaker_encoder": "published" if report.speaker_encoder else "another",
        }
        print(json.dumps({"ok": True, **found}, ensure_ascii=False))
        return
    for part in report.parts:
        size = f"{part.parameters:,} parameters" if part.parameters else "whole"
        print(f"{part.name:18}{size}")
    kind = "the published sizes" if report.published else "not the published sizes"
    tell(Message("{} is whole and has {}.", layout.folder, kind))
    if report.published and not report.speaker_encoder:
        what = (
            "{} is not the speaker encoder of upstream's repository, to the byte; voices may come "
            "out unlike. That one: github.com/zai-org/GLM-TTS, frontend/."
        )
        tell(Message(what, layout.campplus))


@app.command()
def synth(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet, or is empty.")],
    size: Annotated[
        str, typer.Option("--size", help=f"How large: {', '.join(get_args(Size))}.")
    ] = "tiny",
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other weights.")] = 0,
) -> None:
    """Write a checkpoint of random weights in the published layout. It speaks noise."""
    check_known(size, get_args(Size), "--size")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what = "is there already and not empty."
        raise InputError.at(Place(str(folder)), what, "Name another folder.")
    need_glm_tts()
    from ...glmtts_runtime.glm_tts.checkpoint.synth import synth as write

    write(folder, cast("Size", size), seed=seed, report=_tell)
    tell(Message("Random weights in {}: use it as any checkpoint, and expect noise.", folder))


def _tell(name: str) -> None:
    print(name, file=sys.stderr)
