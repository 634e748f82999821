"""What a server's history says of a prompt -> the files and texts its nodes gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ..documents.findings import quoted

_KINDS = ("output", "temp")
_UNSAFE = frozenset('\\:*?"<>|')
_DEEPEST = 16  # folders
_LONGEST = 200  # bytes of a name


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that a node made, as the server names it."""

    filename: str
    subfolder: str
    type: str
    """`output`, or `temp` for what is only shown."""

    def query(self) -> dict[str, str]:
        """What /view wants to know."""
        return {"filename": self.filename, "subfolder": self.subfolder, "type": self.type}

    def local(self) -> PurePosixPath:
        """Where it goes inside a folder; raises `ValueError` for what would leave it."""
        parts = [*self.subfolder.replace("\\", "/").split("/"), self.filename]
        path = PurePosixPath(*(part for part in parts if part))
        unsafe = any(_unsafe(part) for part in (*path.parts, self.filename))
        if unsafe or "/" in self.filename or len(path.parts) > _DEEPEST:
            raise ValueError(f"The server names a file {quoted(str(path))}, which is not kept.")
        return path


def _unsafe(part: str) -> bool:
    """Whether a name leads out, hides itself, or is none on some system."""
    return (
        part == "/"
        or not part.strip(".")
        or part.startswith(".")
        or len(part.encode("utf-8", "replace")) > _LONGEST
        or any(sign in _UNSAFE or not sign.isprintable() for sign in part)
    )


def remote_files(outputs: Mapping[str, Any]) -> list[RemoteFile]:
    """Every file any node made or shows, each once, in the order of the nodes."""
    found = [
        RemoteFile(item["filename"], str(item.get("subfolder") or ""), item["type"])
        for item in _items(outputs)
        if isinstance(item, dict)
        and isinstance(item.get("filename"), str)
        and item.get("type") in _KINDS
    ]
    return list(dict.fromkeys(found))


def texts(outputs: Mapping[str, Any]) -> dict[str, list[str]]:
    """By node: the texts it shows."""
    found: dict[str, list[str]] = {}
    for node, shown in outputs.items():
        lines = [text for text in _listed(shown, "text") if isinstance(text, str)]
        if lines:
            found[node] = lines
    return found


def _items(outputs: Mapping[str, Any]) -> Iterator[Any]:
    for shown in outputs.values():
        if isinstance(shown, dict):
            for kind in shown:
                yield from _listed(shown, kind)


def _listed(shown: Any, kind: str) -> list[Any]:
    items = shown.get(kind) if isinstance(shown, dict) else None
    return items if isinstance(items, list) else []
