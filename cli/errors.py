"""What went wrong -> words on standard error, or JSON on standard output for programs."""

from __future__ import annotations

import errno
import json
import sys
from dataclasses import asdict

from ..mistakes import InputError

_REMEDIES = {
    errno.ENOSPC: "Free some space, or choose another disk with --output and --cache.",
    errno.EDQUOT: "Free some space, or choose another disk with --output and --cache.",
    errno.EFBIG: "Choose a disk that takes larger files, with --output and --cache.",
    errno.EACCES: "Choose a folder you may write to, with --output and --cache.",
    errno.EROFS: "Choose a folder that can be written to, with --output and --cache.",
}


def show_mistakes(error: InputError) -> None:
    """Every mistake on a line of its own."""
    if _for_programs():
        mistakes = [
            {**asdict(mistake.place), "what": mistake.what, "remedy": mistake.remedy}
            for mistake in error.mistakes
        ]
        print(json.dumps({"ok": False, "mistakes": mistakes}, ensure_ascii=False))
        return
    for mistake in error.mistakes:
        print(mistake, file=sys.stderr)


def show_failure(message: str) -> None:
    """Something that failed though nothing was wrong with what was given."""
    if _for_programs():
        print(json.dumps({"ok": False, "error": message}, ensure_ascii=False))
    else:
        print(message, file=sys.stderr)


def show_system_error(error: OSError) -> None:
    """A disk that is full, a folder that cannot be written to."""
    where = f"{error.filename}: " if error.filename else ""
    remedy = _REMEDIES.get(error.errno or 0, "")
    show_failure(f"{where}{error.strerror or error}. {remedy}".rstrip())


def _for_programs() -> bool:
    """Whether --json was asked for; read from the arguments, since parsing them may have failed."""
    return "--json" in sys.argv
