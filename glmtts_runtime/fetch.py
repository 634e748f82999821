"""An address -> a file on this disk: whole or not there, gone on with where it broke off."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from ..digests import file_digest
from ..messages import Message
from ..mistakes import InputError, Place
from ..progress import Cancel, Progress, unwatched

OFFLINE = "HF_HUB_OFFLINE"
"""Variable by which people keep every program of theirs off the hubs"""
ENDPOINT = "HF_ENDPOINT"
"""Variable that names a mirror of huggingface.co"""
TIMEOUT = 60
"""Seconds without a byte"""

_BLOCK = 1 << 20
_YES = ("1", "on", "yes", "true")


class DamagedError(OSError):
    """What came is not what was published."""


def online(place: Place, *, offline: bool, environment: Mapping[str, str] = os.environ) -> None:
    """Raise InputError at `place` where the network may not be touched."""
    if offline or environment.get(OFFLINE, "").lower() in _YES:
        what = "nothing is downloaded: this computer is told to stay offline."
        remedy = Message(
            "Allow it (leave --offline out, unset {}), or copy the file here by hand.", OFFLINE
        )
        raise InputError.at(place, what, remedy)


def unread(place: Place, error: OSError, *, other: str, target: Path) -> InputError:
    """The mistake to tell of a source at `place` that could not be read.

    other: the name of another source; target: where the files would have gone.
    """
    if isinstance(error, URLError) and not isinstance(error, HTTPError):
        reason = error.reason
        why = (isinstance(reason, OSError) and reason.strerror) or str(reason)
        what = Message("there is no way there from this computer: {}.", why.rstrip("."))
        remedy = Message(
            "Check its network, and behind a proxy set https_proxy. Or try --source {}, name a "
            "mirror of huggingface.co in {}, or download on another computer and copy to {}.",
            other,
            ENDPOINT,
            target,
        )
        return InputError.at(place, what, remedy)
    first = str(error).partition("\n")[0].rstrip(".")
    what = Message("could not be read from: {}.", first)
    remedy = Message("Try again: it goes on where it was. Or try the other source, {}.", other)
    return InputError.at(place, what, remedy)


def huggingface(repository: str, file: str, environment: Mapping[str, str] = os.environ) -> str:
    """The address of a file of a repository, at the mirror that the variable names."""
    base = environment.get(ENDPOINT) or "https://huggingface.co"
    return f"{base.rstrip('/')}/{repository}/resolve/main/{file}"


def fetched(
    url: str,
    target: Path,
    *,
    sha256: str = "",
    progress: Progress = unwatched,
    cancel: Cancel = unwatched,
) -> None:
    """Have a file under its name once it is whole; what is there already is left alone.

    progress counts bytes; `cancel` is asked for every block, and what has come by then is kept.
    Raises OSError where the address cannot be read, and DamagedError for another SHA-256.
    """
    if target.is_file():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    _read(url, part, progress, cancel)
    if sha256 and file_digest(part) != sha256:
        part.unlink()
        raise DamagedError(f"{url} gave another file than was published (its SHA-256 differs)")
    part.replace(target)


def _read(url: str, part: Path, progress: Progress, cancel: Cancel) -> None:
    have = part.stat().st_size if part.is_file() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    request = Request(url, headers={"User-Agent": "comfyui-glmtts", **headers})  # noqa: S310
    with urlopen(request, timeout=TIMEOUT) as answer, part.open("ab") as file:  # noqa: S310
        if answer.status != 206:  # the whole file, not the rest of it
            file.truncate(0)
            have = 0
        expected = have + int(answer.headers.get("Content-Length", 0))
        cancel()
        while block := answer.read(_BLOCK):
            file.write(block)
            progress(file.tell(), max(expected, file.tell()))
            cancel()
        written = file.tell()
    if expected and written != expected:
        raise OSError(f"the connection broke off at {written} of {expected} bytes")
