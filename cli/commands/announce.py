"""glmtts announce: a template and rows of data become a finished file each."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...documents.counted import counted
from ...documents.findings import quoted
from ...messages import Message
from ...mistakes import InputError, Place, nearest
from ..errors import show_failure
from ..groups import with_groups
from ..language import tell
from ..options import AsJson, Speaking
from ..sound import Seed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...production.announcements.announce import Announced
    from ...production.announcements.announcement import Announcement
    from ...production.announcements.rehearsal import Rehearsed
    from ...scripts.script import Language
    from ...templates.announcement import Template

_SHOWN = 20


@with_groups
def announce(
    template: Annotated[
        str, typer.Argument(help="A template's name (`glmtts templates list`) or YAML file.")
    ],
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            "-d",
            metavar="ROWS",
            help="CSV, .xlsx, JSON, JSON Lines, YAML or SQLite; one announcement a row.",
        ),
    ],
    speaking: Speaking,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Where files go; out/NAME by default."),
    ] = None,
    query: Annotated[
        str | None, typer.Option(help="The SELECT that gives the rows of a SQLite file.")
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of a CSV: utf-8, gbk, big5 …; else what is plausible."),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column", metavar="NAME=FIELD", help="A column of the data is a field. Repeatable."
        ),
    ] = None,
    languages: Annotated[
        list[str] | None,
        typer.Option("--language", help="Speak only this one, zh or en. Repeatable."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="Only files of these names; * and ? may stand in. Repeatable."),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(help="Make files for loudspeaker, phone or web, whatever the template says."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be said and how long it takes.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete files that no row asks for any more.")
    ] = False,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Speak a TEMPLATE for every row of data, into a file of its own.

    Rows that are as they were stay as they are; a run that was stopped goes on where it was.
    audit.jsonl in the folder tells what was said when, and by whom.
    """
    from ...production.announcements.announce import announce as make
    from ...production.announcements.announcement import read_announcements
    from ...production.announcements.rehearsal import rehearse
    from ...production.announcements.voicing import Voicing
    from ...templates.rows import Reading

    asked, wanted = read_announcements(
        template,
        data,
        reading=Reading(query=query, encoding=encoding, columns=_columns(columns or [])),
        languages=_languages(languages or []),
        only=only or [],
    )
    disclosure = speaking.labels.on(asked.disclosure)
    asked = replace(asked, disclosure=disclosure, **_profile(profile))
    if not wanted:
        raise InputError.at(Place("--only"), "No announcement has such a name.", "Check it.")
    if dry_run:
        _show_rehearsal(rehearse(wanted, asked, speaking.store()), asked, as_json)
        return
    target = output or Path("out") / asked.name
    voices = (asked.file.parent / "voices", data.parent / "voices")
    with speaking.context(*voices, quiet=as_json) as context:
        voicing = Voicing.of(asked, context, seed=seed)
        whole = not only and not languages
        ended = make(wanted, target, voicing, context, whole=whole, prune=prune)
    _show_ending(ended, as_json)


def _columns(pairs: Sequence[str]) -> dict[str, str]:
    """`商品名=goods` and the like, by the name in the data; raises InputError for anything else."""
    found = {}
    for pair in pairs:
        name, _, field = pair.rpartition("=")
        if not name.strip() or not field.strip():
            what = Message("{} names no column and field.", quoted(pair))
            raise InputError.at(Place("--column"), what, "Write NAME=FIELD, such as 商品名=goods.")
        found[name.strip()] = field.strip()
    return found


def _profile(name: str | None) -> dict[str, Any]:
    from ...scripts.profiles import PROFILES

    if name is None:
        return {}
    if name not in PROFILES:
        what = Message('There is no profile "{}".', name)
        raise InputError.at(Place("--profile"), what, nearest(name, PROFILES))
    return {"output": PROFILES[name]}


def _languages(names: Sequence[str]) -> list[Language]:
    from ...scripts.script import LANGUAGES

    wrong = [name for name in names if name not in LANGUAGES]
    if wrong:
        what = Message('No language "{}".', wrong[0])
        raise InputError.at(Place("--language"), what, nearest(wrong[0], LANGUAGES))
    return [LANGUAGES[name] for name in names]


def _show_rehearsal(rehearsed: Iterable[Rehearsed], template: Template, as_json: bool) -> None:
    total, found = 0.0, []
    for one in rehearsed:
        total += one.seconds
        found.append(_rehearsal(one, template) if as_json else one.announcement.name)
        if not as_json:
            _show_one(one, template)
    if as_json:
        whole = {"ok": True, "announcements": found, "seconds": round(total, 1)}
        print(json.dumps(whole, ensure_ascii=False))
    else:
        minutes, seconds = divmod(round(total), 60)
        tell(Message("{}, about {}:{:02d}", counted(len(found), "announcement"), minutes, seconds))


def _show_one(one: Rehearsed, template: Template) -> None:
    files = ", ".join(_files(one.announcement, template))
    tell(Message("{}  about {:.1f} s  ({})", files, one.seconds, one.announcement.row.place))
    for language, texts in one.spoken.items():
        for text in texts:
            print(f"  {language}  {text.spoken}")
    for doubt in one.doubts:
        print(f"      ? {doubt}")


def _rehearsal(one: Rehearsed, template: Template) -> dict[str, object]:
    said = [
        {
            "language": language,
            "text": text.text,
            "spoken": text.spoken,
            "pinyin": [character.pinyin for character in text.characters if character.pinyin],
        }
        for language, texts in one.spoken.items()
        for text in texts
    ]
    return {
        "name": one.announcement.name,
        "files": _files(one.announcement, template),
        "row": str(one.announcement.row.place),
        "seconds": round(one.seconds, 2),
        "said": said,
        "doubts": list(one.doubts),
    }


def _files(announcement: Announcement, template: Template) -> list[str]:
    return [announcement.file(format) for format in template.output.formats]


def _show_ending(ended: Announced, as_json: bool) -> None:
    """What was made; exit code 1 if anything failed."""
    if as_json:
        whole = {
            "ok": not ended.failed,
            "folder": str(ended.folder),
            "files": len(ended.files),
            "rendered": list(ended.rendered),
            "kept": ended.kept,
            "failed": [str(mistake) for mistake in ended.failed],
            "removed": list(ended.removed),
            "pruned": ended.pruned,
        }
        print(json.dumps(whole, ensure_ascii=False))
    else:
        made = counted(len(ended.rendered), "file")
        tell(Message("{} made, {} as before: {}", made, ended.kept, ended.folder))
        if ended.removed:
            _show_removed(ended)
        if ended.failed:
            failures = [str(mistake) for mistake in ended.failed]
            show_failure("\n".join([*failures, "The same command tries these again."]))
    if ended.failed:
        raise typer.Exit(1)


def _show_removed(ended: Announced) -> None:
    did = "Deleted" if ended.pruned else "No row asks for these any more (--prune deletes them)"
    more = len(ended.removed) - _SHOWN
    shown = ", ".join(ended.removed[:_SHOWN])
    tell(Message("{}: {}", did, Message("{} and {} more", shown, more) if more > 0 else shown))
