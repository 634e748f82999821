"""A script file, YAML, plain text or SRT -> a Script, or one InputError with all mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .findings import Findings
from .script import Script
from .text_file import decode, read_bytes
from .yaml_script import MOST_BYTES, read_yaml_script


def read_script(path: Path, *, roots: Sequence[Path] = ()) -> Script:
    """Read a `.yaml`, `.yml`, `.txt`, `.md` or `.srt` script.

    Files it names are relative to its own folder and lie inside `roots`, which are that folder
    unless given. Raises InputError.
    """
    file = str(path)
    text = decode(read_bytes(path, file, limit=MOST_BYTES), file)
    findings = Findings()
    script = read_yaml_script(path, text, roots, findings)
    findings.check()
    return script
