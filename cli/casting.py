"""Who speaks in a text: options, what was guessed, and a question where that is unsure."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..messages import Message
from ..mistakes import InputError, Place
from .language import spoken, tell
from .options import open_script

if TYPE_CHECKING:
    from ..scripts.defaults import Defaults
    from ..scripts.script import Script
    from ..scripts.text.cast_table import CastTable

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

    cast: Annotated[
        bool,
        typer.Option(
            "--cast",
            help="Quotations of prose in the voices of those who say them; NAME.cast.csv beside "
            "the book has who that is, to be corrected.",
            rich_help_panel=_PANEL,
        ),
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
        defaults = self._defaults(path)
        script = open_script(path, roots, defaults)
        if script.unsure and not quiet and sys.stdin.isatty() and sys.stderr.isatty():
            script = open_script(path, roots, replace(defaults, names=_answered(script)))
        if defaults.cast is not None:
            script = _written(script, path, defaults.cast)
        if not quiet:
            for note in script.notes:
                tell(note, err=True)
        return script

    def _defaults(self, path: Path) -> Defaults:
        from ..scripts.defaults import Defaults
        from ..scripts.text.cast_table import CastTable, beside, read_cast_table

        table = None
        if self.cast:
            file = beside(path)
            table = read_cast_table(file) if file.is_file() else CastTable()
        return Defaults(names=self.names, cast=table)


def _written(script: Script, path: Path, table: CastTable) -> Script:
    """The script whose table of quotations has been written beside it, and says so."""
    from ..atomic import write_text
    from ..scripts.text.cast_table import GUESSED, beside, cast_table_text
    from ..scripts.text.dialogue import narrator

    file = beside(path)
    who = narrator(script.language)
    write_text(file, "\ufeff" + cast_table_text(script.quotations, who, table))
    unknown = sum(one.how == GUESSED for one in script.quotations)
    note = Message(
        "{} quotations; of {} nobody tells who says them, the narrator reads these: see {}.",
        len(script.quotations),
        unknown,
        file,
    )
    return replace(script, notes=(*script.notes, note))


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
