"""Lines an engine could not speak -> words, each with its place in the script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from ..scripts.script import Script
from .errors import show_failure
from .language import spoken

if TYPE_CHECKING:
    from ..production.takes import TakesFailedError


@contextmanager
def failed_lines(script: Script) -> Iterator[None]:
    """Name every line that could not be spoken, and end with exit code 1; the others are kept."""
    from ..production.takes import TakesFailedError

    try:
        yield
    except TakesFailedError as error:
        kept = "Every other line is kept; the same command tries these again."
        show_failure("\n".join([*reasons(error, script), spoken()(kept)]))
        raise typer.Exit(1) from None


def reasons(error: TakesFailedError, script: Script) -> list[str]:
    """Why each line could not be spoken, with its place."""
    lines = script.lines
    return [f"{lines[i].place}: {failure}" for i, failure in sorted(error.failures.items())]
