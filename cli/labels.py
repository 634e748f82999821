"""Options of every command that makes files: what these say of where they come from."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from ..mistakes import Place

if TYPE_CHECKING:
    from ..production.provenance.labelling import Labelling
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

    c2pa_key: Annotated[
        str | None,
        typer.Option(
            "--c2pa-key",
            metavar="FILE",
            envvar="GLMTTS_C2PA_KEY",
            help="Sign files with this private key (PEM); extra c2pa.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    c2pa_certificate: Annotated[
        str | None,
        typer.Option(
            "--c2pa-certificate",
            metavar="FILE",
            envvar="GLMTTS_C2PA_CERTIFICATE",
            help="Its certificate, and those above it (PEM).",
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
        from ..production.provenance.labelling import PRODUCER_VARIABLE, Labelling, signer
        from ..production.provenance.made_log import MadeLog
        from ..scripts.disclosure import Disclosure

        usual = {PRODUCER_VARIABLE: os.environ.get(PRODUCER_VARIABLE, "")}
        house = Labelling.of(usual, MadeLog(state_folder() / "made"))
        places = (Place("--c2pa-key"), Place("--c2pa-certificate"))
        return replace(
            house,
            signer=signer(self.c2pa_key or "", self.c2pa_certificate or "", places),
            disclosure=self.on(Disclosure()),
        )
