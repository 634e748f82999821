"""Options of every command that makes files: what these say of where they come from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..production.labelling import Labelling
    from ..scripts.disclosure import Disclosure

_PANEL = "What files say of themselves"  # of the help


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelOptions:
    """What is disclosed, before all that is written."""

    disclosure: Annotated[
        str | None,
        typer.Option(
            "--disclosure",
            metavar="RULES",
            help='Whose rules: cn, eu, us, or several with commas; "none: why" for no label.',
            rich_help_panel=_PANEL,
        ),
    ] = None
    producer: Annotated[
        str | None,
        typer.Option(
            "--producer",
            metavar="CODE",
            help="The code of who makes it; $GLMTTS_PRODUCER where nobody says.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    audible: Annotated[
        str | None,
        typer.Option(
            "--audible",
            metavar="KIND",
            help="A label that is heard, too: spoken, morse or off.",
            rich_help_panel=_PANEL,
        ),
    ] = None

    def on(self, usual: Disclosure) -> Disclosure:
        """What is written, with what was said here before it; raises `InputError`."""
        from ..scripts.yaml_disclosure import overridden

        return overridden(
            usual, rules=self.disclosure, producer=self.producer, audible=self.audible
        )

    def labelling(self) -> Labelling:
        """What the house says of itself; raises `InputError`."""
        from ..machine import state_folder
        from ..production.labelling import Labelling
        from ..production.made_log import MadeLog

        return Labelling.of(os.environ, MadeLog(state_folder() / "made"))
