"""A finished programme -> `review.html`: one page to see, hear and judge every line on.

The page works from disk and fetches nothing: style, script and data are inside it, the sound lies
beside it. What comes from a script is data to it, shown as text and never as markup.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib import resources
from string import Template
from typing import Any

import numpy as np

from ...documents.shell import shell_word
from ...glmtts_runtime.engine import SpeechRequest
from ...listening.check import Finding, Verdict
from ...listening.written import Word, shown_places
from ...pronunciation.chinese.g2p.pinyin import marked
from ...pronunciation.chinese.g2p.sandhi import sandhi
from ...pronunciation.ruby import Run, runs
from ...scripts.script import Script
from ..delivery.deliver import Delivered
from ..delivery.programme import Programme
from ..mastering.finish import Energies
from ..timeline import Clip
from .alternatives import Sample
from .picks import Picks
from .picks_file import entry, head, picks_file

PAGE = "review.html"

_STEP = 0.05  # s that one bar of the waveform stands for
_PLAYED = ("m4a", "m4b", "mp3", "opus", "flac", "wav")  # what browsers seek in best comes first


def episode_page(
    programme: Programme,
    delivered: Delivered,
    requests: Sequence[SpeechRequest],
    picks: Picks,
    samples: Sequence[Sample],
    *,
    as_spoken: bool = False,
    heard: Mapping[int, Verdict] | None = None,
) -> str:
    """The page of an episode. `requests` are those of the script's lines, in order; as_spoken:
    whether tones are shown after sandhi; heard: what listening gave, by a line's number.
    """
    timeline = programme.timeline
    rate = timeline.rate
    known = {file.name for file in delivered.files}
    audio = [name for suffix in _PLAYED if (name := f"{programme.name}.{suffix}") in known]
    spoken = dict(enumerate(requests, 1))
    lines = _lines(programme.script, spoken, picks, samples, as_spoken)
    for clip in timeline.clips:
        verdict = (heard or {}).get(clip.line)
        lines[clip.line - 1] |= _played(clip, rate, requests[clip.line - 1], verdict)
    first = next(file for file in delivered.files if file.name == audio[0])
    return page(
        {
            **_about(programme.script, picks),
            "audio": audio,
            "seconds": round(timeline.seconds, 3),
            "label": first.produce_id,
            "loudness": first.loudness and round(first.loudness, 1),
            "chapters": [
                {"from": round(mark.start / rate, 3), "title": mark.title}
                for mark in timeline.marks
            ],
            "bars": _bars(delivered.envelope, timeline.seconds),
            "step": _STEP,
            "lines": lines,
        }
    )


def takes_page(
    script: Script,
    requests: Mapping[int, SpeechRequest],
    picks: Picks,
    samples: Sequence[Sample],
    *,
    as_spoken: bool = False,
) -> str:
    """The page of some lines' takes alone; `requests` by the line's number."""
    lines = _lines(script, requests, picks, samples, as_spoken)
    return page({**_about(script, picks), "lines": lines})


def page(data: Mapping[str, Any]) -> str:
    """The page of these data, the same bytes for the same data."""
    style, program = _part("review.css"), _part("review.js")
    policy = "; ".join(
        [
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(program)}'",
            "media-src 'self' file:",  # browsers disagree on what 'self' is when nobody serves
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Template(_part("review.html")).substitute(
        policy=html.escape(policy),
        title=html.escape(data["title"]),
        style=style,
        # Inside <script> only these could end it or begin a comment.
        data=packed.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
        program=program,
    )


def _about(script: Script, picks: Picks) -> dict[str, Any]:
    """What every page knows of its script."""
    return {
        "title": script.title or script.file.name,
        "language": script.language,
        "script": shell_word(script.file),
        "picks": {
            "file": picks_file(script.file).name,
            "head": head(script),
            "stale": "".join(map(entry, picks.stale)),
        },
        "speakers": list(dict.fromkeys(line.speaker for line in script.lines)),
    }


def _lines(
    script: Script,
    requests: Mapping[int, SpeechRequest],
    picks: Picks,
    samples: Sequence[Sample],
    as_spoken: bool,
) -> list[dict[str, Any]]:
    """The lines that are in `requests`."""
    takes = defaultdict(list)
    for sample in samples:
        takes[sample.line].append(
            {"take": sample.take, "file": sample.file, "seconds": round(sample.seconds, 2)}
        )
    found = []
    texts = [request.spoken for request in requests.values()]
    readings = runs([sandhi(text) for text in texts] if as_spoken else texts)
    for number, reading in zip(requests, readings, strict=True):
        line, pick = script.lines[number - 1], picks.lines.get(number)
        data: dict[str, Any] = {
            "number": number,
            "speaker": line.speaker,
            "runs": [_run(run) for run in reading],
        }
        if number in takes:
            data["takes"] = takes[number]
        if pick:
            data["pick"] = pick.chosen
            data["entry"] = entry(pick, with_pick=False)
        if line.take is not None and (pick is None or line.take != pick.chosen):
            data["written"] = line.take
        found.append(data)
    return found


def _played(
    clip: Clip, rate: int, request: SpeechRequest, verdict: Verdict | None
) -> dict[str, Any]:
    """Where a line and its words are heard in the programme, and what was heard there."""
    start = clip.start / rate
    data: dict[str, Any] = {
        "from": round(start, 3),
        "to": round((clip.start + clip.length) / rate, 3),
    }
    if clip.words:
        data["words"] = [_timed(word, start) for word in clip.words]
    if verdict and verdict.findings:
        places = shown_places(request.spoken)
        data["heard"] = [_found(one, places, start) for one in verdict.findings]
    return data


def _timed(word: Word, start: float) -> list[float]:
    """Indices into the text as shown, and seconds of the programme."""
    begins, ends = (round(start + seconds, 2) for seconds in (word.begins, word.ends))
    return [word.start, word.end, begins, ends]


def _found(finding: Finding, places: Sequence[int], start: float) -> list[Any]:
    """What is told, indices into the text as shown, and where to hear it."""
    at = None if finding.seconds is None else round(start + finding.seconds, 2)
    return [str(finding), places[finding.start], places[finding.end], at]


def _run(run: Run) -> Any:
    """A run as little JSON as will do: text, [text, reading], [text, reading, doubt] or a pause."""
    if run.pause:
        return run.pause
    if run.doubt:
        readings = [run.doubt.dictionaries, run.doubt.network]
        return [run.text, run.reading, [marked(one) for one in readings if one]]
    return [run.text, run.reading] if run.reading else run.text


def _bars(envelope: Energies, seconds: float) -> str:
    """The loudest of every `_STEP`, as bytes in base64; quiet speech is still to be seen."""
    count = max(1, round(seconds / _STEP))
    edges = np.linspace(0, len(envelope), count + 1).astype(int)[:-1]
    loudest = np.maximum.reduceat(envelope, np.minimum(edges, len(envelope) - 1))
    heights = np.rint(255 * np.clip(loudest, 0, 1) ** 0.7).astype(np.uint8)
    return base64.b64encode(heights.tobytes()).decode("ascii")


def _part(name: str) -> str:
    return resources.files(__package__).joinpath("data").joinpath(name).read_text("utf-8")


def _hash(inline: str) -> str:
    """How a Content-Security-Policy names the one inline text it lets through."""
    return "sha256-" + base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode("ascii")
