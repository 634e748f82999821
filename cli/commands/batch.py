"""glmtts batch: a list of tasks becomes a folder of audio files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, cast

import typer

from ...messages import Message
from ..groups import with_groups
from ..language import spoken, tell
from ..options import AsJson, Roots, Speaking, audio_format, check_roots
from ..sound import Phonemes, Rate, SampleRate, Seed, file_rate, phoneme


@with_groups
def batch(
    tasks: Annotated[Path, typer.Argument(help="JSON Lines, or one JSON array.")],
    speaking: Speaking,
    root: Roots,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Where files go; out/NAME by default."),
    ] = None,
    format: Annotated[
        str, typer.Option(help="wav, flac, mp3, m4a, opus; ulaw, alaw, ulaw.wav or alaw.wav.")
    ] = "wav",
    rate: Rate = 1.0,
    sample_rate: SampleRate = None,
    seed: Seed = 0,
    phonemes: Phonemes = "asked",
    as_json: AsJson = False,
) -> None:
    """Speak every task of a list into a file of its own.

    Keys: prompt_audio, prompt_text, input_text, output_name (or prompt_speech, syn_text, uttid),
    voice, emotion, seed, language, rate, phoneme. Recordings are looked for beside the list, in the
    working folder and in each --root. A task that fails stops no other; summary.json says how each
    ended, and the exit code is 1 if any failed.
    """
    from ...production.batch import SUMMARY, TaskOutput, run_batch, summary
    from ...scripts.disclosure import Disclosure
    from ...scripts.tasks import read_tasks

    known = audio_format(format, "--format")
    wanted = TaskOutput(
        format=known,
        sample_rate=file_rate(known, sample_rate),
        seed=seed,
        rate=rate,
        phoneme=phoneme(phonemes),
        disclosure=speaking.labels.on(Disclosure()),
    )
    check_roots(root)
    listed = read_tasks(tasks, roots=[tasks.parent, Path.cwd(), *root])
    target = output or Path("out") / tasks.stem
    with speaking.context(tasks.parent / "voices", quiet=as_json) as context:
        endings = run_batch(listed, target, wanted, context)
    whole = summary(endings)
    if as_json:
        print(json.dumps({"ok": not whole["failed"], **whole}, ensure_ascii=False))
    else:
        for ending in endings:
            for mistake in ending.mistakes:
                tell(mistake.text(spoken()), err=True)
        tell(Message("{} done, {} failed: {}", whole["done"], whole["failed"], target / SUMMARY))
    if cast("int", whole["failed"]):
        raise typer.Exit(1)
