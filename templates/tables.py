"""A data file (CSV, JSON, JSON Lines, YAML, SQLite) -> its records: text by column, as written.

What a spreadsheet saves is read as it comes: .xlsx, or text in UTF-8 with or without its mark, in
UTF-16, or in what is plausible; commas, semicolons or tabs. Numbers stay the digits that are
written: "007", "1.10".
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from ..documents import json_records, strict_yaml
from ..documents.encodings import decoded
from ..documents.findings import Findings, quoted
from ..documents.strict_yaml import Items, Node, Scalar, Table
from ..documents.text_file import decode, read_bytes
from ..messages import Message
from ..mistakes import InputError, Place
from .cells import LONGEST_CELL, MOST_COLUMNS, Cell, TableRecord

MOST_BYTES = 64 * 2**20
MOST_ROWS = 100_000

SUFFIXES = (".csv", ".xlsx", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".yaml", ".yml")
"""Besides those of databases."""

_DELIMITERS = ",;\t"
_LANGUAGES = ("zh", "en")


def read_table(
    path: Path,
    known: Collection[str],
    findings: Findings,
    *,
    query: str | None = None,
    encoding: str | None = None,
) -> Iterator[TableRecord]:
    """The records of a data file; `known` columns help to tell how a CSV is delimited.

    `query` is the SELECT for a database, whose path may also carry it: `stops.db?SELECT …`.
    `encoding` is that of a CSV. Raises InputError where a file cannot be read at all; other
    mistakes go to `findings`.
    """
    if query is None and "?" in str(path) and not path.exists():
        name, _, query = str(path).partition("?")
        path = Path(name)
    file = str(path)
    if path.suffix.lower() in {".db", ".sqlite", ".sqlite3"}:
        from .sqlite_table import read_query

        return _counted(read_query(path, query), file, findings)
    if query is not None:
        raise InputError.at(Place(file), "Only a database takes a query.", "Leave it out.")
    _check_suffix(file)
    data = read_bytes(path, file, limit=MOST_BYTES)
    return parse_table(data, file, known, findings, encoding=encoding)


def parse_table(
    data: bytes,
    file: str,
    known: Collection[str],
    findings: Findings,
    *,
    encoding: str | None = None,
) -> Iterator[TableRecord]:
    """The records in the bytes of a data file; the suffix of its name `file` says of which kind."""
    _check_suffix(file)
    suffix = Path(file).suffix.lower()
    if suffix in {".csv", ".tsv", ".txt"}:
        text = decode(decoded(data, file, encoding).encode("utf-8"), file)
        records = _read_csv(text, file, known, findings)
    elif suffix == ".xlsx":
        from .workbook import sheet_rows

        records = _tabled(sheet_rows(data, file, MOST_COLUMNS), file, 1, findings)
    else:
        text = decode(data, file)
        yaml = suffix in {".yaml", ".yml"}
        nodes = _yaml(text, file, findings) if yaml else _json(text, file)
        records = (_record(table, findings) for table in nodes)
    return _counted(records, file, findings)


def _check_suffix(file: str) -> None:
    suffix = Path(file).suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError.at(
            Place(file),
            Message("Files with the suffix {} are no data here.", quoted(suffix)),
            "Save it as .csv, .xlsx, .json, .jsonl, .yaml or .sqlite.",
        )


def _counted(
    records: Iterator[TableRecord], file: str, findings: Findings
) -> Iterator[TableRecord]:
    """The records, of which there must be some but not too many."""
    number = 0
    for number, record in enumerate(records, 1):
        if number > MOST_ROWS:
            findings.stop(record.place, Message("More than {} rows.", MOST_ROWS), "Split the file.")
        yield record
    if not number and not findings:
        findings.stop(Place(file), "There are no rows in this file.", "Add some.")


def _read_csv(
    text: str, file: str, known: Collection[str], findings: Findings
) -> Iterator[TableRecord]:
    """Records under a header. Rows are counted as a spreadsheet does: a cell may hold lines."""
    named = re.match(r"sep=(.)\n", text)  # what Excel writes and reads to name the delimiter
    first = 2 if named else 1
    body = text[named.end() :] if named else text
    delimiter = named[1] if named else _delimiter(body, known)
    return _tabled(_rows(body, file, delimiter, first), file, first, findings)


def _tabled(
    rows: Iterator[tuple[int, list[str]]], file: str, first: int, findings: Findings
) -> Iterator[TableRecord]:
    """Records of rows of which the first one names the columns."""
    number, header = next(rows, (first, []))
    columns = _header(header, Place(file, number), findings)
    there = frozenset(columns)
    for number, row in rows:
        place = Place(file, number)
        if any(cell.strip() for cell in row[len(columns) :]):
            what = Message("This row has {} cells, the first one {}.", len(row), len(columns))
            findings.add(place, what, "Put a text with a delimiter in it in quotes.")
            continue
        cells: dict[str, Cell] = {
            name: cell for name, cell in zip(columns, row, strict=False) if name and cell.strip()
        }
        if cells:
            _check_lengths(cells, place, findings)
            yield TableRecord(place, cells, there)


def _rows(text: str, file: str, delimiter: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """Every row with its number in a spreadsheet."""
    number = first - 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            what = Message("This row cannot be read: {}.", error)
            raise InputError.at(
                Place(file, number), what, 'Write a quote inside quotes twice: "".'
            ) from None
        if row is None:
            return
        yield number, row


def _delimiter(text: str, known: Collection[str]) -> str:
    """The one that makes the most known columns of the first line, or else the most cells."""
    line = text.split("\n", 1)[0]

    def score(delimiter: str) -> tuple[int, int]:
        names = [name.strip().strip('"').strip() for name in line.split(delimiter)]
        return sum(name in known for name in names), len(names)

    return max(_DELIMITERS, key=score)


def _header(cells: list[str], place: Place, findings: Findings) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        findings.stop(place, "The first row has no names of columns.", "Write them there.")
    if len(names) > MOST_COLUMNS:
        findings.stop(
            place, Message("More than {} columns.", MOST_COLUMNS), "Leave out those not used."
        )
    for name in dict.fromkeys(names):
        if name and names.count(name) > 1:
            findings.add(
                place, Message("The column {} is there twice.", quoted(name)), "Rename one."
            )
    return names


def _json(text: str, file: str) -> Iterator[Table]:
    for place, written in json_records.records(text, file):
        yield json_records.table(written, place)


def _yaml(text: str, file: str, findings: Findings) -> Iterator[Table]:
    root = strict_yaml.parse(text, file, findings)
    if not isinstance(root, Items):
        findings.stop(root.place, "Data in YAML is a list of rows.", 'Begin each row with "- ".')
    for item in root.items:
        if isinstance(item, Table):
            yield item
        else:
            findings.add(item.place, "A row is a mapping.", "Write `column: value` lines under -.")


def _record(table: Table, findings: Findings) -> TableRecord:
    cells: dict[str, Cell] = {}
    for key, node in table.entries:
        name = key.text.strip()
        if isinstance(node, Table):
            for code, value in node.entries:
                if code.text not in _LANGUAGES:
                    what = Message("The column {} holds a mapping.", quoted(name))
                    findings.add(node.place, what, "Write one value, or {zh: …, en: …}.")
                    break
                cells[f"{name}_{code.text}"] = _cell(value, findings)
        else:
            cells[name] = _cell(node, findings)
    found = {name: cell for name, cell in cells.items() if cell and cell != [] and name}
    found = {n: c for n, c in found.items() if isinstance(c, list) or c.strip()}
    _check_lengths(found, table.place, findings)
    return TableRecord(table.place, found)


def _cell(node: Node, findings: Findings) -> Cell:
    if isinstance(node, Scalar):
        return node.text
    items = node.items if isinstance(node, Items) else ()
    if isinstance(node, Items) and all(isinstance(item, Scalar) for item in items):
        return [item.text for item in items if isinstance(item, Scalar)]
    findings.add(node.place, "A cell holds one value or a list of texts.", "Flatten it.")
    return ""


def _check_lengths(cells: dict[str, Cell], place: Place, findings: Findings) -> None:
    for name, cell in cells.items():
        length = len(cell) if isinstance(cell, str) else sum(map(len, cell))
        if length > LONGEST_CELL:
            what = Message(
                "The cell in {} is longer than {} characters.", quoted(name), LONGEST_CELL
            )
            findings.add(place, what, "Shorten it.")
