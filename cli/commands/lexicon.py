"""`glmtts lexicon`: check, test, convert and list pronunciation dictionaries."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...documents.counted import counted
from ...messages import Message
from ...mistakes import InputError, Place, nearest
from ..language import spoken, tell

if TYPE_CHECKING:
    from ...pronunciation.finding import Finding

app = typer.Typer(
    help="Check, test, convert and list pronunciation dictionaries.", no_args_is_help=True
)

Named = Annotated[list[str], typer.Argument(help="Files, or names of bundled dictionaries.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
_LEVELS = ("note", "warning", "error")


@app.command()
def lint(
    lexicons: Named,
    corpus: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Texts, one a line: also tell rules that never apply."
        ),
    ] = None,
    transcripts: Annotated[
        list[Path] | None,
        typer.Option(
            "--transcript",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="What a voice's recording says: also tell rules that apply there. Repeatable.",
        ),
    ] = None,
    level: Annotated[
        str, typer.Option(help="The least that is shown: note, warning, error.")
    ] = "note",
    as_json: AsJson = False,
) -> None:
    """Find rules that are wrong, contradict each other or never apply. Exit status 1 for errors."""
    from ...pronunciation.lexicon.lint import lint_lexicon
    from ...pronunciation.lexicon.named import named_lexicons

    if level not in _LEVELS:
        raise InputError.at(
            Place("--level"), Message('No level "{}".', level), nearest(level, _LEVELS)
        )
    texts = corpus.read_text(encoding="utf-8").splitlines() if corpus else []
    spoken = [
        line
        for file in transcripts or []
        for line in file.read_text(encoding="utf-8-sig").splitlines()
        if line.strip()
    ]
    found = lint_lexicon(named_lexicons(lexicons), texts, transcripts=spoken)
    show_findings(found, as_json, level)


@app.command("test")
def check_expectations(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="Sentences with the readings expected: {行|háng}长."
        ),
    ],
    lexicons: Annotated[
        list[str] | None, typer.Option("--lexicon", "-l", help="Rules to read with.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read a file of sentences and tell which readings are not those expected."""
    from ...pronunciation.lexicon.expectations import as_mistakes, check
    from ...pronunciation.lexicon.named import named_lexicons
    from ...pronunciation.reader import Reader

    text = file.read_text(encoding="utf-8-sig")
    count, failures = check(text, str(file), Reader(named_lexicons(lexicons or [])))
    if as_json:
        print(
            json.dumps(
                {"expected": count, "misread": [asdict(failure) for failure in failures]},
                ensure_ascii=False,
            )
        )
    else:
        for mistake in as_mistakes(failures):
            tell(mistake.text(spoken()))
        tell(Message("{} of {} as expected.", count - len(failures), count))
    if failures:
        raise typer.Exit(1)


@app.command()
def convert(
    source: Annotated[str, typer.Argument(help="A file of any format, or a bundled dictionary.")],
    target: Annotated[Path, typer.Argument(help="The file to write.")],
    form: Annotated[
        str | None, typer.Option("--format", help="Of the target, where its suffix does not tell.")
    ] = None,
) -> None:
    """Read a dictionary of one format and write it in another; tell what the other cannot say."""
    from ...atomic import write_text
    from ...pronunciation.lexicon.export import FORMATS, exported
    from ...pronunciation.lexicon.named import named_lexicons

    form = form or {".jsonl": "jsonl", ".csv": "csv", ".pls": "pls", ".xml": "pls"}.get(
        target.suffix.lower(), ""
    )
    if form not in FORMATS:
        what = (
            Message('No format "{}".', form)
            if form
            else Message('"{}" tells no format.', target.suffix)
        )
        raise InputError.at(Place("--format"), what, nearest(form, FORMATS))
    lexicon = named_lexicons([source])
    text, unsaid = exported(lexicon, form)
    write_text(target, text)
    said = len(lexicon.rules) - len(unsaid)
    tell(Message("{}: {} of {}.", target, said, counted(len(lexicon.rules), "rule")))
    for rule in unsaid:
        tell(Message("{}: {} cannot be said in {}.", rule.place, rule.name, form))


@app.command("list")
def list_bundled(as_json: AsJson = False) -> None:
    """The bundled dictionaries."""
    from ...pronunciation.lexicon.named import bundled, read_bundled

    sizes = {name: len(read_bundled(name).rules) for name in bundled()}
    if as_json:
        print(json.dumps(sizes))
        return
    for name, size in sizes.items():
        tell(Message("{}: {} rules", name, size))


def show_findings(findings: list[Finding], as_json: bool, level: str) -> None:
    """Print findings of at least `level`; exit status 1 if one is an error."""
    shown = [f for f in findings if _LEVELS.index(f.severity) >= _LEVELS.index(level)]
    if as_json:
        print(
            json.dumps(
                [
                    {**asdict(f.place), "code": f.code, "severity": f.severity, "what": f.what}
                    for f in shown
                ],
                ensure_ascii=False,
            )
        )
    else:
        for finding in shown:
            tell(finding.text(spoken()))
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(1)
