"""Template + data file -> rows: each cell checked against its field, all mistakes told at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as usually
from pathlib import Path

from ..documents.findings import Findings, UnfitError, quoted
from ..messages import Message
from ..mistakes import InputError, Place, nearest
from ..scripts.script import Language
from .announcement import Field, Template, Value
from .cells import Cell, TableRecord
from .field_types import check_list, read_value
from .tables import parse_table, read_table


@dataclass(frozen=True, slots=True)
class Row:
    """One row of data that fits a template."""

    place: Place
    """The row where a person finds it."""
    number: int
    """Counted from 1, without the header."""
    values: Mapping[str, Value]
    """By column."""

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the values, wherever the row stands."""
        text = json.dumps(self.values, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def seen_by(self, template: Template, language: Language) -> dict[str, Value]:
        """What the text of a language sees: every field, `language` and `row`."""
        seen: dict[str, Value] = {"language": language, "row": self.number}
        for field in template.fields.values():
            own = self.values.get(f"{field.name}_{language}") if field.per_language else None
            seen[field.name] = self.values[field.name] if own is None else own
        return seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a data file is read."""

    query: str | None = None
    """The SELECT that gives the rows of a database."""
    encoding: str | None = None
    """Of a CSV; None: what is plausible."""
    columns: Mapping[str, str] = usually(default_factory=dict)
    """The field, or a field's column of a language, that a column of the data is, by its name."""


USUAL = Reading()


def read_rows(path: Path, template: Template, reading: Reading = USUAL) -> list[Row]:
    """Every row of a data file (`tables.read_table`); raises InputError with all mistakes."""
    findings = Findings()
    rows = sound_rows(path, template, findings, reading)
    findings.check()
    return rows


def sound_rows(
    path: Path, template: Template, findings: Findings, reading: Reading = USUAL
) -> list[Row]:
    """The rows of a data file in which nothing is wrong; the mistakes of others go to `findings`.

    Raises InputError where the file cannot be read at all.
    """
    findings.begin(str(path))
    names = {*template.columns(), *_renamed(template, reading)}
    records = read_table(path, names, findings, query=reading.query, encoding=reading.encoding)
    return list(_checked(records, template, findings, reading))


def parse_rows(data: bytes, file: str, template: Template) -> list[Row]:
    """Every row in the bytes of a data file called `file`, as `read_rows` reads them."""
    findings = Findings()
    rows = parsed_rows(data, file, template, findings)
    findings.check()
    return rows


def parsed_rows(data: bytes, file: str, template: Template, findings: Findings) -> list[Row]:
    """As `sound_rows`, of bytes."""
    findings.begin(file)
    names = {*template.columns(), *_renamed(template, USUAL)}
    return list(_checked(parse_table(data, file, names, findings), template, findings, USUAL))


def _renamed(template: Template, reading: Reading) -> dict[str, str]:
    """What columns are called here, by what they are called in the data."""
    own = {alias: each.name for each in template.fields.values() for alias in each.aliases}
    known = template.columns()
    wrong = [name for name in reading.columns.values() if name not in known]
    if wrong:
        what = Message("The template has no field {}.", quoted(wrong[0]))
        raise InputError.at(Place("--column"), what, nearest(wrong[0][:80], known))
    return {**own, **reading.columns}


def _checked(
    records: Iterable[TableRecord], template: Template, findings: Findings, reading: Reading
) -> Iterator[Row]:
    columns = template.columns()
    renamed = _renamed(template, reading)
    reported: set[str] = set()
    for number, written in enumerate(records, 1):
        record = _called(written, renamed)
        for name in record.cells.keys() - columns.keys() - reported:
            reported.add(name)
            if not name.startswith("#"):
                what = Message("The template has no field {}.", quoted(name))
                remedy = Message(
                    "{} A column that begins with # is left out.", nearest(name[:80], columns)
                )
                findings.add(record.place, what, remedy)
        values: dict[str, Value] = {}
        before = len(findings)
        for field in template.fields.values():
            values |= _cells_of(field, record, template, findings)
        lacks = record.columns is not None and any(
            field.required and not _columns(field, template) & record.columns
            for field in template.fields.values()
        )
        if len(findings) == before and not lacks:
            yield Row(record.place, number, values)


def _columns(field: Field, template: Template) -> frozenset[str]:
    return frozenset((field.name, *field.columns(template.languages)))


def _called(record: TableRecord, renamed: Mapping[str, str]) -> TableRecord:
    """A record with its columns by the names they have here."""
    if not renamed:
        return record
    cells = {renamed.get(name, name): cell for name, cell in record.cells.items()}
    columns = record.columns and frozenset(renamed.get(name, name) for name in record.columns)
    return TableRecord(record.place, cells, columns)


def _cells_of(
    field: Field, record: TableRecord, template: Template, findings: Findings
) -> dict[str, Value]:
    """The field's values: one, or one a language where the row tells them apart."""
    found = {
        name: _value(field, name, record.cells[name], record.place, findings)
        for name in dict.fromkeys((field.name, *field.columns(template.languages)))
        if name in record.cells
    }
    if field.name in found:
        return found
    own = field.columns(template.languages)
    missing = [name for name in own if name not in found]
    if missing and field.required:
        shared = record.columns and field.name in record.columns
        _tell_missing([field.name] if shared else missing, record, findings)
    return found | {field.name: field.default}


def _tell_missing(missing: list[str], record: TableRecord, findings: Findings) -> None:
    """What a row lacks; a column that the whole table lacks is told once."""
    absent = [name for name in missing if record.columns and name not in record.columns]
    for name in absent:
        what = Message("There is no column {}.", quoted(name))
        findings.add(Place(record.place.file), what, "Add it, or give the field a default.")
    empty = [name for name in missing if name not in absent]
    if empty:
        what = Message("Nothing is written in {}.", " and ".join(map(quoted, empty)))
        findings.add(record.place, what, "Fill it in, or give the field a default.")


def _value(field: Field, name: str, cell: Cell, place: Place, findings: Findings) -> Value:
    try:
        if isinstance(cell, str):
            return read_value(field, cell)
        if field.type == "list":
            return check_list(field, [item.strip() for item in cell if item.strip()])
        findings.add(
            place, Message("The column {} holds a list.", quoted(name)), "Write one value."
        )
    except UnfitError as unfit:
        findings.add(place, Message("Column {}: {}", quoted(name), unfit.what), unfit.remedy)
    return field.default
