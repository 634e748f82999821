"""Template + data file -> rows: each cell checked against its field, all mistakes told at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..documents.findings import Findings, UnfitError, quoted
from ..messages import Message
from ..mistakes import Place, nearest
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


def read_rows(path: Path, template: Template, *, query: str | None = None) -> list[Row]:
    """Every row of a data file (`tables.read_table`); raises InputError with all mistakes."""
    findings = Findings()
    findings.begin(str(path))
    records = read_table(path, template.columns(), findings, query=query)
    rows = list(_checked(records, template, findings))
    findings.check()
    return rows


def parse_rows(data: bytes, file: str, template: Template) -> list[Row]:
    """Every row in the bytes of a data file called `file`, as `read_rows` reads them."""
    findings = Findings()
    findings.begin(file)
    rows = list(_checked(parse_table(data, file, template.columns(), findings), template, findings))
    findings.check()
    return rows


def _checked(
    records: Iterable[TableRecord], template: Template, findings: Findings
) -> Iterator[Row]:
    columns = template.columns()
    reported: set[str] = set()
    for number, record in enumerate(records, 1):
        for name in record.cells.keys() - columns.keys() - reported:
            reported.add(name)
            if not name.startswith("#"):
                what = Message("The template has no field {}.", quoted(name))
                remedy = Message(
                    "{} A column that begins with # is left out.", nearest(name[:80], columns)
                )
                findings.add(record.place, what, remedy)
        values: dict[str, Value] = {}
        for field in template.fields.values():
            values |= _cells_of(field, record, template, findings)
        yield Row(record.place, number, values)


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
