"""A script file, YAML, plain text or SRT -> a Script, or one InputError with all mistakes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from ..documents.files import Beside, Files
from ..documents.findings import Findings, quoted
from ..documents.text_file import decode, read_bytes
from ..messages import Message
from ..mistakes import InputError, Place
from .defaults import Defaults
from .plain_text import read_plain_text
from .script import Script
from .srt import read_srt
from .yaml_script import MOST_BYTES, read_yaml_script

_SUFFIXES: dict[str, Literal["yaml", "text", "srt"]] = {
    ".yaml": "yaml", ".yml": "yaml", ".txt": "text", ".md": "text", ".srt": "srt",
}  # fmt: skip
_CONTENT = re.compile(r"^(?![ \t]*(?:#|---|$)).*", re.MULTILINE)
_TIMED = re.compile(r"(?:\d+\s*\n)?\d+:\d\d:\d\d[,.]\d+ *-->")


def read_script(
    path: Path,
    *,
    roots: Sequence[Path] = (),
    beside: Beside | None = None,
    defaults: Defaults | None = None,
) -> Script:
    """Read a `.yaml`, `.yml`, `.txt`, `.md` or `.srt` script.

    Files it names are relative to its own folder and lie inside `roots`, which are that folder
    unless given; or `beside` finds them. A YAML script or subtitles under another suffix are
    recognised by how they begin. `defaults` are what a script means where it says nothing. Raises
    InputError.
    """
    file = str(path)
    text = decode(read_bytes(path, file, limit=MOST_BYTES), file)
    return parse_script(path, text, roots=roots, beside=beside, defaults=defaults)


def parse_script(
    path: Path,
    text: str,
    *,
    roots: Sequence[Path] = (),
    beside: Beside | None = None,
    defaults: Defaults | None = None,
) -> Script:
    """The script in `text`, as `read_script` would read it from a file at `path`."""
    findings, usual = Findings(), defaults or Defaults()
    kind = _kind(path, text)
    if kind == "yaml":
        folders = tuple(roots or (path.parent,))
        find = beside or (lambda file: Files.beside(file, folders))
        script = read_yaml_script(path, text, find, findings, usual)
    else:
        read = read_srt if kind == "srt" else read_plain_text
        script = replace(read(path, text, findings), output=usual.output, lexicons=usual.lexicons)
    findings.check()
    return script


def _kind(path: Path, text: str) -> Literal["yaml", "text", "srt"]:
    known = _SUFFIXES.get(path.suffix.lower())
    if known in {"yaml", "srt"}:
        return known
    first = _CONTENT.search(text)
    if first and first.group().startswith("glmtts:"):
        return "yaml"
    if _TIMED.match(text.lstrip()[:100]):
        return "srt"
    if known:
        return known
    what = Message("A script is not called {}.", quoted(path.name))
    raise InputError.at(
        Place(str(path)), what, Message("Its name ends in {}.", ", ".join(_SUFFIXES))
    )
