"""Who speaks in a text: options, what was guessed, and a question where that is unsure."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..messages import Message
from ..mistakes import InputError, Place
from .language import spoken, tell
from .options import open_script

if TYPE_CHECKING:
    from ..scripts.script import Script

_PANEL = "Plain text and subtitles"
_MOST_ASKED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Casting:
    """Whom a text names."""

    speakers: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="Only these names, before a colon or in brackets, are speakers.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    no_speakers: Annotated[
        bool,
        typer.Option("--no-speakers", help="Nobody is named: all is read.", rich_help_panel=_PANEL),
    ] = False

    @property
    def names(self) -> tuple[str, ...] | None:
        """Who speaks; None: whom the text makes likely. Raises `InputError`."""
        if self.no_speakers and self.speakers is not None:
            remedy = "Give --speakers or --no-speakers, not both."
            raise InputError.at(Place("--no-speakers"), "Somebody and nobody speaks.", remedy)
        if self.no_speakers:
            return ()
        if self.speakers is None:
            return None
        found = [name.strip() for name in self.speakers.replace("，", ",").split(",")]
        return tuple(name for name in found if name)

    def script(self, path: Path, roots: list[Path], *, quiet: bool) -> Script:
        """A script, and what was guessed of it on standard error.

        Asks about names that one line begins with, where somebody is there to answer.
        """
        script = open_script(path, roots, self.names)
        if script.unsure and not quiet and sys.stdin.isatty() and sys.stderr.isatty():
            script = open_script(path, roots, _answered(script))
        if not quiet:
            for note in script.notes:
                tell(note, err=True)
        return script


def _answered(script: Script) -> tuple[str, ...]:
    """Who speaks, after asking about everybody who is unsure."""
    speaking = set(script.speakers)
    known = [name for name in script.speakers if name not in script.unsure]
    for name in script.unsure[:_MOST_ASKED]:
        question = Message('"{}" begins one line. Does somebody of that name speak?', name)
        if typer.confirm(spoken()(question), default=name in speaking, err=True):
            known.append(name)
    known += [name for name in script.unsure[_MOST_ASKED:] if name in speaking]
    return tuple(known)
