"""An entry of a template's `fields` -> a Field; its default and examples are checked like data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import get_args

from ..documents import fields
from ..documents.findings import Findings, UnfitError, quoted
from ..documents.record import Record, read, table_at
from ..documents.strict_yaml import Items, Node, Scalar, Table
from ..messages import Message
from ..scripts.script import LANGUAGES, Language
from .announcement import RESERVED, Field, FieldType, Value
from .field_types import check_list, read_value

FIELD_KEYS = (
    "type", "required", "default", "example", "options", "from", "to", "longest", "per_language",
    "about", "columns",
)  # fmt: skip

_TYPES: Mapping[str, FieldType] = {name: name for name in get_args(FieldType)}
_NAME = re.compile(r"[^\W\d_A-Z][^\WA-Z]{0,39}")
_KEYWORDS = frozenset({
    "and", "as", "else", "false", "for", "if", "in", "is", "loop", "none", "not", "or", "range",
    "self", "true",
})  # fmt: skip


def read_field(key: Scalar, node: Node, findings: Findings) -> Field:
    """One entry of `fields`: a type, or a mapping with more about it."""
    name = _field_name(key, findings)
    usual: FieldType = "text"
    if not isinstance(node, Table):
        only = read(node, fields.choice(_TYPES), usual, findings)
        return Field(place=key.place, name=name, type=only)
    record = Record.of(node, FIELD_KEYS, findings)
    options = record.read_list("options", fields.words(60))
    usual = "choice" if options else "text"
    kind = record.read("type", fields.choice(_TYPES), usual)
    default = node.get("default")
    field = Field(
        place=key.place,
        name=name,
        type=kind,
        options=options,
        low=record.read("from", _decimal),
        high=record.read("to", _decimal),
        longest=record.read("longest", fields.integer(1, 2000), 500),
        per_language=record.read("per_language", fields.flag, False),
        required=record.read("required", fields.flag, default is None),
        aliases=record.read_list("columns", fields.words(60)),
        about=by_language(node.get("about"), '"about"', findings),
    )
    _check_kind(field, record)
    value = "" if default is None else _value(field, default, findings)
    examples = [_value(field, each, findings) for each in _examples(node.get("example"), field)]
    return replace(field, default=value, example=" / ".join(map(_written, examples)))


def _field_name(key: Scalar, findings: Findings) -> str:
    name = key.text
    if not _NAME.fullmatch(name) or name in _KEYWORDS or name in RESERVED:
        taken = "has a meaning of its own" if _NAME.fullmatch(name) else "cannot be a field's name"
        findings.add(
            key.place,
            f"{quoted(name)} {taken}.",
            "Use letters, small ones or Chinese, digits and _, and no word of Jinja2.",
        )
    return name


def _check_kind(field: Field, record: Record) -> None:
    """Note what belongs to fields of other types."""
    findings = record.findings
    if field.type == "choice" and not field.options:
        findings.add(field.place, "A choice has no options.", "Add `options: [one, other]`.")
    if field.type != "choice" and field.options:
        what = Message("A field of type {} has options.", field.type)
        findings.add(record.place("options"), what, "Write `type: choice`.")
    limited = field.type in {"integer", "number", "money"}
    for key, limit in (("from", field.low), ("to", field.high)):
        if limit is not None and not limited:
            what = Message("A field of type {} has no {}.", field.type, quoted(key))
            findings.add(record.place(key), what, "Leave it out.")
    if field.low is not None and field.high is not None and field.low > field.high:
        findings.add(record.place("from"), '"from" is above "to".', "Exchange them.")


def _examples(node: Node | None, field: Field) -> list[Node]:
    """The example, or one a language."""
    if node is None:
        return []
    if field.per_language and isinstance(node, Table):
        return [value for _, value in node.entries]
    return [node]


def _value(field: Field, node: Node, findings: Findings) -> Value:
    """A default or an example, checked like a cell of the data."""
    if field.type == "list" and isinstance(node, Items):
        items = [read(item, fields.words(field.longest), "", findings) for item in node.items]
        try:
            return check_list(field, items)
        except UnfitError as unfit:
            findings.add(node.place, unfit.what, unfit.remedy)
            return []
    return read(node, lambda text: read_value(field, text) if text.strip() else "", "", findings)


def _written(value: Value) -> str:
    """A value as it would stand in a cell of a table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ";".join(value) if isinstance(value, list) else str(value)


def by_language(node: Node | None, what: str, findings: Findings) -> dict[Language, str]:
    table = table_at(node, what, findings)
    if table is None:
        return {}
    record = Record.of(table, LANGUAGES, findings)
    found = ((code, record.read(code, fields.title)) for code in LANGUAGES.values())
    return {code: words for code, words in found if words}


def _decimal(text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?", text):
        raise UnfitError(Message("{} is not a number.", quoted(text)), "Write one such as 12.5.")
    return Decimal(text)
