"""Lines an engine could not speak -> words, each with its place in the script."""

from __future__ import annotations

from ..production.takes import TakesFailedError
from ..templates.script import Script
from .errors import show_failure


def show_failed_lines(error: TakesFailedError, script: Script) -> None:
    """Name every line that failed; the others' takes are kept."""
    lines = script.lines
    reasons = [f"{lines[i].place}: {failure}" for i, failure in sorted(error.failures.items())]
    kept = "Every other line is kept; the same command tries these again."
    show_failure("\n".join([*reasons, kept]))
