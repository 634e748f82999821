"""Some lines of a script -> their takes beside each other, on a page of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...atomic import write_text
from ...glmtts_runtime.engine import says_pinyin
from ...scripts.script import Script
from ..cast import cast
from ..context import RenderContext
from ..delivery.deliverable import Deliverable
from ..delivery.publish import engine_entry, manifest_header, staging
from ..utterances import utterances
from .alternatives import alternatives, speak_alternatives, write_samples
from .picks import more_takes
from .picks_file import picks_of, write_picks
from .review import takes_page

PAGE = "takes.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditioned:
    """Takes that can be heard."""

    page: Path
    lines: tuple[int, ...]
    takes: int
    """Of all these lines together."""
    synthesised: int
    """Takes that were not in the store."""


def audition(
    script: Script,
    numbers: Sequence[int],
    target: Path,
    context: RenderContext,
    *,
    takes: int = 1,
) -> Auditioned:
    """Speak `takes` takes of each of some lines (or as many as were asked for before, if more), put
    them on a page in the folder `target`, and note beside the script how many there are.

    Raises `InputError` for what a person can fix, and `TakesFailedError` for lines the engine could
    not speak.
    """
    picks = more_takes(script, picks_of(script), numbers, takes)
    alone = replace(script, segments=tuple(script.lines[number - 1] for number in numbers))
    spoken = utterances(alone, cast(alone, context.library), context)
    requests = dict(zip(numbers, spoken, strict=True))
    wanted = alternatives(script, requests, {n: picks.lines[n].takes for n in numbers})
    as_spoken = says_pinyin(context.engine)
    with staging(target) as stage:
        found, synthesised = speak_alternatives(wanted, context)
        samples = write_samples(script, wanted, found, stage.folder, context)
        page = stage.folder / PAGE
        write_text(
            page,
            takes_page(script, requests, picks, samples, as_spoken=as_spoken),
        )
        files = [page, *(stage.folder / sample.file for sample in samples)]
        entries = [Deliverable.of(path, stage.folder).entry() for path in files]
        stage.publish({**manifest_header(engine_entry(context.engine)), "files": entries})
    context.store.trim()
    if takes > 1:
        write_picks(script, picks)
    return Auditioned(
        page=target / PAGE, lines=tuple(numbers), takes=len(wanted), synthesised=synthesised
    )
