"""`glmtts templates`: announcement templates listed, shown, checked and begun."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...documents.counted import counted
from ...messages import Message
from ...mistakes import InputError, Place
from ..language import tell
from ..options import AsJson, CacheFolder, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...templates.announcement import Field, Template

app = typer.Typer(no_args_is_help=True, help="Templates of announcements.")

Name = Annotated[str, typer.Argument(metavar="TEMPLATE", help="A name, or a YAML file.")]


@app.command("list")
def list_templates(as_json: AsJson = False) -> None:
    """Show every template that comes along."""
    from ...documents.findings import Findings
    from ...templates.announcement_file import read_template
    from ...templates.bundled import bundled, find_template

    findings = Findings()
    found = [read_template(find_template(name), findings) for name in bundled()]
    findings.check()
    if as_json:
        listed = [{"name": each.name, "title": each.title, "about": each.about} for each in found]
        print(json.dumps({"templates": listed}, ensure_ascii=False))
        return
    rows = [
        (each.name, " / ".join(each.title.values()), " ".join(each.languages)) for each in found
    ]
    _table(("template", "title", "languages"), rows)


@app.command()
def show(
    name: Name,
    source: Annotated[
        bool, typer.Option("--source", help="Print the YAML, to make your own of it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a template says and which data it needs."""
    from ...templates.bundled import find_template
    from ...templates.sandbox import Sandbox

    path = find_template(name)
    with Sandbox.of(path) as sandbox:
        template = sandbox.template
    if source:
        print(path.read_text("utf-8"), end="")
    elif as_json:
        print(json.dumps(_object(template), ensure_ascii=False))
    else:
        _show(template)


@app.command()
def check(
    names: Annotated[
        list[str], typer.Argument(metavar="TEMPLATE...", help="Names, or YAML files.")
    ],
    data: Annotated[
        Path | None,
        typer.Option("--data", "-d", metavar="ROWS", help="Rows to try, not the examples."),
    ] = None,
    query: Annotated[str | None, typer.Option(help="The SELECT for a SQLite file.")] = None,
    cache: CacheFolder = None,
    as_json: AsJson = False,
) -> None:
    """Read every example row of templates, and report all that is wrong with any of it."""
    from ...mistakes import Mistake

    mistakes: list[Mistake] = []
    numbers: dict[str, int] = {}
    for name in names:
        try:
            numbers[name] = _checked(name, data, query, cache)
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputError(mistakes)
    if as_json:
        print(json.dumps({"ok": True, "announcements": numbers}, ensure_ascii=False))
        return
    for name, count in numbers.items():
        tell(Message("{}: {}, nothing wrong", name, counted(count, "announcement")))


@app.command()
def new(
    path: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="The file to begin.")],
    as_json: AsJson = False,
) -> None:
    """Write a small template with comments, and a data file to try it with."""
    from ...atomic import write_text
    from ...templates.bundled import STARTER

    data = path.with_suffix(".csv")
    if path.suffix.lower() not in {".yaml", ".yml"}:
        raise InputError.at(Place(str(path)), "A template ends in .yaml.", "Add it to the name.")
    for file in (path, data):
        if file.exists():
            raise InputError.at(Place(str(file)), "This file exists.", "Choose another name.")
    text = (STARTER / "announcement.yaml").read_text("utf-8")
    write_text(data, (STARTER / "announcement.csv").read_text("utf-8"))
    write_text(path, text.replace("examples: announcement.csv ", f"examples: {data.name} "))
    if as_json:
        print(json.dumps({"ok": True, "template": str(path), "data": str(data)}))
        return
    tell(Message("{} and {}: try `glmtts announce {} --data {} --dry-run`", path, data, path, data))


@app.command()
def chimes(
    folder: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write them here, as WAV files.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the chimes templates and scripts may name, or write them as sounds."""
    from ...scripts.chimes import CHIMES

    if folder:
        from ...audio.chimes import write_chime

        folder.mkdir(parents=True, exist_ok=True)
        files = [str(write_chime(name, folder)) for name in CHIMES]
        print(json.dumps({"ok": True, "files": files}) if as_json else "\n".join(files))
    elif as_json:
        print(json.dumps({"chimes": CHIMES}, ensure_ascii=False))
    else:
        rows = [(name, " / ".join(about.values())) for name, about in CHIMES.items()]
        _table(("chime", "sounds like"), rows)


def _checked(name: str, data: Path | None, query: str | None, cache: Path | None) -> int:
    """How many announcements were read; InputError with all mistakes."""
    from ...production.announcements.announcement import announcements
    from ...production.announcements.rehearsal import rehearse
    from ...templates.bundled import find_template
    from ...templates.rows import Reading, read_rows
    from ...templates.sandbox import Sandbox

    with Sandbox.of(find_template(name)) as sandbox:
        template = sandbox.template
        rows = data or template.examples
        if rows is None:
            remedy = "Write `examples: NAME.csv` into it, or give --data."
            raise InputError.at(Place(str(template.file)), "There are no examples.", remedy)
        wanted = announcements(sandbox, read_rows(rows, template, Reading(query=query)))
    return sum(1 for _ in rehearse(wanted, template, open_store(cache)))


def _object(template: Template) -> dict[str, object]:
    return {
        "name": template.name,
        "file": str(template.file),
        "title": template.title,
        "about": template.about,
        "languages": template.languages,
        "fields": [
            {
                "name": field.name,
                "type": field.type,
                "columns": field.columns(template.languages),
                "required": field.required,
                "default": field.default,
                "options": field.options,
                "example": field.example,
                "about": field.about,
            }
            for field in template.fields.values()
        ],
        "text": {language: source.text for language, source in template.texts.items()},
        "formats": template.output.formats,
        "examples": str(template.examples) if template.examples else None,
    }


def _show(template: Template) -> None:
    from ...templates.bundled import bundled

    print(f"{template.name}: {' / '.join(template.title.values())}")
    for words in template.about.values():
        print(f"  {words}")
    print()
    rows = [_described(field, template) for field in template.fields.values()]
    _table(("column", "type", "", "example", "what it is"), rows)
    for language, source in template.texts.items():
        print(f"\n{language}:")
        for line in source.text.split("\n"):
            print(f"  {line}".rstrip())
    if template.examples:
        called = template.name if template.name in bundled() else template.file
        print(f"\nglmtts announce {called} --data {template.examples} --dry-run")


def _described(field: Field, template: Template) -> tuple[str, ...]:
    kind = " | ".join(field.options) if field.options else field.type
    needed = "required" if field.required else f"default {field.default}".rstrip()
    columns = ", ".join(field.columns(template.languages))
    return columns, kind, needed, field.example, " / ".join(field.about.values())


def _table(titles: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    import sys

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*titles, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(escape, row))
    Console(file=sys.stdout).print(table)
