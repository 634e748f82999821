"""Template + rows -> announcements: what each says and how its file is called, all checked."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...documents.file_name import file_name, same_file
from ...documents.files import Beside, Files
from ...documents.findings import Findings, UnfitError, quoted
from ...messages import Message
from ...mistakes import InputError, Mistake, Place, nearest
from ...pronunciation import markup
from ...scripts.script import Format, Language
from ...templates.announcement import Template, Value
from ...templates.bundled import find_template
from ...templates.rows import USUAL, Reading, Row, parsed_rows, sound_rows
from ...templates.sandbox import NAME, Sandbox

MOST_CHARACTERS = 2**25
"""Of all texts of a run in one language."""

_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What is to be heard of one row: in all languages, or in one where each has its own file."""

    name: str
    """Of its files, without a suffix; differs from all others of a run, in any case."""
    row: Row
    lines: Mapping[Language, tuple[str, ...]]
    """By language, in the order they are spoken."""

    def file(self, format: Format) -> str:
        """The name of its file in a format."""
        return f"{self.name}.{format}"


def read_announcements(
    template: str,
    data: Path | bytes,
    *,
    file: str = "rows.csv",
    reading: Reading = USUAL,
    languages: Sequence[Language] = (),
    only: Sequence[str] = (),
    beside: Beside = Files.beside,
) -> tuple[Template, list[Announcement]]:
    """A template, by name or path, and its announcements of some data.

    data: a file, or the bytes of one that is called `file`. `beside` finds the template's own
    files. The rest is `announcements`'.
    Raises `InputError` with all that is wrong with the template, or else with the data and with the
    texts and names of those rows that nothing is wrong with.
    """
    with Sandbox.of(find_template(template), beside) as sandbox:
        known = sandbox.template
        findings = Findings()
        rows = (
            parsed_rows(data, file, known, findings)
            if isinstance(data, bytes)
            else sound_rows(data, known, findings, reading)
        )
        if findings and not rows:
            findings.check()
        found = announcements(sandbox, rows, languages=languages, only=only, findings=findings)
        return known, found


def announcements(
    sandbox: Sandbox,
    rows: Sequence[Row],
    *,
    languages: Sequence[Language] = (),
    only: Sequence[str] = (),
    findings: Findings | None = None,
) -> list[Announcement]:
    """Every announcement of some rows, in their order.

    `languages` leaves out the others; `only` keeps names that fit one of its patterns (`a*`).
    Raises `InputError` with what is wrong in any row: texts, marks in them, names, collisions; and
    with what `findings` holds already.
    """
    template = sandbox.template
    findings = Findings() if findings is None else findings
    for row in rows[:1]:
        findings.begin(row.place.file)
    spoken = tuple(code for code in template.languages if code in (languages or (code,)))
    if not spoken:
        what = Message(
            "The template is not in any of the languages asked for ({}).", ", ".join(languages)
        )
        findings.stop(Place(str(template.file)), what, nearest("", template.languages))
    groups = [spoken] if template.together else [(code,) for code in spoken]
    texts = {code: _texts(sandbox, code, rows, findings) for code in spoken}
    found: list[Announcement] = []
    for group in groups:
        names = _names(sandbox, rows, group[0], findings)
        for index, (row, name) in enumerate(zip(rows, names, strict=True)):
            if not only or any(fnmatch.fnmatchcase(name, pattern) for pattern in only):
                lines = {code: texts[code][index] for code in group}
                found.append(Announcement(name=name, row=row, lines=lines))
    _check_names(found, template, findings)
    findings.check()
    order = {row.number: index for index, row in enumerate(rows)}
    return sorted(found, key=lambda announcement: order[announcement.row.number])


def paragraphs(text: str) -> tuple[str, ...]:
    """The lines of a text: what blank lines part. Ends of lines inside one are no more than spaces,
    and between Chinese characters not even that."""
    found = []
    for block in _BLANK.split(text.strip()):
        joined = ""
        for line in filter(None, map(str.strip, block.split("\n"))):
            space = joined and not (_is_wide(joined[-1]) or _is_wide(line[0]))
            joined += f" {line}" if space else line
        if joined:
            found.append(joined)
    return tuple(found)


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in {"W", "F"}


def _texts(
    sandbox: Sandbox, language: Language, rows: Sequence[Row], findings: Findings
) -> list[tuple[str, ...]]:
    """The lines of every row in one language."""
    template = sandbox.template
    found: list[tuple[str, ...]] = []
    characters = 0
    for row, text in zip(
        rows, sandbox.render(language, _seen(rows, template, language)), strict=True
    ):
        if isinstance(text, Mistake):
            findings.add(row.place, *_of_template(text))
            found.append(())
            continue
        characters += len(text)
        if characters > MOST_CHARACTERS:
            findings.stop(row.place, "The texts of all rows are too long.", "Split the table.")
        lines = paragraphs(text)
        if not any(any(map(str.isalnum, markup.display(line))) for line in lines):
            what = Message("There is nothing to say in {}.", quoted(language))
            findings.add(row.place, what, "Look at the text of the template for such a row.")
        for line in lines:
            try:
                markup.parse(line, row.place)
            except InputError as error:
                for mistake in error.mistakes:
                    findings.add(row.place, mistake.what, mistake.remedy)
        found.append(lines)
    return found


def _names(
    sandbox: Sandbox, rows: Sequence[Row], language: Language, findings: Findings
) -> Iterator[str]:
    """What the files of every row are called; "" where that is wrong."""
    seen = _seen(rows, sandbox.template, language)
    for row, name in zip(rows, sandbox.render(NAME, seen), strict=True):
        if isinstance(name, Mistake):
            findings.add(row.place, *_of_template(name))
            yield ""
            continue
        try:
            yield file_name(" ".join(name.split()))
        except UnfitError as unfit:
            findings.add(row.place, unfit.what, unfit.remedy)
            yield ""


def _seen(
    rows: Sequence[Row], template: Template, language: Language
) -> Iterator[Mapping[str, Value]]:
    return (row.seen_by(template, language) for row in rows)


def _of_template(mistake: Mistake) -> tuple[str, str]:
    """What and remedy for a row, with the template's own place in them."""
    what = mistake.what.rstrip(".")
    return f"{what} ({mistake.place}).", mistake.remedy


def _check_names(found: Sequence[Announcement], template: Template, findings: Findings) -> None:
    """Note every name that two announcements share."""
    taken: dict[str, Announcement] = {}
    for one in found:
        if not one.name:
            continue
        first = taken.setdefault(same_file(one.name), one)
        if first is one:
            continue
        if first.row.number == one.row.number:
            what = Message("The files of all languages are called {}.", quoted(one.name))
            remedy: str = Message(
                'Add {{{{ language }}}} to `name` in {}, or write "files: together".', template.file
            )
        else:
            what = Message("The name {} is already that of {}.", quoted(one.name), first.row.place)
            remedy = "Give each row a name of its own."
        findings.add(one.row.place, what, remedy)
