"""A request's body -> JSON read strictly, or an uploaded form; neither larger than allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from ..documents.file_name import file_name
from ..documents.findings import Findings, UnfitError
from ..documents.json_records import table
from ..documents.record import Record
from ..documents.strict_yaml import Items, Node, Scalar, Table
from ..mistakes import Place
from .failure import Failure

BODY = Place("body")
MOST_JSON = 1 << 20
"""Bytes"""
_PATIENCE = 30.0  # s for a JSON body
_UPLOAD = 300.0  # s for a form
_BLOCK = 1 << 16
_MOST_FIELD = 1 << 16  # bytes of a form's text
_MOST_FILES = 64


async def read_json(request: web.Request, keys: Iterable[str]) -> Record:
    """The JSON object of a request; the findings of the record gather what is wrong with it."""
    if request.content_type not in {"application/json", "text/json"}:
        what = "The body is not declared as JSON: send Content-Type: application/json."
        raise Failure(415, what, code="unsupported_media_type")
    try:
        text = (await read_bytes(request, MOST_JSON)).decode()
    except UnicodeDecodeError:
        raise Failure(400, "The body is not UTF-8.", code="invalid_json") from None
    return named_record(table(text, BODY, longest=MOST_JSON), keys)


def named_record(members: Table, keys: Iterable[str]) -> Record:
    """The members of an object, whose places are the names of fields."""
    entries = tuple(
        (Scalar(Place(key.text), key.text), _at(node, Place(key.text)))
        for key, node in members.entries
    )
    return Record.of(Table(BODY, entries), keys, Findings())


def _at(node: Node, place: Place) -> Node:
    if isinstance(node, Scalar):
        return Scalar(place, node.text)
    if isinstance(node, Items):
        return Items(place, tuple(_at(item, place) for item in node.items))
    return Table(
        place, tuple((Scalar(place, key.text), _at(one, place)) for key, one in node.entries)
    )


async def read_bytes(request: web.Request, limit: int) -> bytes:
    """The whole body. Raises `Failure` for one that is too large, damaged or does not come."""
    try:
        return await asyncio.wait_for(_whole(request, limit), _PATIENCE)
    except asyncio.TimeoutError:
        raise _late() from None
    except web.RequestPayloadError:
        raise _damaged() from None


async def _whole(request: web.Request, limit: int) -> bytes:
    _check_length(request, limit)
    parts: list[bytes] = []
    left = limit
    async for part in request.content.iter_chunked(_BLOCK):
        left -= len(part)
        if left < 0:
            raise _too_large(limit)
        parts.append(part)
    return b"".join(parts)


@dataclass(slots=True)
class Form:
    """What was uploaded: texts by name, and files in a folder under the names they came with."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[Path]] = field(default_factory=dict)
    """By the field's name"""


async def read_form(request: web.Request, folder: Path, *, limit: int, fields: set[str]) -> Form:
    """A multipart form, its files written into `folder`, `limit` bytes altogether at most."""
    if request.content_type != "multipart/form-data":
        what = "The body is no form: send multipart/form-data (curl: -F)."
        raise Failure(415, what, code="unsupported_media_type")
    _check_length(request, limit)
    try:
        return await asyncio.wait_for(_form(request, folder, limit, fields), _UPLOAD)
    except asyncio.TimeoutError:
        raise _late() from None
    except web.RequestPayloadError:
        raise _damaged() from None
    except (ValueError, AssertionError, HttpProcessingError) as error:  # of a broken form
        raise Failure(400, f"The form cannot be read: {error}.", code="invalid_form") from None


async def _form(request: web.Request, folder: Path, limit: int, fields: set[str]) -> Form:
    form, left = Form(), limit
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name not in fields:
            name = getattr(part, "name", None)
            known = ", ".join(sorted(fields))
            raise Failure(400, f'There is no field "{name}". Known: {known}.', param=name)
        if part.filename is None:
            form.texts[part.name] = await _text(part)
            continue
        path = folder / _checked(part.filename)
        if path.exists() or sum(map(len, form.files.values())) >= _MOST_FILES:
            raise Failure(400, f'Too many files, or "{path.name}" twice.', param=part.name)
        with path.open("xb") as file:
            while block := await part.read_chunk(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise _too_large(limit)
                await asyncio.to_thread(file.write, block)
        form.files.setdefault(part.name, []).append(path)
    return form


async def _text(part: BodyPartReader) -> str:
    data = b""
    while block := await part.read_chunk(_BLOCK):
        data += block
        if len(data) > _MOST_FIELD:
            raise Failure(413, f"The field {part.name} is too long.", param=part.name)
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Failure(400, f"The field {part.name} is not UTF-8.", param=part.name) from None


def _checked(name: str) -> str:
    """The name without folders, as it is stored; a suffix stays."""
    plain = Path(name)
    try:
        if plain.name != name:
            raise UnfitError(f'"{name[:80]}" is no plain file name.', "Leave out folders.")
        stem = file_name(plain.stem)
        return f"{stem}.{file_name(plain.suffix[1:])}" if plain.suffix else stem
    except UnfitError as unfit:
        raise Failure(400, f"{unfit.what} {unfit.remedy}", code="invalid_name") from None


def _check_length(request: web.Request, limit: int) -> None:
    if request.content_length is not None and request.content_length > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> Failure:
    what = f"The body is larger than {limit / 1e6:.0f} MB."
    return Failure(413, what, code="too_large", headers={"Connection": "close"})


def _late() -> Failure:
    return Failure(408, "The body did not come in time.", headers={"Connection": "close"})


def _damaged() -> Failure:
    what = "The body is cut off, or is not compressed as it is declared."
    return Failure(400, what, code="invalid_body", headers={"Connection": "close"})


def number(low: float, high: float) -> Any:
    """Reads a number as JSON writes it, within low..high."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise UnfitError(f'"{text[:40]}" is no number.', "Write one.") from None
        if not low <= value <= high:
            raise UnfitError(f"{text[:40]} is out of range.", f"Choose from {low:g} to {high:g}.")
        return value

    return read
