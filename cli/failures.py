"""Lines an engine could not speak -> words, each with its place in the script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from ..templates.script import Script
from .errors import show_failure


@contextmanager
def failed_lines(script: Script) -> Iterator[None]:
    """Name every line that could not be spoken, and end with exit code 1; the others are kept."""
    from ..production.takes import TakesFailedError

    try:
        yield
    except TakesFailedError as error:
        lines = script.lines
        reasons = [f"{lines[i].place}: {failure}" for i, failure in sorted(error.failures.items())]
        kept = "Every other line is kept; the same command tries these again."
        show_failure("\n".join([*reasons, kept]))
        raise typer.Exit(1) from None
