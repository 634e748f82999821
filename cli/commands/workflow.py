"""glmtts workflow: a ComfyUI workflow runs on a running server and its results come here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ..options import AsJson

SERVER = "http://127.0.0.1:8188"


def workflow(
    file: Annotated[Path, typer.Argument(help="A workflow, saved or exported (API).")],
    settings: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="NODE.INPUT=VALUE",
            default_factory=list,
            show_default=False,
            help="Fill in an input; a node goes by its number, title or type. Repeatable.",
        ),
    ],
    server: Annotated[
        str, typer.Option(envvar="GLMTTS_SERVER", help="Where ComfyUI listens.")
    ] = SERVER,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Where files go; out/NAME by default."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a ComfyUI workflow on a running server, without an editor, and fetch what it makes.

    Files that inputs name are uploaded. Ctrl-C cancels the run on the server, too.
    """
    import asyncio

    from ...workflows.answers import ServerError
    from ...workflows.run import run_workflow
    from ..errors import show_failure
    from ..progress import progress
    from ..watch_display import printable

    folder = output or Path("out") / file.stem
    try:
        with progress(quiet=as_json) as report:
            results = asyncio.run(
                run_workflow(file, settings, url=server, folder=folder, report=report)
            )
    except ServerError as error:
        show_failure(str(error))
        raise typer.Exit(1) from None
    if as_json:
        files = [str(path) for path in results.files]
        told = {"ok": True, "files": files, "texts": results.texts}
        print(json.dumps(told, ensure_ascii=False))
        return
    for node, lines in results.texts.items():
        print(*map(printable, (f"{node}:", *lines)), sep="\n")
    for path in results.files:
        print(path)
