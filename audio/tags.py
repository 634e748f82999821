"""What a finished file says about itself: title, author, cover, chapters. Pictures are checked."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from ..mistakes import InputError, Place

PictureType: TypeAlias = Literal["image/jpeg", "image/png"]

SUFFIXES: dict[PictureType, str] = {"image/jpeg": "jpg", "image/png": "png"}

LARGEST = 5 << 20
"""Bytes of a picture; podcast directories and players refuse or ignore larger ones."""

SIDE = 4096
"""Pixels a side at most."""


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


ISO_639_2 = {"zh": "zho", "en": "eng"}


def read_picture(path: Path, place: Place) -> Picture:
    """Read and check a JPEG or PNG file; InputError at `place` when it cannot be used."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        what = f'The picture "{path.name}" cannot be read: {error.strerror}.'
        raise InputError.at(place, what, "Give the path of a JPEG or PNG file.") from error
    if len(data) > LARGEST:
        what = f'The picture "{path.name}" is larger than {LARGEST >> 20} MB.'
        raise InputError.at(place, what, "Save it as a JPEG of at most 3000 x 3000 pixels.")
    return _checked(data, path.name, place)


def _checked(data: bytes, name: str, place: Place) -> Picture:
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # SIDE is stricter
        try:
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
                width, height = image.size
                type_: PictureType = "image/png" if image.format == "PNG" else "image/jpeg"
                if max(width, height) <= SIDE:
                    image.draft("L", (64, 64))  # decodes a JPEG coarsely, but all of it
                    image.load()
        except UnidentifiedImageError as error:
            what = f'"{name}" is no JPEG or PNG picture.'
            remedy = "Save it as JPEG or PNG; renaming the file does not convert it."
            raise InputError.at(place, what, remedy) from error
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            what = f'The picture "{name}" is damaged or has far too many pixels.'
            remedy = "Save it again as a JPEG of at most 3000 x 3000 pixels."
            raise InputError.at(place, what, remedy) from error
    if max(width, height) > SIDE:
        what = f'The picture "{name}" is {width} x {height} pixels; {SIDE} a side are allowed.'
        raise InputError.at(place, what, "Save it with at most 3000 x 3000 pixels.")
    return Picture(data=data, type=type_, width=width, height=height)
