"""The command line: arguments in, one call down, exit code out."""

from __future__ import annotations

import os
import sys

_STOPPED = 130  # what shells expect of a command ended by Ctrl-C


def main() -> None:
    """Entry point of `glmtts`: 0 done, 1 something failed, 2 something to fix in what was given."""
    import typer

    from ..mistakes import InputError
    from .app import app
    from .errors import open_streams, show_failure, show_mistakes, show_system_error, show_usage
    from .language import translate_help

    open_streams()
    command = typer.main.get_command(app)
    translate_help(command)
    # ONNX Runtime notes a device's number in the user's cache, to send it with what it counts.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    try:
        command(prog_name="glmtts")
    except InputError as error:
        show_mistakes(error)
        sys.exit(2)
    except OSError as error:
        show_system_error(error)
        sys.exit(1)
    except SystemExit as end:
        # Typer has told people about wrong arguments by now; Ctrl-C it keeps to itself.
        reason = end.__context__
        if isinstance(reason and reason.__cause__, KeyboardInterrupt):
            show_failure("Stopped. Finished lines are kept; the same command goes on from here.")
            sys.exit(_STOPPED)
        if end.code == 2:
            show_usage(reason)
        raise
