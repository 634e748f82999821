"""glmtts render: a script becomes a folder of finished files, or lines of it several takes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...documents.counted import counted
from ...documents.shell import shell_word
from ...messages import Message
from ..casting import Casting
from ..groups import with_groups
from ..language import tell
from ..made import as_before, made_of
from ..options import AsJson, Roots, Speaking, own_voices
from ..wanted import Wanted

if TYPE_CHECKING:
    from ...production.editing.audition import Auditioned
    from ...production.render import Rendered
    from ...scripts.script import Script

_USUAL_TAKES = 3


@with_groups
def render(
    script: Annotated[Path, typer.Argument(help="YAML, a text, or subtitles: SRT, WebVTT.")],
    speaking: Speaking,
    casting: Casting,
    wanted: Wanted,
    root: Roots,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Where files go; out/NAME by default."),
    ] = None,
    lines: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LINES",
            help="Make takes of these lines only: numbers, ranges, speakers or chapters, such as "
            "12,30-34. Repeatable.",
        ),
    ] = None,
    takes: Annotated[
        int | None,
        typer.Option(min=1, max=99, help="How many takes of each; 3 by default. All lines' alone."),
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="Also make review.html, to hear and judge every line.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Render a SCRIPT: audio, subtitles, chapters, a picture and a manifest.

    Lines are kept once spoken: after an edit only what changed is spoken again. With --lines or
    --takes it makes several takes of lines instead, to choose from with `glmtts takes`.
    """
    from ...production.render import render as render_script
    from ...scripts.selection import select

    voices = own_voices(script)
    with speaking.told_at_once(*voices):
        parsed = speaking.labelled(wanted.of(casting.script(script, root, quiet=as_json)))
    if lines or takes:
        every = [f"1-{len(parsed.lines)}"]
        numbers = select(parsed, lines or every, "--lines")
        audition(parsed, numbers, takes or _USUAL_TAKES, speaking, output=output, as_json=as_json)
        return
    if review:
        parsed = replace(parsed, output=replace(parsed.output, review=True))
    from ..failures import failed_lines

    with failed_lines(parsed), speaking.context(*voices, quiet=as_json) as context:
        rendered = render_script(parsed, output or out_folder(parsed), context)
    if as_json:
        print(json.dumps(_summary(rendered), ensure_ascii=False))
    else:
        _show(rendered, said=parsed.notes)


def out_folder(script: Script) -> Path:
    """Where the files of a script go unless told otherwise: an episode's into its show's `out`."""
    from ...production.shows.show import OUT
    from ...scripts.show import EPISODES, SHOW_FILE

    show = script.file.parent.parent
    if script.file.parent.name == EPISODES and (show / SHOW_FILE).is_file():
        return show / OUT / script.file.stem
    return Path("out") / (script.output.name or script.file.stem)


def audition(
    script: Script,
    numbers: tuple[int, ...],
    takes: int,
    speaking: Speaking,
    *,
    output: Path | None,
    as_json: bool,
) -> Auditioned:
    """Make takes of some lines and a page to hear them on, and say so."""
    from ...production.editing.audition import audition as make_takes
    from ..failures import failed_lines

    folder = out_folder(script)
    target = output or folder.with_name(f"{folder.name}-takes")
    voices = own_voices(script.file)
    with failed_lines(script), speaking.context(*voices, quiet=as_json) as context:
        made = make_takes(script, numbers, target, context, takes=takes)
    if as_json:
        told = {
            "ok": True,
            "page": str(made.page),
            "lines": made.lines,
            "takes": made.takes,
            "synthesised": made.synthesised,
        }
        print(json.dumps(told, ensure_ascii=False))
    else:
        of = Message("{} of {}", counted(made.takes, "take"), counted(len(made.lines), "line"))
        tell(Message("{}{}", of, as_before(made.takes - made.synthesised)))
        print(f"  {made.page}")
        tell(
            Message("Choose one: glmtts takes {} pick {}=2", shell_word(script.file), made.lines[0])
        )
    return made


def _summary(rendered: Rendered) -> dict[str, object]:
    return {
        "ok": True,
        "folder": str(rendered.folder),
        "manifest": str(rendered.manifest),
        "files": [file.name for file in rendered.files],
        "seconds": round(rendered.seconds, 3),
        "lines": rendered.lines,
        "synthesised": rendered.synthesised,
        "notes": rendered.notes,
    }


def _show(rendered: Rendered, *, said: tuple[str, ...]) -> None:
    tell(made_of(rendered))
    for file in rendered.files:
        measured = ""
        if file.loudness is not None and file.true_peak is not None:
            measured = f"  {file.loudness:.1f} LUFS, {file.true_peak:.1f} dBTP"
        print(f"  {rendered.folder / file.name}{measured}")
    print(f"  {rendered.manifest}")
    for note in rendered.notes:
        if note not in said:
            tell(note, err=True)
