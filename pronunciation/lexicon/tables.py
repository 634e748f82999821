"""The text of a table or of XML -> its rows or root, or InputError: it may be anybody's."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from ...messages import Message
from ...mistakes import InputError, Place


def csv_rows(text: str, name: str, delimiter: str) -> Iterator[list[str]]:
    """The rows of a table in the file `name`."""
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        yield from rows
    except csv.Error as error:  # a cell of 131,072 characters, say: a quote that is never closed
        what = Message("The table cannot be read: {}.", error)
        raise InputError.at(Place(name, rows.line_num), what, "Check the quotes.") from None


def xml_root(text: str, name: str, *, tags: int) -> ElementTree.Element:
    """The root of the XML in the file `name`, which has `tags` tags at most."""
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise InputError.at(Place(name), "The file declares a document type.", "Remove it.")
    if text.count("<") > tags:
        raise InputError.at(Place(name), "The file has too many tags.", "Split it into several.")
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - no document type, so no entities
    except ElementTree.ParseError as error:
        line, column = error.position
        raise InputError.at(
            Place(name, line, column + 1), "The XML is broken.", str(error)
        ) from None
