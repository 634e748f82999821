"""glmtts takes: list, hear and choose the takes of a script's lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...documents.shell import shell_word
from ...messages import Message
from ...mistakes import InputError, Mistake, Place, nearest
from ..groups import with_groups
from ..language import tell
from ..options import AsJson, Roots, Speaking, open_script
from .render import audition

if TYPE_CHECKING:
    from ...production.editing.picks import Pick, Picks
    from ...scripts.script import Script

_ACTIONS = ("list", "play", "pick", "drop")


@with_groups
def takes(
    script: Annotated[Path, typer.Argument(help="The script whose lines they are of.")],
    speaking: Speaking,
    root: Roots,
    action: Annotated[
        str, typer.Argument(metavar="[list|play|pick|drop]", help="What to do; list by default.")
    ] = "list",
    which: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LINES]...",
            help="Lines by number, range, speaker or chapter; for pick with a take: 12=3.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="Where play writes; out/NAME-takes by default."
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--no-open", help="Let play write its page without opening it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List, hear and choose the takes of a SCRIPT's lines.

    list: which lines have several, and which is used. play LINES: a page to hear them on.
    pick LINE=TAKE: choose. drop LINES: go back to the first take; drop stale: forget the choices
    whose lines are gone. What is chosen is kept beside the script, in NAME.takes.yaml, and
    survives edits of other lines. Make takes with: glmtts render SCRIPT --lines 12 --takes 3
    """
    from ...production.editing.picks_file import picks_of, write_picks
    from ...scripts.selection import select

    if action not in _ACTIONS:
        what = Message('Takes cannot be told to "{}".', action)
        raise InputError.at(Place("takes"), what, nearest(action, _ACTIONS))
    parsed = open_script(script, root)
    picks = picks_of(parsed)
    if action == "play":
        known = [str(number) for number in picks.lines]
        heard = select(parsed, which or known, "play")
        made = audition(parsed, heard, 1, speaking, output=output, as_json=as_json)
        if not (quiet or as_json):
            typer.launch(str(made.page))
        return
    if action == "pick":
        picks = _picked(parsed, picks, which or [])
        write_picks(parsed, picks)
    elif action == "drop":
        picks = _dropped(parsed, picks, which or [])
        write_picks(parsed, picks)
    numbers = select(parsed, which, "list") if action == "list" and which else None
    if as_json:
        print(json.dumps(_object(parsed, picks, numbers), ensure_ascii=False))
    else:
        _show(parsed, picks, numbers)


def _picked(script: Script, picks: Picks, wanted: Sequence[str]) -> Picks:
    """The picks with what `12=3` and the like say; raises `InputError` with all that is wrong."""
    from ...production.editing.picks import pick_takes
    from ...scripts.selection import select

    choices: dict[int, int] = {}
    mistakes: list[Mistake] = []
    for word in wanted:
        lines, _, take = word.rpartition("=")
        if not lines or not (take.isascii() and take.isdigit() and 1 <= int(take[:4]) <= 999):
            what = Message('"{}" says no line and take.', word)
            mistakes.append(Mistake(Place("pick"), what, "Write LINE=TAKE, such as 12=3."))
            continue
        try:
            choices |= dict.fromkeys(select(script, [lines], "pick"), int(take))
        except InputError as error:
            mistakes += error.mistakes
    if not wanted:
        mistakes.append(Mistake(Place("pick"), "Nothing is chosen.", "Write for example: 12=3"))
    if mistakes:
        raise InputError(mistakes)
    return pick_takes(script, picks, choices)


def _dropped(script: Script, picks: Picks, wanted: Sequence[str]) -> Picks:
    """The picks without those of some lines, or (`stale`) of lines that are gone."""
    from ...production.editing.picks import Picks
    from ...scripts.selection import select

    named = [word for word in wanted if word != "stale"]
    stale = () if "stale" in wanted else picks.stale
    gone = select(script, named, "drop") if named or not wanted else ()
    unknown = [number for number in gone if number not in picks.lines]
    if unknown and len(unknown) == len(gone):
        what = Message("Line {} has no takes to forget.", unknown[0])
        raise InputError.at(
            Place("drop"), what, Message("See: glmtts takes {}", shell_word(script.file))
        )
    return Picks({n: pick for n, pick in picks.lines.items() if n not in gone}, stale)


def _object(script: Script, picks: Picks, numbers: Sequence[int] | None) -> dict[str, object]:
    lines = script.lines
    return {
        "ok": True,
        "lines": [
            {
                "line": number,
                "speaker": lines[number - 1].speaker,
                "text": lines[number - 1].text,
                "takes": pick.takes if pick else 1,
                "take": used,
                "by": by,
            }
            for number, pick, used, by in _rows(script, picks, numbers)
        ],
        "stale": [
            {**asdict(pick.key), "takes": pick.takes, "take": pick.chosen} for pick in picks.stale
        ],
    }


def _rows(
    script: Script, picks: Picks, numbers: Sequence[int] | None
) -> list[tuple[int, Pick | None, int, str]]:
    """Number, pick, the take that is used, and who says so; of lines with anything to tell."""
    rows = []
    for number, line in enumerate(script.lines, 1):
        pick = picks.lines.get(number)
        asked = number in numbers if numbers is not None else bool(pick or line.take)
        if line.take is not None:
            used, by = line.take, "script"
        elif pick and pick.chosen:
            used, by = pick.chosen, "choice"
        else:
            used, by = 1, "first"
        if asked:
            rows.append((number, pick, used, by))
    return rows


def _show(script: Script, picks: Picks, numbers: Sequence[int] | None) -> None:
    from ...production.editing.picks import notes

    rows = _rows(script, picks, numbers)
    said = {"script": " (`take:` in the script)", "choice": " (chosen)", "first": ""}
    for number, pick, used, by in rows:
        line = script.lines[number - 1]
        count = pick.takes if pick else 1
        many = "1 take" if count == 1 else f"{count} takes"
        print(f"{number:>5}  {many:<9} uses {used}{said[by]}  {line.speaker}: {line.text[:60]}")
    for pick in picks.stale:
        chosen = pick.chosen or "none"
        print(
            f"stale  {pick.takes} takes, chose {chosen}  {pick.key.speaker}: {pick.key.line[:60]}"
        )
    if not rows and not picks.stale:
        tell(
            Message(
                "No line has other takes. Make some: glmtts render {} --lines 1 --takes 3",
                shell_word(script.file),
            )
        )
    for note in notes(script, picks):
        tell(note, err=True)
