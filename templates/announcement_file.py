"""A template's YAML file -> a Template, every mistake in it noted with its line and column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import get_args

from ..mistakes import Place, nearest
from . import fields, strict_yaml
from .announcement import RESERVED, Field, FieldType, Source, Template, Value
from .chimes import chime_path
from .delivery import read_output
from .field_types import check_list, read_value
from .files import Files
from .findings import Findings, UnfitError, quoted
from .profiles import PROFILES
from .record import Record, read, table_at
from .script import Language, Speaker
from .speakers import read_voices
from .strict_yaml import Items, Node, Scalar, Table
from .text_file import decode, read_bytes

VERSION = "1"
MOST_BYTES = 2**18
MOST_FIELDS = 100
LONGEST_TEXT = 20_000
LONGEST_PATTERN = 300

ROOT_KEYS = (
    "glmtts_template", "title", "about", "languages", "fields", "text", "chime", "gap", "repeat",
    "repeat_gap", "voices", "lexicons", "name", "files", "output", "examples",
)  # fmt: skip
FIELD_KEYS = (
    "type", "required", "default", "example", "options", "from", "to", "longest", "per_language",
    "about",
)  # fmt: skip

_TYPES: Mapping[str, FieldType] = {name: name for name in get_args(FieldType)}
_FILES = {"together": True, "apart": False}
_NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_KEYWORDS = frozenset({
    "and", "as", "else", "false", "for", "if", "in", "is", "loop", "none", "not", "or", "range",
    "self", "true",
})  # fmt: skip
_ADD_VERSION = f"Write `glmtts_template: {VERSION}` in the first line."


def read_template(path: Path, findings: Findings) -> Template:
    """The template in a file. Its mistakes go to `findings`; its Jinja2 is not looked into yet.

    Raises InputError where the file cannot be read or is no template at all.
    """
    file = str(path)
    findings.begin(file)
    data = read_bytes(path, file, limit=MOST_BYTES)
    text = decode(data, file)
    root = strict_yaml.parse(text, file, findings)
    if not isinstance(root, Table):
        findings.stop(root.place, "This is not a template.", _ADD_VERSION)
    _check_version(root, findings)
    reading = _Reading(path, text.split("\n"), Record.of(root, ROOT_KEYS, findings), findings)
    return reading.template(hashlib.sha256(data).hexdigest())


def _check_version(root: Table, findings: Findings) -> None:
    version = root.get("glmtts_template")
    if version is None:
        findings.stop(root.place, "The version of the format is missing.", _ADD_VERSION)
    if not isinstance(version, Scalar) or version.text != VERSION:
        findings.stop(version.place, f"Only version {VERSION} is known here.", _ADD_VERSION)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One file while it is read."""

    path: Path
    lines: list[str]
    root: Record
    findings: Findings

    def template(self, digest: str) -> Template:
        root, findings = self.root, self.findings
        files = Files.beside(self.path)
        languages = self._languages()
        before, after = self._chimes()
        examples, output = root.table.get("examples"), root.table.get("output")
        return Template(
            file=self.path,
            name=self.path.stem,
            digest=digest,
            title=self._words("title", languages),
            about=_by_language(root.table.get("about"), '"about"', findings),
            languages=languages,
            fields=self._fields(languages),
            texts=self._texts(languages),
            chime_before=before,
            chime_after=after,
            gap=root.read("gap", fields.seconds(0, 60), 0.6),
            repeat=root.read("repeat", fields.integer(1, 10), 1),
            repeat_gap=root.read("repeat_gap", fields.seconds(0, 60), 1.5),
            speakers=self._speakers(languages, files),
            lexicons=root.read_list(
                "lexicons", lambda name: files.find(name) if "." in name else name
            ),
            pattern=self._pattern(),
            together=root.read("files", fields.choice(_FILES), True),
            output=read_output(output, findings) if output else PROFILES["loudspeaker"],
            examples=None if examples is None else read(examples, files.find, None, findings),
        )

    def _languages(self) -> tuple[Language, ...]:
        languages = self.root.read_list("languages", fields.choice(fields.LANGUAGES))
        place = self.root.place("languages")
        if not languages and not self.findings:
            self.findings.add(place, "No language is listed.", "Write `languages: [zh, en]`.")
        if len(set(languages)) < len(languages):
            self.findings.add(place, "A language is listed twice.", "List it once.")
        return tuple(dict.fromkeys(languages)) or ("zh",)

    def _words(self, key: str, languages: tuple[Language, ...]) -> dict[Language, str]:
        """A title a language; every language needs one."""
        node = self.root.table.get(key)
        found = _by_language(node, quoted(key), self.findings)
        missing = [code for code in languages if code not in found]
        if missing and (node is None or isinstance(node, Table)):
            what = f"The {key} is missing in: {', '.join(missing)}."
            remedy = f"Write `{key}: {{{missing[0]}: …}}`."
            self.findings.add(self.root.place(key), what, remedy)
        return found

    def _fields(self, languages: tuple[Language, ...]) -> dict[str, Field]:
        table = table_at(self.root.table.get("fields"), '"fields"', self.findings)
        if table is None:
            return {}
        if len(table.entries) > MOST_FIELDS:
            self.findings.stop(table.place, f"More than {MOST_FIELDS} fields.", "Use fewer.")
        found = {key.text: read_field(key, node, self.findings) for key, node in table.entries}
        taken: dict[str, Place] = {}
        for each in found.values():
            for column in each.columns(languages):
                if taken.setdefault(column, each.place) != each.place:
                    what = f"Two fields share the column {quoted(column)}."
                    self.findings.add(each.place, what, "Rename one of them.")
        return found

    def _texts(self, languages: tuple[Language, ...]) -> dict[Language, Source]:
        node = self.root.table.get("text")
        table = table_at(node, '"text"', self.findings)
        if table is None:
            if node is None:
                remedy = "Write `text:` and under it `zh: …`."
                self.findings.add(self.root.table.place, "There is no text to speak.", remedy)
            return {}
        Record.of(table, languages, self.findings)
        texts = {}
        for language in languages:
            written = table.get(language)
            if written is None:
                what = f"There is no text in {quoted(language)}."
                self.findings.add(table.place, what, "Write one, or take it out of `languages`.")
            else:
                texts[language] = self._source(written, LONGEST_TEXT)
        return texts

    def _pattern(self) -> Source:
        node = self.root.table.get("name")
        if node is None:
            what = "How finished files are called is missing."
            self.findings.add(self.root.table.place, what, 'Write `name: "{{ id }}"`.')
            return Source(self.root.table.place, "")
        return self._source(node, LONGEST_PATTERN)

    def _source(self, node: Node, longest: int) -> Source:
        """A piece of Jinja2, with the place of its first line whatever YAML style it is in."""
        line, column = (node.place.line or 1) - 1, (node.place.column or 1) - 1
        begins = self.lines[line][column : column + 2]
        if not isinstance(node, Scalar) and begins == "{{":
            remedy = "Put the whole text in quotes."
            self.findings.add(node.place, "Text that begins with {{ is no text to YAML.", remedy)
            return Source(node.place, "")
        text = read(node, fields.words(longest), "", self.findings)
        if begins[:1] != "|":
            return Source(node.place, text, exact="\n" not in text)
        while line + 2 < len(self.lines) and not self.lines[line + 1].strip():
            line += 1
        return Source(Place(node.place.file, line + 2, 1), text)

    def _chimes(self) -> tuple[Path | None, Path | None]:
        """Before and after; a name alone is the one before."""
        node = self.root.table.get("chime")
        if not isinstance(node, Table):
            return self.root.read("chime", _chime), None
        record = Record.of(node, ("before", "after"), self.findings)
        return record.read("before", _chime), record.read("after", _chime)

    def _speakers(self, languages: tuple[Language, ...], files: Files) -> dict[str, Speaker]:
        speakers = read_voices(self.root.table.get("voices"), files.find, self.findings)
        for name, speaker in speakers.items():
            if name not in languages:
                what = f"The voice {quoted(name)} is for no language of this template."
                self.findings.add(speaker.place, what, nearest(name, languages))
        return speakers


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
        about=_by_language(node.get("about"), '"about"', findings),
    )
    _check_kind(field, record)
    value = "" if default is None else _value(field, default, findings)
    for example in _examples(node.get("example"), field):
        _value(field, example, findings)
    return replace(field, default=value)


def _field_name(key: Scalar, findings: Findings) -> str:
    name = key.text
    if not _NAME.fullmatch(name) or name in _KEYWORDS or name in RESERVED:
        taken = "has a meaning of its own" if _NAME.fullmatch(name) else "cannot be a field's name"
        findings.add(
            key.place,
            f"{quoted(name)} {taken}.",
            "Use small letters, digits and _, beginning with a letter, and no word of Jinja2.",
        )
    return name


def _check_kind(field: Field, record: Record) -> None:
    """Note what belongs to fields of other types."""
    findings = record.findings
    if field.type == "choice" and not field.options:
        findings.add(field.place, "A choice has no options.", "Add `options: [one, other]`.")
    if field.type != "choice" and field.options:
        what = f"A field of type {field.type} has options."
        findings.add(record.place("options"), what, "Write `type: choice`.")
    limited = field.type in {"integer", "number", "money"}
    for key, limit in (("from", field.low), ("to", field.high)):
        if limit is not None and not limited:
            what = f"A field of type {field.type} has no {quoted(key)}."
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


def _by_language(node: Node | None, what: str, findings: Findings) -> dict[Language, str]:
    table = table_at(node, what, findings)
    if table is None:
        return {}
    record = Record.of(table, fields.LANGUAGES, findings)
    found = ((code, record.read(code, fields.title)) for code in fields.LANGUAGES.values())
    return {code: words for code, words in found if words}


def _chime(name: str) -> Path | None:
    return None if name == "none" else chime_path(name)


def _decimal(text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?", text):
        raise UnfitError(f"{quoted(text)} is not a number.", "Write one such as 12.5.")
    return Decimal(text)
