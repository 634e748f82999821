"""An order and the settings -> what is uploaded for it, by the names it has on the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ...glmtts_runtime.voices.library import VoiceLibrary, read_transcript
from ...scripts.script import Script
from ..jobs.renderer import Order
from .remote_prompt import SentLexicon, SentVoice

_SETTINGS = "of-the-settings"  # what the settings add is uploaded below it


def sent_files(order: Order) -> dict[str, Path]:
    """The dropped file and everything it was found to refer to, by the names it uses."""
    snapshot = order.snapshot
    files = {
        path.relative_to(snapshot.folder).as_posix(): path
        for path in sorted(snapshot.folder.rglob("*"))
        if path.is_file()
    }
    for path in sorted(snapshot.trusted):
        root = next(root for root in snapshot.roots if path.is_relative_to(root.resolve()))
        files.setdefault(path.relative_to(root.resolve()).as_posix(), path)
    return files


def sent_voices(
    script: Script, library: VoiceLibrary, folders: Sequence[Path]
) -> Iterator[tuple[SentVoice, Path]]:
    """Speakers whose voices are in the settings' folders: the server may not know those."""
    known = {entry.name: entry for entry in library.entries()}
    for speaker in script.speakers.values():
        entry = known.get(speaker.voice.name or "")
        if entry and entry.folder in folders:
            name = f"{_SETTINGS}/{entry.name}{entry.audio.suffix}"
            yield SentVoice(speaker.name, name, read_transcript(entry)), entry.audio


def sent_lexicons(
    lexicons: Iterable[Path | str],
) -> Iterator[tuple[SentLexicon, Path | None]]:
    """The settings' dictionaries, and the files of those that are no bundled ones."""
    for number, lexicon in enumerate(lexicons):
        if isinstance(lexicon, Path):
            yield SentLexicon(f"{_SETTINGS}/{number}-{lexicon.name}", bundled=False), lexicon
        else:
            yield SentLexicon(lexicon, bundled=True), None
