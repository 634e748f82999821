"""What went wrong -> words on standard error, or JSON on standard output for programs."""

from __future__ import annotations

import errno
import io
import json
import sys
from dataclasses import asdict

from ..documents.findings import MOST
from ..messages import Message
from ..mistakes import InputError, Place
from .language import spoken, tell

_FOLDER = "Choose a folder that is there and may be written to, with --output and --cache."
_REMEDIES = {
    errno.ENOSPC: "Free some space, or choose another disk with --output and --cache.",
    errno.EDQUOT: "Free some space, or choose another disk with --output and --cache.",
    errno.EFBIG: "Choose a disk that takes larger files, with --output and --cache.",
    errno.EISDIR: "Choose a name that no folder has.",
    errno.EACCES: _FOLDER,
    errno.EEXIST: _FOLDER,
    errno.ENOENT: _FOLDER,
    errno.ENOTDIR: _FOLDER,
    errno.EPERM: _FOLDER,
    errno.EROFS: _FOLDER,
}


def open_streams() -> None:
    """Let every message out: what an encoding lacks is escaped, and JSON is always UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = "utf-8" if _for_programs() else stream.encoding
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


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
        tell(mistake.text(spoken()), err=True)
    if len(error.mistakes) >= MOST:
        tell(Message("There may be more: reading stops after {} mistakes.", MOST), err=True)


def show_usage(error: BaseException | None) -> None:
    """Arguments that do not fit, for programs; people have been told by then."""
    said = getattr(error, "format_message", None)
    if said and _for_programs():
        remedy = "See glmtts --help, or --help after the command."
        show_mistakes(InputError.at(Place("arguments"), str(said()), remedy))


def show_failure(message: str) -> None:
    """Something that failed though nothing was wrong with what was given."""
    if _for_programs():
        print(json.dumps({"ok": False, "error": message}, ensure_ascii=False))
    else:
        tell(message, err=True)


def show_system_error(error: OSError) -> None:
    """A disk that is full, a folder that cannot be written to."""
    name = error.filename2 or error.filename  # what a file was to be called, not what it was
    where = f"{name}: " if name else ""
    remedy = spoken()(_REMEDIES.get(error.errno or 0, ""))
    show_failure(f"{where}{error.strerror or error}. {remedy}".rstrip())


def _for_programs() -> bool:
    """Whether --json was asked for; read from the arguments, since parsing them may have failed."""
    return "--json" in sys.argv
