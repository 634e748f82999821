"""glmtts serve: one loaded model answers programs, in the shape of OpenAI's speech API."""

from __future__ import annotations

import logging
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from ...glmtts_runtime.options import SERVER_TOKEN
from ...mistakes import InputError, Place
from ..groups import with_groups
from ..log import log_to_terminal
from ..options import Speaking

_TRIM = 60.0  # s between two looks at the size of the store


@with_groups
def serve(
    speaking: Speaking,
    address: Annotated[
        str, typer.Argument(metavar="[ADDRESS]", help="Where to listen.")
    ] = "127.0.0.1:8766",
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=f"Holds the token that is asked for; or ${SERVER_TOKEN}. Needed off this machine.",
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every step.")] = False,
) -> None:
    """Serve speech at ADDRESS as OpenAI does: POST /v1/audio/speech.

    What speaks is loaded once, for every program of this machine. Open the address in a browser to
    try a voice; docs/serve.md tells of all routes. Ctrl-C or SIGTERM ends it.
    """
    from ...http_server.address import read_address, read_token
    from ...serve.server import serving

    if speaking.labels.audible not in {None, "off"}:
        what = "An answer is one text: no label can be heard beside it."
        raise InputError.at(Place("--audible"), what, "Leave it out; scripts bring their own.")
    token = read_token(token_file, SERVER_TOKEN)
    where = read_address(address, token, option="ADDRESS", variable=SERVER_TOKEN)
    log_to_terminal(verbose)
    ended = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, lambda _number, _frame: ended.set())
    with speaking.context(quiet=True) as context, serving(context, where, token) as url:
        logging.getLogger(__name__).info("serving %s (%s)", url, context.engine.name)
        while not ended.wait(_TRIM):
            context.store.trim()
