"""glmtts watch: a folder is watched; what is dropped into it becomes finished files."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...glmtts_runtime.options import EngineOptions
from ...messages import Message
from ...mistakes import InputError, Mistake, Place
from ...watch.token import TOKEN_VARIABLE
from ..groups import with_groups
from ..language import tell
from ..log import log_to_terminal
from ..options import (
    CacheFolder,
    RayAddress,
    VoiceFolders,
    given_options,
    open_engine,
    open_library,
    open_store,
)

if TYPE_CHECKING:
    from ...watch.jobs.renderer import Renderer
    from ...watch.settings.file import SettingsFile
    from ...watch.settings.settings import Settings


@with_groups
def watch(
    context: typer.Context,
    inbox: Annotated[
        Path, typer.Argument(help="The folder to watch; scripts are dropped into it.")
    ],
    voices: VoiceFolders,
    engine: EngineOptions,
    settings: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Its settings; watch.yaml beside the inbox by default."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Check the settings, start nothing.")
    ] = False,
    once: Annotated[
        bool, typer.Option("--once", help="Work off what is there and end: 1 if any failed.")
    ] = False,
    status: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Serve a status page there, say 127.0.0.1:8765."),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Holds the token that the page asks for; or "
            f"${TOKEN_VARIABLE}. Needed off this machine.",
        ),
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Render in a running ComfyUI with this pack, say http://127.0.0.1:8188.",
        ),
    ] = None,
    ray: RayAddress = None,
    cache: CacheFolder = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every step.")] = False,
) -> None:
    """Watch the folder INBOX: every script dropped into it is rendered once, whatever happens.

    Drop a .yaml, .txt or .srt script or a .jsonl list of tasks (best under another name, renamed
    when it is whole). Files appear in INBOX/out, complete and at once; the script goes to
    INBOX/done, or to INBOX/failed with a report that says what to do. INBOX/urgent goes first.
    What is said here of the engine goes before what the settings say.

    Ctrl-C or SIGTERM ends it within 10 seconds; the next start goes on where it was. docs/watch.md
    tells of settings, hooks, services and containers.
    """
    from ...watch.settings.file import NAME, SettingsFile

    if not inbox.is_dir():
        raise InputError.at(Place(str(inbox)), "This is not a folder.", "Make it, or check it.")
    path = settings or inbox.resolve().parent / NAME
    if settings and not settings.is_file():
        raise InputError.at(
            Place("--settings"), Message("There is no file {}.", settings), "Check the path."
        )
    file = SettingsFile(path, inbox)

    given = given_options(engine, context)

    def chosen(found: Settings) -> Settings:
        spoken_by = replace(found.engine, **given)
        return replace(found, engine=spoken_by, voices=(*voices, *found.voices))

    if check:
        _check(file, chosen(file.current), cache)
        return
    from ...http_server.address import read_address, read_token

    token = read_token(token_file, TOKEN_VARIABLE)
    if status:
        address = read_address(status, token, option="--status", variable=TOKEN_VARIABLE)
    from ...watch.supervisor import Supervisor
    from ...workflows.answers import public
    from ..watching import Watching

    watching = Watching(
        supervisor=Supervisor(
            file=file,
            override=chosen,
            open_renderer=lambda found: open_renderer(found, cache, server, ray),
        ),
        engine=public(server) if server else None,
        address=address if status else None,
        token=token,
        once=once,
    )
    log_to_terminal(verbose)
    raise typer.Exit(watching.run())


def open_renderer(
    settings: Settings, cache: Path | None, server: str | None, ray: str | None = None
) -> Renderer:
    """What renders jobs; raises `InputError` for an engine that is not there."""
    if server:
        from ...watch.rendering.remote import RemoteRenderer

        return RemoteRenderer(server, settings)
    from ...production.context import RenderContext
    from ...production.provenance.labelling import Labelling
    from ...production.provenance.made_log import MadeLog
    from ...watch.rendering.local import LocalRenderer
    from ...watch.settings.layout import state_folder

    context = RenderContext(
        engine=open_engine(settings.engine, ray),
        library=open_library(list(settings.voices)),
        store=open_store(cache),
        labelling=Labelling.of(os.environ, MadeLog(state_folder(settings) / "made")),
    )
    return LocalRenderer(
        context,
        usual=settings.output,
        lexicons=settings.lexicons,
        disclosure=settings.disclosure,
    )


def _check(file: SettingsFile, settings: Settings, cache: Path | None) -> None:
    """Everything that can be found wrong without starting: lexicons, engine, hooks' programs."""
    import shutil

    from ...pronunciation.lexicon.named import named_lexicons
    from ...watch.settings.hook import ProgramHook, WebHook

    mistakes: list[Mistake] = []
    for lexicon in settings.lexicons:
        try:
            named_lexicons([str(lexicon)])
        except InputError as error:
            mistakes += error.mistakes
    place = Place(str(file.path))
    for hook in settings.hooks:
        if isinstance(hook, ProgramHook) and not shutil.which(hook.argv[0], path=None):
            what = Message('The program "{}" of the hook {} is not found.', hook.argv[0], hook.name)
            mistakes.append(Mistake(place, what, "Give its whole path."))
        if isinstance(hook, WebHook) and hook.secret_env and hook.secret_env not in os.environ:
            what = Message("The variable {} of the hook {} is not set.", hook.secret_env, hook.name)
            mistakes.append(Mistake(place, what, "Set it where the service runs."))
    try:
        open_renderer(settings, cache, None).close()
    except InputError as error:
        mistakes += error.mistakes
    if mistakes:
        raise InputError(mistakes)
    there = file.path.is_file()
    said = Message("is right") if there else Message("is not there: everything is as usual")
    engine, hooks = settings.engine.engine, len(settings.hooks)
    tell(Message("{} {}. Engine: {}, hooks: {}.", file.path, said, engine, hooks))
