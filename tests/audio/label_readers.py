"""Programs that are not ours, asked for the label of a file."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import mutagen
import mutagen.flac
import mutagen.mp4
import mutagen.oggopus


def by_mutagen(path: Path) -> str:
    """The label as mutagen, a library of its own, finds it."""
    file = mutagen.File(path)
    match file:
        case mutagen.flac.FLAC() | mutagen.oggopus.OggOpus():
            return file["AIGC"][0]
        case mutagen.mp4.MP4():
            return key_of_m4a(path)
        case _:
            return file.tags["TXXX:AIGC"].text[0]


def metas(path: Path) -> list[bytes]:
    """What is in each `meta` of moov.udta, by mutagen's walk over the boxes."""
    with path.open("rb") as file:
        atoms = mutagen.mp4.Atoms(file).atoms
        for name in (b"moov", b"udta"):
            atoms = next(one for one in atoms if one.name == name).children
        found = [one for one in atoms if one.name == b"meta"]
        return [one.read(file)[1] for one in found]


def key_of_m4a(path: Path) -> str:
    keyed = next(one for one in metas(path) if one[20:24] == b"mdta")
    assert keyed.index(b"keys") < keyed.index(b"mdtaAIGC") < keyed.index(b"ilst")
    data = keyed[keyed.index(b"data") :]
    return data[12 : data.index(b"}") + 1].decode()


def by_ffprobe(path: Path) -> dict[str, str]:
    """The metadata as FFmpeg lists it."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    source = "0:s:a:0" if path.suffix == ".opus" else "0"
    shown = subprocess.run(
        [program, "-v", "error", "-i", path, "-map_metadata", source, "-f", "ffmetadata", "-"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    lines = (line.partition("=") for line in shown.split("[CHAPTER]")[0].splitlines())
    return {name: value.replace("\\", "") for name, _, value in lines}
