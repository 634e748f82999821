"""A script file, YAML, plain text or subtitles -> a Script, or one InputError with all mistakes."""

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
from .audible_label import labelled
from .defaults import Defaults
from .mistaken import MistakenScriptError
from .script import Script
from .text.book import SUFFIXES, read_book
from .text.cues import is_webvtt
from .text.plain_text import read_plain_text
from .text.subtitles import read_subtitles
from .yaml_script import MOST_BYTES, read_yaml_script

_SUFFIXES: dict[str, Literal["yaml", "text", "subtitles"]] = {
    ".yaml": "yaml", ".yml": "yaml", ".txt": "text", ".md": "text", ".srt": "subtitles",
    ".vtt": "subtitles",
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
    """Read a `.yaml`, `.yml`, `.txt`, `.md`, `.srt` or `.vtt` script, or a book: `.epub`, `.docx`.

    Files it names are relative to its own folder and lie inside `roots`, which are that folder
    unless given; or `beside` finds them. A YAML script or subtitles under another suffix are
    recognised by how they begin. `defaults` are what a script means where it says nothing. Raises
    InputError.
    """
    file = str(path)
    if path.suffix.lower() in SUFFIXES:
        findings = Findings()
        usual = defaults or Defaults()
        script = replace(read_book(path, findings, usual), disclosure=usual.disclosure)
        findings.check()
        return labelled(script)
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
    """The script in `text`, as `read_script` would read it from a file at `path`.

    Raises InputError: `MistakenScriptError` where later checks can go on with the rest.
    """
    findings, usual = Findings(), defaults or Defaults()
    kind = _kind(path, text)
    if kind == "yaml":
        folders = tuple(roots or (path.parent,))
        find = beside or (lambda file: Files.beside(file, folders))
        script = read_yaml_script(path, text, find, findings, usual)
        try:
            findings.check()
        except InputError as error:
            raise MistakenScriptError(error.mistakes, script) from None
    else:
        read = read_subtitles if kind == "subtitles" else read_plain_text
        script = replace(read(path, text, findings, usual), disclosure=usual.disclosure)
    findings.check()
    return labelled(script)


def _kind(path: Path, text: str) -> Literal["yaml", "text", "subtitles"]:
    known = _SUFFIXES.get(path.suffix.lower())
    if known in {"yaml", "subtitles"}:
        return known
    first = _CONTENT.search(text)
    if first and first.group().startswith("glmtts:"):
        return "yaml"
    if is_webvtt(text) or _TIMED.match(text.lstrip()[:100]):
        return "subtitles"
    if known:
        return known
    what = Message("A script is not called {}.", quoted(path.name))
    raise InputError.at(
        Place(str(path)), what, Message("Its name ends in {}.", ", ".join((*_SUFFIXES, *SUFFIXES)))
    )
