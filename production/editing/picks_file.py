"""`episode.takes.yaml` beside `episode.yaml` <-> picks; for people to read and git to merge."""

from __future__ import annotations

import json
from pathlib import Path

from ...atomic import write_text
from ...documents import fields
from ...documents.findings import Findings
from ...documents.record import Record
from ...documents.strict_yaml import Items, Node, Table, parse
from ...documents.text_file import INVISIBLE, decode, read_bytes
from ...scripts.script import Script
from .picks import LineKey, Pick, Picks, match

SUFFIX = ".takes.yaml"
MOST_TAKES = 999
_MOST_BYTES = 4 << 20
_ROOT_KEYS = ("glmtts_takes", "lines")
_KEYS = ("speaker", "line", "emotion", "seed", "occurrence", "takes", "pick")
_HEAD = """\
# The takes of {name}: how many its lines have, and which one was chosen.
# `glmtts takes` writes this. A line is known by what it says, so lines may move.
glmtts_takes: 1
lines:
"""


def picks_file(script: Path) -> Path:
    """Where the picks of a script are kept: `episode.takes.yaml` beside `episode.yaml`."""
    return script.parent / (script.stem + SUFFIX)


def picks_of(script: Script) -> Picks:
    """The picks beside a script; raises `InputError` where they cannot be read."""
    file = picks_file(script.file)
    return match(script, read_picks(file) if file.exists() else ())


def read_picks(path: Path) -> list[Pick]:
    """The picks of a file, in its order; raises `InputError` with every mistake in it."""
    file = str(path)
    findings = Findings()
    root = parse(decode(read_bytes(path, file, limit=_MOST_BYTES), file), file, findings)
    remedy = "Begin the file with `glmtts_takes: 1`, or delete it to choose anew."
    if not isinstance(root, Table):
        findings.stop(root.place, "This is no list of takes.", remedy)
    version = Record.of(root, _ROOT_KEYS, findings).read("glmtts_takes", fields.integer(1, 1))
    if version is None and not findings:
        findings.stop(root.place, "This is no list of takes.", remedy)
    lines = root.get("lines")
    if lines is not None and not isinstance(lines, Items):
        findings.stop(lines.place, '"lines" must be a list.', 'Begin each line with "- ".')
    picks: dict[LineKey, Pick] = {}
    for node in lines.items if lines else ():
        pick = _read_pick(node, findings)
        if pick and pick.key in picks:
            what = "This line's takes are listed twice."
            findings.add(node.place, what, "Keep one of the two.")
        elif pick:
            picks[pick.key] = pick
    findings.check()
    return list(picks.values())


def _read_pick(node: Node, findings: Findings) -> Pick | None:
    if not isinstance(node, Table):
        findings.add(node.place, "A line's takes are a mapping.", "Write `speaker:`, `line:`, ….")
        return None
    record = Record.of(node, _KEYS, findings)
    take = fields.integer(1, MOST_TAKES)
    speaker, line = record.read("speaker", str), record.read("line", str)
    if speaker is None or line is None:
        findings.add(node.place, "Whose line this is, is missing.", "Write `speaker:` and `line:`.")
        return None
    picked = record.read("pick", take)
    return Pick(
        key=LineKey(
            speaker=speaker,
            line=line,
            emotion=record.read("emotion", str, ""),
            seed=record.read("seed", fields.integer(0, 2**64 - 1)),
            occurrence=record.read("occurrence", fields.integer(1, 20_000), 1),
        ),
        takes=max(record.read("takes", take, 1), picked or 1),
        chosen=picked,
    )


def write_picks(script: Script, picks: Picks) -> Path:
    """Write the picks beside their script, in the order of its lines; returns the file.

    Without any picks there is no file.
    """
    path = picks_file(script.file)
    entries = [*picks.lines.values(), *picks.stale]
    if entries:
        write_text(path, head(script) + "".join(map(entry, entries)))
    else:
        path.unlink(missing_ok=True)
    return path


def head(script: Script) -> str:
    """How a file of picks begins."""
    return _HEAD.format(name=INVISIBLE.sub("", script.file.name))


def entry(pick: Pick, *, with_pick: bool = True) -> str:
    """One pick as YAML. What was chosen comes last, on a line of its own, unless left out."""
    key = pick.key
    rows = [
        ("speaker", _quoted(key.speaker)),
        ("line", _quoted(key.line)),
        ("emotion", _quoted(key.emotion) if key.emotion else None),
        ("seed", key.seed),
        ("occurrence", key.occurrence if key.occurrence > 1 else None),
        ("takes", pick.takes),
        ("pick", pick.chosen if with_pick else None),
    ]
    written = [f"    {name}: {value}\n" for name, value in rows if value is not None]
    return "  - " + "".join(written).lstrip()


def _quoted(text: str) -> str:
    """A string of YAML that is also one of JSON, with nothing in it that text files refuse."""
    written = json.dumps(text, ensure_ascii=False)
    return INVISIBLE.sub(lambda found: f"\\u{ord(found.group()):04x}", written)
