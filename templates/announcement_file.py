"""A template's YAML file -> a Template, every mistake in it noted with its line and column."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..documents import fields, strict_yaml
from ..documents.files import Beside, Files, Finder
from ..documents.findings import Findings, quoted
from ..documents.record import Record, read, table_at
from ..documents.strict_yaml import Node, Scalar, Table
from ..documents.text_file import decode, read_bytes
from ..messages import Message
from ..mistakes import Place, nearest
from ..scripts.chimes import chime_path
from ..scripts.disclosure import Disclosure
from ..scripts.output import OUTPUT_KEYS, read_output
from ..scripts.profiles import PROFILES
from ..scripts.script import LANGUAGES, Language, Output, Speaker
from ..scripts.speakers import read_voices
from ..scripts.yaml_disclosure import read_disclosure
from .announcement import Field, Template, TemplateSource
from .announcement_fields import by_language, read_field

VERSION = "1"
MOST_BYTES = 2**18
MOST_FIELDS = 100
LONGEST_TEXT = 20_000
LONGEST_PATTERN = 300

ROOT_KEYS = (
    "glmtts_template", "title", "about", "languages", "fields", "text", "chime", "gap", "repeat",
    "repeat_gap", "voices", "lexicons", "name", "files", "output", "examples", "disclosure",
    "consent",
)  # fmt: skip
_OUTPUT_KEYS = frozenset({"profile", "formats", "sample_rate", "channels", "loudness"})
_FILES = {"together": True, "apart": False}
_ADD_VERSION = f"Write `glmtts_template: {VERSION}` in the first line."


def read_template(path: Path, findings: Findings, beside: Beside = Files.beside) -> Template:
    """The template in a file. Its mistakes go to `findings`; its Jinja2 is not looked into yet.
    `beside` finds the files it refers to.

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
    reading = _Reading(
        path, text.split("\n"), Record.of(root, ROOT_KEYS, findings), findings, beside
    )
    return reading.template(hashlib.sha256(data).hexdigest())


def _check_version(root: Table, findings: Findings) -> None:
    version = root.get("glmtts_template")
    if version is None:
        findings.stop(root.place, "The version of the format is missing.", _ADD_VERSION)
    if not isinstance(version, Scalar) or version.text != VERSION:
        findings.stop(
            version.place, Message("Only version {} is known here.", VERSION), _ADD_VERSION
        )


@dataclass(frozen=True, slots=True)
class _Reading:
    """One file while it is read."""

    path: Path
    lines: list[str]
    root: Record
    findings: Findings
    beside: Beside

    def template(self, digest: str) -> Template:
        root, findings = self.root, self.findings
        files = self.beside(self.path)
        languages = self._languages()
        before, after = self._chimes()
        examples = root.table.get("examples")
        return Template(
            file=self.path,
            name=self.path.stem,
            digest=digest,
            title=self._words("title", languages),
            about=by_language(root.table.get("about"), '"about"', findings),
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
            output=self._output(),
            disclosure=self._disclosure(),
            examples=None if examples is None else read(examples, files.find, None, findings),
        )

    def _languages(self) -> tuple[Language, ...]:
        languages = self.root.read_list("languages", fields.choice(LANGUAGES))
        place = self.root.place("languages")
        if not languages and not self.findings:
            self.findings.add(place, "No language is listed.", "Write `languages: [zh, en]`.")
        if len(set(languages)) < len(languages):
            self.findings.add(place, "A language is listed twice.", "List it once.")
        return tuple(dict.fromkeys(languages)) or ("zh",)

    def _words(self, key: str, languages: tuple[Language, ...]) -> dict[Language, str]:
        """A title a language; every language needs one."""
        node = self.root.table.get(key)
        found = by_language(node, quoted(key), self.findings)
        missing = [code for code in languages if code not in found]
        if missing and (node is None or isinstance(node, Table)):
            what = Message("The {} is missing in: {}.", key, ", ".join(missing))
            remedy = Message("Write `{}: {{{}: …}}`.", key, missing[0])
            self.findings.add(self.root.place(key), what, remedy)
        return found

    def _fields(self, languages: tuple[Language, ...]) -> dict[str, Field]:
        table = table_at(self.root.table.get("fields"), '"fields"', self.findings)
        if table is None:
            return {}
        if len(table.entries) > MOST_FIELDS:
            self.findings.stop(
                table.place, Message("More than {} fields.", MOST_FIELDS), "Use fewer."
            )
        found = {key.text: read_field(key, node, self.findings) for key, node in table.entries}
        taken: dict[str, Place] = {}
        for each in found.values():
            for column in each.columns(languages):
                if taken.setdefault(column, each.place) != each.place:
                    what = Message("Two fields share the column {}.", quoted(column))
                    self.findings.add(each.place, what, "Rename one of them.")
        return found

    def _texts(self, languages: tuple[Language, ...]) -> dict[Language, TemplateSource]:
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
                what = Message("There is no text in {}.", quoted(language))
                self.findings.add(table.place, what, "Write one, or take it out of `languages`.")
            else:
                texts[language] = self._source(written, LONGEST_TEXT)
        return texts

    def _pattern(self) -> TemplateSource:
        node = self.root.table.get("name")
        if node is None:
            what = "How finished files are called is missing."
            self.findings.add(self.root.table.place, what, 'Write `name: "{{ id }}"`.')
            return TemplateSource(self.root.table.place, "")
        return self._source(node, LONGEST_PATTERN)

    def _source(self, node: Node, longest: int) -> TemplateSource:
        """A piece of Jinja2, with the place of its first line whatever YAML style it is in."""
        line, column = (node.place.line or 1) - 1, (node.place.column or 1) - 1
        begins = self.lines[line][column : column + 2]
        if not isinstance(node, Scalar) and begins == "{{":
            remedy = "Put the whole text in quotes."
            self.findings.add(node.place, "Text that begins with {{ is no text to YAML.", remedy)
            return TemplateSource(node.place, "")
        text = read(node, fields.words(longest), "", self.findings)
        if begins[:1] != "|":
            return TemplateSource(node.place, text, exact="\n" not in text)
        while line + 2 < len(self.lines) and not self.lines[line + 1].strip():
            line += 1
        return TemplateSource(Place(node.place.file, line + 2, 1), text)

    def _chimes(self) -> tuple[Path | None, Path | None]:
        """Before and after; a name alone is the one before."""
        node = self.root.table.get("chime")
        if not isinstance(node, Table):
            return self.root.read("chime", _chime), None
        record = Record.of(node, ("before", "after"), self.findings)
        return record.read("before", _chime), record.read("after", _chime)

    def _output(self) -> Output:
        node = self.root.table.get("output")
        if isinstance(node, Table):
            for key, _ in node.entries:
                if key.text in OUTPUT_KEYS and key.text not in _OUTPUT_KEYS:
                    what = Message("Announcements have no {}.", quoted(key.text))
                    self.findings.add(key.place, what, "Leave it out.")
        return read_output(node, self.findings, PROFILES["loudspeaker"])

    def _disclosure(self) -> Disclosure:
        known = read_disclosure(self.root, Disclosure(), announcements=True)
        place = self.root.place("disclosure")
        if known.audible and known.audible.at == "chapter":
            self.findings.add(place, "Announcements have no chapters.", "Write `at: start`.")
        if known.audible and known.audible.voice:
            what = "Announcements say their label in their own voices."
            self.findings.add(place, what, "Take `voice` out.")
        return known

    def _speakers(self, languages: tuple[Language, ...], files: Finder) -> dict[str, Speaker]:
        speakers = read_voices(self.root.table.get("voices"), files.find, self.findings)
        for name, speaker in speakers.items():
            if name not in languages:
                what = Message("The voice {} is for no language of this template.", quoted(name))
                self.findings.add(speaker.place, what, nearest(name, languages))
        return speakers


def _chime(name: str) -> Path | None:
    return None if name == "none" else chime_path(name)
