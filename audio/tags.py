"""What a finished file says about itself: title, author, cover, chapters. Pictures are checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from ..messages import Message
from ..mistakes import InputError, Place
from .limits import PICTURE_BYTES
from .media import asked

PictureType: TypeAlias = Literal["image/jpeg", "image/png"]

SUFFIXES: dict[PictureType, str] = {"image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A cover or a chapter's image, as its file's bytes."""

    data: bytes
    type: PictureType
    width: int
    """pixels"""
    height: int
    """pixels"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter of the finished file."""

    start: int
    """samples"""
    title: str
    url: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """What programs are told of where a file comes from; both in printable ASCII."""

    name: str
    value: str


AIGC = "AIGC"
"""The label GB 45438-2025 asks for; TC260-PG-202510A says where in each container it lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What every format is told; empty means absent."""

    title: str = ""
    author: str = ""
    album: str = ""
    date: str = ""
    """ISO 8601: 2026, 2026-11 or 2026-11-22"""
    description: str = ""
    language: str | None = None
    """ISO 639-1: zh or en"""
    season: int | None = None
    """What music calls a disc."""
    episode: int | None = None
    """Its number; what music calls a track."""
    cover: Picture | None = None
    labels: tuple[Label, ...] = ()


ISO_639_2 = {"zh": "zho", "en": "eng"}


def read_picture(path: Path, place: Place) -> Picture:
    """Read and check a JPEG or PNG file; InputError at `place` when it cannot be used."""
    try:
        with path.open("rb") as file:
            data = file.read(PICTURE_BYTES + 1)
    except OSError as error:
        what = Message('The picture "{}" cannot be read: {}.', path.name, error.strerror)
        raise InputError.at(place, what, "Give the path of a JPEG or PNG file.") from error
    if len(data) > PICTURE_BYTES:
        what = Message('The picture "{}" is larger than {} MB.', path.name, PICTURE_BYTES >> 20)
        raise InputError.at(place, what, "Save it as a JPEG of at most 3000 x 3000 pixels.")
    return Picture(data=data, **asked({"picture": path.name}, f'"{path.name}"', place, data))
