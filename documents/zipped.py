"""A ZIP file's bytes -> its members, within limits: what a stranger packed may be a bomb."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from ..messages import Message
from ..mistakes import InputError, Place
from .findings import quoted
from .xml_events import BadXmlError, Event, xml_events

MOST_MEMBERS = 20_000
MEMBER_BYTES = 16 << 20
"""Of one member, unpacked."""
ALL_BYTES = 128 << 20
"""Of all that are read, unpacked."""

_BLOCK = 1 << 20
_BROKEN = "Save or download it again."


class Zipped:
    """A ZIP file in memory. Nothing of it is ever written to disk."""

    def __init__(self, data: bytes, file: str) -> None:
        """file: what messages call it. Raises InputError for what is no ZIP file."""
        self.place = Place(file)
        """Where the mistakes of what is in it are."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
            raise InputError.at(self.place, "The file is damaged.", _BROKEN) from error
        if len(self._zip.infolist()) > MOST_MEMBERS:
            what = Message("There are more than {} files in it.", MOST_MEMBERS)
            raise InputError.at(self.place, what, "Split it.")
        self._left = ALL_BYTES

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def read(self, name: str) -> bytes:
        """A member's bytes. Raises InputError where it is missing, locked, damaged or too large."""
        if name not in self:
            what = Message("The file {} in it is missing.", quoted(name))
            raise InputError.at(self.place, what, _BROKEN)
        info = self._zip.getinfo(name)
        if info.flag_bits & 1:
            raise InputError.at(self.place, "It is locked by a password.", "Save it without one.")
        try:
            return self._unpacked(info)
        except InputError:
            raise
        except (
            zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError,
        ) as error:  # fmt: skip
            what = Message("The file {} in it is damaged.", quoted(name))
            raise InputError.at(self.place, what, _BROKEN) from error

    def events(self, name: str) -> Iterator[Event]:
        """What a member holds, which is XML, in order. Raises InputError as `read` does, and where
        it is none."""
        try:
            yield from xml_events(self.read(name))
        except BadXmlError as error:
            raise self.no_xml(name, error) from error

    def no_xml(self, name: str, error: BadXmlError) -> InputError:
        """What is told of a member that should be XML."""
        what = Message("The file {} in it cannot be read: {}.", quoted(name), error)
        return InputError.at(self.place, what, _BROKEN)

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        """The bytes there are, whatever the head says of their number."""
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError(info.compress_type)
        found = bytearray()
        with self._zip.open(info) as member:
            while block := member.read(_BLOCK):
                found += block
                self._left -= len(block)
                if len(found) > MEMBER_BYTES or self._left < 0:
                    what = "Unpacked it is far larger than any book."
                    raise InputError.at(self.place, what, "Take large files out of it.")
        return bytes(found)
