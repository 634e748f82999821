"""Log records -> lines on standard error, where a service tells what it does."""

from __future__ import annotations

import logging
from textwrap import indent
from typing import Any

from .watch_display import console, printable


class _Printable(logging.Formatter):
    """A line for each record, whatever is in it; a traceback's lines stand back from the margin."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return printable(super().formatMessage(record)).replace("\n", "·")

    def formatException(self, *args: Any) -> str:  # noqa: N802
        return indent(printable(super().formatException(*args)), "  ")


def log_to_terminal(verbose: bool) -> None:
    """A line for every event on standard error, dressed where a person looks at it."""
    level = logging.DEBUG if verbose else logging.INFO
    logger = logging.getLogger(__package__.partition(".")[0])
    if console().is_terminal:
        from rich.logging import RichHandler

        handler: logging.Handler = RichHandler(console=console(), show_path=False)
        handler.setFormatter(_Printable("%(message)s"))
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(_Printable("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(level)
