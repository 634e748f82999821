"""glmtts render: a script becomes a folder of finished files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..mistakes import InputError, Place
from .options import (
    AsJson,
    CacheFolder,
    Checkpoint,
    Device,
    EngineName,
    History,
    Precision,
    Temperature,
    TopK,
    TopP,
    VoiceFolders,
    open_engine,
    open_library,
    open_store,
)

if TYPE_CHECKING:
    from ..production.render import Rendered


def render(
    script: Annotated[Path, typer.Argument(help="YAML, plain text (Name: words) or SRT.")],
    voices: VoiceFolders,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Where files go; out/NAME by default."),
    ] = None,
    root: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR",
            help="A folder the script may take files from, besides its own. Repeatable.",
        ),
    ] = None,
    engine: EngineName = "preview",
    checkpoint: Checkpoint = None,
    device: Device = "auto",
    precision: Precision = "auto",
    history: History = True,
    temperature: Temperature = 1.0,
    top_p: TopP = 0.8,
    top_k: TopK = 25,
    cache: CacheFolder = None,
    as_json: AsJson = False,
) -> None:
    """Render a SCRIPT: audio, subtitles, chapters, a picture and a manifest.

    Lines are kept once spoken: after an edit only what changed is spoken again.
    """
    from ..glmtts_runtime.engine import Sampling
    from ..production.render import render as render_script
    from ..production.takes import TakesFailedError
    from ..templates.parse import read_script
    from .failures import show_failed_lines
    from .progress import progress

    for folder in root or []:
        if not folder.is_dir():
            raise InputError.at(Place("--root"), f"{folder} is not a folder.", "Check the path.")
    parsed = read_script(script, roots=[script.parent, *root] if root else ())
    target = output or Path("out") / (parsed.output.name or script.stem)
    library = open_library(voices, script.parent / "voices")
    speaker = open_engine(
        engine, checkpoint=checkpoint, device=device, precision=precision, history=history
    )
    try:
        with progress(quiet=as_json) as report:
            rendered = render_script(
                parsed,
                target,
                engine=speaker,
                library=library,
                store=open_store(cache),
                sampling=Sampling(temperature=temperature, top_p=top_p, top_k=top_k),
                report=report,
                cancel=lambda: None,
            )
    except TakesFailedError as error:
        show_failed_lines(error, parsed)
        raise typer.Exit(1) from None
    finally:
        speaker.close()
    if as_json:
        print(json.dumps(_summary(rendered), ensure_ascii=False))
    else:
        _show(rendered)


def _summary(rendered: Rendered) -> dict[str, object]:
    return {
        "ok": True,
        "folder": str(rendered.folder),
        "manifest": str(rendered.manifest),
        "files": [file.name for file in rendered.files],
        "seconds": round(rendered.seconds, 3),
        "lines": rendered.lines,
        "synthesised": rendered.synthesised,
    }


def _show(rendered: Rendered) -> None:
    minutes, seconds = divmod(round(rendered.seconds), 60)
    reused = rendered.lines - rendered.synthesised
    print(f"{minutes}:{seconds:02d} from {rendered.lines} lines ({reused} as they were)")
    for file in rendered.files:
        measured = ""
        if file.loudness is not None and file.true_peak is not None:
            measured = f"  {file.loudness:.1f} LUFS, {file.true_peak:.1f} dBTP"
        print(f"  {rendered.folder / file.name}{measured}")
    print(f"  {rendered.manifest}")
