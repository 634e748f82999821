"""Every command in its place."""

from __future__ import annotations

from typing import Annotated

import typer

from ..messages import LANGUAGES, Message, known_language
from ..mistakes import InputError, Place, nearest
from ..version import __version__
from .commands import (
    announce,
    batch,
    checkpoint,
    doctor,
    lexicon,
    listen,
    model,
    read,
    render,
    say,
    serve,
    show,
    takes,
    templates,
    verify,
    voices,
    watch,
    workflow,
)
from .language import HELP

app = typer.Typer(
    name="glmtts",
    help="Speech in Chinese and English with GLM-TTS: scripts, batches, single lines.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={
        "help_option_names": HELP,
        # --prompt_audio is --prompt-audio: both spellings are about in people's scripts.
        "token_normalize_func": lambda token: token.replace("_", "-"),
    },
)
app.command()(render.render)
app.command()(takes.takes)
app.command()(listen.listen)
app.command()(say.say)
app.command()(batch.batch)
app.command()(announce.announce)
app.command()(watch.watch)
app.command()(serve.serve)
app.command()(read.read)
app.command()(verify.verify)
app.add_typer(templates.app, name="templates")
app.add_typer(show.app, name="show")
app.add_typer(lexicon.app, name="lexicon")
app.add_typer(voices.app, name="voices")
app.command()(workflow.workflow)
app.add_typer(model.app, name="model")
app.add_typer(checkpoint.app, name="checkpoint")
app.command()(doctor.doctor)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"glmtts {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")
    ] = False,
    lang: Annotated[
        str | None,
        typer.Option(
            metavar="en|zh",
            envvar="GLMTTS_LANG",
            help="The language of help and messages; the system's unless given.",
        ),
    ] = None,
) -> None:
    """Speech in Chinese and English with GLM-TTS: scripts, batches, single lines."""
    if lang and not known_language(lang):
        what = Message("There are no messages in the language {}.", lang)
        raise InputError.at(Place("--lang"), what, nearest(lang, LANGUAGES))
